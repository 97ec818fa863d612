"""The command line: what scripts rely on. Streams and exit codes are tried on a small stand-in for the engine."""

import io
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import bot
from bot import __version__, cli
from bot.answer import Answer, CandidateNote, Explanation
from bot.errors import LoadError, Position, Problem
from bot.history import History

KNOWN = Answer(
    "When did ties begin?",
    "answered",
    "They began in 1926.",
    values=(1926,),
    intent="ties_began",
    confidence=0.97,
    references=("article, paragraph 2", "article, paragraph 1"),
    explanation=Explanation(candidates=(CandidateNote("ties_began", 0.97, "chosen"),)),
)
UNKNOWN = Answer(
    "How is the weather?", "not_understood", "I know nothing of 'weather'.", suggestions=("When did ties begin?",)
)
ERROR = Problem(Position("intents/a.yaml", 4, 1), "unknown property 'hed'", mend="did you mean 'head'?")


class StandIn:
    """Knows one answer."""

    loaded_from = None
    clock = None
    history = History()
    name = "ties"
    examples = (KNOWN.question,)

    @classmethod
    def load(cls, intents=None, knowledge=None, tables=None, clock=None):
        StandIn.loaded_from = (intents, knowledge)
        StandIn.clock = clock
        if intents == "broken":
            raise LoadError([ERROR])
        return cls()

    def ask(self, text):
        return KNOWN if text == KNOWN.question else UNKNOWN

    def session(self):
        return self

    def explain(self, text):
        return self.ask(text).explanation


@pytest.fixture(autouse=True)
def stand_in(monkeypatch, tmp_path):
    monkeypatch.setitem(vars(bot), "Bot", StandIn)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken").mkdir()


def usage_error(*argv):
    with pytest.raises(SystemExit) as caught:
        cli.main(argv)
    return caught.value.code


def test_an_answer_goes_to_standard_output_with_its_source(capsys):
    assert cli.main(["ask", "When did ties begin?"]) == 0
    assert capsys.readouterr() == ("They began in 1926.\nSource: article, paragraph 2; article, paragraph 1\n", "")


@pytest.mark.parametrize("argv", [["--today", "1950-01-02", "ask", "hello"], ["ask", "hello", "--today=1950-01-02"]])
def test_the_day_can_be_fixed(argv):
    cli.main(argv)
    assert StandIn.clock == date(1950, 1, 2)


def test_a_day_is_a_date(capsys):
    with pytest.raises(SystemExit) as exit:
        cli.main(["ask", "hello", "--today", "tomorrow"])
    assert exit.value.code == 2
    assert capsys.readouterr().err.endswith("argument --today: 'tomorrow' is no date such as 2026-11-23\n")


def test_a_question_without_an_answer_exits_with_1_and_suggests_others(capsys):
    assert cli.main(["ask", "How is the weather?"]) == 1
    assert capsys.readouterr() == (
        "I know nothing of 'weather'.\nYou can ask:\n  - When did ties begin?\n",
        "",
    )


def test_a_question_need_not_be_quoted():
    assert cli.main(["ask", "When", "did", "ties", "begin?"]) == 0


def test_a_question_is_read_from_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("\ufeffWhen did ties begin?\r\n"))
    assert cli.main(["ask", "-"]) == 0


def test_a_question_that_is_no_text_is_asked_all_the_same():
    assert cli.main(["ask", "caf\udce9"]) == 1


def test_json_is_the_record(capsys):
    assert cli.main(["ask", "--json", "When did ties begin?"]) == 0
    assert json.loads(capsys.readouterr().out) == KNOWN.record()


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_control_characters_reach_no_terminal(monkeypatch, capsys, as_json):
    evil = Answer("q", "answered", "red \x1b[31m, C1 \x9b31m, backwards \u202e, \x7f")
    monkeypatch.setattr(StandIn, "ask", lambda self, text: evil)
    cli.main(["ask", "q", *as_json])
    out = capsys.readouterr().out
    assert out.rstrip("\n").isprintable()
    if as_json:
        assert json.loads(out)["text"] == evil.text


def test_explain_shows_the_explanation(capsys):
    assert cli.main(["explain", "When did ties begin?"]) == 0
    assert capsys.readouterr().out == KNOWN.explanation.text() + "\n"
    assert cli.main(["explain", "When did ties begin?", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == KNOWN.explanation.record()


def test_a_broken_folder_stops_every_other_command(capsys):
    assert cli.main(["ask", "q", "--intents", "broken"]) == 2
    assert capsys.readouterr() == ("", f"{ERROR}\n")


def test_a_file_of_tests_is_graded_against_a_bar(tmp_path, capsys):
    file = tmp_path / "tests.jsonl"
    file.write_text('{"q": "When did ties begin?", "must": [["1926"]]}\n{"q": "Why?", "must": [["1926"]]}\n')
    assert cli.main(["test", str(file)]) == 1
    assert capsys.readouterr().err == "bot: 1 of 2 right, which is below 100 %\n"
    assert cli.main(["test", str(file), "--fail-under", "50", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["right"] == 1


def test_a_file_of_tests_that_cannot_be_read_exits_with_2(capsys):
    assert cli.main(["test", "none.jsonl"]) == 2
    assert capsys.readouterr() == ("", "none.jsonl: cannot be read: No such file or directory\n")


@pytest.mark.parametrize(
    "argv",
    [
        ["fly"],
        ["ask"],
        ["ask", "q", "--jso"],
        ["ask", "q", "--intents", "nowhere"],
        ["test"],
        ["test", "a.jsonl", "--fail-under", "101"],
        ["test", "a.jsonl", "--fail-under", "nan"],
    ],
)
def test_wrong_usage_exits_with_2_and_prints_no_answer(argv, capsys):
    assert usage_error(*argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("usage: ")


def test_version(capsys):
    assert usage_error("--version") == 0
    assert capsys.readouterr().out == f"citebot {__version__}\n"


@pytest.mark.parametrize(
    "argv",
    [["ask", "q", "--intents", "broken", "--knowledge", "."], ["--intents", "broken", "--knowledge", ".", "ask", "q"]],
)
def test_folders_may_stand_before_and_after_the_command(argv):
    cli.main(argv)
    assert StandIn.loaded_from == ("broken", ".")


@pytest.mark.parametrize("argv", [[], ["chat"]])
def test_lines_of_standard_input_are_answered_when_no_command_is_given(argv, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("When did ties begin?\n"))
    assert cli.main(argv) == 0
    assert capsys.readouterr().out.startswith("They began in 1926.\n")


def test_ctrl_c_exits_as_a_shell_expects(monkeypatch, capsys):
    def interrupt(self, text):
        raise KeyboardInterrupt

    monkeypatch.setattr(StandIn, "ask", interrupt)
    assert cli.main(["ask", "q"]) == 130
    assert capsys.readouterr() == ("", "")


# Whole processes, on the bundled subject


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Where the package under test is found, and the user's own cache and history are not."""
    return {
        **os.environ,
        "PYTHONPATH": str(Path(bot.__file__).parent.parent),
        "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")),
        "XDG_STATE_HOME": str(tmp_path_factory.mktemp("state")),
    }


def run(*argv, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 60, **options}
    return subprocess.run([sys.executable, "-m", "bot", *argv], **options)


def test_output_is_utf_8_whatever_the_locale(environment):
    ascii_only = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run("ask", "Is İzmir a city?", env={**environment, **ascii_only})
    assert done.returncode in (0, 1)
    assert done.stderr == b""
    assert done.stdout.decode("utf-8")


def test_a_reader_that_goes_away_is_met_with_silence(environment):
    reading, writing = os.pipe()
    os.close(reading)
    done = run("ask", "hello", env=environment, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_one_line(environment):
    with open("/dev/full", "wb") as full:
        done = run("ask", "hello", env=environment, stdout=full)
    assert done.stderr == b"bot: cannot write the output: No space left on device\n"
    assert done.returncode == 2


@pytest.mark.parametrize("argv", [["chat"], ["ask", "-"]])
def test_standard_input_that_cannot_be_read_is_told(argv, environment, tmp_path):
    with open(tmp_path / "for writing", "wb") as file:
        done = run(*argv, env=environment, stdin=file)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"bot: cannot read standard input: ")


def test_asking_imports_nothing_for_the_prompt(environment):
    program = "import sys; from bot.cli import main; main(['ask', 'hello']); sys.exit('prompt_toolkit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], env=environment, timeout=60).returncode == 0
