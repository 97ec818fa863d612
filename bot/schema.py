"""
The words for a domain's types and properties: all that questions can be read with when no intent speaks of them.

A property links a subject with a number or with another entity. It has nouns ("the capital of Texas"), adjectives
that say more or less of it (long, short), phrases ("{subject} runs through {value}"), and things that it counts
(people, for a population). A type has nouns, a property that is its size, properties that say where its members
are, and adjectives that hold from a threshold on ("major").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product

WORLD = "world"
"""The id and the type of the whole that everything belongs to."""

MORE, LESS = "max", "min"


@dataclass(frozen=True, slots=True)
class Condition:
    """What an adjective means of a type: a property's amount beyond a threshold."""

    property: str
    op: str
    amount: float


@dataclass(frozen=True, slots=True)
class Connector:
    """The words of a phrase between its two holes; *forward* when the subject stands before them."""

    property: str
    words: tuple[str, ...]
    """As typed in the phrase, without a copula before them."""
    forward: bool
    copula: bool = False
    """Whether "is" stood before them: "is in", "is next to"."""


@dataclass(frozen=True, slots=True)
class TypeWords:
    """How people speak of the members of one type."""

    id: str
    nouns: tuple[str, ...] = ()
    plurals: tuple[str, ...] = ()
    size: str | None = None
    where: tuple[str, ...] = ()
    conditions: tuple[tuple[str, Condition], ...] = ()
    article: bool = False
    """Whether its names stand with "the": the Colorado is a river, Colorado is not."""


@dataclass(frozen=True, slots=True)
class PropertyWords:
    """How people ask for one property."""

    id: str
    subjects: frozenset[str]
    values: frozenset[str]
    """Entity types; empty when the values are amounts."""
    nouns: tuple[str, ...] = ()
    part_nouns: tuple[str, ...] = ()
    """Nouns for it when it is asked of a part, not of the whole."""
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    connectors: tuple[Connector, ...] = ()
    extreme_of: str | None = None
    """The property by which one of several values is meant, when asked for in the singular: the highest point."""
    pick: str = MORE

    @property
    def numeric(self) -> bool:
        return not self.values


@dataclass(slots=True)
class Schema:
    """All words of one domain, as its author wrote them."""

    types: dict[str, TypeWords] = field(default_factory=dict)
    properties: dict[str, PropertyWords] = field(default_factory=dict)
    prefer: tuple[str, ...] = ()
    """Types in the order in which a name that fits several of them is read."""
    world: tuple[str, ...] = ()
    """Names of the whole."""
    world_label: str = ""
    open: bool = False
    """Whether more may be true than is said: then nothing follows from what is not."""
    sums: dict[str, str] = field(default_factory=dict)
    """Properties of the whole that are the sum over a type."""

    def __bool__(self) -> bool:
        return bool(self.properties)

    @property
    def where(self) -> frozenset[str]:
        return frozenset(p for type_ in self.types.values() for p in type_.where)


_PREPOSITIONS = frozenset(("to", "from", "of", "in", "at", "by", "for", "with"))
_IRREGULAR = {"good": ("better", "best"), "bad": ("worse", "worst"), "far": ("farther", "farthest")}


def degrees(adjective: str) -> tuple[str, str]:
    """
    Comparative and superlative of an English adjective.

    >>> degrees("long"), degrees("large"), degrees("big"), degrees("dry")
    (('longer', 'longest'), ('larger', 'largest'), ('bigger', 'biggest'), ('drier', 'driest'))
    >>> degrees("far"), degrees("close to the sun")
    (('farther', 'farthest'), ('closer to the sun', 'closest to the sun'))
    >>> degrees("populous"), degrees("densely populated")
    (('more populous', 'most populous'), ('more densely populated', 'most densely populated'))
    """
    first, _, rest = adjective.partition(" ")
    if rest.split(" ")[0] in _PREPOSITIONS:
        comparative, superlative = degrees(first)
        return f"{comparative} {rest}", f"{superlative} {rest}"
    if adjective in _IRREGULAR:
        return _IRREGULAR[adjective]
    vowels = "aeiou"
    groups = sum(c in vowels + "y" and (i == 0 or adjective[i - 1] not in vowels) for i, c in enumerate(adjective))
    if adjective.endswith("e"):
        groups -= 1
    if " " in adjective or groups > 2 or (groups == 2 and adjective[-1] not in "yew") or adjective.endswith("ed"):
        return f"more {adjective}", f"most {adjective}"
    if adjective.endswith("e"):
        return adjective + "r", adjective + "st"
    if adjective.endswith("y") and adjective[-2:-1] not in vowels:
        return adjective[:-1] + "ier", adjective[:-1] + "iest"
    if (
        len(adjective) > 2
        and adjective[-1] not in vowels + "wxy"
        and adjective[-2] in vowels
        and adjective[-3] not in vowels
    ):
        return adjective + adjective[-1] + "er", adjective + adjective[-1] + "est"
    return adjective + "er", adjective + "est"


def plural(noun: str) -> str:
    """
    >>> plural("city"), plural("moon"), plural("gas"), plural("highest point")
    ('cities', 'moons', 'gases', 'highest points')
    """
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s")


def parse_phrase(text: str, property_: str, copulas: Iterable[str]) -> tuple[Connector, ...]:
    """
    The connectors of a phrase with the holes `{subject}` and `{value}`; `(a|b)` stands for either.

    Empty when it has not each hole once, at its ends, with words between.

    >>> parse_phrase("{value} is in {subject}", "p", ["is"])
    (Connector(property='p', words=('in',), forward=False, copula=True),)
    >>> [connector.words for connector in parse_phrase("{subject} (runs|flows) through {value}", "p", ["is"])]
    [('runs', 'through'), ('flows', 'through')]
    """
    found = []
    choices = [part.strip("()").split("|") for part in _CHOICE.findall(text.lower())]
    for chosen in product(*choices):
        words = " ".join(chosen).split()
        if len(words) < 3 or {words[0], words[-1]} != {"{subject}", "{value}"}:
            return ()
        copula = words[1] in set(copulas)
        rest = words[2:-1] if copula else words[1:-1]
        if not rest:
            return ()
        found.append(Connector(property_, tuple(rest), words[0] == "{subject}", copula))
    return tuple(found)


_CHOICE = re.compile(r"\([^)]*\)|[^\s()]+")
