"""
What questions can be about: intents, their patterns and slots, and the templates of their answers.

A pattern is one wording with the order left open: each plain word must be said, in any word of its sense;
`[optional]` words may be; `(a|b)` takes either; `{slot}` stands for a value of that role. Where a slot stands
in the pattern (before or after the words, behind which preposition) tells apart two values of one type:
"{exporter} export to {importer}".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.knowledge import Role

_PIECE = re.compile(r"\{(?P<slot>\w+)\}|\((?P<either>[^)]*)\)|\[(?P<optional>[^\]]*)\]|(?P<word>[^\s{}()\[\]]+)")


@dataclass(frozen=True, slots=True)
class Cue:
    """Where a slot stands in a pattern: how a mention that belongs there can be told."""

    preposition: str | None
    before: bool
    """Whether it stands before the pattern's first needed word."""
    next_senses: frozenset[str] = frozenset()
    previous_senses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pattern:
    """One wording, compiled: `needed` holds a set of senses for each word that must be said."""

    text: str
    intent: str
    needed: tuple[frozenset[str], ...]
    optional: frozenset[str] = frozenset()
    cues: Mapping[str, tuple[Cue, ...]] | None = None
    asks: str | None = None
    """The role that this wording asks for, when a question does not say: overrides the intent's."""
    needs_slots: frozenset[str] = frozenset()
    """Slots written as `{slot!}`: the wording is this intent's only when something fills them."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a question is about: which statements, which words may be said, and how answers are put."""

    id: str
    about: tuple[str, ...]
    roles: Mapping[str, Role]
    patterns: tuple[Pattern, ...]
    vocabulary: frozenset[str]
    asks: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, Template]
    topic: str = ""
    examples: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    """Other intents whose answers together describe this one."""
    operation: str | None = None
    """The operation it applies by itself: a balance is a difference."""
    says: str = ""
    """A fixed answer, for intents that need no statements."""
    file: str = ""
    denies: frozenset[str] = frozenset()
    """Senses of what did not happen: a yes-or-no question about them is answered with no."""
    reverses: frozenset[str] = frozenset()
    """Senses that turn those round: calling an expulsion off."""

    before: tuple[str, ...] = ()
    """Intents that come after this one where a question fits both alike."""
    rank: int = 0
    """Its place in that order: of two that fit alike the lower is taken."""

    @property
    def by_example(self) -> bool:
        """Whether its examples are all that says what it is about, and its answer is fixed."""
        return bool(self.examples and self.says and not (self.patterns or self.about or self.includes))


class Dated(str):
    """A time in words, with the preposition that it stands behind: on 14 May 1968, in 1968."""

    __slots__ = ("preposition",)
    preposition: str

    def __new__(cls, text: str, preposition: str) -> Dated:
        dated = super().__new__(cls, text)
        dated.preposition = preposition
        return dated


_AT = re.compile(r"(^|\s)([io]n) $", re.IGNORECASE)


def _before(text: str, dated: Dated) -> str:
    """What stands before a time, its preposition put right: a sentence is written once for days and for years."""
    said = _AT.search(text)
    if not said:
        return text
    right = dated.preposition.capitalize() if said[2][0].isupper() else dated.preposition
    return f"{text[: said.start(2)]}{right} "


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with `{role}` holes; a part in `[ ]` is left out when one of its holes stays empty."""

    text: str
    parts: tuple[tuple[str, bool], ...]
    """Text or role name, and whether it is a role; optional parts are nested templates by index."""
    optional: tuple[Template, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Template:
        """
        >>> Template.parse("{guest} came[ on {time}].").fill({"guest": "She"})
        'She came.'
        """
        parts: list[tuple[str, bool]] = []
        optional: list[Template] = []
        for piece in re.split(r"(\[[^\]]*\]|\{\w+\})", text):
            if piece.startswith("["):
                parts.append((str(len(optional)), False))
                parts[-1] = (f"\0{len(optional)}", True)
                optional.append(cls.parse(piece[1:-1]))
            elif piece.startswith("{") and piece.endswith("}"):
                parts.append((piece[1:-1], True))
            elif piece:
                parts.append((piece, False))
        return cls(text, tuple(parts), tuple(optional))

    @property
    def holes(self) -> frozenset[str]:
        own = {name for name, is_role in self.parts if is_role and not name.startswith("\0")}
        return frozenset(own.union(*(part.holes for part in self.optional)))

    @property
    def needed_holes(self) -> frozenset[str]:
        return frozenset(name for name, is_role in self.parts if is_role and not name.startswith("\0"))

    def fill(self, values: Mapping[str, str]) -> str | None:
        """The sentence with *values*, or None when a hole that is not optional stays empty."""
        out = []
        for name, is_role in self.parts:
            if not is_role:
                out.append(name)
            elif name.startswith("\0"):
                out.append(self.optional[int(name[1:])].fill(values) or "")
            elif value := values.get(name):
                if isinstance(value, Dated) and out:
                    out[-1] = _before(out[-1], value)
                out.append(value)
            else:
                return None
        return "".join(out)


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a pattern's text."""

    kind: str
    """`slot`, `word` or `optional`."""
    words: tuple[str, ...]
    needed: bool = False


def parse_pattern(text: str) -> list[Piece]:
    """
    The pieces of a pattern, in order.

    >>> [(p.kind, p.words) for p in parse_pattern("{who} (sell|export) [goods] to {whom!}")]
    [('slot', ('who',)), ('word', ('sell', 'export')), ('optional', ('goods',)), ('word', ('to',)), ('slot', ('whom',))]
    """
    pieces = []
    for match in _PIECE.finditer(text.replace("!}", "}!")):
        if match["slot"]:
            pieces.append(Piece("slot", (match["slot"],)))
        elif match["either"] is not None:
            pieces.append(Piece("word", tuple(word.strip() for word in match["either"].split("|"))))
        elif match["optional"] is not None:
            pieces.append(Piece("optional", tuple(re.split(r"[\s|]+", match["optional"].strip()))))
        elif match["word"] == "!" and pieces:
            pieces[-1] = Piece("slot", pieces[-1].words, needed=True)
        else:
            pieces.append(Piece("word", (match["word"],)))
    return pieces
