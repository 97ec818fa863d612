"""What the README promises is run: its tutorial, command by command and file by file, as somebody follows it."""

import io
import re
import shlex
from pathlib import Path

import pytest

from bot.cli import main

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
FILE = re.compile(r"# (huts/\S+)")


def tutorial():
    """The blocks of the tutorial, in order: language and text."""
    text = README.read_text(encoding="utf-8")
    section = text[text.index("## Your own subject") : text.index("| in the knowledge | |")]
    return BLOCK.findall(section)


def commands(block):
    """Each command of a block, with the output that is shown below it."""
    for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        yield shlex.split(command), output


def follow(capsys, monkeypatch):
    """Do what the tutorial says; yields each command with its exit code, what it printed and what is shown."""
    for language, block in tutorial():
        if language == "yaml":
            name = FILE.search(block)[1]
            Path(name).write_text(block.replace(f"# {name}\n", ""), encoding="utf-8")
        for command, shown in commands(block) if language == "console" else ():
            assert command[0] == "bot"
            monkeypatch.setattr("sys.stdin", io.StringIO("When did Birk Hut open?\n"))
            code = main(command[1:])
            yield command[1:], code, capsys.readouterr().out, shown


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_every_command_of_the_tutorial_does_what_is_shown(capsys, monkeypatch):
    done = []
    for command, code, printed, shown in follow(capsys, monkeypatch):
        done.append(command[0])
        assert code == (1 if "guardian" in command[-1] else 0), (command, printed)
        if shown:
            assert printed == shown, command
    assert done == ["new", "check", "test", "check", "test", "ask", "ask", "ask", "chat"]


def test_the_tutorial_tells_ten_facts(capsys, monkeypatch):
    from bot import Bot

    list(follow(capsys, monkeypatch))
    assert len(Bot.load("huts/intents", "huts/knowledge").domain.kb.statements) == 10


def test_its_files_keep_the_line_that_editors_need(capsys, monkeypatch):
    list(follow(capsys, monkeypatch))
    for name in ("knowledge/facts.yaml", "intents/questions.yaml", "tests.yaml"):
        first = Path("huts", name).read_text(encoding="utf-8").split("\n", 1)[0]
        assert (Path("huts", name).parent / first.partition("$schema=")[2]).is_file()


def test_the_mend_that_it_ends_with_works(capsys, monkeypatch):
    """Step 6: `guardian` is added to the pattern that is named."""
    list(follow(capsys, monkeypatch))
    section = README.read_text(encoding="utf-8")
    word, pattern = re.search(r"Add `(\w+)` to the pattern `\"(.*?)\"`", section).groups()
    file = Path("huts/intents/questions.yaml")
    text = file.read_text(encoding="utf-8")
    assert text.count(pattern) == 1
    file.write_text(text.replace(pattern, pattern.replace(")", f"|{word})")), encoding="utf-8")
    assert main(["check", "--domain", "huts", "--strict"]) == 0
    capsys.readouterr()
    assert main(["ask", "--domain", "huts", "Who is the guardian of Birk Hut?"]) == 0
    assert capsys.readouterr().out.startswith("Ada Holm looks after Birk Hut.\n")
