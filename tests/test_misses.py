"""The log of questions that could not be answered: what it keeps, when, and that it never harms an answer."""

import json
import os
import pickle
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot import Bot, InputError
from bot.cli import main
from bot.misses import LONGEST, NOTICE, MissLog, default_path, domain_key, wanted

TOWN = ("town/intents", "town/knowledge")
FOLDERS = ["--intents", TOWN[0], "--knowledge", TOWN[1]]
UNKNOWN = "how many gizmos does the branch hold?"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "misses.sqlite"


@pytest.fixture
def town_bot(town, path):
    return Bot.load(*TOWN, misses=path)


def kept(path, domain=None):
    log = MissLog(path, domain_key(*TOWN) if domain is None else domain)
    return [(miss.question, miss.times) for miss in log.read()]


def test_nothing_is_kept_unless_asked_for(town, capsys, monkeypatch):
    monkeypatch.delenv("CITEBOT_MISSES", raising=False)
    assert Bot.load(*TOWN).misses is None
    main(["ask", UNKNOWN, *FOLDERS])
    assert not os.path.exists(default_path())
    assert capsys.readouterr().err == ""


def test_a_question_that_is_not_answered_is_kept_and_counted(town_bot, path):
    for _ in range(3):
        town_bot.ask(UNKNOWN)
    assert kept(path) == [(UNKNOWN, 3)]


@pytest.mark.parametrize("question", ["when did the branch open?", "hello", "x" * 5000, "\x00\x01", ""])
def test_what_is_answered_or_is_no_question_is_not_kept(town_bot, path, question):
    before = town_bot.ask(question).status
    assert kept(path) == ([(question, 1)] if before == "not_understood" and question == "" else [])


def test_questions_without_a_fact_are_kept_too(town_bot, path):
    town_bot.ask("did the branch open in the 1950s or in Paris?")
    town_bot.ask("how many books did the main library hold in 1920?")
    assert len(kept(path)) >= 1


def test_no_more_is_kept_than_is_said(town_bot, path):
    town_bot.ask(UNKNOWN)
    connection = sqlite3.connect(path)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(misses)")]
    connection.close()
    assert columns == ["domain", "question", "followed", "status", "times", "first", "last"]
    assert len(MissLog(path, domain_key(*TOWN)).read()[0].first) == len("2026-11-23")


def test_a_long_question_is_cut(town_bot, path):
    town_bot.ask("gizmo " * 200)
    assert [len(question) for question, _ in kept(path)] == [LONGEST]


def test_only_the_user_can_read_the_log(town_bot, path):
    town_bot.ask(UNKNOWN)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_question_that_went_on_from_another_is_marked(town_bot, path):
    session = town_bot.session()
    session.ask("when did the branch open?")
    session.ask("and the gizmo?")
    assert [miss.followed for miss in MissLog(path, domain_key(*TOWN)).read()] == [True]


def test_the_misses_of_another_subject_are_others(town_bot, path):
    town_bot.ask(UNKNOWN)
    assert kept(path, domain="") == []


def test_a_bot_that_travels_takes_its_log_along(town_bot, path):
    pickle.loads(pickle.dumps(town_bot)).ask(UNKNOWN)
    assert kept(path) == [(UNKNOWN, 1)]


def test_threads_share_a_log(town_bot, path):
    threads = [threading.Thread(target=lambda: [town_bot.ask(UNKNOWN) for _ in range(25)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept(path) == [(UNKNOWN, 100)]
    assert town_bot.misses.failure == ""


PROCESS = """
import sys
from bot.answer import Answer
from bot.misses import MissLog
log = MissLog(sys.argv[1], "d")
for n in range(200):
    log.note(Answer(f"what is {n % 10}?", "not_understood", ""))
assert not log.failure, log.failure
"""


def test_processes_share_a_log(path):
    running = [subprocess.Popen([sys.executable, "-c", PROCESS, str(path)]) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    assert kept(path, "d") == [(f"what is {n}?", 80) for n in range(10)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_opens_its_own_connection(path):
    code = PROCESS.replace('MissLog(sys.argv[1], "d")', 'MissLog(sys.argv[1], "d")\nimport os').replace(
        "for n in", "log.note(Answer('first', 'no_data', ''))\nchild = os.fork()\nfor n in"
    )
    code += "if child:\n    assert os.waitpid(child, 0)[1] == 0\n"
    subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(path)], check=True)
    assert dict(kept(path, "d"))["what is 0?"] == 40


def test_a_log_that_cannot_be_made_costs_no_answer(town, tmp_path):
    (tmp_path / "file").write_text("")
    bot = Bot.load(*TOWN, misses=tmp_path / "file" / "misses.sqlite")
    assert bot.ask(UNKNOWN).status == "not_understood"
    assert bot.misses.failure


def test_a_file_that_is_no_database_costs_no_answer_and_stays(town, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but somebody's notes\n" * 50)
    bot = Bot.load(*TOWN, misses=path)
    assert bot.ask(UNKNOWN).status == "not_understood"
    assert bot.misses.failure == "DatabaseError: file is not a database"
    assert path.read_text() == "not a database, but somebody's notes\n" * 50


def test_after_a_failure_the_log_is_left_alone_for_a_while(town, tmp_path):
    bot = Bot.load(*TOWN, misses=tmp_path)  # a folder
    bot.ask(UNKNOWN)
    bot.misses.failure = ""
    bot.ask(UNKNOWN)
    assert bot.misses.failure == ""


def test_a_log_that_cannot_be_read_is_an_error_that_names_it(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database\n" * 100)
    with pytest.raises(InputError) as refused:
        MissLog(path).read()
    assert str(refused.value) == f"{path}: the log of misses cannot be used: file is not a database"


def test_a_log_that_is_not_there_is_empty(path):
    assert MissLog(path).read() == []
    assert MissLog(path).clear() == 0
    assert not path.exists()


def test_cleared_words_do_not_stay_in_the_file(town_bot, path):
    town_bot.ask(UNKNOWN)
    assert MissLog(path, domain_key(*TOWN)).clear() == 1
    assert kept(path) == []
    town_bot.misses._connection.close()
    assert b"gizmos" not in path.read_bytes()


@pytest.mark.parametrize(
    ("value", "asked", "path"),
    [
        (None, False, None),
        (None, True, "default"),
        ("0", False, None),
        ("off", False, None),
        ("1", False, "default"),
        ("/tmp/elsewhere.sqlite", False, "/tmp/elsewhere.sqlite"),
        ("/tmp/elsewhere.sqlite", True, "/tmp/elsewhere.sqlite"),
        ("0", True, "default"),
    ],
)
def test_flag_and_environment_turn_it_on(monkeypatch, value, asked, path):
    if value is None:
        monkeypatch.delenv("CITEBOT_MISSES", raising=False)
    else:
        monkeypatch.setenv("CITEBOT_MISSES", value)
    assert wanted(asked=asked) == (default_path() if path == "default" else path)


def test_the_command_says_plainly_what_it_keeps(town, path, capsys, monkeypatch):
    monkeypatch.setenv("CITEBOT_MISSES", str(path))
    main(["ask", UNKNOWN, *FOLDERS])
    assert capsys.readouterr().err == NOTICE.format(path=path) + "\n"
    main(["ask", UNKNOWN, *FOLDERS])
    assert capsys.readouterr().err == "", "said once, when the log is new"
    main(["ask", UNKNOWN, "--log-misses", *FOLDERS])
    assert capsys.readouterr().err == "", "nor when it is asked for again"
    assert kept(path) == [(UNKNOWN, 3)]


def test_whoever_chats_is_told_each_time(town, path, capsys, monkeypatch):
    from io import StringIO

    monkeypatch.setenv("CITEBOT_MISSES", str(path))
    for _ in range(2):
        monkeypatch.setattr("sys.stdin", StringIO(UNKNOWN + "\n"))
        assert main(FOLDERS) == 0
        assert capsys.readouterr().err == NOTICE.format(path=path) + "\n"
    assert kept(path) == [(UNKNOWN, 2)]


def test_batch_keeps_them_from_every_worker(town, path, capsys, monkeypatch):
    monkeypatch.setenv("CITEBOT_MISSES", str(path))
    rows = [json.dumps({"question": UNKNOWN}) for _ in range(20)]
    Path("questions.jsonl").write_text("\n".join(rows), encoding="utf-8")
    command = ["batch", "questions.jsonl", "-o", "answers.jsonl", "--workers", "2", "--quiet"]
    subprocess.run([sys.executable, "-m", "bot", *command, *FOLDERS], check=True, env=_environment())
    assert kept(path) == [(UNKNOWN, 20)]


def _environment():
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}


def test_a_log_that_fails_is_told_beside_the_answer(town, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CITEBOT_MISSES", str(tmp_path))
    main(["ask", UNKNOWN, *FOLDERS])
    out, err = capsys.readouterr()
    assert out.startswith("I do not know about “gizmos”.")
    assert err.startswith(NOTICE.format(path=tmp_path) + f"\nbot: the question could not be kept in {tmp_path}: IsADir")
