"""
What is known: entities, properties and statements with qualifiers and references.

The data model is Wikidata's. A statement says of a subject that a property has a value; qualifiers narrow
it and a reference says where it stands. So that a question can ask for any part of it, a property gives
every part a *role* name: the value of exports has the roles exporter (its subject), importer and time
(qualifiers) and amount (its value).
"""

from __future__ import annotations

import builtins
from calendar import month_name, monthrange
from collections.abc import Collection, Iterable, Mapping, MutableMapping, MutableSequence, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

NAME, ADJECTIVE, METONYM = "name", "adjective", "metonym"
ENTITY, TIME, QUANTITY, NUMBER, TEXT = "entity", "time", "quantity", "number", "text"
_FEW = 8
"""Where more things are spoken of about equally often, the rest is about none of them."""
PLAIN_TYPES = (TIME, QUANTITY, NUMBER, TEXT)


class Time(NamedTuple):
    """An interval of whole days, `start` and `end` included, as `date.toordinal()`; `precision` says how it is told."""

    start: int
    end: int
    precision: str
    """`day`, `month`, `year`, `decade`, or `period` for years from to."""

    @classmethod
    def years(cls, first: int, last: int | None = None, precision: str | None = None) -> Time:
        last = first if last is None else last
        precision = precision or ("year" if first == last else "period")
        return cls(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal(), precision)

    @classmethod
    def month(cls, year: int, month: int) -> Time:
        start = date(year, month, 1).toordinal()
        return cls(start, start + monthrange(year, month)[1] - 1, "month")

    @property
    def first_year(self) -> int:
        return date.fromordinal(self.start).year

    @property
    def last_year(self) -> int:
        return date.fromordinal(self.end).year

    def within(self, other: Time) -> bool:
        return other.start <= self.start and self.end <= other.end

    def __str__(self) -> str:
        return _written(self.start, self.end, self.precision)


@lru_cache(1_024)
def _written(first: int, last: int, precision: str) -> str:
    """A time in words; the names of months are slow to come by."""
    start, end = date.fromordinal(first), date.fromordinal(last)
    if precision == "year":
        return str(start.year)
    if precision == "decade":
        return f"{start.year}s"
    if precision == "period":
        return f"{start.year}–{end.year}"
    if precision == "month":
        return f"{month_name[start.month]} {start.year}"
    if start == end:
        return f"{start.day} {month_name[start.month]} {start.year}"
    if (start.month, start.year) == (end.month, end.year):
        return f"{start.day}–{end.day} {month_name[start.month]} {start.year}"
    return f"{start.day} {month_name[start.month]} {start.year} – {end.day} {month_name[end.month]} {end.year}"


class Quantity(NamedTuple):
    """An amount of a unit; `unit` is the unit's id, None for a bare number."""

    amount: float
    unit: str | None = None


Value = str | Time | Quantity
"""A role's value: an entity's id, words, a time or a quantity; the role says which."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a statement comes from."""

    document: str
    section: str = ""
    paragraph: str = ""

    def __str__(self) -> str:
        parts = [self.document, self.section and f"section “{self.section}”", self.paragraph]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class EntityType:
    """A kind of entity, with the words for it and the wider kinds that it belongs to."""

    id: str
    label: str
    plural: str
    words: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that statements are about: one label, many names, its type."""

    id: str
    label: str
    type: str
    aliases: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    metonyms: tuple[str, ...] = ()
    """Names of something else that stand for it: a capital for its government."""
    belongs_to: tuple[str, ...] = ()
    """Entities whose adjective or genitive may stand before it: Norway for the Norwegian king."""
    described_as: str | None = None
    """A noun phrase for sentences, where the label alone would not do."""


@dataclass(frozen=True, slots=True)
class Role:
    """A named part of a property's statements."""

    name: str
    types: tuple[str, ...]
    """Entity types, or one of `PLAIN_TYPES`."""
    asked: tuple[str, ...] = ()
    """Kinds of question that ask for it beside those of its type: `why`, `how`."""
    counts: tuple[str, ...] = ()
    """Types whose members a number counts: "how many countries" asks for it."""
    of: str = ""
    """The role that it says something of: the host's post is of the host."""


@dataclass(frozen=True, slots=True)
class Property:
    """What can be said of an entity, and the roles of such a statement."""

    id: str
    label: str
    roles: Mapping[str, Role]
    subject: str
    value: str
    unit: str | None = None
    sentence: str = ""
    event: bool = False
    complete: frozenset[str] = frozenset()
    part_of: str = ""
    """The property of which its amounts are parts: exports of the trade volume."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact: every role's values, and where it is said."""

    id: str
    property: Property
    values: Mapping[str, tuple[Value, ...]]
    reference: Reference
    note: str = ""
    """What should be told with it: where the document disagrees with itself."""

    def get(self, role: str) -> tuple[Value, ...]:
        return self.values.get(role, ())

    @builtins.property
    def time(self) -> Time | None:
        for values in self.values.values():
            for value in values:
                if isinstance(value, Time):
                    return value
        return None


@dataclass(slots=True)
class KnowledgeBase:
    """Everything that was loaded, with the indexes that questions need. Not changed after `index()`."""

    types: dict[str, EntityType] = field(default_factory=dict)
    entities: MutableMapping[str, Entity] = field(default_factory=dict)
    properties: dict[str, Property] = field(default_factory=dict)
    statements: MutableSequence[Statement] = field(default_factory=list)
    about: str = ""
    """What the knowledge is about, in words."""
    by_property: MutableMapping[str, MutableSequence[Statement]] = field(default_factory=dict)
    by_entity: MutableMapping[str, MutableSequence[Statement]] = field(default_factory=dict)
    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    """Each type with itself and all wider ones."""
    by_id: MutableMapping[str, Statement] = field(default_factory=dict)
    _occurring: dict[tuple[str, str], set[Value]] = field(default_factory=dict)

    def index(self) -> None:
        self.index_types()
        for statement in self.statements:
            self.by_id[statement.id] = statement
            self.by_property.setdefault(statement.property.id, []).append(statement)
            for entity in {v for vs in statement.values.values() for v in vs if isinstance(v, str)}:
                if entity in self.entities:
                    self.by_entity.setdefault(entity, []).append(statement)

    def index_types(self) -> None:
        for type_ in self.types:
            self.kinds[type_] = frozenset(self._wider(type_))
        for plain in PLAIN_TYPES:
            self.kinds[plain] = frozenset([plain])

    def find(self, properties: Iterable[str]) -> list[Statement]:
        """The statements of *properties*, in the order they were loaded."""
        return [statement for id in properties for statement in self.by_property.get(id, ())]

    def find_with(self, properties: Iterable[str], entities: Collection[str]) -> list[Statement]:
        """Those of `find` that may speak of one of *entities*: none that does is left out."""
        return self.find(properties)

    def in_order(self, properties: Collection[str]) -> Iterable[Statement]:
        """The statements of *properties* in the order in which all were loaded."""
        return (statement for statement in self.statements if statement.property.id in properties)

    def with_amount(self, amount: float) -> Iterable[Statement]:
        """The statements that may hold *amount*: none that does is left out."""
        return self.statements

    def occurs(self, property_: str, role: str, values: Iterable[Value]) -> bool:
        """Whether some statement of *property_* has one of *values* in *role*."""
        if not self._occurring:
            found: dict[tuple[str, str], set[Value]] = {}
            for statement in self.statements:
                for name, held in statement.values.items():
                    found.setdefault((statement.property.id, name), set()).update(held)
            self._occurring = found  # only when it is whole: another thread may be asking
        return not self._occurring.get((property_, role), set()).isdisjoint(values)

    def members(self, types: Collection[str]) -> Sequence[str]:
        """The entities of any of *types* that something is said of."""
        return [e for e in self.entities if not self.kinds_of(e).isdisjoint(types) and e in self.by_entity]

    def belonging(self, owners: Collection[str]) -> Sequence[str]:
        """The entities that belong to any of *owners*."""
        return [id for id, entity in self.entities.items() if not set(owners).isdisjoint(entity.belongs_to)]

    def most_mentioned(self) -> frozenset[str]:
        """The entities that at least half as many statements speak of as of the most mentioned one."""
        return most_mentioned({entity: len(statements) for entity, statements in self.by_entity.items()})

    def kinds_of(self, entity: str) -> frozenset[str]:
        return self.kinds[self.entities[entity].type]

    def label(self, value: Value) -> str:
        """*value* in words: an entity's label, a date, an amount."""
        if isinstance(value, str):
            entity = self.entities.get(value)
            return entity.label if entity else value
        return str(value)

    def _wider(self, type_: str) -> set[str]:
        found, queue = {type_}, [type_]
        while queue:
            for wider in self.types[queue.pop()].wider:
                if wider not in found:
                    found.add(wider)  # also one that is not declared, such as `place`, which "where" asks for
                    queue += [wider] if wider in self.types else []
        return found


def most_mentioned(counts: Mapping[str, int]) -> frozenset[str]:
    """Of entities with how many statements speak of each, the few that all the rest is about; none of fewer than 5."""
    most = max(counts.values(), default=0)
    found = frozenset(entity for entity, count in counts.items() if count * 2 >= most and len(counts) > 4)
    return found if len(found) <= _FEW else frozenset()
