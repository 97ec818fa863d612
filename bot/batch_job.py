"""
One batch from beginning to end: read, answer, write, and note now and then how far it has come.

The order of things matters when something goes wrong, so it is all here. The input is opened before the
output, which leaves no trace of a mistyped name. A chunk counts only once it is written, and no Ctrl-C comes
between writing and counting. Whatever ends the run early, what has been counted is noted before it does.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from time import monotonic
from typing import Any

from bot import __version__
from bot.batch_files import Checkpoint, Output, open_output, write_whole
from bot.batch_inputs import Input, named, open_input
from bot.batch_progress import Progress, closing_line, say
from bot.batch_records import beginning
from bot.batch_rows import Chunk, format_of, is_gzip
from bot.batch_summary import Tally, page, report
from bot.batch_work import Desks, Load, Result, desks
from bot.errors import InputError
from bot.paths import bundled

CHECKPOINT_SECONDS = 1.0
"""What a SIGKILL costs at most, and seldom enough that nobody notices the writing."""
CHECKPOINT_SHARE = 20
"""Where the disk is slow, checkpoints are made less often: at most one part in so many of the time goes into them."""
NAMED = 3
"""Unreadable rows that are named at the end; the others are only counted."""

DONE, FELL_SHORT = 0, 1


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done, as the command line says it."""

    inputs: Sequence[str]
    output: str | None = None
    input_format: str | None = None
    format: str | None = None
    encoding: str = "utf-8"
    workers: int | None = None
    resume: bool = False
    strict: bool = False
    quiet: bool = False
    summary: str | None = None
    intents: str | None = None
    knowledge: str | None = None
    tables: str | None = None
    """Where the bot has what it knows; looked at for changes only."""
    dask: str | None = None
    """The scheduler of the cluster that answers; None for this machine. `output` is then a folder."""
    partitions: int | None = None
    today: date | None = None
    """What the bot takes for today; of a run that is gone on with, the day on which it began."""


class Run:
    """A job being done. `done` tells at any moment how far it has come."""

    def __init__(self, job: Job, load: Load) -> None:
        self._job = job
        self._load = load
        self._format = output_format(job)
        self._tally = Tally()
        self.done = Checkpoint()
        self.kept = False
        """Whether another run can go on with what this one has done."""

    def __call__(self) -> int:
        """Do it and return the exit code. Raises `BotError` for what stops it, noting first how far it has come."""
        job = self._job
        check_files(job)
        with closing(open_input(job.inputs, format=job.input_format, encoding=job.encoding)) as questions:
            settings, unless = settings_of(job, self._format)
            output = open_output(job.output, settings=settings, resume=job.resume, unless=unless)
            try:
                if output.resumed is not None:
                    self._take_over(output.resumed)
                if self.done.finished is None:
                    self._answer(questions, output)
            finally:
                # Reached by every way out: a run that has nothing yet leaves nothing behind.
                output.close(keep=self.done.rows > 0 or self.done.finished is not None)
        write_summary(job, self._tally, self.done.seconds)
        output.forget()
        say_what_was_wrong(self._tally, self.done.unreadable)
        return FELL_SHORT if self._tally.failed else DONE

    def _take_over(self, earlier: Checkpoint) -> None:
        self.done = earlier
        self._tally = Tally.from_state(earlier.tally)

    def _answer(self, questions: Input, output: Output) -> None:
        job = self._job
        workers = job.workers or (_cores() if questions.large else 1)
        if output.dropped and not job.quiet:
            say(f"{output.name}: an unfinished run of {output.dropped:,} questions is started anew; "
                "--resume would have gone on with it")  # fmt: skip
        load = partial(self._load, clock=date.fromisoformat(output.settings["--today"]))
        with desks(workers, load, self._format) as there:
            # Somebody who types, or a program that waits for each answer, does not want to fill a chunk first.
            eager = job.inputs == ["-"] and workers == 1 and not output.resumable and not is_gzip(output.name)
            chunks = questions.chunks(strict=job.strict, eager=eager)
            progress = Progress(quiet=job.quiet, bar=_has_bar(output), done=self.done.rows)
            seconds_before = self.done.seconds
            try:
                if self.done.rows:
                    self._skip(chunks, there, questions.name, progress)
                elif output.resumed is None:
                    output.write(beginning(self._format).encode())
                self._write(there.answered(chunks), output, progress, seconds_before)
                output.finish(self._checkpoint())
            except BaseException as error:
                self._note(output)
                self.kept = output.resumable and self.done.rows > 0 and not isinstance(error, _Changed)
                raise
            finally:
                progress.close()
        if not job.quiet:
            say(closing_line(self._tally, self.done.seconds, output.name))

    def _skip(self, chunks: Iterator[Chunk], there: Desks, name: str, progress: Progress) -> None:
        """Read again what has been answered, to be sure that it is the same and to know the conversations."""
        changed = _Changed(f"{name}: changed since the unfinished run; leave out --resume to start anew")
        for chunk in chunks:
            if chunk.end > self.done.rows:
                raise changed
            turns = [(row.session, row.question) for row in chunk.rows if row.session is not None and not row.problem]
            if turns:
                there.remember(turns)
            progress.update(self._tally, chunk.read)
            if chunk.end == self.done.rows:
                if chunk.digest != self.done.digest:
                    raise changed
                return
        raise changed

    def _write(self, results: Iterator[Result], output: Output, progress: Progress, seconds_before: float) -> None:
        saved, wait = monotonic(), CHECKPOINT_SECONDS
        shield = _Shield()
        for chunk, data, tally in results:
            with shield:
                output.write(data)
                self._tally.merge(tally)
                self.done.rows, self.done.digest = chunk.end, chunk.digest
                self.done.unreadable += chunk.unreadable[: NAMED - len(self.done.unreadable)]
                self.done.seconds = seconds_before + progress.seconds
            progress.update(self._tally, chunk.read)
            now = monotonic()
            if output.resumable and now - saved >= wait:
                output.save(self._checkpoint())
                saved = monotonic()
                wait = max(CHECKPOINT_SECONDS, CHECKPOINT_SHARE * (saved - now))

    def _checkpoint(self) -> Checkpoint:
        self.done.tally = self._tally.state()
        return self.done

    def _note(self, output: Output) -> None:
        """Save how far it has come, if that is possible where something has just gone wrong."""
        if self.done.rows:
            try:
                output.save(self._checkpoint())
            except InputError:
                pass  # a full disk; the note before this one still holds


class _Changed(InputError):
    """The input is not what the unfinished run has read."""


class _Shield:
    """Holds a Ctrl-C back until its block is done."""

    def __init__(self) -> None:
        # No other thread may handle signals; and who does not end by Ctrl-C otherwise, shall not do so here.
        here = threading.current_thread() is threading.main_thread()
        self._active = here and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        self._held = False

    def __enter__(self) -> None:
        if self._active:
            signal.signal(signal.SIGINT, self._hold)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self._active:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if self._held and error is None:
                raise KeyboardInterrupt

    def _hold(self, number: int, frame: Any) -> None:
        self._held = True


def output_format(job: Job) -> str:
    if job.format:
        return job.format
    folder = job.dask is not None and not os.path.splitext(os.path.normpath(str(job.output)).removesuffix(".gz"))[1]
    return "jsonl" if job.output in (None, "-") or folder else format_of(str(job.output), "--format")


def settings_of(job: Job, format: str) -> tuple[dict[str, str], dict[str, str]]:
    """What decides about the bytes of the output besides the input; and such as nobody has chosen."""
    chosen = [job.input_format or ("txt" if path == "-" else format_of(path, "--input-format")) for path in job.inputs]
    settings = {
        "version": __version__,
        "input format": ", ".join(dict.fromkeys(chosen)),
        "format": format,
        "encoding": job.encoding,
        "state of the intents": _digest(job.intents or str(bundled("intents"))),
        "state of the knowledge": _digest(job.knowledge or str(bundled("knowledge"))),
    }
    if job.tables:
        settings["state of the tables"] = _digest(job.tables)
    if job.today is not None:
        return settings | {"--today": job.today.isoformat()}, {}
    return settings, {"--today": date.today().isoformat()}


def write_summary(job: Job, tally: Tally, seconds: float) -> None:
    """Write what it came to, if that is wanted."""
    if job.summary is None:
        return
    names = [os.path.basename(path) for path in job.inputs]
    summary = report(tally, source=named(names if names != ["-"] else job.inputs), seconds=seconds)
    html = job.summary.lower().endswith((".html", ".htm"))
    write_whole(job.summary, page(summary) if html else json.dumps(summary, ensure_ascii=False, indent=2) + "\n")


def say_what_was_wrong(tally: Tally, unreadable: Sequence[tuple[str, str]]) -> None:
    """Tell of rows that have no answer: the first of the *unreadable* ones, each with its place."""
    if tally.unreadable:
        say(f"bot batch: {tally.unreadable:,} of {tally.rows:,} rows could not be read; their records say why:")
        for place, problem in unreadable:
            say(f"  {place}: {problem}")
        if tally.unreadable > len(unreadable):
            say(f"  and {tally.unreadable - len(unreadable):,} more")
    if tally.failed:
        say(f"bot batch: the bot failed on {tally.failed:,} questions; their records say how")


def check_files(job: Job) -> None:
    """Raise for names that cannot be meant, before anything is read or written."""
    output = job.output if job.output not in (None, "-") else None
    if output and any(path != "-" and _same(path, output) for path in job.inputs):
        raise InputError(f"{output}: the output would replace the input")
    if job.summary:
        if not job.summary.lower().endswith((".json", ".html", ".htm")):
            raise InputError(f"{job.summary}: a summary is a .json or an .html file")
        if any(_same(job.summary, path) for path in job.inputs) or (
            output and os.path.abspath(job.summary) == os.path.abspath(output)
        ):
            raise InputError(f"{job.summary}: the summary would replace the input or the output")
        if not os.path.isdir(os.path.dirname(os.path.abspath(job.summary))):
            raise InputError(f"{job.summary}: cannot be written: there is no such folder")


def _digest(path: str) -> str:
    """Of all that lies at *path*, names and contents. What cannot be read is for the loader to complain of."""
    digest = hashlib.blake2b(digest_size=8)
    files = [path] if os.path.isfile(path) else []
    for folder, folders, names in os.walk(path):
        folders.sort()
        files += [os.path.join(folder, name) for name in sorted(names)]
    for file in files:
        try:
            with open(file, "rb") as opened:
                content = hashlib.blake2b(opened.read()).digest()
        except OSError:
            continue
        digest.update(os.path.relpath(file, path).encode("utf-8", "surrogateescape") + b"\0" + content)
    return digest.hexdigest()


def _same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _cores() -> int:
    """How many cores this process may use, which may be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _has_bar(output: Output) -> bool:
    """A bar needs a terminal, and one that answers are not written to at the same time."""
    return is_terminal(sys.stderr) and (output.resumable or not is_terminal(sys.stdout))


def is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False
