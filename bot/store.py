"""
Large knowledge in an SQLite file: opened at once, looked up by index, and never held in memory as a whole.

`bot.storing` writes the file. This module reads it, and gives it the shape of a `KnowledgeBase`: entities and
statements come into being when they are asked for, equal to those that memory would hold and in the same order.
Entities, properties and types are numbers in the file: their places in the order in which they were loaded.

The file never changes once it has its name, so it is opened without locks, by any number of processes. A
connection belongs to one thread of one process; others open their own.
"""

from __future__ import annotations

import marshal
import os
import sqlite3
from _thread import _local  # threading takes longer to import
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, MutableSequence, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar, cast

from bot.errors import BotError
from bot.knowledge import (
    Entity,
    EntityType,
    KnowledgeBase,
    Property,
    Quantity,
    Reference,
    Statement,
    Time,
    Value,
)

FORMAT = 1
"""Changes with what the file holds."""
PAGES = 16_000
"""Kibibytes of the file that a connection keeps in memory."""
KEPT = 4096
"""Entities and statements of each kind that are kept in memory."""
MANY = 500
"""More numbers than these are not written into a query."""

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE entity (n INTEGER PRIMARY KEY, id TEXT NOT NULL, type INTEGER NOT NULL, label TEXT NOT NULL, data BLOB);
CREATE TABLE belongs (owner INTEGER, entity INTEGER, PRIMARY KEY (owner, entity)) WITHOUT ROWID;
CREATE TABLE statement (n INTEGER PRIMARY KEY, property INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE named_statement (id TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE mention (entity INTEGER, property INTEGER, role INTEGER, statement INTEGER,
    PRIMARY KEY (entity, property, role, statement)) WITHOUT ROWID;
CREATE TABLE link (property INTEGER, forward INTEGER, entity INTEGER, statement INTEGER, other INTEGER,
    PRIMARY KEY (property, forward, entity, statement, other)) WITHOUT ROWID;
CREATE TABLE measure (property INTEGER, type INTEGER, amount REAL, entity INTEGER,
    PRIMARY KEY (property, type, amount, entity)) WITHOUT ROWID;
CREATE TABLE degree (property INTEGER, forward INTEGER, type INTEGER, other INTEGER, count INTEGER, entity INTEGER,
    PRIMARY KEY (property, forward, type, other, count, entity)) WITHOUT ROWID;
CREATE TABLE figure (amount REAL, statement INTEGER, PRIMARY KEY (amount, statement)) WITHOUT ROWID;
CREATE TABLE name (phrase TEXT, entity INTEGER, PRIMARY KEY (phrase, entity)) WITHOUT ROWID;
CREATE TABLE entry (phrase TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE word (n INTEGER PRIMARY KEY, word TEXT NOT NULL, stem TEXT NOT NULL, skeleton TEXT,
    longest INTEGER NOT NULL, flags INTEGER NOT NULL, remote REAL);
CREATE TABLE deletion (hash INTEGER, word INTEGER, PRIMARY KEY (hash, word)) WITHOUT ROWID;
"""
INDEXES = """
CREATE UNIQUE INDEX entity_id ON entity (id);
CREATE INDEX entity_type ON entity (type);
CREATE INDEX statement_property ON statement (property);
CREATE UNIQUE INDEX word_word ON word (word);
CREATE INDEX word_stem ON word (stem);
CREATE INDEX word_skeleton ON word (skeleton);
CREATE INDEX measure_entity ON measure (property, entity, amount);
"""
IN_NAME, INSIDE = 1, 2
"""Flags of a word: it stands in a name, in a phrase behind its first word."""

T = TypeVar("T")


class StoreError(BotError):
    """A file of compiled knowledge that cannot be read."""


class Store:
    """
    One file of compiled knowledge, open for reading. Threads may share it; a copy for another process opens it anew.

    *stamp* is what `stamp_of` said of the file when it was written. StoreError when it is not there or not as it was.
    """

    def __init__(self, path: str, stamp: tuple[int, ...]) -> None:
        if stamp_of(path) != stamp:
            raise StoreError(
                f"the compiled knowledge {path} is gone or was changed after it was made; load the bot once more"
            )
        self.path = path
        self.stamp = stamp
        self._local = _local()
        self.meta: dict[str, Any] = {key: marshal.loads(value) for key, value in self.rows("SELECT * FROM meta")}  # noqa: S302
        if self.meta.get("format") != FORMAT:
            raise StoreError(f"the compiled knowledge {path} was made by another version; load the bot once more")
        self.number = lru_cache(KEPT)(self._number)
        self.id = lru_cache(KEPT)(self._id)

    def __reduce__(self) -> tuple[type[Store], tuple[str, tuple[int, ...]]]:
        return type(self), (self.path, self.stamp)

    def keep(self) -> None:
        """Let the file stay when nobody in this process needs it any more; it does anyway, unless it is temporary."""

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        try:
            return self._connection().execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error

    def stream(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query as they are needed."""
        try:
            yield from self._connection().execute(sql, values)
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error

    def one(self, sql: str, values: Sequence[object] = ()) -> Any:
        """The first value of the first row; None without one."""
        found = self.rows(sql, values)
        return found[0][0] if found else None

    def _connection(self) -> sqlite3.Connection:
        kept: tuple[int, sqlite3.Connection] | None = getattr(self._local, "kept", None)
        if kept is not None and kept[0] == os.getpid():
            return kept[1]
        from urllib.request import pathname2url

        try:
            where = f"file:{pathname2url(os.path.abspath(self.path))}?mode=ro&immutable=1"
            connection = sqlite3.connect(where, uri=True, check_same_thread=False, isolation_level=None)
            connection.execute(f"PRAGMA cache_size = -{PAGES}")
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error
        self._local.kept = (os.getpid(), connection)
        return connection

    def _unreadable(self, error: sqlite3.DatabaseError) -> StoreError:
        """What to say of a file that is broken, which goes, so that the next load makes it anew."""
        if not isinstance(error, (sqlite3.OperationalError, sqlite3.ProgrammingError)):
            try:
                os.unlink(self.path)
            except OSError:
                pass  # gone, or not ours
        return StoreError(f"the compiled knowledge {self.path} cannot be read ({error}); load the bot once more")

    def _number(self, id: str) -> int | None:
        """The place of the entity *id* among all; None when there is none."""
        found = self.one("SELECT n FROM entity WHERE id = ?", (id,))
        return None if found is None else int(found)

    def _id(self, number: int) -> str:
        return str(self.one("SELECT id FROM entity WHERE n = ?", (number,)))

    def numbers(self, ids: Iterable[str]) -> list[int]:
        return [number for number in map(self.number, ids) if number is not None]


def stamp_of(path: str) -> tuple[int, ...]:
    """By what a file is recognised as the one that was written; empty when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_size, found.st_mtime_ns


class Lazy(Sequence[T]):
    """A sequence that comes from a function as far as it is needed; its length may be known without it."""

    def __init__(self, make: Callable[[], Iterable[T]], length: Callable[[], int] | None = None) -> None:
        self._make = make
        self._length = length
        self._whole: tuple[T, ...] | None = None

    def whole(self) -> tuple[T, ...]:
        if self._whole is None:
            self._whole = tuple(self._make())
        return self._whole

    def __len__(self) -> int:
        if self._whole is None and self._length is not None:
            return self._length()
        return len(self.whole())

    def __bool__(self) -> bool:
        return bool(self._whole) if self._whole is not None else any(True for _ in self._make())

    def __iter__(self) -> Iterator[T]:
        return iter(self._make() if self._whole is None else self._whole)

    def __getitem__(self, key: Any) -> Any:
        if (
            self._whole is None
            and isinstance(key, slice)
            and not key.start
            and key.step is None
            and (key.stop or 0) > 0
        ):
            return tuple(islice(self._make(), key.stop))
        return self.whole()[key]

    def __add__(self, other: Iterable[T]) -> tuple[T, ...]:
        return (*self, *other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


# The shape of a KnowledgeBase


class StoredKnowledge(KnowledgeBase):
    """What a `Store` holds, with what is small (types and properties) in memory."""

    def __init__(
        self, store: Store, types: dict[str, EntityType], properties: dict[str, Property], about: str = ""
    ) -> None:
        self.store = store
        super().__init__(types, {}, properties, [], about)
        self.index_types()
        self.type_ids = tuple(types)
        self.property_ids: tuple[str, ...] = store.meta["properties"]
        self.property_numbers = {id: n for n, id in enumerate(self.property_ids)}
        self.roles: dict[str, tuple[str, ...]] = store.meta["roles"]
        self.entity = lru_cache(KEPT)(self._entity)
        self.statement = lru_cache(KEPT)(self._statement)
        self.entities = cast("MutableMapping[str, Entity]", StoredEntities(self))
        self.statements = cast("MutableSequence[Statement]", StoredStatements(self))
        self.by_property = cast("MutableMapping[str, MutableSequence[Statement]]", ByProperty(self))
        self.by_entity = cast("MutableMapping[str, MutableSequence[Statement]]", ByEntity(self))
        self.by_id = cast("MutableMapping[str, Statement]", ById(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.store, self.types, self.properties, self.about)

    def find_with(self, properties: Iterable[str], entities: Collection[str]) -> list[Statement]:
        numbers = [self.store.number(entity) for entity in entities]
        if None in numbers or len(numbers) > MANY:
            return self.find(properties)  # words, which no index holds
        found: list[Statement] = []
        for id in properties:
            sql = f"SELECT DISTINCT statement FROM mention WHERE entity IN ({_list(numbers)}) AND property = ?"
            property_ = self.property_numbers.get(id, -1)
            found += [self.statement(n) for (n,) in self.store.rows(f"{sql} ORDER BY 1", (property_,))]
        return found

    def in_order(self, properties: Collection[str]) -> Iterable[Statement]:
        numbers = [self.property_numbers[id] for id in properties if id in self.property_numbers]
        sql = f"SELECT n, property, data FROM statement WHERE property IN ({_list(numbers)}) ORDER BY n"
        return (self.restored(*row) for row in self.store.stream(sql)) if numbers else ()

    def with_amount(self, amount: float) -> Iterable[Statement]:
        rows = self.store.rows("SELECT statement FROM figure WHERE amount = ? ORDER BY 1", (amount,))
        return (self.statement(n) for (n,) in rows)

    def occurs(self, property_: str, role: str, values: Iterable[Value]) -> bool:
        if role not in self.roles.get(property_, ()):
            return False
        where = (self.property_numbers[property_], self.roles[property_].index(role))
        sql = "SELECT 1 FROM mention WHERE entity = ? AND property = ? AND role = ? LIMIT 1"
        words = [value for value in values if isinstance(value, str)]
        return any(self.store.one(sql, (number, *where)) for number in self.store.numbers(words))

    def members(self, types: Collection[str]) -> Sequence[str]:
        def make() -> Iterator[str]:
            sql = (
                f"SELECT id FROM entity e WHERE {of_types(self.narrower(*types))}"
                " AND EXISTS (SELECT 1 FROM mention WHERE entity = e.n) ORDER BY n"
            )
            return (id for (id,) in self.store.stream(sql))

        return Lazy(make)

    def belonging(self, owners: Collection[str]) -> Sequence[str]:
        numbers = _list(self.store.numbers(owners))
        sql = f"SELECT DISTINCT id FROM belongs JOIN entity ON n = entity WHERE owner IN ({numbers}) ORDER BY n"
        return [id for (id,) in self.store.rows(sql)]

    def most_mentioned(self) -> frozenset[str]:
        return frozenset(self.store.meta["most mentioned"])

    def narrower(self, *kinds: str) -> list[int]:
        """The numbers of the types whose members are of any of *kinds*."""
        return [n for n, id in enumerate(self.type_ids) if not self.kinds[id].isdisjoint(kinds)]

    def _entity(self, id: str) -> Entity | None:
        found = self.store.rows("SELECT type, label, data FROM entity WHERE id = ?", (id,))
        return self.entity_of(id, *found[0]) if found else None

    def entity_of(self, id: str, type_: int, label: str, data: bytes | None) -> Entity:
        return Entity(id, label, self.type_ids[type_], *(marshal.loads(data) if data else ()))  # noqa: S302

    def _statement(self, number: int) -> Statement:
        ((property_, data),) = self.store.rows("SELECT property, data FROM statement WHERE n = ?", (number,))
        return self.restored(number, property_, data)

    def restored(self, number: int, property_: int, data: bytes) -> Statement:
        name = self.property_ids[property_]
        return restore(number, self.properties[name], self.roles[name], data, self.store.id)


def restore(
    number: int, property_: Property, roles: Sequence[str], data: bytes, id_of: Callable[[int], str]
) -> Statement:
    """The *number*th statement, whose contents are *data*."""
    id, packed, reference, note = marshal.loads(data)  # noqa: S302 - ours alone
    values = {roles[role]: tuple(_unpacked(value, id_of) for value in held) for role, held in packed}
    return Statement(id or row_id(property_.id, number), property_, values, Reference(*reference), note)


def _unpacked(packed: Any, id_of: Callable[[int], str]) -> Value:
    if isinstance(packed, int):
        return id_of(packed)
    if isinstance(packed, tuple):
        return Quantity(*packed) if len(packed) == 2 else Time(*packed)
    return str(packed)


def pack_value(value: Value, number: Callable[[str], int | None]) -> Any:
    """*value* as `StoredKnowledge` restores it: entities are numbers, words are text."""
    if isinstance(value, str):
        found = number(value)
        return value if found is None else found
    return tuple(value)


def row_id(property_: str, number: int) -> str:
    """The id of a statement that was made from a row, which need not be stored."""
    return f"{property_}-row-{number + 1}"


def of_types(numbers: Sequence[int]) -> str:
    """What holds of an entity of these types, so put that those of one type come in their order from its index."""
    return f"type = {numbers[0]}" if len(numbers) == 1 else f"+type IN ({_list(numbers)})"


def _list(numbers: Iterable[int | None]) -> str:
    return ",".join(map(str, numbers))


class StoredEntities(Mapping[str, Entity]):
    """Entities by id, in the order in which they were loaded."""

    def __init__(self, kb: StoredKnowledge) -> None:
        self._kb = kb

    def __getitem__(self, id: str) -> Entity:
        found = self._kb.entity(id)
        if found is None:
            raise KeyError(id)
        return found

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._kb.store.number(id) is not None

    def __iter__(self) -> Iterator[str]:
        return (id for (id,) in self._kb.store.stream("SELECT id FROM entity ORDER BY n"))

    def __len__(self) -> int:
        return int(self._kb.store.meta["entities"])


class StoredStatements(Sequence[Statement]):
    """Statements in the order in which they were loaded."""

    def __init__(self, kb: StoredKnowledge) -> None:
        self._kb = kb

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return [self._kb.statement(n) for n in range(*key.indices(len(self)))]
        if not -len(self) <= key < len(self):
            raise IndexError(key)
        return self._kb.statement(key % len(self))

    def __iter__(self) -> Iterator[Statement]:
        rows = self._kb.store.stream("SELECT n, property, data FROM statement ORDER BY n")
        return (self._kb.restored(*row) for row in rows)

    def __len__(self) -> int:
        return int(self._kb.store.meta["statements"])


class _Groups(Mapping[str, Sequence[Statement]]):
    """Statements by what they have in common; only what has some is there."""

    def __init__(self, kb: StoredKnowledge) -> None:
        self._kb = kb

    def __getitem__(self, id: str) -> Sequence[Statement]:
        if id not in self:
            raise KeyError(id)
        return self._group(id)

    def _group(self, id: str) -> Sequence[Statement]:
        raise NotImplementedError

    def __len__(self) -> int:
        return sum(1 for _ in self)


class ByProperty(_Groups):
    def _group(self, id: str) -> Sequence[Statement]:
        kb, number = self._kb, self._kb.property_numbers[id]
        sql = "SELECT n, property, data FROM statement WHERE property = ? ORDER BY n"
        counted = "SELECT COUNT(*) FROM statement WHERE property = ?"
        return Lazy(
            lambda: (kb.restored(*row) for row in kb.store.stream(sql, (number,))),
            lambda: int(kb.store.one(counted, (number,))),
        )

    def __contains__(self, id: object) -> bool:
        number = self._kb.property_numbers.get(cast("str", id), -1)
        return bool(self._kb.store.one("SELECT 1 FROM statement WHERE property = ? LIMIT 1", (number,)))

    def __iter__(self) -> Iterator[str]:
        sql = "SELECT property FROM statement GROUP BY property ORDER BY MIN(n)"
        return (self._kb.property_ids[number] for (number,) in self._kb.store.rows(sql))


class ByEntity(_Groups):
    def _group(self, id: str) -> Sequence[Statement]:
        kb, number = self._kb, self._kb.store.number(id)
        sql = "SELECT DISTINCT statement FROM mention WHERE entity = ? ORDER BY 1"
        return Lazy(lambda: (kb.statement(n) for (n,) in kb.store.rows(sql, (number,))))

    def __contains__(self, id: object) -> bool:
        number = self._kb.store.number(id) if isinstance(id, str) else None
        return bool(self._kb.store.one("SELECT 1 FROM mention WHERE entity = ? LIMIT 1", (number,)))

    def __iter__(self) -> Iterator[str]:
        return (id for id in self._kb.entities if id in self)


class ById(Mapping[str, Statement]):
    def __init__(self, kb: StoredKnowledge) -> None:
        self._kb = kb

    def __getitem__(self, id: str) -> Statement:
        number = self._kb.store.one("SELECT n FROM named_statement WHERE id = ?", (id,))
        if number is None:
            row = id.rpartition("-row-")[2]
            number = int(row) - 1 if row.isdecimal() else -1
        if 0 <= number < len(self._kb.statements):
            found = self._kb.statement(number)
            if found.id == id:
                return found
        raise KeyError(id)

    def __iter__(self) -> Iterator[str]:
        return (statement.id for statement in self._kb.statements)

    def __len__(self) -> int:
        return len(self._kb.statements)
