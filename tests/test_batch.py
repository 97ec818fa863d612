import gzip
import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from test_batch_fake import FakeBot, die, fail_to_load, load, parse, run

from bot import batch_job, batch_work
from bot.answer import RECORD_KEYS
from bot.batch_files import File
from bot.batch_progress import Progress
from bot.batch_rows import CHUNK_ROWS
from bot.batch_summary import Tally
from bot.batch_work import Conversations

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals and processes")
HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Every test has a folder of its own, and names its files without it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def often(monkeypatch):
    """A checkpoint after each chunk."""
    monkeypatch.setattr(batch_job, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(batch_job, "CHECKPOINT_SHARE", 0)


def records(path):
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write_text(path, *lines):
    Path(path).write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def write_conversations(path, rows, sessions, seed=1):
    """Rows of which two in three belong to some session, in no order."""
    chance = random.Random(seed)
    with open(path, "w", encoding="utf-8") as file:
        for number in range(rows):
            session = f"s{chance.randrange(sessions)}" if chance.random() < 2 / 3 else None
            file.write(json.dumps({"id": f"r{number}", "session": session, "q": f"question {number}"}) + "\n")


def command(*arguments, work=0, **options):
    """The same in a process of its own, with a checkpoint after each chunk."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])}
    fake = str(HERE / "test_batch_fake.py")
    return subprocess.Popen(
        [sys.executable, "-W", "error", fake, str(work), *map(str, arguments)], env=environment, **options
    )


# What comes out


def test_each_question_gets_a_record_in_the_order_of_the_input(capsys):
    write_text("q.txt", "When?", "not Sweden", "")
    assert run("q.txt", "-o", "a.jsonl") == 0
    first, second = records("a.jsonl")
    assert tuple(first) == RECORD_KEYS
    assert first == {
        "id": "1", "session": None, "question": "When?", "status": "answered", "text": "Re: When?", "values": [1926],
        "unit": None, "intent": "begun", "operation": None, "slots": {}, "confidence": 0.9, "references": [],
        "suggestions": [],
    }  # fmt: skip
    assert (second["id"], second["status"]) == ("2", "not_understood")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("2 questions in 0.0 s (")
    assert shown.err.endswith(": 1 answered, 1 not understood; written to a.jsonl\n")
    assert sorted(os.listdir()) == ["a.jsonl", "q.txt"]


@pytest.mark.parametrize("output", [[], ["-o", "-"]])
def test_without_a_file_json_lines_go_to_standard_output(capsys, output):
    write_text("q.txt", "When?")
    assert run("q.txt", "--quiet", *output) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["text"] == "Re: When?"
    assert shown.err == ""


def test_standard_input_is_read_and_the_formats_can_be_named(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"id,question\nx,When?\n")))
    assert run("-", "--input-format", "csv", "--format", "txt", "--quiet") == 0
    assert capsys.readouterr().out == "Re: When?\n"


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.tsv", "a.md", "a.txt"])
@pytest.mark.parametrize("gz", ["", ".gz"])
def test_two_runs_agree_to_the_byte_with_any_number_of_workers(name, gz):
    write_conversations("q.jsonl", rows=3 * CHUNK_ROWS + 10, sessions=20)
    results = set()
    for workers in (1, 1, 2) if name == "a.jsonl" else (1, 1):
        assert run("q.jsonl", "-o", name + gz, "--workers", workers, load=load()) == 0
        results.add(Path(name + gz).read_bytes())
    assert len(results) == 1
    if gz:
        run("q.jsonl", "-o", name)
        packed = results.pop()
        assert gzip.decompress(packed) == Path(name).read_bytes()
        assert packed[4:8] == b"\0\0\0\0"  # no time


def test_an_input_without_rows_gives_an_output_without_records():
    write_text("q.txt")
    for name in ("a.jsonl", "a.csv", "a.jsonl.gz"):
        assert run("q.txt", "-o", name) == 0
    assert records("a.jsonl") == records("a.jsonl.gz") == []
    assert Path("a.csv").read_text(encoding="utf-8-sig") == ",".join(RECORD_KEYS) + "\n"


def test_an_output_that_is_a_link_stays_one_and_keeps_its_mode():
    write_text("q.txt", "When?")
    write_text("real.jsonl", "old")
    os.chmod("real.jsonl", 0o640)
    os.symlink("real.jsonl", "a.jsonl")
    assert run("q.txt", "-o", "a.jsonl") == 0
    assert os.path.islink("a.jsonl")
    assert len(records("real.jsonl")) == 1
    assert os.stat("real.jsonl").st_mode & 0o777 == 0o640


# Conversations


def said(path):
    """What each record of `write_conversations` tells of the turns before it, against what these were."""
    heard = {}
    for record in records(path):
        if record["session"]:
            heard.setdefault(record["session"], []).append(record["question"])
            turns = heard[record["session"]]
            yield record["text"], " < ".join(reversed(turns[-20:])) + f" ({len(turns)})"


@pytest.mark.parametrize("workers", [1, 3])
def test_rows_of_a_session_are_one_conversation_in_order_however_they_are_mixed(workers):
    write_conversations("q.jsonl", rows=2000, sessions=7)
    assert run("q.jsonl", "-o", "a.jsonl", "--workers", workers, load=load()) == 0
    assert [record["id"] for record in records("a.jsonl")] == [f"r{number}" for number in range(2000)]
    assert all(text == expected for text, expected in said("a.jsonl"))


def test_conversations_stay_whole_when_there_are_more_than_memory_holds(monkeypatch):
    monkeypatch.setattr(batch_work, "PAGE", 100)
    bot = FakeBot()
    conversations = Conversations(bot.session, live=3)
    chance = random.Random(3)
    heard = {}
    for number in range(600):
        name = f"s{chance.randrange(12)}"
        question = f"question {number}"
        answer = conversations.get(name).ask(question)
        conversations.remember(name, question)
        turns = heard.setdefault(name, [])
        turns.append(question)
        assert answer.text == " < ".join(reversed(turns[-20:])) + f" ({len(turns)})"
        assert len(conversations._open) <= 3


def test_a_conversation_goes_on_after_a_turn_on_which_the_bot_fails():
    turns = ["a", "crash", "b"]
    Path("q.jsonl").write_text("".join(json.dumps({"q": turn, "session": "s"}) + "\n" for turn in turns))
    assert run("q.jsonl", "-o", "a.jsonl") == 1
    assert records("a.jsonl")[2]["text"] == "b < crash < a (3)"


# Rows that cannot be read


def test_a_row_that_cannot_be_read_is_a_record_and_the_run_goes_on(capsys):
    Path("q.jsonl").write_bytes(
        b'{"q": "When?"}\n{"q": 1}\nnonsense\n{"q": "\xff"}\n{}\n\n{"id": "x", "session": "s"}\n{"q": "Where?"}\n'
    )
    assert run("q.jsonl", "-o", "a.jsonl") == 0
    result = records("a.jsonl")
    assert [record["id"] for record in result] == ["1", "2", "3", "4", "5", "x", "7"]
    assert [record["status"] for record in result] == ["answered", *["not_understood"] * 5, "answered"]
    assert all(tuple(record) == RECORD_KEYS for record in result)
    bad = result[5]
    assert (bad["values"], bad["session"], bad["question"]) == ([], "s", "")
    assert bad["text"] == "Row 6 (line 7) could not be read: it has no 'question'; its keys are 'id', 'session'."
    shown = capsys.readouterr().err.splitlines()
    assert shown[1:] == [
        "bot batch: 5 of 7 rows could not be read; their records say why:",
        "  q.jsonl:2: 'question' is a number, not text",
        "  q.jsonl:3: invalid JSON: Expecting value at column 1",
        "  q.jsonl:4: byte 8 (0xff) is not UTF-8; if the file is not, say so with --encoding",
        "  and 2 more",
    ]


@pytest.mark.parametrize("workers", [1, 2])
def test_strict_stops_at_the_first_row_that_cannot_be_read(capsys, workers):
    write_text("q.jsonl", '{"q": "When?"}', '{"q": 1}')
    assert run("q.jsonl", "-o", "a.jsonl", "--strict", "--workers", workers, load=load()) == 2
    assert capsys.readouterr().err == "bot batch: q.jsonl:2: 'question' is a number, not text\n"
    assert os.listdir() == ["q.jsonl"]


def test_a_file_stopped_by_strict_can_be_mended_and_gone_on_with(capsys):
    write_text("q.jsonl", *['{"q": "When?"}'] * CHUNK_ROWS, '{"q": 1}')
    assert run("q.jsonl", "-o", "a.jsonl", "--strict") == 2
    assert capsys.readouterr().err == (
        "bot batch: q.jsonl:257: 'question' is a number, not text; "
        "256 answers are kept, and --resume goes on from there\n"
    )
    write_text("q.jsonl", *['{"q": "When?"}'] * CHUNK_ROWS, '{"q": "Where?"}')
    assert run("q.jsonl", "-o", "a.jsonl", "--strict", "--resume") == 0
    assert len(records("a.jsonl")) == CHUNK_ROWS + 1


def test_a_fault_of_the_bot_costs_one_record_and_the_exit_code(capsys):
    write_text("q.txt", "a", "crash", "surrogate", "b")
    assert run("q.txt", "-o", "a.jsonl", "-q") == 1
    result = records("a.jsonl")
    assert [record["status"] for record in result] == ["answered", "not_understood", "not_understood", "answered"]
    assert result[1]["text"] == (
        "The bot failed on this question (ZeroDivisionError: it did). Please report it."
    )  # fmt: skip
    assert result[2]["text"].startswith("The bot failed on this question (UnicodeEncodeError: ")
    assert capsys.readouterr().err == "bot batch: the bot failed on 2 questions; their records say how\n"


# What cannot be done


def test_what_cannot_be_done_ends_in_one_line(capsys):
    write_text("q.txt", "When?")
    write_text("q.csv", "text", "When?")
    os.mkdir("folder.jsonl")

    def refusal(*arguments):
        assert run(*arguments) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        return shown.err

    assert refusal("none.txt") == "bot batch: none.txt: cannot be read: No such file or directory\n"
    assert refusal("folder.jsonl") == "bot batch: folder.jsonl: cannot be read: Is a directory\n"
    assert refusal("q.csv") == "bot batch: q.csv:1: no column is named 'question'; the header is: text\n"
    assert refusal("q.dat").startswith("bot batch: q.dat: cannot tell its format from its name: add --input-format")
    assert refusal("q.txt", "-o", "a.dat").startswith("bot batch: a.dat: cannot tell its format from its name: add --f")
    assert refusal("q.txt", "-o", "none/a.md") == "bot batch: none/a.md: cannot be written: No such file or directory\n"
    assert refusal("q.txt", "-o", "folder.jsonl") == "bot batch: folder.jsonl: cannot be written: it is a folder\n"
    assert refusal("q.txt", "-o", "./q.txt") == "bot batch: ./q.txt: the output would replace the input\n"
    assert refusal("q.txt", "--resume").startswith("bot batch: --resume needs a file to go on with: add -o FILE")
    assert refusal("q.txt", "--summary", "s.pdf") == "bot batch: s.pdf: a summary is a .json or an .html file\n"
    assert refusal("q.txt", "-o", "a.md", "--summary", "none/s.json") == (
        "bot batch: none/s.json: cannot be written: there is no such folder\n"
    )
    assert refusal("q.txt", "-o", "a.json", "--format", "jsonl", "--summary", "a.json") == (
        "bot batch: a.json: the summary would replace the input or the output\n"
    )
    assert sorted(os.listdir()) == ["folder.jsonl", "q.csv", "q.txt"]


@pytest.mark.parametrize("workers", [1, 2])
def test_data_that_cannot_be_loaded_end_in_their_own_message(capsys, workers):
    write_text("q.txt", "When?")
    assert run("q.txt", "-o", "a.jsonl", "--workers", workers, load=fail_to_load) == 2
    assert capsys.readouterr().err == "bot batch: intents/a.yaml:3:1: no such thing\n"
    assert os.listdir() == ["q.txt"]


def test_a_worker_that_dies_ends_the_run_in_one_line(capsys):
    write_text("q.txt", "When?")
    assert run("q.txt", "-o", "a.jsonl", "--workers", 2, load=die) == 2
    assert capsys.readouterr().err == (
        "bot batch: a worker process has ended before its time (exit code 7); was there too little memory?\n"
    )


def test_a_loader_that_cannot_travel_means_one_worker(caplog):
    write_text("q.txt", "When?")
    assert run("q.txt", "-o", "a.jsonl", "--workers", 2, load=lambda clock: FakeBot()) == 0
    assert "one worker only" in caplog.text


def test_a_fault_of_ours_ends_in_one_line_too(capsys, monkeypatch):
    write_text("q.txt", "When?")
    monkeypatch.setattr(batch_job, "report", None)
    assert run("q.txt", "-o", "a.jsonl", "--summary", "s.json", "-q") == 2
    assert capsys.readouterr().err.startswith("bot batch: this should not happen, please report it: TypeError: ")


@pytest.mark.parametrize("workers", ["0", "-1", "many", "1.5", "5000"])
def test_a_number_of_workers_is_a_number(capsys, workers):
    with pytest.raises(SystemExit) as exit:
        parse("q.txt", f"--workers={workers}")
    assert exit.value.code == 2
    assert f"{workers!r} is no number from 1 to 1024" in capsys.readouterr().err


# Going on


def test_an_unfinished_run_is_gone_on_with_to_the_same_bytes(often):
    write_conversations("q.jsonl", rows=5 * CHUNK_ROWS, sessions=9)
    assert run("q.jsonl", "-o", "whole.jsonl.gz") == 0
    lines = Path("q.jsonl").read_bytes().splitlines(keepends=True)
    for rows in (CHUNK_ROWS, 2 * CHUNK_ROWS, 5 * CHUNK_ROWS):
        Path("q.jsonl").write_bytes(b"".join(lines[:rows]) + b"nonsense")
        assert run("q.jsonl", "-o", "a.jsonl.gz", "--strict", "--resume") == 2
    Path("q.jsonl").write_bytes(b"".join(lines))
    assert run("q.jsonl", "-o", "a.jsonl.gz", "--resume", "--summary", "s.json", "--workers", 2, load=load()) == 0
    assert Path("a.jsonl.gz").read_bytes() == Path("whole.jsonl.gz").read_bytes()
    assert json.loads(Path("s.json").read_text())["questions"] == 5 * CHUNK_ROWS
    assert sorted(os.listdir()) == ["a.jsonl.gz", "q.jsonl", "s.json", "whole.jsonl.gz"]


@pytest.fixture
def unfinished():
    """A run that has stopped in its second chunk."""
    write_text("q.jsonl", *['{"q": "When?"}'] * CHUNK_ROWS, "nonsense")
    assert run("q.jsonl", "-o", "a.jsonl", "--strict", "-q") == 2
    assert sorted(os.listdir()) == ["a.jsonl.part", "a.jsonl.resume", "q.jsonl"]


def test_a_run_that_is_gone_on_with_keeps_the_day_on_which_it_began(unfinished):
    note = json.loads(Path("a.jsonl.resume").read_text(encoding="utf-8"))
    assert note["settings"]["--today"] == date.today().isoformat()
    note["settings"]["--today"] = "2020-02-29"
    Path("a.jsonl.resume").write_text(json.dumps(note), encoding="utf-8")
    days = []

    def load(clock):
        days.append(clock)
        return FakeBot()

    assert run("q.jsonl", "-o", "a.jsonl", "--resume", load=load) == 0
    assert days == [date(2020, 2, 29)]


def test_what_follows_the_part_already_answered_may_change(unfinished):
    write_text("q.jsonl", *['{"q": "When?"}'] * CHUNK_ROWS, *['{"q": "Where?"}'] * 500)
    assert run("q.jsonl", "-o", "a.jsonl", "--resume") == 0
    assert len(records("a.jsonl")) == CHUNK_ROWS + 500


@pytest.mark.parametrize("lines", [
    ['{"q": "When?"}'] * 10,
    ['{"q": "When?"}'] * (CHUNK_ROWS - 1) + ['{"q": "Where?"}', "{}"],
    [],
])  # fmt: skip
def test_an_input_that_has_changed_is_noticed(unfinished, capsys, lines):
    write_text("q.jsonl", *lines)
    assert run("q.jsonl", "-o", "a.jsonl", "--resume") == 2
    assert capsys.readouterr().err.endswith(
        "bot batch: q.jsonl: changed since the unfinished run; leave out --resume to start anew\n"
    )
    assert sorted(os.listdir()) == ["a.jsonl.part", "a.jsonl.resume", "q.jsonl"]


def test_other_settings_are_noticed(unfinished, capsys):
    assert run("q.jsonl", "-o", "a.jsonl", "--resume", "--format", "csv") == 2
    assert capsys.readouterr().err.endswith(
        "bot batch: a.jsonl: the unfinished run was made with another format (jsonl, now csv); "
        "use the same, or leave out --resume to start anew\n"
    )


def test_other_knowledge_is_noticed(unfinished, capsys):
    os.mkdir("knowledge")
    write_text("knowledge/a.yaml", "new: fact")
    assert run("q.jsonl", "-o", "a.jsonl", "--resume") == 2
    assert "a.jsonl: the unfinished run was made with another state of the knowledge (" in capsys.readouterr().err


def test_without_resume_a_run_starts_anew_and_says_what_it_drops(unfinished, capsys):
    write_text("q.jsonl", '{"q": "Where?"}')
    assert run("q.jsonl", "-o", "a.jsonl") == 0
    assert "a.jsonl: an unfinished run of 256 questions is started anew; --resume would" in capsys.readouterr().err
    assert [record["question"] for record in records("a.jsonl")] == ["Where?"]
    assert sorted(os.listdir()) == ["a.jsonl", "q.jsonl"]


def test_a_part_that_is_gone_or_too_short_is_noticed(unfinished, capsys):
    os.truncate("a.jsonl.part", 10)
    assert run("q.jsonl", "-o", "a.jsonl", "--resume") == 2
    assert "a.jsonl.part: shorter than" in capsys.readouterr().err


def test_a_note_that_is_damaged_is_noticed(unfinished, capsys):
    for content in ("", "{", "[]", '{"other": 1}', '{"version": 99}'):
        write_text("a.jsonl.resume", content)
        assert run("q.jsonl", "-o", "a.jsonl", "--resume") == 2
        assert "delete it to start anew" in capsys.readouterr().err


def test_resume_without_anything_to_go_on_with_just_runs():
    write_text("q.txt", "When?")
    assert run("q.txt", "-o", "a.jsonl", "--resume") == 0
    write_text("q.txt", "Where?")
    assert run("q.txt", "-o", "a.jsonl", "--resume") == 0
    assert [record["question"] for record in records("a.jsonl")] == ["Where?"]


@posix
def test_two_runs_never_write_the_same_output(capsys):
    write_text("q.txt", "When?")
    other = File("a.jsonl", packed=False, settings={}, resume=False)
    other.write(b"theirs")
    assert run("q.txt", "-o", "a.jsonl") == 2
    assert capsys.readouterr().err == "bot batch: a.jsonl: another run is writing it\n"
    assert Path("a.jsonl.part").read_bytes() == b"theirs"
    other.close(keep=False)
    assert run("q.txt", "-o", "a.jsonl") == 0


def crash_at(step, *arguments):
    """
    Run in a child process that dies, as if killed, at its *step*th change of the disk; a write is half done by then.

    Returns the exit code: 99 when it died.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = step

    def deadly(change, halfway=None):
        def call(*values):
            nonlocal left
            left -= 1
            if not left:
                if halfway:
                    halfway(*values)
                os._exit(99)
            return change(*values)

        return call

    code = 98
    try:
        write = os.write
        os.write = deadly(os.write, lambda file, data: write(file, data[: len(data) // 2]))
        for name in ("replace", "fsync", "unlink", "ftruncate"):
            setattr(os, name, deadly(getattr(os, name)))
        code = run(*arguments, "-q")
    finally:
        os._exit(code)


@posix
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv.gz"])
def test_a_crash_at_any_change_of_the_disk_loses_nothing(often, name):
    write_conversations("q.jsonl", rows=3 * CHUNK_ROWS + 5, sessions=4)
    run("q.jsonl", "-o", "whole" + name, "-q")
    whole = Path("whole" + name).read_bytes()
    for step in range(1, 100):
        code = crash_at(step, "q.jsonl", "-o", name, "--resume", "--summary", "s.json")
        assert code in (0, 99)
        assert not Path(name).exists() or Path(name).read_bytes() == whole
        again = crash_at(max(step // 2, 3), "q.jsonl", "-o", name, "--resume", "--summary", "s.json")
        assert again in (0, 99)
        assert run("q.jsonl", "-o", name, "--resume", "--summary", "s.json", "-q") == 0
        assert Path(name).read_bytes() == whole
        assert json.loads(Path("s.json").read_text())["by_status"]["answered"] == 3 * CHUNK_ROWS + 5
        assert not any(left.endswith(".resume") for left in os.listdir())
        if code == 0:
            break
        os.unlink(name)
    else:
        pytest.fail("it never came to an end")
    assert step > 20


def wait_for(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return result


@posix
@pytest.mark.parametrize("name, workers", [("a.jsonl", 1), ("a.csv.gz", 2)])
def test_killed_at_random_moments_it_still_arrives_at_the_same_bytes(name, workers):
    write_conversations("q.jsonl", rows=25 * CHUNK_ROWS, sessions=50)
    assert run("q.jsonl", "-o", "whole" + name, "-q") == 0
    size = os.path.getsize("whole" + name)
    chance = random.Random(5)
    for kill in range(4):
        process = command("q.jsonl", "-o", name, "--workers", workers, "--resume", "-q", work=600)
        enough = size * (kill + chance.random()) / 4.5
        wait_for(lambda enough=enough: os.path.exists(name + ".part") and os.path.getsize(name + ".part") > enough)
        time.sleep(chance.uniform(0, 0.02))
        process.kill()
        assert process.wait() == -signal.SIGKILL
    assert run("q.jsonl", "-o", name, "--resume", "-q") == 0
    assert Path(name).read_bytes() == Path("whole" + name).read_bytes()


@posix
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_in_one_line_and_can_be_gone_on_from(workers):
    write_text("q.txt", *["When?"] * 200 * CHUNK_ROWS)
    process = command(
        "q.txt", "-o", "a.jsonl", "--workers", workers, work=3000, stderr=subprocess.PIPE, start_new_session=True
    )
    wait_for(lambda: os.path.exists("a.jsonl.resume"))
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    kept = json.loads(Path("a.jsonl.resume").read_text())["rows"]
    assert errors.decode() == (
        f"bot batch: interrupted; {kept:,} answers are kept, and --resume goes on from there\n"
    )  # fmt: skip


@posix
@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks for processes in /proc")
def test_workers_end_when_the_one_who_started_them_is_killed():
    def children(parent):
        try:
            return Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        except OSError:
            return []

    def is_gone(child):
        try:
            return Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    write_text("q.txt", *["When?"] * 200 * CHUNK_ROWS)
    process = command("q.txt", "-o", "a.jsonl", "--workers", 2, work=3000)
    wait_for(lambda: os.path.exists("a.jsonl.resume"))
    family = children(process.pid)
    assert len(family) >= 2
    process.kill()
    process.wait()
    wait_for(lambda: all(is_gone(child) for child in family))


@posix
def test_a_full_disk_ends_in_one_line_and_can_be_gone_on_from():
    resource = pytest.importorskip("resource")
    write_text("q.txt", *["When?"] * 20 * CHUNK_ROWS)
    assert run("q.txt", "-o", "whole.jsonl", "-q") == 0
    limit = os.path.getsize("whole.jsonl") // 2

    def allow_little():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = command("q.txt", "-o", "a.jsonl", "-q", stderr=subprocess.PIPE, preexec_fn=allow_little)
    _, errors = process.communicate()
    assert process.returncode == 2
    kept = json.loads(Path("a.jsonl.resume").read_text())["rows"]
    assert 0 < kept < 20 * CHUNK_ROWS
    assert errors.decode() == (
        f"bot batch: {os.path.realpath('a.jsonl')}.part: cannot be written: File too large; "
        f"{kept:,} answers are kept, and --resume goes on from there\n"
    )
    assert run("q.txt", "-o", "a.jsonl", "-q", "--resume") == 0
    assert Path("a.jsonl").read_bytes() == Path("whole.jsonl").read_bytes()


# Pipes


@posix
def test_a_closed_pipe_ends_in_one_line():
    write_text("q.txt", *["When?"] * 20 * CHUNK_ROWS)
    process = command("q.txt", "-q", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), errors.decode()) == (141, "bot batch: standard output: closed by its reader\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_device_that_takes_nothing_ends_in_one_line(capsys):
    write_text("q.txt", "When?")
    assert run("q.txt", "-o", "/dev/full", "--format", "jsonl") == 2
    assert capsys.readouterr().err == "bot batch: /dev/full: cannot be written: No space left on device\n"


@posix
def test_somebody_who_waits_for_each_answer_gets_it():
    process = command("-", "--format", "txt", "-q", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        for question in ("When?", "Where?"):
            process.stdin.write(question.encode() + b"\n")
            process.stdin.flush()
            assert process.stdout.readline() == f"Re: {question}\n".encode()
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 0


@posix
def test_a_named_pipe_is_written_to_and_not_replaced():
    write_text("q.txt", "When?")
    os.mkfifo("a.jsonl.gz")
    got = []
    reader = threading.Thread(target=lambda: got.append(Path("a.jsonl.gz").read_bytes()))
    reader.start()
    assert run("q.txt", "-o", "a.jsonl.gz", "-q") == 0
    reader.join()
    assert json.loads(gzip.decompress(got[0]))["question"] == "When?"


# What is seen


def test_progress_is_a_line_now_and_then_where_there_is_no_terminal(capsys, monkeypatch):
    moment = 100.0
    monkeypatch.setattr("bot.batch_progress.monotonic", lambda: moment)
    progress, tally = Progress(quiet=False, bar=False), Tally(rows=0)
    progress.update(tally, 0.0)
    tally.rows, tally.statuses["answered"], tally.statuses["no_data"] = 5000, 4000, 1000
    moment += 5
    progress.update(tally, 0.125)
    moment += 5
    progress.update(tally, 0.25)
    moment += 5
    progress.update(tally, 0.4)
    progress.close()
    assert capsys.readouterr().err == "25%  5,000 questions  500/s  0:30 left  4,000 answered  1,000 no data\n"


def test_progress_is_a_bar_where_there_is_a_terminal(capsys, monkeypatch):
    moment = 100.0
    monkeypatch.setattr("bot.batch_progress.monotonic", lambda: moment)
    monkeypatch.setenv("COLUMNS", "60")
    progress = Progress(quiet=False, bar=True)
    progress.update(Tally(), 0.0)
    moment += 1
    progress.update(Tally(rows=1000), 0.5)
    progress.close()
    shown = capsys.readouterr().err
    assert shown == "\r##########..........  50%  1,000 questions  1,000/s  0:01 l\r" + " " * 59 + "\r"


def test_quiet_shows_nothing(capsys, monkeypatch):
    moment = 100.0
    monkeypatch.setattr("bot.batch_progress.monotonic", lambda: moment)
    progress = Progress(quiet=True, bar=True)
    moment += 100
    progress.update(Tally(rows=1), None)
    progress.close()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["s.json", "s.html"])
def test_a_summary_says_what_it_came_to(name):
    write_text("q.txt", "When?", "not Sweden", "crash")
    assert run("q.txt", "-o", "a.jsonl", "--summary", name) == 1
    summary = Path(name).read_text(encoding="utf-8")
    if name == "s.json":
        result = json.loads(summary)
        assert result["input"] == "q.txt"
        assert result["by_status"] == {"answered": 1, "clarify": 0, "no_data": 0, "not_understood": 2, "social": 0}
        assert result["unknown_words"] == {"sweden": 1}
        assert result["nearest_intents"] == {"near": 1}
        assert result["refusals_by_reason"] == {"the bot failed": 1, "unknown-word": 1}
    else:
        assert "Summary of q.txt" in summary
        assert "<svg" in summary


def test_a_large_file_uses_every_core(monkeypatch):
    used = []
    monkeypatch.setattr(batch_job, "desks", lambda workers, *rest: used.append(workers) or batch_work.desks(1, *rest))
    monkeypatch.setattr(batch_job, "_cores", lambda: 7)
    write_text("small.txt", "When?")
    write_text("large.txt", *["When did it begin, and when did it end?"] * 15_000)
    for arguments in (["small.txt"], ["large.txt"], ["large.txt", "--workers", 3], ["small.txt", "--workers", 3]):
        assert run(*arguments, "-o", "a.txt", "-q") == 0
    assert used == [1, 7, 3, 3]


# Cost


@posix
def test_memory_does_not_grow_with_the_number_of_questions():
    def peak(rows):
        write_text("q.txt", *[f"question {number}" for number in range(rows)])
        process = command("q.txt", "-o", "a.jsonl", "-q", "--workers", 1)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return usage.ru_maxrss

    assert peak(50_000) < 1.1 * peak(1_000)


def test_importing_it_costs_little():
    code = "import sys, bot.batch; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    loaded = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    heavy = {"prompt_toolkit", "multiprocessing", "sqlite3", "csv", "gzip", "hashlib", "json", "logging", "yaml"}
    assert heavy.isdisjoint(loaded.stdout.split())
