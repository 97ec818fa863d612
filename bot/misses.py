"""
A log of the questions that could not be answered, for the author of the knowledge to review. Off unless asked for.

What is kept is little, and said to whoever turns it on (`NOTICE`): the words of the question, whether it followed
another, what became of it, how often it was asked, and the first and last day. Not who asked, when in the day,
in which conversation, nor any answer. It lies in one SQLite file of this user's, in the platform's place for
state; nothing leaves the machine.

Logging must never harm an answer. Whatever goes wrong (a full disk, a folder that is gone, a file that is no
database, a lock that is not let go) costs the note and nothing else; `MissLog.failure` says what it was. Any
number of processes and threads may share a log: SQLite's write-ahead log keeps them apart, and each
process opens its own connection, also after a fork and when a log arrives pickled.
"""

from __future__ import annotations

import os
import time
from _thread import allocate_lock
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.errors import InputError

if TYPE_CHECKING:
    import sqlite3

    from bot.answer import Answer
    from bot.places import Place

MISSED = ("not_understood", "no_data")
"""What counts as not answered. To ask back is no miss: the person can pick."""

VARIABLE = "CITEBOT_MISSES"
"""The environment variable that turns the log on for the command line: `1`, or the path of a file."""

NOTICE = (
    "Questions that cannot be answered are kept in {path}: their words, whether they followed another, how often "
    "they were asked, the first and last day, and what became of them. Not who asked. Nothing leaves this machine. "
    "`bot review` shows them, `bot review --clear` deletes them."
)

LONGEST = 500
"""Characters of a question that are kept."""
MOST = 20_000
"""Questions that are kept; the ones not asked for longest go first."""
_VERSION_AT = 60
"""Where the head of an SQLite file has the number that a program may set for itself."""
_PRUNE_EVERY = 500
_PATIENCE = 1.0
"""Seconds to wait for other processes before a note is given up."""
_PAUSE = 30.0
"""Seconds without a try after a failure, so that one that lasts does not slow down each answer."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS misses (
    domain TEXT NOT NULL, question TEXT NOT NULL, followed INTEGER NOT NULL, status TEXT NOT NULL,
    times INTEGER NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
    PRIMARY KEY (domain, question, followed)
)
"""
_NOTE = """
INSERT INTO misses VALUES (?, ?, ?, ?, 1, ?, ?)
ON CONFLICT DO UPDATE SET times = times + 1, last = excluded.last, status = excluded.status
"""
_PRUNE = """
DELETE FROM misses WHERE rowid IN (SELECT rowid FROM misses ORDER BY last DESC, rowid DESC LIMIT -1 OFFSET ?)
"""


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not answered, and how often that happened."""

    question: str
    followed: bool
    """Whether something was said before it, without which it may not make sense."""
    status: str
    times: int
    first: str
    """The day it was first asked, as YYYY-MM-DD."""
    last: str


class MissLog:
    """The misses of one domain in the SQLite file at *path*; *domain* tells them from those of others."""

    def __init__(self, path: str | os.PathLike[str], domain: str = "") -> None:
        self.path = os.fspath(path)
        self.domain = domain
        self.failure = ""
        """What went wrong last; empty when nothing did."""
        self._process = 0
        self._lock = allocate_lock()
        self._connection: sqlite3.Connection | None = None
        self._wait_until = 0.0
        self._notes = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return MissLog, (self.path, self.domain)

    def note(self, answer: Answer, *, followed: bool = False) -> None:
        """Keep the question of *answer* if that is a miss. Never raises."""
        if answer.status not in MISSED:
            return
        try:
            if self._process != os.getpid():  # a fork copies the lock as it was, and a connection must not be shared
                self._lock, self._connection, self._process = allocate_lock(), None, os.getpid()
            with self._lock:
                if time.monotonic() >= self._wait_until:
                    self._write(answer, followed)
        except Exception as error:  # whatever it is, the answer matters more
            self.failure = f"{type(error).__name__}: {error}"
            self._wait_until = time.monotonic() + _PAUSE

    def _write(self, answer: Answer, followed: bool) -> None:
        if self._connection is None:
            self._connection = _open(self.path)
        today = date.today().isoformat()
        question = " ".join(answer.question.split())[:LONGEST]
        row = (self.domain, question.encode("utf-8", "replace").decode("utf-8"), followed, answer.status, today, today)
        with self._connection:
            self._connection.execute(_NOTE, row)
            self._notes += 1
            if self._notes % _PRUNE_EVERY == 1:
                self._connection.execute(_PRUNE, (MOST,))

    def read(self) -> list[Miss]:
        """
        The misses, those asked most often first; none when there is no log yet.

        Raises InputError when the log cannot be read.
        """
        query = "SELECT question, followed, status, times, first, last FROM misses WHERE domain = ?"
        rows = self._run(f"{query} ORDER BY times DESC, question, followed", (self.domain,))
        return [Miss(question, bool(followed), *rest) for question, followed, *rest in rows]

    def remove(self, misses: list[Miss]) -> None:
        """Forget *misses*. Raises InputError when that is not possible."""
        query = "DELETE FROM misses WHERE domain = ? AND question = ? AND followed = ?"
        self._run(query, *((self.domain, miss.question, miss.followed) for miss in misses))

    def clear(self) -> int:
        """Forget all misses of this domain; returns how many there were. Raises InputError."""
        count = len(self.read())
        self._run("DELETE FROM misses WHERE domain = ?", (self.domain,))
        if count:
            self._run("VACUUM")  # else the words stay in the file, unused but readable
        return count

    def _run(self, query: str, *values: tuple[Any, ...]) -> list[Any]:
        """What *query* gives, asked once for each of *values*."""
        import sqlite3

        if not os.path.exists(self.path):
            return []
        try:
            connection = _open(self.path)
            try:
                if query == "VACUUM":
                    connection.execute(query)
                    return []
                with connection:
                    return [row for one in values for row in connection.execute(query, one)]
            finally:
                connection.close()
        except (sqlite3.Error, OSError) as error:
            raise InputError(f"{self.path}: the log of misses cannot be used: {error}") from error


def is_announced(path: str) -> bool:
    """Whether `NOTICE` has been said of the log at *path*; it is in the file's head, which is read without SQLite."""
    try:
        with open(path, "rb") as file:
            head = file.read(_VERSION_AT + 4)
    except OSError:
        return False
    return len(head) == _VERSION_AT + 4 and any(head[_VERSION_AT:])


def note_announced(path: str) -> None:
    """Keep in the log that `NOTICE` has been said, so that it is said once. Never raises: it is then said again."""
    import sqlite3

    try:
        connection = _open(path)
        try:
            connection.execute("PRAGMA user_version = 1")
        finally:
            connection.close()
    except (sqlite3.Error, OSError):
        pass


def default_path() -> str:
    """Where the log lies unless another place is named."""
    from bot.paths import state_dir

    return str(state_dir() / "misses.sqlite")


def wanted(*, asked: bool = False) -> str | None:
    """The path of the log when the command line (*asked*) or the environment turns it on; None when neither does."""
    value = os.environ.get(VARIABLE, "").strip()
    if value.lower() in ("", "0", "no", "off", "false"):
        return default_path() if asked else None
    return default_path() if value.lower() in ("1", "yes", "on", "true") else value


def domain_key(intents: Place | None, knowledge: Place | None) -> str:
    """What tells the misses of one domain from those of another: where its files lie; empty for the bundled one."""
    if intents is None and knowledge is None:
        return ""
    return "\n".join(map(_where, (intents, knowledge)))


def _where(place: Place | None) -> str:
    if place is None:
        return ""
    if isinstance(place, str | os.PathLike):
        return os.path.realpath(place)
    return "made by a program" if isinstance(place, Mapping) else str(place)


def _open(path: str) -> sqlite3.Connection:
    import sqlite3

    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # what people ask is nobody else's business
    connection = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(_SCHEMA)
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection
