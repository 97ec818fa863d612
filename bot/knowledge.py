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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

NAME, ADJECTIVE, METONYM = "name", "adjective", "metonym"
ENTITY, TIME, QUANTITY, NUMBER, TEXT = "entity", "time", "quantity", "number", "text"
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
        start, end = date.fromordinal(self.start), date.fromordinal(self.end)
        if self.precision == "year":
            return str(start.year)
        if self.precision == "decade":
            return f"{start.year}s"
        if self.precision == "period":
            return f"{start.year}–{end.year}"
        if self.precision == "month":
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
    entities: dict[str, Entity] = field(default_factory=dict)
    properties: dict[str, Property] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    about: str = ""
    """What the knowledge is about, in words."""
    by_property: dict[str, list[Statement]] = field(default_factory=dict)
    by_entity: dict[str, list[Statement]] = field(default_factory=dict)
    kinds: dict[str, frozenset[str]] = field(default_factory=dict)
    """Each type with itself and all wider ones."""

    def index(self) -> None:
        for type_ in self.types:
            self.kinds[type_] = frozenset(self._wider(type_))
        for plain in PLAIN_TYPES:
            self.kinds[plain] = frozenset([plain])
        for statement in self.statements:
            self.by_property.setdefault(statement.property.id, []).append(statement)
            for entity in {v for vs in statement.values.values() for v in vs if isinstance(v, str)}:
                if entity in self.entities:
                    self.by_entity.setdefault(entity, []).append(statement)

    def find(self, properties: Iterable[str]) -> list[Statement]:
        """The statements of *properties*, in the order they were loaded."""
        return [statement for id in properties for statement in self.by_property.get(id, ())]

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
