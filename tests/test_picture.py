"""The picture in the README is of a session that can be had."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_the_script_draws_a_real_session(tmp_path):
    subprocess.run([sys.executable, ROOT / "tools" / "picture.py", tmp_path / "session.svg"], check=True)
    words = [element.text for element in ElementTree.parse(tmp_path / "session.svg").iter() if element.text]
    assert {"Guest", "“Sweden”.", "765", "Bondevik"} <= set(words)


def test_the_readme_shows_a_picture_that_is_there():
    assert "](docs/session.svg)" in (ROOT / "README.md").read_text(encoding="utf-8")
    ElementTree.parse(ROOT / "docs" / "session.svg")
