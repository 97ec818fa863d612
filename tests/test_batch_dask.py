"""A batch on a cluster of separate processes: a scheduler, and workers of which one is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_batch import command, records, write_conversations, write_text
from test_batch_fake import run

pytest.importorskip("distributed")
HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def part_of_cluster(folder, *arguments):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])}
    dask = [sys.executable, "-m", "dask", *arguments, "--scheduler-file", "cluster.json", "--no-dashboard"]
    return subprocess.Popen(
        dask, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The scheduler file of a cluster, and its two workers."""
    folder = tmp_path_factory.mktemp("cluster")
    worker = ("worker", "--nthreads", "1", "--no-nanny", "--name")
    started = [part_of_cluster(folder, "scheduler", "--host", "127.0.0.1", "--port", "0")]
    try:
        started += [part_of_cluster(folder, *worker, name) for name in ("one", "two")]
        yield folder / "cluster.json", started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


def wait_until(condition, seconds=60):
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "it never came to that"
        time.sleep(0.02)


def parts(folder):
    return sorted(Path(folder).glob("part-*"))


def joined(folder):
    return b"".join(part.read_bytes() for part in parts(folder))


def lines_of(content):
    return sorted(content.splitlines())


def test_a_cluster_gives_the_answers_of_one_machine_and_keeps_conversations_whole(cluster):
    scheduler, _ = cluster
    wait_until(scheduler.exists)
    write_conversations("q1.jsonl", 700, 20)
    write_conversations("q2.jsonl", 500, 20, seed=2)
    assert run("q*.jsonl", "-o", "a.jsonl", "--quiet") == 0
    with command(
        "q*.jsonl", "-o", "out", "--dask", scheduler, "--partitions", 5, "--summary", "s.json", "-q"
    ) as process:
        assert process.wait() == 0
    assert [path.name for path in parts("out")] == [f"part-{number:05}.jsonl" for number in range(5)]
    assert lines_of(joined("out")) == lines_of(Path("a.jsonl").read_bytes())
    homes = [{json.loads(line)["session"] for line in part.read_bytes().splitlines()} - {None} for part in parts("out")]
    assert sum(map(len, homes)) == len(set().union(*homes)) == 20
    assert json.loads(Path("s.json").read_text(encoding="utf-8"))["questions"] == 1200
    assert sorted(os.listdir("out")) == ["_SUCCESS", *(path.name for path in parts("out"))]


def test_a_lost_worker_and_a_killed_run_cost_no_answer(cluster):
    """Of two workers one is killed, then the run itself; another run goes on with the worker that is left."""
    scheduler, (worker, _) = cluster
    wait_until(scheduler.exists)
    write_text("q.txt", *(f"question {number}" for number in range(3000)), "crash", "not known")
    assert run("q.txt", "-o", "a.jsonl", "--quiet") == 1
    arguments = ("q.txt", "-o", "out", "--dask", scheduler, "--partitions", 20, "--quiet")
    with command(*arguments, work=30_000, stderr=subprocess.PIPE) as process:
        wait_until(lambda: len(parts("out")) > 1)
        worker.kill()
        left = len(parts("out"))
        wait_until(lambda: len(parts("out")) > left + 2)
        process.send_signal(signal.SIGKILL)
    done = {part.name: part.stat().st_ino for part in parts("out")}
    assert 0 < len(done) < 20
    with command(*arguments, "--resume", stderr=subprocess.PIPE, text=True) as process:
        assert process.communicate()[1] == "bot batch: the bot failed on 1 questions; their records say how\n"
        assert process.returncode == 1
    assert joined("out") == Path("a.jsonl").read_bytes()
    kept = [name for name, inode in done.items() if (Path("out") / name).stat().st_ino == inode]
    assert len(kept) >= len(done) - 1  # the note may be one partition behind


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["q.txt", "--dask", "x"], "--dask needs a folder for its output: add -o FOLDER"),
        (["-", "-o", "out", "--dask", "x"], "--dask reads files, not standard input"),
        (["q.txt", "-o", "out", "--dask", "x", "--workers", 2],
         "--workers is for this machine; with --dask the cluster has its own"),
        (["q.txt", "-o", "a.jsonl", "--partitions", 2], "--partitions goes with --dask"),
        (["q.txt", "-o", "taken", "--dask", "x"],
         "taken: holds 'letter.txt', which no run has put there; name another folder"),
        (["q.txt", "-o", "q.jsonl", "--dask", "x"], "q.jsonl: is a file, and --dask writes a folder"),
        (["q.txt", "-o", "damaged", "--dask", "x"],
         "damaged/.citebot.json: damaged, or of another version; delete it to start anew"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_ends_in_one_line(capsys, arguments, message):
    write_text("q.txt", "When?")
    write_text("q.jsonl", "")
    for folder, file in (("taken", "letter.txt"), ("damaged", ".citebot.json")):
        Path(folder).mkdir()
        (Path(folder) / file).write_text("[]", encoding="utf-8")
    assert run(*arguments) == 2
    assert capsys.readouterr().err == f"bot batch: {message}\n"
    assert not Path("out").exists()


def test_a_scheduler_that_is_not_there_ends_in_one_line_and_leaves_nothing():
    write_text("q.txt", "When?")
    with command("q.txt", "-o", "out", "--dask", "nowhere", stderr=subprocess.PIPE, text=True) as process:
        said = process.communicate()[1]
    assert process.returncode == 2
    assert said.startswith("bot batch: --dask nowhere: there is no scheduler (")
    assert said.count("\n") == 1
    assert not Path("out").exists()


def test_without_the_library_it_says_how_to_get_it(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    write_text("q.txt", "When?")
    assert run("q.txt", "-o", "out", "--dask", "tcp://127.0.0.1:1") == 2
    assert capsys.readouterr().err == (
        "bot batch: --dask needs a library that is not here: pip install 'citebot[dask]'\n"
    )


def test_several_files_are_read_as_if_they_were_one(capsys):
    write_text("b.txt", "second", "not known")
    Path("a.csv").write_text("session,question\ns,first\ns,\n", encoding="utf-8")
    Path("c.jsonl").write_text('{"session": "s", "question": "third"}\n', encoding="utf-8")
    assert run("a.csv", "[bc].*", "-o", "out.jsonl", "--quiet") == 0
    assert [(record["id"], record["text"]) for record in records("out.jsonl")] == [
        ("1", "first (1)"),
        ("2", "Row 2 (line 3 of a.csv) could not be read: the question is empty."),
        ("3", "Re: second"),
        ("4", "Sorry."),
        ("5", "third < first (2)"),
    ]
    assert capsys.readouterr().err == (
        "bot batch: 1 of 5 rows could not be read; their records say why:\n  a.csv:3: the question is empty\n"
    )


@pytest.mark.parametrize(
    "names, message",
    [
        (["*.csv"], "*.csv: no file has such a name"),
        (["q.txt", "-"], "standard input (-) cannot be read together with files"),
        (["q.txt", "gone.txt"], "gone.txt: cannot be read: No such file or directory"),
    ],
)
def test_names_that_cannot_be_meant_end_in_one_line(capsys, names, message):
    write_text("q.txt", "When?")
    assert run(*names, "-o", "a.jsonl") == 2
    assert capsys.readouterr().err == f"bot batch: {message}\n"
    assert not Path("a.jsonl").exists()
