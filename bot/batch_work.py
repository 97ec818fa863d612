"""
Rows in, encoded records out: in this process, or in several.

Every process has a `Desk` with a bot of its own. A chunk goes to whichever worker has least to do, except
that the rows of one session always go to the same worker, so that it hears the conversation in order. What
comes back is put in the order of the input again. Only so many chunks are under way at once, so that a slow
chunk holds up the reading and not the memory.

A conversation stays whole however far apart its rows are. The `LIVE` that spoke last are kept ready in each
process's memory; of all others only the questions are kept, on disk, and asked again when the conversation goes
on. That is slow when more than `LIVE` conversations go on at once, and never wrong.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Protocol

from bot.answer import Answer
from bot.batch_records import encoder
from bot.batch_rows import Chunk, Row
from bot.batch_summary import Tally
from bot.errors import BotError

if TYPE_CHECKING:
    import sqlite3
    from datetime import date
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from queue import SimpleQueue

    from bot import Bot, Session

LIVE = 500
PAGE = 4_000
"""Characters of a conversation's questions that are kept in memory before they go to disk together."""
UNDER_WAY = 3
"""Chunks for each worker: one that it answers, one that waits for it, one to be written."""

Turn = tuple[str, str]
"""A session and a question that was asked in it."""
Result = tuple[Chunk, bytes, Tally]


class Load(Protocol):
    """Makes the bot that answers."""

    def __call__(self, *, clock: date) -> Bot: ...


log = logging.getLogger("bot.batch")


class Desks(Protocol):
    """Where chunks are answered, be it one process or several."""

    def __enter__(self) -> Desks: ...
    def __exit__(self, kind: object, error: object, trace: object) -> None: ...

    def remember(self, turns: list[Turn]) -> None:
        """Take it that *turns* have been answered, by an earlier run."""

    def answered(self, chunks: Iterable[Chunk]) -> Iterator[Result]:
        """Each of *chunks*, in their order, with its records as bytes and their tally."""


def desks(workers: int, load: Callable[[], Bot], format: str) -> Desks:
    """*workers* desks; one needs no other process. Raises `BotError` when there is no bot to be had."""
    if workers > 1 and _can_travel(load):
        return Workers(workers, load, format)
    return Solo(Desk(load(), format))


def _can_travel(load: Callable[[], Bot]) -> bool:
    try:
        pickle.dumps(load)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        log.warning("one worker only, for the bot's loader cannot be sent to another process: %s", error)
        return False
    return True


# One process


class Solo:
    """This process does it all."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __enter__(self) -> Solo:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        pass

    def remember(self, turns: list[Turn]) -> None:
        self._desk.remember(turns)

    def answered(self, chunks: Iterable[Chunk]) -> Iterator[Result]:
        for chunk in chunks:
            records, tally = self._desk.answer(chunk.rows)
            yield chunk, b"".join(records), tally


class Desk:
    """Answers rows with one bot."""

    def __init__(self, bot: Bot, format: str, *, live: int = LIVE) -> None:
        self._ask = bot.ask
        self._encode = encoder(format)
        self._conversations = Conversations(bot.session, live=live)

    def remember(self, turns: list[Turn]) -> None:
        for session, question in turns:
            self._conversations.remember(session, question)

    def answer(self, rows: Iterable[Row]) -> tuple[list[bytes], Tally]:
        """The record of each row, encoded, and the tally of all. What goes wrong with a row goes into its record."""
        tally, records = Tally(), []
        encode, conversations, clock = self._encode, self._conversations, perf_counter_ns
        for id_, session, question, problem in rows:
            if problem:
                tally.add_unreadable()
                records.append(encode(_refusal(id_, session, question, problem)).encode())
                continue
            ask = self._ask if session is None else conversations.get(session).ask
            try:
                begun = clock()
                answer = ask(question)
                took = clock() - begun
                record = answer.record()
                record["id"] = id_
                record["session"] = session
                encoded = encode(record).encode()
                tally.add(answer, id_, session, took)
            except Exception as error:  # a fault of ours must not cost the rest of the file
                log.debug("failed on row %s", id_, exc_info=True)
                tally.add_failed()
                text = f"The bot failed on this question ({type(error).__name__}: {error}). Please report it."
                encoded = encode(_refusal(id_, session, question, text)).encode("utf-8", "replace")
            records.append(encoded)
            if session is not None:
                conversations.remember(session, question)
        return records, tally


def _refusal(id_: str, session: str | None, question: str, text: str) -> dict[str, Any]:
    return Answer(question, "not_understood", text, id=id_, session=session).record()


class _Conversation:
    __slots__ = ("session", "size", "unsaved")

    def __init__(self) -> None:
        self.session: Session | None = None
        self.unsaved: list[str] = []
        self.size = 0


class Conversations:
    """Sessions by name, any number of them, of which *live* are in memory."""

    def __init__(self, start: Callable[[], Session], *, live: int = LIVE) -> None:
        self._start = start
        self._live = live
        self._open: OrderedDict[str, _Conversation] = OrderedDict()
        self._shelf: _Shelf | None = None

    def get(self, name: str) -> Session:
        """The session *name* as its last turn left it; a new one if there was none."""
        conversation = self._find(name)
        if conversation.session is None:
            conversation.session = self._start()
            saved = self._shelf.questions(name) if self._shelf else []
            for question in saved + conversation.unsaved:
                try:
                    conversation.session.ask(question)
                except Exception:
                    log.debug("failed on an earlier turn of %s", name, exc_info=True)
        return conversation.session

    def remember(self, name: str, question: str) -> None:
        """Note that *question* has been asked in the session *name*."""
        conversation = self._find(name)
        conversation.unsaved.append(question)
        conversation.size += len(question)
        if conversation.size > PAGE:
            self._save(name, conversation)

    def _find(self, name: str) -> _Conversation:
        conversation = self._open.get(name)
        if conversation is not None:
            self._open.move_to_end(name)
            return conversation
        conversation = self._open[name] = _Conversation()
        if len(self._open) > self._live:
            self._save(*self._open.popitem(last=False))
        return conversation

    def _save(self, name: str, conversation: _Conversation) -> None:
        if self._shelf is None:
            self._shelf = _Shelf()
        self._shelf.add(name, conversation.unsaved)
        conversation.unsaved, conversation.size = [], 0


class _Shelf:
    """Questions by session, in a temporary SQLite file that goes with the process, however that ends."""

    def __init__(self) -> None:
        self._pages = 0
        self._database = self._named(self._begin)

    def add(self, name: str, questions: list[str]) -> None:
        self._pages += 1
        row = (name, self._pages, json.dumps(questions))
        self._named(lambda: self._database.execute("INSERT INTO pages VALUES (?, ?, ?)", row))

    def questions(self, name: str) -> list[str]:
        """All questions of the session *name*, in order; none if it is not known."""
        select = "SELECT questions FROM pages WHERE session = ? ORDER BY page"
        rows: list[tuple[str]] = self._named(lambda: self._database.execute(select, (name,)).fetchall())
        return [question for (page,) in rows for question in json.loads(page)]

    @staticmethod
    def _begin() -> sqlite3.Connection:
        import sqlite3

        database = sqlite3.connect("", isolation_level=None)  # no name: a temporary file, unlinked at once
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE pages (session, page, questions, PRIMARY KEY (session, page)) WITHOUT ROWID")
        return database

    @staticmethod
    def _named(call: Callable[[], Any]) -> Any:
        import sqlite3

        try:
            return call()
        except sqlite3.Error as error:
            raise BotError(f"conversations cannot be kept in a temporary file: {error}") from error


# Several processes


class _Pending:
    """A chunk under way: its records as far as they have come back, and which rows each worker has."""

    __slots__ = ("chunk", "records", "shares", "tally")

    def __init__(self, chunk: Chunk, shares: dict[int, list[int]]) -> None:
        self.chunk, self.shares = chunk, shares
        self.records = [b""] * len(chunk.rows)
        self.tally = Tally()


class Workers:
    """
    *count* processes, started anew rather than forked, so that nothing of this one comes along by accident.

    They end when this process does, even if it is killed: the pipe to it is then closed.
    """

    def __init__(self, count: int, load: Callable[[], Bot], format: str) -> None:
        from multiprocessing import get_context

        self._pipes: list[Connection] = []
        self._processes: list[BaseProcess] = []
        self._busy = [0] * count
        self._waiting: dict[int, _Pending] = {}
        self._handed_out = 0
        self._next = 0
        context = get_context("spawn")
        try:
            with _NoInterrupts():  # a Ctrl-C is for this process to answer; the others inherit that they ignore it
                for _ in range(count):
                    pipe, other_end = context.Pipe()
                    process = context.Process(target=_work, args=(other_end, load, format), daemon=True)
                    process.start()
                    other_end.close()
                    self._pipes.append(pipe)
                    self._processes.append(process)
            for worker in range(count):
                self._receive(worker)
        except BaseException:
            self._end(at_once=True)
            raise

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._end(at_once=error is not None)

    def remember(self, turns: list[Turn]) -> None:
        shares: dict[int, list[Turn]] = {}
        for turn in turns:
            shares.setdefault(self._worker_of(turn[0]), []).append(turn)
        for worker, share in shares.items():
            self._send(worker, share)

    def answered(self, chunks: Iterable[Chunk]) -> Iterator[Result]:
        for chunk in chunks:
            self._hand_out(chunk)
            self._collect(wait=False)
            yield from self._finished()
            while len(self._waiting) >= UNDER_WAY * len(self._pipes):
                self._collect(wait=True)
                yield from self._finished()
        while self._waiting:
            self._collect(wait=True)
            yield from self._finished()

    def _worker_of(self, session: str) -> int:
        return hash(session) % len(self._pipes)

    def _hand_out(self, chunk: Chunk) -> None:
        free = self._busy.index(min(self._busy))
        shares: dict[int, list[int]] = {}
        for index, row in enumerate(chunk.rows):
            worker = free if row.session is None else self._worker_of(row.session)
            shares.setdefault(worker, []).append(index)
        self._waiting[self._handed_out] = _Pending(chunk, shares)
        for worker, indexes in shares.items():
            self._busy[worker] += len(indexes)
            self._send(worker, (self._handed_out, [chunk.rows[index] for index in indexes]))
        self._handed_out += 1

    def _collect(self, *, wait: bool) -> None:
        from multiprocessing.connection import wait as wait_for

        for pipe in wait_for(self._pipes, None if wait else 0):
            worker = self._pipes.index(pipe)  # type: ignore[arg-type]  # what comes out is what went in
            number, records, tally = self._receive(worker)
            pending = self._waiting[number]
            indexes = pending.shares.pop(worker)
            self._busy[worker] -= len(indexes)
            for index, record in zip(indexes, records, strict=True):
                pending.records[index] = record
            pending.tally.merge(tally)

    def _finished(self) -> Iterator[Result]:
        while (pending := self._waiting.get(self._next)) is not None and not pending.shares:
            del self._waiting[self._next]
            self._next += 1
            yield pending.chunk, b"".join(pending.records), pending.tally

    def _send(self, worker: int, job: object) -> None:
        try:
            self._pipes[worker].send(job)
        except OSError as error:
            raise self._lost(worker) from error

    def _receive(self, worker: int) -> Any:
        try:
            result = self._pipes[worker].recv()
        except (EOFError, OSError) as error:
            raise self._lost(worker) from error
        if isinstance(result, BaseException):
            raise result
        return result

    def _lost(self, worker: int) -> BotError:
        process = self._processes[worker]
        process.join(1)
        code = process.exitcode
        why = f"killed by {signal.Signals(-code).name}" if code and code < 0 else f"exit code {code}"
        return BotError(f"a worker process has ended before its time ({why}); was there too little memory?")

    def _end(self, *, at_once: bool) -> None:
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            try:
                if at_once:
                    process.terminate()
                else:
                    pipe.send(None)
            except OSError:
                pass  # gone already
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            process.join(5)
            pipe.close()


class _NoInterrupts:
    """Holds back Ctrl-C, here and in processes started meanwhile; there for good."""

    def __enter__(self) -> None:
        if sys.platform != "win32":
            self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)


def _work(pipe: Connection, load: Callable[[], Bot], format: str) -> None:
    """What a worker process does until it is told to end."""
    from queue import SimpleQueue
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        desk = Desk(load(), format)
        pipe.send(None)
        jobs: SimpleQueue[Any] = SimpleQueue()
        Thread(target=_take_in, args=(pipe, jobs), daemon=True).start()
        while (job := jobs.get()) is not None:
            if isinstance(job, tuple):
                number, rows = job
                pipe.send((number, *desk.answer(rows)))
            else:
                desk.remember(job)
    except BrokenPipeError:
        pass  # nobody waits for the answer
    except BotError as error:
        pipe.send(error)
    except Exception as error:
        pipe.send(BotError(f"{type(error).__name__}: {error}"))


def _take_in(pipe: Connection, jobs: SimpleQueue[Any]) -> None:
    """
    Take jobs from the pipe as they come.

    Were they left there while a result is being sent, both sides might wait for the other to read.
    """
    try:
        while (job := pipe.recv()) is not None:
            jobs.put(job)
        jobs.put(None)
    except (EOFError, OSError):
        os._exit(1)  # the other process has been killed: whatever is being done here is of no use
