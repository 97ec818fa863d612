"""What a chat keeps in files: settings and conversations."""

import json
import os
import sys
import tomllib
from dataclasses import asdict

import pytest

from bot import Answer
from bot.terminal import settings as settings_file
from bot.terminal import transcript
from bot.terminal.settings import ABOUT, SettingError, Settings, changed
from bot.terminal.transcript import TranscriptError


def test_the_default_file_holds_every_default_and_explains_it():
    text = settings_file.default_file()
    assert tomllib.loads(text) == asdict(Settings())
    assert [name for name, about in ABOUT.items() if about.meaning not in text] == []


def test_the_default_file_is_written_once(tmp_path):
    file = tmp_path / "new" / "config.toml"
    settings_file.write_default(file)
    assert settings_file.load(file) == (Settings(), [])
    file.write_text('theme = "dark"\n')
    settings_file.write_default(file)
    assert settings_file.load(file)[0].theme == "dark"


def test_without_a_file_the_defaults_hold(tmp_path):
    assert settings_file.load(tmp_path / "none") == (Settings(), [])


def test_what_is_wrong_costs_that_setting_alone(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('theme = "pink"\ncolumns = -3\nkeys = "vi"\nmenu = true\nviews = 1\n')
    settings, problems = settings_file.load(file)
    assert settings == Settings(keys="vi")
    assert problems == [
        f"{file}: theme cannot be 'pink'; it is 'auto', 'dark' or 'light'",
        f"{file}: columns cannot be -3; it is a whole number from 0",
        f"{file}: there is no setting 'menu'; did you mean 'menus'?",
        f"{file}: views cannot be 1; it is true or false",
    ]


@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe", b"theme = 1\ntheme = 2"])
def test_a_file_that_is_no_toml_is_told_and_the_defaults_hold(tmp_path, content):
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    settings, problems = settings_file.load(file)
    assert settings == Settings()
    assert len(problems) == 1
    assert problems[0].startswith(f"{file}: no valid TOML: ")
    assert problems[0].endswith("; the defaults hold until it is mended")


def test_a_folder_in_the_files_place_is_told(tmp_path):
    assert settings_file.load(tmp_path)[1] == [f"{tmp_path}: cannot be read: Is a directory; the defaults hold"]


def test_keeping_one_setting_leaves_the_rest_of_the_file_alone(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('# mine\nkeys = "vi"\n  theme="dark" # at night\n')
    settings_file.keep(file, "theme", "light")
    settings_file.keep(file, "columns", 72)
    assert file.read_text() == 'columns = 72\n# mine\nkeys = "vi"\ntheme = "light"\n'


def test_a_whole_number_is_no_yes(tmp_path):
    with pytest.raises(SettingError, match=r"^columns cannot be True; it is a whole number from 0$"):
        changed(Settings(), "columns", True)


def answer(question, text="Yes.", **rest):
    return Answer(question, "answered", text, references=("book, page 2",), **rest)


def test_markdown_shows_what_was_said_and_nothing_else(tmp_path):
    file = tmp_path / "talk.md"
    tricky = answer("what is\n# this", "a *star* <b> [link](x)\n# head\x1b[31m", suggestions=("- why?",))
    transcript.save([tricky], file, title="Talk")
    assert file.read_text(encoding="utf-8") == (
        "# Talk\n\n## what is # this\n\na \\*star\\* \\<b\\> \\[link\\](x)\n\\# head\\\\u001b\\[31m\n\n"
        "- \\- why?\n\n*Source: book, page 2*\n"
    )
    assert transcript.load(file) == ["what is # this"]


def test_jsonl_holds_the_records_of_batch(tmp_path):
    file = tmp_path / "talk.jsonl"
    turns = [answer("one\ntwo\u2028three"), answer("four")]
    transcript.save(turns, file, title="")
    assert [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n")[:-1]] == [
        t.record() for t in turns
    ]
    assert transcript.load(file) == ["one\ntwo\u2028three", "four"]


@pytest.mark.skipif(sys.platform == "win32", reason="has no such permissions")
def test_a_conversation_is_for_this_user_only(tmp_path):
    transcript.save([answer("one")], tmp_path / "talk.md", title="")
    assert (tmp_path / "talk.md").stat().st_mode & 0o077 == 0


def test_a_conversation_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    (tmp_path / "talk.md").mkdir()
    with pytest.raises(TranscriptError, match=r"cannot be written: Is a directory$"):
        transcript.save([answer("one")], tmp_path / "talk.md", title="", overwrite=True)
    assert os.listdir(tmp_path) == ["talk.md"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"one", "{file}: what kind of file is that? Give a name that ends in .md or .jsonl."),
        ("a.md", b"one", "{file}: holds no question; in Markdown, a question is a line that begins with ##."),
        ("a.jsonl", b"", '{file}: holds no question; a line looks like {{"question": "…"}}.'),
        ("a.jsonl", b'{"question": "x"}\n{"q": 1}', '{file}:2: no question; a line looks like {{"question": "…"}}'),
        ("a.jsonl", b"[1]", '{file}:1: no question; a line looks like {{"question": "…"}}'),
        (
            "a.jsonl",
            b"{",
            "{file}:1: no valid JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        ("a.md", b"## \xff", "{file}: is no UTF-8 text, from byte 3."),
    ],
)
def test_a_file_that_is_no_conversation_is_told(tmp_path, name, content, message):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(TranscriptError) as caught:
        transcript.load(file)
    assert str(caught.value) == message.format(file=file)


def test_a_file_that_is_far_too_long_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(transcript, "MAX_BYTES", 10)
    (tmp_path / "a.md").write_text("## question and more")
    with pytest.raises(TranscriptError, match="that is no conversation"):
        transcript.load(tmp_path / "a.md")
