"""`bot check` as people and programs call it: what is printed, mended, and the exit codes."""

import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from bot import check_command, cli
from bot.authoring import make_domain
from bot.checks import Checked
from bot.paths import bundled

HINT = "Unused names, conflicts and what no question reaches are looked for once there are no errors.\n"


@pytest.fixture(scope="module")
def language(tmp_path_factory):
    """Little of the language data: all of it takes a second to load, and these tests do not ask much."""
    folder = tmp_path_factory.mktemp("bundled") / "intents"
    (folder / "language" / "en").mkdir(parents=True)
    for name in ("grammar.yaml", "numbers.yaml", "fillers.yaml", "conversation.yaml", "common-words.txt"):
        shutil.copy(bundled("intents") / "language" / "en" / name, folder / "language" / "en")
    return folder


@pytest.fixture(autouse=True)
def domain(tmp_path, monkeypatch, language):
    """The domain that `bot new` makes, in `mine`."""
    monkeypatch.chdir(tmp_path)
    make_domain(Path("mine"))
    monkeypatch.setattr(check_command, "bundled", lambda kind: language)


def change(name, old, new):
    path = Path("mine", name)
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def run(capsys, *options):
    code = cli.main(["check", "--domain", "mine", *options])
    done = capsys.readouterr()
    assert done.err == ""
    return code, done.out


def test_a_sound_domain_is_done(capsys):
    assert run(capsys) == (0, "0 errors, 0 warnings\n")


def test_warnings_are_told_as_such_and_stop_nothing(capsys):
    change("intents/questions.yaml", "[first, light, shine]", "[first, light, shine, between]")
    told = """\
mine/intents/questions.yaml:13:34: warning: the word 'between' does nothing here [unused-word]
    words: [first, light, shine, between]        # may be said besides
                                 ^~~~~~~
  why:  question words and prepositions may be said in any question
  mend: remove it
0 errors, 1 warning, 1 for --fix
"""
    assert run(capsys) == (0, told)
    assert run(capsys, "--strict") == (1, told)


def test_an_error_falls_short_and_says_what_waits_for_it(capsys):
    change("knowledge/facts.yaml", "time: 1874", "time: soon")
    code, out = run(capsys)
    assert code == 1
    assert out.startswith("mine/knowledge/facts.yaml:36:33: 'soon' is not a time [wrong-time]\n")
    assert out.endswith(HINT + "1 error, 0 warnings\n")


def test_json_has_what_the_text_says(capsys):
    change("intents/questions.yaml", "[first, light, shine]", "[first, light, shine, between]")
    code, out = run(capsys, "--json")
    assert (code, json.loads(out)) == (
        0,
        {
            "errors": 0,
            "warnings": 1,
            "problems": [
                {
                    "file": "mine/intents/questions.yaml",
                    "line": 13,
                    "column": 34,
                    "severity": "warning",
                    "code": "unused-word",
                    "what": "the word 'between' does nothing here",
                    "why": "question words and prepositions may be said in any question",
                    "mend": "remove it",
                    "fixable": True,
                }
            ],
        },
    )


def test_sarif_has_a_result_for_each_problem(capsys):
    change("knowledge/facts.yaml", "time: 1874", "time: soon")
    code, out = run(capsys, "--sarif")
    (result,) = json.loads(out)["runs"][0]["results"]
    assert (code, result["ruleId"], result["level"]) == (1, "wrong-time", "error")


def test_fix_mends_what_is_safe_and_checks_again(capsys):
    change("intents/questions.yaml", "[first, light, shine]", "[first, light, between, light]")
    change("intents/questions.yaml", "asks: number", "ask: number")
    before = Path("mine/intents/questions.yaml").read_text(encoding="utf-8")
    code, out = run(capsys, "--fix")
    assert (code, out) == (
        0,
        "mine/intents/questions.yaml:13:27: mended: the word 'between' does nothing here [unused-word]\n"
        "mine/intents/questions.yaml:22:5: mended: unknown key 'ask' [unknown-key]\n"
        "mine/intents/questions.yaml:13:27: mended: 'light' is in this list already [repeated-word]\n"
        "0 errors, 0 warnings, 3 mended\n",
    )
    after = Path("mine/intents/questions.yaml").read_text(encoding="utf-8")
    assert after == before.replace("between, light]", "]").replace("light, ]", "light]").replace("ask:", "asks:")


def test_fix_a_second_time_changes_nothing(capsys):
    change("intents/questions.yaml", "[first, light, shine]", "[first, light, between, light]")
    run(capsys, "--fix")
    once = Path("mine/intents/questions.yaml").read_bytes()
    assert run(capsys, "--fix") == (0, "0 errors, 0 warnings, 0 mended\n")
    assert Path("mine/intents/questions.yaml").read_bytes() == once


def test_fix_leaves_the_files_as_they_were_where_it_would_bring_errors(capsys, monkeypatch):
    change("intents/questions.yaml", "[first, light, shine]", "[first, light, between]")
    before = Path("mine/intents/questions.yaml").read_bytes()
    mend = check_command.apply_edits

    def harm(problems):
        done = mend(problems)
        Path("mine/intents/questions.yaml").write_text("intents: [", encoding="utf-8")
        return done

    monkeypatch.setattr(check_command, "apply_edits", harm)
    assert cli.main(["check", "--domain", "mine", "--fix"]) == 0
    done = capsys.readouterr()
    assert done.err == "bot: mending brought new errors, so the files are as they were\n"
    assert done.out.endswith("0 errors, 1 warning, 0 mended\n")
    assert Path("mine/intents/questions.yaml").read_bytes() == before


def test_the_bundled_subject_of_an_installed_package_is_not_mended(capsys, monkeypatch):
    monkeypatch.setattr(check_command, "is_installed", lambda: True)
    assert cli.main(["check", "--fix", "--domain", "mine"]) == 0
    capsys.readouterr()
    monkeypatch.setattr(check_command, "_check", lambda args: Checked((), None))
    assert cli.main(["check", "--fix"]) == 2
    assert capsys.readouterr().err == "bot: the bundled subject cannot be mended: name your own with --domain\n"


def test_the_tolerance_is_a_percentage(capsys):
    change(
        "knowledge/facts.yaml",
        "    - {lighthouse: south, number: 96, paragraph: 2}\n",
        "    - {lighthouse: south, number: 96, paragraph: 2}\n    - {lighthouse: south, number: 98, paragraph: 3}\n",
    )
    assert "[contradiction]" in run(capsys)[1]
    assert run(capsys, "--tolerance", "5") == (0, "0 errors, 0 warnings\n")
    with pytest.raises(SystemExit) as stopped:
        cli.main(["check", "--tolerance", "much"])
    assert stopped.value.code == 2


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_how_far_it_is_and_is_left_clean(capsys, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert cli.main(["check", "--domain", "mine"]) == 0
    shown = terminal.getvalue()
    assert shown.startswith("\rreading the files\r")
    assert "#################### 100%  patterns: 2 of 2" in shown
    assert shown.endswith(" \r")
    assert capsys.readouterr().out == "0 errors, 0 warnings\n"


def test_control_characters_of_a_file_reach_no_terminal(capsys):
    change("intents/questions.yaml", "asks: number", 'asks: "num\\x1b[31mber"')
    assert "\x1b" not in run(capsys)[1]
