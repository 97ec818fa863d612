"""Chatting through a pipe: a question a line, answers without an escape code."""

import io
import subprocess
import sys

import pytest

from bot import repl
from bot.terminal.commands import Chat


def plainly(bot, lines, capsys):
    repl.chat_plainly(Chat(bot), io.StringIO(lines))
    return capsys.readouterr().out


def test_a_pipe_gets_answers_and_nothing_else(bot, capsys):
    assert plainly(bot, "\ufeffWhen did King Harald visit Turkey?\n\nhi\r\n", capsys).startswith(
        "Harald V visited Turkey on 5–6 November 2013.\n"
        "Source: article “Norway–Turkey relations”, section “High level visits”, row 2\n\n"
        "Hello! "
    )


def test_lines_are_turns_of_one_conversation(bot, capsys):
    printed = plainly(bot, "When did King Harald visit Turkey?\nWho received him?\n", capsys)
    assert "\n\nPresident Abdullah Gül received Harald V.\n" in printed


def test_quit_leaves(bot, capsys):
    assert plainly(bot, "/quit\nhi\n", capsys) == ""


def test_what_can_be_asked_instead_is_numbered_and_a_number_picks_it(bot, capsys):
    printed = plainly(bot, "how much did Norway export to Sweden in 2018\n1\n", capsys)
    assert printed.startswith(
        "I do not know about “Sweden”.\n"
        "You can ask:\n"
        "  1. How much did Norway export to Turkey in 2018?\n"
        "  2. What were Turkey's exports to Norway worth in 2018?\n\n"
        "Norway's exports to Turkey in 2018 came to 765 million dollars.\n"
    )


def test_views_come_on_request_and_without_an_escape_code(bot, capsys):
    printed = plainly(bot, "exports in 2018\n/plot\n", capsys)
    assert "\n\nValue of exports, 2018\nTurkey  █" in printed
    assert "\x1b" not in printed


def test_a_whole_process_at_a_pipe_writes_no_escape_code_and_imports_no_prompt():
    code = "import sys; from bot.cli import main; main(['chat']); assert 'prompt_toolkit' not in sys.modules"
    questions = "exports in 2018\n/table\n/topics\n\x1b]0;owned\x07\n/nothing \x9b31m\n"
    run = subprocess.run([sys.executable, "-c", code], input=questions.encode(), capture_output=True, check=True)
    assert b"765 million dollars" in run.stdout
    assert b"\x1b" not in run.stdout
    assert "\x9b".encode() not in run.stdout
    assert run.stderr == b""


def test_a_folder_for_standard_input_is_told(tmp_path):
    class Unreadable(io.StringIO):
        def __iter__(self):
            raise IsADirectoryError(21, "Is a directory")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", Unreadable())
        with pytest.raises(repl.InputError, match="bot: cannot read standard input: Is a directory"):
            list(repl._standard_input())
