"""Chatting, plainly and at a prompt that a program types at."""

import io
import sys

import pytest
from prompt_toolkit import PromptSession
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot import repl
from bot.answer import Answer, Explanation

ENTER, CTRL_C, CTRL_D = "\r", "\x03", "\x04"


class StandInSession:
    """Echoes, and counts its turns."""

    def __init__(self):
        self.turns = 0

    def ask(self, text):
        self.turns += 1
        return Answer(
            text,
            "answered",
            f"{self.turns}: {text}",
            references=() if text == "hi" else ("article, paragraph 2",),
            explanation=Explanation(query=f"find {text}"),
        )


class StandIn:
    name = about = "ties"
    examples = ("When did ties begin?", "Who visited whom?", "x" * 80)

    def session(self):
        return StandInSession()


@pytest.fixture(autouse=True)
def own_state(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


@pytest.fixture
def type_at_prompt(capsys):
    """Type keys at a prompt; returns what was printed below the first screen."""

    def type_keys(keys):
        with create_pipe_input() as keyboard:
            keyboard.send_text(keys)
            repl.chat_at_terminal(StandIn(), PromptSession(input=keyboard, output=DummyOutput()))
        return capsys.readouterr().out.removeprefix(repl.first_screen(StandIn()) + "\n")

    return type_keys


def plainly(lines, capsys):
    repl.chat_plainly(StandIn(), io.StringIO(lines))
    return capsys.readouterr().out


def test_the_first_screen_is_three_lines_that_fit():
    assert repl.first_screen(StandIn()) == (
        "I answer questions about ties, name my source, and say so when I do not know.\n"
        "Ask, for example: When did ties begin? · Who visited whom?\n"
        "/help lists the commands, Ctrl-D leaves."
    )


def test_a_subject_without_examples_has_a_first_screen_too():
    class Bare(StandIn):
        examples = ()

    assert repl.first_screen(Bare()).count("\n") == 2


def test_questions_at_the_prompt_are_turns_of_one_session(type_at_prompt):
    assert type_at_prompt("hi" + ENTER + "hi" + ENTER + CTRL_D) == "1: hi\n2: hi\n"


def test_quit_leaves(type_at_prompt):
    assert type_at_prompt("/quit" + ENTER + "hi" + ENTER) == ""


def test_ctrl_c_clears_the_line(type_at_prompt):
    printed = type_at_prompt("wrong" + CTRL_C + "hi" + ENTER + CTRL_D)
    assert printed == "Ctrl-C once more, or Ctrl-D, leaves.\n1: hi\n"


def test_ctrl_c_twice_leaves(type_at_prompt):
    assert type_at_prompt("wrong" + CTRL_C + CTRL_C + "hi" + ENTER) == "Ctrl-C once more, or Ctrl-D, leaves.\n"


def test_ctrl_c_on_a_new_line_of_text_only_clears_it(type_at_prompt):
    printed = type_at_prompt("a" + CTRL_C + "b" + CTRL_C + "hi" + ENTER + CTRL_D)
    assert printed.endswith("1: hi\n")


def test_pasted_lines_are_questions_of_their_own(type_at_prompt):
    pasted = "\x1b[200~hi\nhi\x1b[201~"
    assert type_at_prompt(pasted + ENTER + CTRL_D) == "1: hi\n2: hi\n"


def test_history_is_kept_for_the_next_chat_and_for_this_user_only(tmp_path):
    with create_pipe_input() as keyboard:
        keyboard.send_text("hi" + ENTER + CTRL_D)
        repl.chat_at_terminal(StandIn(), repl.prompt_session(input=keyboard, output=DummyOutput()))
    file = tmp_path / "citebot" / "history"
    assert "+hi" in file.read_text()
    if sys.platform != "win32":
        assert file.stat().st_mode & 0o077 == 0


def test_history_that_cannot_be_kept_does_no_harm(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with create_pipe_input() as keyboard:
        keyboard.send_text("hi" + ENTER + CTRL_D)
        repl.chat_at_terminal(StandIn(), repl.prompt_session(input=keyboard, output=DummyOutput()))
    assert "1: hi" in capsys.readouterr().out


def test_a_pipe_gets_answers_and_nothing_else(capsys):
    assert plainly("\ufeffhi\n\nwhen?\r\n", capsys) == "1: hi\n\n2: when?\nSource: article, paragraph 2\n\n"


def test_commands_work_in_a_pipe(capsys):
    assert plainly("when?\n/why\n/source\n/quit\nhi\n", capsys) == (
        "1: when?\nSource: article, paragraph 2\n\nwords\nquery\n  find when?\n\nSource: article, paragraph 2\n\n"
    )


def test_new_forgets_what_was_said(capsys):
    assert (
        plainly("hi\n/new\n/why\nhi\n", capsys) == "1: hi\n\nStarting over.\n\nNothing has been asked yet.\n\n1: hi\n\n"
    )


@pytest.mark.parametrize("command", ["/why", "/source"])
def test_commands_about_the_last_answer_need_one(command):
    assert repl.Chat(StandIn()).reply(command) == "Nothing has been asked yet."


def test_an_answer_without_references_has_no_source():
    chat = repl.Chat(StandIn())
    chat.reply("hi")
    assert chat.reply("/source") == "The last answer states no fact, so it has no source."


def test_help_names_every_command():
    chat = repl.Chat(StandIn())
    for command in ("/why", "/source", "/new", "/help", "/quit"):
        assert command in chat.reply("/help")


def test_an_unknown_command_is_told_and_asked_of_nobody():
    assert repl.Chat(StandIn()).reply("/fly \x1b[31m away") == "There is no /fly; /help lists what there is."


def test_what_is_quoted_from_the_person_is_harmless():
    assert "\x1b" not in repl.Chat(StandIn()).reply("\x1b]0;owned\x07")
