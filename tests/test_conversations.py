"""
Whole dialogues as data: `conversations/*.yaml` holds what is said, `*.golden` beside it what came of it.

`pytest --update-goldens` writes the goldens anew; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot import Bot

FOLDER = Path(__file__).parent / "conversations"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_conversation_goes_as_recorded(path: Path, bot: Bot, pytestconfig: pytest.Config) -> None:
    lines = []
    for dialogue in yaml.safe_load(path.read_text(encoding="utf-8")):
        session = bot.session()
        for said in dialogue:
            answer = session.ask(str(said))
            lines += [f"> {said}", f"  {answer.status}: {answer.text}"]
        lines.append("")
    golden = path.with_suffix(".golden")
    if pytestconfig.getoption("--update-goldens"):
        golden.write_text("\n".join(lines), encoding="utf-8")
    assert "\n".join(lines) == golden.read_text(encoding="utf-8")
