"""
The same job on the machines of a Dask cluster: partitions of the input out, a file of answers for each back.

The workers need nothing but this package: no files, no shared disk. This process reads the input, sends the bot
once and partition after partition, only so many ahead, and writes what comes back. Dask carries the bot to each
worker that needs it, and sees to it that what a lost worker had is done by another.

Which partition a row belongs to depends on the input and the number of partitions alone: rows without a session
follow each other from file to file of the output, evenly shared; rows of one session are all where its name says,
in order. To divide the rows takes one reading of the input, and a copy of it on disk until the run is done.

OUTPUT is a folder. `part-00000.jsonl` and so on appear in it when they are complete; `_SUCCESS` (as Hadoop and
Spark call it) when all are. Until then a note beside them says which ones are done, for `--resume`.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import shutil
import sys
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from operator import itemgetter
from time import monotonic
from typing import TYPE_CHECKING, Any

from bot import __version__
from bot.batch_files import Packing, cannot_write, open_locked, remove, take_settings, write_whole
from bot.batch_inputs import Input, open_input, total_size
from bot.batch_job import (
    CHECKPOINT_SECONDS,
    DONE,
    FELL_SHORT,
    NAMED,
    Run,
    check_files,
    is_terminal,
    say_what_was_wrong,
    settings_of,
    write_summary,
)
from bot.batch_progress import Progress, closing_line, say
from bot.batch_records import beginning
from bot.batch_rows import Row, is_gzip
from bot.batch_summary import Tally
from bot.batch_work import Desk
from bot.errors import BotError, InputError

if TYPE_CHECKING:
    from bot import Bot

PARTITION = 1 << 20
"""Bytes of input for each partition: some seconds of work, and some ten times as many bytes of answers."""
MOST = 100_000
BUFFERED = 50_000
"""Rows in memory while they are divided."""
STEP = 64
"""Rows without a session that stay together; the place of each such group is kept in memory."""
AHEAD = 2
"""Partitions for each thread of a worker: one that it answers, one that waits for it."""
REACHED = 15.0
"""Seconds in which a scheduler answers, or is not there."""
PATIENCE = 60.0
"""Seconds to wait for any worker before giving up."""
LOOK = 2.0
"""Seconds after which to look whether there are workers still."""

NOTE = ".citebot.json"
LOCK = ".citebot.lock"
ROWS = ".citebot-rows"
SUCCESS = "_SUCCESS"
PART = re.compile(r"part-\d{5,}\.\w+(\.gz)?(\.part)?")


class ClusterRun(Run):
    """A job being done by a cluster."""

    def __call__(self) -> int:
        job = self._job
        if job.output in (None, "-"):
            raise InputError("--dask needs a folder for its output: add -o FOLDER")
        if "-" in job.inputs:
            raise InputError("--dask reads files, not standard input")
        check_files(job)
        with closing(open_input(job.inputs, format=job.input_format, encoding=job.encoding)) as questions:
            settings, unless = settings_of(job, self._format)
            count = job.partitions or max(1, -(-total_size(job.inputs) // PARTITION))
            settings["number of partitions"] = str(min(count, MOST))
            with closing(Folder(str(job.output), self._format, min(count, MOST))) as folder:
                note = folder.begin({**unless, **settings}, unless, resume=job.resume)
                if note.tally and not job.resume and not job.quiet:
                    done = Tally.from_state(note.tally).rows
                    say(f"{folder.name}: an unfinished run of {done:,} questions is started anew; "
                        "--resume would have gone on with it")  # fmt: skip
                self._run(questions, folder, note if job.resume else Note(note.settings))
        write_summary(job, self._tally, self.done.seconds)
        say_what_was_wrong(self._tally, self.done.unreadable)
        return FELL_SHORT if self._tally.failed else DONE

    def _run(self, questions: Input, folder: Folder, note: Note) -> None:
        bot = self._load(clock=date.fromisoformat(note.settings["--today"]))
        with _connected(str(self._job.dask)) as client:
            digest = self._divide(questions, folder)
            if note.digest not in ("", digest):
                raise InputError(
                    f"{questions.name}: changed since the unfinished run; leave out --resume to start anew"
                )
            note.digest = digest
            if note.tally:
                self._tally = Tally.from_state(note.tally)
            self.done.rows, self.done.seconds = self._tally.rows, note.seconds
            try:
                self._answer_parts(_answered(client, bot, folder, set(note.parts), self._format), folder, note)
            finally:
                self.kept = folder.keep = bool(note.parts) and not folder.finished
        if not self._job.quiet:
            say(closing_line(self._tally, self.done.seconds, f"{folder.count:,} files in {folder.name}"))

    def _divide(self, questions: Input, folder: Folder) -> str:
        """Put every row of the input where its partition is kept; returns the digest of the input."""
        digest = ""
        with folder.dividing() as put:
            for chunk in questions.chunks(strict=self._job.strict):
                digest = chunk.digest
                self.done.unreadable += chunk.unreadable[: NAMED - len(self.done.unreadable)]
                for number, row in enumerate(chunk.rows, chunk.end - len(chunk.rows)):
                    put(number, row)
        return digest

    def _answer_parts(self, parts: Iterator[Part], folder: Folder, note: Note) -> None:
        progress = Progress(quiet=self._job.quiet, bar=is_terminal(sys.stderr), done=self.done.rows)
        seconds_before, saved = note.seconds, 0.0
        try:
            for number, records, tally in parts:
                folder.write(number, records)
                self._tally.merge(Tally.from_state(tally))
                note.parts.append(number)
                self.done.rows, self.done.seconds = self._tally.rows, seconds_before + progress.seconds
                progress.update(self._tally, len(note.parts) / folder.count)
                if monotonic() - saved > CHECKPOINT_SECONDS:
                    self._save(folder, note)
                    saved = monotonic()
            folder.finish()
        except BaseException:
            if note.parts:
                self._save(folder, note)
            raise
        finally:
            progress.close()

    def _save(self, folder: Folder, note: Note) -> None:
        note.tally, note.seconds = self._tally.state(), self.done.seconds
        folder.save(note)


def _home(session: str, count: int) -> int:
    """The partition of all rows of *session*, the same in every process."""
    return zlib.crc32(session.encode("utf-8", "surrogatepass")) % count


# The folder


class Note:
    """How far a run has come."""

    def __init__(
        self,
        settings: dict[str, str],
        digest: str = "",
        parts: list[int] | None = None,
        tally: dict[str, Any] | None = None,
        seconds: float = 0.0,
    ) -> None:
        self.settings = settings
        self.digest = digest
        """Of the input; empty before it was read."""
        self.parts = parts or []
        self.tally = tally or {}
        self.seconds = seconds


class Folder:
    """Where the partitions are: questions while they wait, answers when they are done."""

    def __init__(self, name: str, format: str, count: int) -> None:
        self.name = name
        self.count = count
        self.keep = False
        """Whether another run can go on with what is here."""
        self.finished = False
        self._format = format
        self._suffix = f".{format}.gz" if is_gzip(os.path.normpath(name)) else f".{format}"
        self._lock: int | None = None
        self._made = False
        self._starts = array("Q")
        """Where each group of rows without a session begins, and where the last one ends."""

    def begin(self, settings: dict[str, str], unless: dict[str, str], *, resume: bool) -> Note:
        """
        The note of an unfinished run, or a new one. Only with *resume* is what that run has done kept.

        Raises InputError when something else is here, or the unfinished run had other settings.
        """
        try:
            self._made = not os.path.isdir(self.name)
            os.makedirs(self.name, exist_ok=True)
            self._lock = open_locked(self._path(LOCK), self.name)
            for entry in sorted(os.listdir(self.name)):
                if entry not in (NOTE, NOTE + ".part", LOCK, ROWS, SUCCESS, SUCCESS + ".part") and not PART.fullmatch(
                    entry
                ):
                    raise InputError(f"{self.name}: holds {entry!r}, which no run has put there; name another folder")
            note = self._read_note() or Note(settings)
            if resume and note.settings is not settings:
                take_settings(self.name, settings, note.settings, unless)
                note.parts = [number for number in note.parts if os.path.exists(self._part(number))]
                self.keep = bool(note.parts)
            else:
                remove(self._path(NOTE))
            kept = {os.path.basename(self._part(number)) for number in note.parts} if resume else set()
            for entry in os.listdir(self.name):
                if entry == SUCCESS or (PART.fullmatch(entry) and entry not in kept):
                    remove(self._path(entry))
        except FileExistsError:
            raise InputError(f"{self.name}: is a file, and --dask writes a folder") from None
        except OSError as error:
            raise cannot_write(self.name, error) from error
        if not resume:
            note.settings = settings
        return note

    @contextmanager
    def dividing(self) -> Iterator[Callable[[int, Row], None]]:
        """Gives a function that takes a row and its number in the input to the questions of its partition."""
        waiting: dict[int | None, list[str]] = {}
        held = alone = size = 0

        def put(number: int, row: Row) -> None:
            nonlocal held, alone, size
            line = json.dumps((number, *row)) + "\n"
            if row.session is None:
                if alone % STEP == 0:
                    self._starts.append(size)
                alone += 1
                size += len(line)  # of ASCII alone
            waiting.setdefault(None if row.session is None else _home(row.session, self.count), []).append(line)
            held += 1
            if held >= BUFFERED:
                flush()

        def flush() -> None:
            nonlocal held
            for part, lines in waiting.items():
                with open(self._rows(part), "a", encoding="ascii", newline="\n") as file:
                    file.writelines(lines)
            waiting.clear()
            held = 0

        try:
            shutil.rmtree(self._path(ROWS), ignore_errors=True)
            os.mkdir(self._path(ROWS))
            yield put
            flush()
        except OSError as error:
            raise cannot_write(self._path(ROWS), error) from error
        self._starts.append(size)

    def read(self, number: int) -> bytes:
        """The questions of a partition: a line of JSON for each row, its number in the input first."""
        groups = len(self._starts) - 1
        begin, end = (self._starts[groups * place // self.count] for place in (number, number + 1))
        rows = b""
        if end > begin:
            with open(self._rows(None), "rb") as file:
                file.seek(begin)
                rows = file.read(end - begin)
        try:
            with open(self._rows(number), "rb") as file:
                return rows + file.read()
        except FileNotFoundError:
            return rows

    def write(self, number: int, records: bytes) -> None:
        packing = Packing(self._suffix.endswith(".gz"))
        content = packing.header() + packing.block(beginning(self._format).encode() + records) + packing.trailer()
        write_whole(self._part(number), content)

    def save(self, note: Note) -> None:
        write_whole(self._path(NOTE), json.dumps({"version": __version__, **vars(note)}))

    def finish(self) -> None:
        write_whole(self._path(SUCCESS), b"")
        remove(self._path(NOTE))
        self.finished = True

    def close(self) -> None:
        if self._lock is None:
            return
        shutil.rmtree(self._path(ROWS), ignore_errors=True)
        if not self.keep and not self.finished:
            remove(self._path(NOTE))
        remove(self._path(LOCK))
        os.close(self._lock)
        if self._made and not os.listdir(self.name):
            os.rmdir(self.name)

    def _read_note(self) -> Note | None:
        path = self._path(NOTE)
        try:
            with open(path, encoding="utf-8") as file:
                content = json.load(file)
            content.pop("version")
            return Note(**content)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InputError(f"{path}: damaged, or of another version; delete it to start anew") from error

    def _path(self, name: str) -> str:
        return os.path.join(self.name, name)

    def _part(self, number: int) -> str:
        return self._path(f"part-{number:05}{self._suffix}")

    def _rows(self, number: int | None) -> str:
        return self._path(os.path.join(ROWS, "alone" if number is None else f"{number:05}"))


# The cluster

Part = tuple[int, bytes, dict[str, Any]]
"""The number of a partition, its records and its tally."""
Client = Any
Future = Any
"""distributed's, which is imported when there is a cluster, and says little about types."""


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        import distributed
    except ImportError as error:
        raise InputError("--dask needs a library that is not here: pip install 'citebot[dask]'") from error
    make: Any = distributed.Client
    chosen = {"scheduler_file": address} if os.path.isfile(address) else {"address": address}
    try:
        client: Client = make(**chosen, timeout=REACHED)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError(f"--dask {address}: there is no scheduler ({error})") from error
    try:
        yield client
    finally:
        client.close(timeout=REACHED)


def _answered(client: Client, bot: Bot, folder: Folder, done: set[int], format: str) -> Iterator[Part]:
    """Each partition that is not among those *done*, as the cluster comes to its end."""
    from distributed.client import FutureCancelledError
    from distributed.scheduler import KilledWorker

    waiting = iter([number for number in range(folder.count) if number not in done])
    under_way: dict[Future, int] = {}
    try:
        # Not scattered: what is computed can be computed again, should the worker be lost that has it.
        there = client.submit(_unpack, pickle.dumps(bot), __version__, pure=False)
        while True:
            room = AHEAD * max(1, sum(client.nthreads().values())) - len(under_way)
            for _, number in zip(range(room), waiting, strict=False):
                rows = folder.read(number)
                under_way[client.submit(_answer, there, rows, format, __version__, pure=False)] = number
            if not under_way:
                return
            for future in _finished(client, under_way):
                number = under_way.pop(future)
                records, tally = future.result()
                future.release()
                yield number, zlib.decompress(records), tally
    except KilledWorker as error:
        what = "several workers ended while they answered the same questions; was there too little memory?"
        raise BotError(f"the cluster: {what}") from error
    except FutureCancelledError as error:
        raise BotError("the cluster: its scheduler has gone") from error
    except ModuleNotFoundError as error:
        raise BotError(f"the cluster: its workers cannot use this program ({error}); install it there too") from error
    except (OSError, TimeoutError) as error:
        raise BotError(f"the cluster: {error}") from error


def _finished(client: Client, under_way: dict[Future, int]) -> list[Future]:
    """Those that have come to an end, at least one. Raises BotError when no worker comes to do any."""
    import distributed

    wait: Any = distributed.wait
    alone_since: float | None = None
    while True:
        try:
            wait(list(under_way), timeout=LOOK, return_when="FIRST_COMPLETED")
        except TimeoutError:
            pass
        if finished := [future for future in under_way if future.done()]:
            return finished
        if client.nthreads():
            alone_since = None
        elif alone_since is None:
            alone_since = monotonic()
            say("bot batch: the cluster has no worker; waiting for one")
        elif monotonic() - alone_since > PATIENCE:
            raise BotError("the cluster: no worker has come")


# What follows runs on a worker


def _unpack(bot: bytes, version: str) -> Bot:
    _check_version(version)
    return pickle.loads(bot)  # type: ignore[no-any-return]  # noqa: S301 - from whoever may run anything here


def _answer(bot: Bot, rows: bytes, format: str, version: str) -> tuple[bytes, dict[str, Any]]:
    """The records of a partition, compressed for the way, and its tally."""
    _check_version(version)
    in_order = sorted((json.loads(line) for line in rows.splitlines()), key=itemgetter(0))
    records, tally = Desk(bot, format).answer(Row(*row) for _, *row in in_order)
    return zlib.compress(b"".join(records), 1), tally.state()


def _check_version(version: str) -> None:
    if version != __version__:
        raise BotError(f"the cluster: its workers have version {__version__} of this program, and not {version}")
