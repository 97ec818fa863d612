"""
Knowledge → an SQLite file that `bot.store` reads: large knowledge is compiled once, row by row, and kept.

Statements go into the file while they are loaded and are not held in memory. When all is there, names, words,
links and amounts follow, each in the order of its table, so that it is written from front to back. The file
gets its name when it is whole: whatever happens before leaves nothing behind that could be taken for knowledge.
"""

from __future__ import annotations

import marshal
import os
import sqlite3
import time
import weakref
from array import array
from collections.abc import Iterator
from itertools import islice
from typing import Any, cast
from zlib import crc32

from bot.domain import Domain
from bot.errors import BotError
from bot.fuzzy import skeleton
from bot.knowledge import KnowledgeBase, Statement, most_mentioned
from bot.large import Progress
from bot.store import (
    FORMAT,
    IN_NAME,
    INDEXES,
    INSIDE,
    SCHEMA,
    Store,
    StoredKnowledge,
    pack_value,
    restore,
    row_id,
    stamp_of,
)
from bot.stored_words import StoredNames, name_words, shortened

SUFFIX, UNFINISHED = ".knowledge", ".tmp"
BATCH = 5_000
ROWS_SHARE = 0.6
"""What part of the work is done when all statements are in the file."""

STAGING = """
CREATE TEMP TABLE mentioned (entity INTEGER, property INTEGER, role INTEGER, statement INTEGER);
CREATE TEMP TABLE linked (property INTEGER, forward INTEGER, entity INTEGER, statement INTEGER, other INTEGER);
CREATE TEMP TABLE amounts (property INTEGER, entity INTEGER, statement INTEGER, amount REAL, unit TEXT);
CREATE TEMP TABLE figures (amount REAL, statement INTEGER);
CREATE TEMP TABLE deletions (hash INTEGER, word INTEGER);
"""


class Compiler:
    """Makes one file. `finish()` gives the knowledge in it; `abandon()` leaves nothing."""

    def __init__(self, kb: KnowledgeBase, folder: str | None, expected: int, progress: Progress | None) -> None:
        self.kb = kb
        self._expected = max(expected, 1)
        self._progress = progress or (lambda share: None)
        self._numbers: dict[str, int] = {}
        self._properties: dict[str, int] = {}
        self._roles: dict[str, dict[str, int]] = {}
        self.path = _new_file(folder)
        self._unfinished = self.path + UNFINISHED
        self._db = sqlite3.connect(self._unfinished, isolation_level=None)
        try:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "page_size = 4096"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(SCHEMA + STAGING)
            self._db.execute("BEGIN")
        except sqlite3.Error as error:
            raise self._failed(error) from error
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self.spool = Spool(self)
        for statement in kb.statements:
            self.spool.append(statement)
        kb.statements = cast("list[Statement]", self.spool)

    def number(self, id: str) -> int | None:
        """The place of the entity *id*; entities come in while statements do."""
        found = self._numbers.get(id)
        if found is None and len(self._numbers) < len(self.kb.entities):
            for other in islice(self.kb.entities, len(self._numbers), None):
                self._numbers[other] = len(self._numbers)
            found = self._numbers.get(id)
        return found

    def add(self, number: int, statement: Statement) -> None:
        """Write *statement*, the *number*th from 0, and what it is found by."""
        spec = statement.property
        property_ = self._properties.setdefault(spec.id, len(self._properties))
        roles = self._roles.get(spec.id)
        if roles is None:
            roles = self._roles[spec.id] = {name: n for n, name in enumerate(spec.roles)}
        values = []
        for name, held in statement.values.items():
            role = roles.get(name)
            if role is None:
                role = roles[name] = len(roles)  # a qualifier that a later table brings
            values.append((role, tuple(pack_value(value, self.number) for value in held)))
            for packed in values[-1][1]:
                if isinstance(packed, int):
                    self._insert("mentioned", (packed, property_, role, number))
                elif isinstance(packed, tuple) and len(packed) == 2:
                    self._insert("figures", (packed[0], number))
        packed_values = dict(values)
        subjects = [v for v in packed_values.get(roles[spec.subject], ()) if isinstance(v, int)]
        for value in packed_values.get(roles[spec.value], ()):
            for subject in subjects:
                if isinstance(value, int):
                    self._insert("linked", (property_, 1, subject, number, value))
                    self._insert("linked", (property_, 0, value, number, subject))
                elif isinstance(value, tuple) and len(value) == 2:
                    self._insert("amounts", (property_, subject, number, *value))
        reference = statement.reference
        where = (reference.document, reference.section, reference.paragraph)
        is_row = statement.id == row_id(spec.id, number)
        if not is_row:
            self._insert("named_statement", (statement.id, number))
        data = marshal.dumps(("" if is_row else statement.id, tuple(values), where, statement.note))
        self._insert("statement", (number, property_, data))
        if number % BATCH == 0:
            self._progress(ROWS_SHARE * min(number / self._expected, 1.0))

    def restored(self) -> Iterator[Statement]:
        """The statements so far, in their order."""
        self._flush()
        properties = [self.kb.properties[id] for id in self._properties]
        roles = [tuple(self._roles[id]) for id in self._properties]
        ids = list(self._numbers)
        for number, property_, data in self._db.execute("SELECT n, property, data FROM statement ORDER BY n"):
            yield restore(number, properties[property_], roles[property_], data, ids.__getitem__)

    def finish(self, domain: Domain) -> None:
        """Complete the file, give it its name, and let *domain* answer from it."""
        try:
            self._finish(domain)
        except sqlite3.Error as error:
            raise self._failed(error) from error
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Leave nothing."""
        try:
            self._db.close()
        finally:
            for path in (self._unfinished, self.path):
                try:
                    os.unlink(path)
                except OSError:
                    pass  # never came into being

    def _finish(self, domain: Domain) -> None:
        kb = self.kb
        for id, spec in kb.properties.items():
            self._properties.setdefault(id, len(self._properties))
            self._roles.setdefault(id, {name: n for n, name in enumerate(spec.roles)})
        self._flush()
        self._entities()
        self._progress(0.65)
        self._names(domain)
        self._progress(0.85)
        self._db.execute("INSERT OR IGNORE INTO mention SELECT * FROM mentioned ORDER BY 1, 2, 3, 4")
        self._db.execute("INSERT OR IGNORE INTO link SELECT * FROM linked ORDER BY 1, 2, 3, 4, 5")
        self._progress(0.9)
        self._db.execute("INSERT OR IGNORE INTO figure SELECT * FROM figures ORDER BY 1, 2")
        meta: dict[str, Any] = {"format": FORMAT, "entities": len(kb.entities), "statements": len(self.spool)}
        meta["properties"] = tuple(self._properties)
        meta["roles"] = {id: tuple(roles) for id, roles in self._roles.items()}
        meta["members"] = dict(self._db.execute("SELECT type, COUNT(*) FROM entity GROUP BY type").fetchall())
        self._measures(meta)
        self._progress(0.95)
        self._degrees()
        self._mentions(meta)
        sql = """SELECT property, role, MAX(c) FROM (
                     SELECT property, role, COUNT(*) AS c FROM mention GROUP BY entity, property, role)
                 GROUP BY property, role"""
        most = {(property_, role): count for property_, role, count in self._db.execute(sql)}
        meta["single"] = {
            id: most.get((self._properties[id], self._roles[id][spec.subject]), 1) == 1
            for id, spec in kb.properties.items()
        }
        longest = self._db.execute("SELECT MAX(LENGTH(phrase) - LENGTH(REPLACE(phrase, ' ', '')) + 1) FROM name")
        meta["longest name"] = longest.fetchone()[0] or 0
        self._db.executemany("INSERT INTO meta VALUES (?, ?)", ((k, marshal.dumps(v)) for k, v in meta.items()))
        self._db.executescript(INDEXES)
        self._progress(1.0)
        if self._db.in_transaction:
            self._db.execute("COMMIT")
        self._db.close()
        os.chmod(self._unfinished, 0o600)
        os.replace(self._unfinished, self.path)
        store = TemporaryStore(self.path, stamp_of(self.path))
        stored = StoredKnowledge(store, kb.types, kb.properties, kb.about)
        domain.kb, domain.names = stored, StoredNames(store, stored.type_ids)

    def _insert(self, table: str, row: tuple[Any, ...]) -> None:
        rows = self._rows.setdefault(table, [])
        rows.append(row)
        if len(rows) >= BATCH:
            self._write(table, rows)

    def _write(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        try:
            self._db.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        except sqlite3.Error as error:
            raise self._failed(error) from error
        rows.clear()

    def _flush(self) -> None:
        for table, rows in self._rows.items():
            if rows:
                self._write(table, rows)

    def _failed(self, error: sqlite3.Error) -> BotError:
        self.abandon()
        return BotError(f"the knowledge cannot be compiled into {self.path}: {error}; make room there, or let it be "
                        "kept in memory with Bot.load(store=False)")  # fmt: skip

    def _entities(self) -> None:
        types = {id: n for n, id in enumerate(self.kb.types)}
        self.number("")  # all are numbered now
        for number, entity in enumerate(self.kb.entities.values()):
            more = (entity.aliases, entity.adjectives, entity.metonyms, entity.belongs_to, entity.described_as)
            data = marshal.dumps(more) if any(more) else None
            self._insert("entity", (number, entity.id, types[entity.type], entity.label, data))
            for owner in entity.belongs_to:
                self._insert("belongs", (self.number(owner), number))
        self._flush()

    def _names(self, domain: Domain) -> None:
        """Move the phrases that are nothing but names, and their words, out of the lexicon."""
        lexicon = domain.lexicon
        flags: dict[str, int] = {}
        names: list[tuple[str, int]] = []
        for number, entity in enumerate(self.kb.entities.values()):
            for name in (entity.label, *entity.aliases):
                words = name_words(name)
                names.append((" ".join(words), number))
                for word in words:
                    flags[word] = flags.get(word, 0) | IN_NAME
        self._db.executemany("INSERT OR IGNORE INTO name VALUES (?, ?)", sorted(names))
        names.clear()
        moved = {p: e for p, e in lexicon.exact.items() if "entities" in e and e.keys() <= {"entities", "genitive"}}
        longest: dict[str, int] = {}
        for phrase in moved:
            first, *rest = phrase.split()
            longest[first] = max(longest.get(first, 0), 1 + len(rest))
            flags.setdefault(first, 0)
            for word in rest:
                flags[word] = flags.get(word, 0) | INSIDE
        rows = ((phrase, marshal.dumps(moved[phrase])) for phrase in sorted(moved))
        self._db.executemany("INSERT INTO entry VALUES (?, ?)", rows)
        remote = lexicon.without(moved, domain.evidence.vocabulary if domain.evidence else ())
        moved.clear()
        for number, word in enumerate(sorted(flags)):
            is_spelled = word in remote and len(word) >= 3 and word.isalpha()
            bones = skeleton(word) if is_spelled else None
            row = (number, word, lexicon.stem(word), bones, longest.get(word, 0), flags[word], remote.get(word))
            self._insert("word", row)
            if is_spelled:
                for part in shortened(word):
                    self._insert("deletions", (crc32(part.encode()), number))
            if word in remote:
                lexicon.stems.pop(word, None)
            if number % BATCH == 0:
                self._progress(0.65 + 0.15 * number / len(flags))
        self._flush()
        self._db.execute("INSERT OR IGNORE INTO deletion SELECT * FROM deletions ORDER BY 1, 2")

    def _measures(self, meta: dict[str, Any]) -> None:
        """The amount of each entity, and what all of a type come to."""
        self._db.execute("""
            INSERT INTO measure SELECT property, type, MAX(amount), entity FROM amounts JOIN entity ON n = entity
            GROUP BY property, entity ORDER BY property, type, MAX(amount), entity""")
        totals: dict[tuple[int, int], tuple[Any, ...]] = {}
        sql = """SELECT property, type, amount, unit FROM amounts JOIN entity ON n = entity
                 ORDER BY property, entity, statement"""
        sums: dict[tuple[int, int], tuple[array[float], set[str | None]]] = {}
        for property_, type_, amount, unit in self._db.execute(sql):
            held, units = sums.setdefault((property_, type_), (array("d"), set()))
            held.append(amount)
            units.add(unit)
        for key, (held, units) in sums.items():
            totals[key] = (len(held), sum(held), max(held), min(held), tuple(units))
        meta["totals"] = totals

    def _degrees(self) -> None:
        """How many of each type every entity is linked with, those that are linked with none included."""
        self._db.execute("""
            INSERT INTO degree SELECT property, forward, e.type, o.type, COUNT(DISTINCT other), entity
            FROM link JOIN entity e ON e.n = entity JOIN entity o ON o.n = other
            GROUP BY property, forward, entity, o.type ORDER BY 1, 2, 3, 4, 5, 6""")
        for key in self._db.execute("SELECT DISTINCT property, forward, type, other FROM degree").fetchall():
            self._db.execute(
                """INSERT INTO degree SELECT ?1, ?2, ?3, ?4, 0, n FROM entity WHERE type = ?3 AND n NOT IN
                   (SELECT entity FROM degree WHERE property = ?1 AND forward = ?2 AND type = ?3 AND other = ?4)""",
                key,
            )

    def _mentions(self, meta: dict[str, Any]) -> None:
        """Those that all the rest is about, as `most_mentioned` finds them."""
        self._db.execute("""
            CREATE TEMP TABLE mentions AS SELECT entity, COUNT(DISTINCT statement) AS c FROM mention GROUP BY entity""")
        rows = self._db.execute("SELECT id, c FROM mentions JOIN entity ON n = entity ORDER BY c DESC LIMIT 20")
        meta["most mentioned"] = tuple(sorted(most_mentioned(dict(rows.fetchall()))))


class Spool:
    """The statements of a file in the making, as far as loading needs them: to add to and to go through."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._count = 0

    def append(self, statement: Statement) -> None:
        self._compiler.add(self._count, statement)
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Statement]:
        return self._compiler.restored()


class TemporaryStore(Store):
    """A store whose file goes when the process that made it no longer needs it, unless somebody keeps it."""

    def __init__(self, path: str, stamp: tuple[int, ...]) -> None:
        super().__init__(path, stamp)
        self._goes = weakref.finalize(self, _remove, path, os.getpid())

    def keep(self) -> None:
        self._goes.detach()

    def __reduce__(self) -> tuple[type[Store], tuple[str, tuple[int, ...]]]:
        return Store, (self.path, self.stamp)


def _remove(path: str, owner: int) -> None:
    if os.getpid() == owner:
        try:
            os.unlink(path)
        except OSError:
            pass  # another was faster


def _new_file(folder: str | None) -> str:
    """A path that nobody else uses, in *folder* or, where that cannot be written, among temporary files."""
    import tempfile

    reason = ""
    for place in (folder, tempfile.gettempdir()):
        if place is not None:
            path = os.path.join(place, f"{os.getpid()}-{time.time_ns():x}{SUFFIX}")
            try:
                os.close(os.open(path + UNFINISHED, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                return path
            except OSError as error:
                reason = error.strerror or str(error)
    raise BotError(f"there is no folder to compile the knowledge into: {reason}; set TMPDIR to one")
