"""What the README promises is run: its example subject, its commands, its Python."""

import re
from pathlib import Path

import pytest

from bot.cli import main

README = Path(__file__).parent.parent / "README.md"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """The README's own subject, in files."""
    monkeypatch.chdir(tmp_path)
    for block in blocks("yaml"):
        name = block.split("\n", 1)[0].removeprefix("# ")
        if name.startswith("library/"):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block, encoding="utf-8")
    return tmp_path


def test_the_example_subject_is_sound(library, capsys):
    assert main(["check", "--intents", "library/intents", "--knowledge", "library/knowledge"]) == 0


def shown_asks():
    for block in blocks("console"):
        yield from re.findall(r"\$ bot (ask \".*?--knowledge library/knowledge)\n((?:[^$].*\n)+)", block)


@pytest.mark.parametrize(("command", "output"), list(shown_asks()))
def test_the_answers_shown_are_the_answers_given(library, capsys, command, output):
    question, rest = re.fullmatch(r'ask "(.*)" (.*)', command).groups()
    main(["ask", question, *rest.split()])
    assert capsys.readouterr().out == output


def test_the_readme_shows_answers():
    assert len(list(shown_asks())) >= 2
