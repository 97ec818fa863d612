"""
What single words, names and places say to the intents, whatever is said beside them.

All of it is worked out once and kept: it depends on the domain alone, and an utterance puts it together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bot.intents import Cue

_DIRECTIONS = frozenset(("from", "to", "into", "by", "out of", "towards"))
_WITHIN = frozenset(("in", "on", "at", "within", "inside", "across", "throughout", "around"))
_INTO = frozenset(("to", "into", "towards", "toward", "onto"))
NO_SENSES: frozenset[str] = frozenset()
_ONE = ["one"]
_LOWEST = -100.0
"""How well a mention agrees with no cue at all: worse than with any."""


class Facts(NamedTuple):
    """How a mention stands in an utterance, as far as the cues of a pattern have to do with it."""

    preposition: str | None
    before: bool
    """Whether it stands before the pattern's first needed word, or would if the sentence were no passive."""
    elliptic: bool
    genitive: bool
    possessive: bool
    next_senses: frozenset[str] | None
    """Those of what follows; None where nothing does."""
    before_needed: bool
    """Whether what follows is a needed word."""
    previous_senses: frozenset[str]


class Standing:
    """How well mentions that stand alike agree with cues; worked out once for all of them, in whatever utterance."""

    __slots__ = ("_best", "facts")

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._best: dict[int, tuple[tuple[Cue, ...], float]] = {}

    def best(self, cues: tuple[Cue, ...]) -> float:
        """How well it agrees with that of *cues* with which it agrees best."""
        known = self._best.get(id(cues))
        if known is None or known[0] is not cues:
            known = self._best[id(cues)] = cues, max(map(self._value, cues), default=_LOWEST)
        return known[1]

    def _value(self, cue: Cue) -> float:
        facts = self.facts
        preposition, wanted = facts.preposition, cue.preposition
        value = 0.0
        if preposition is not None:
            if wanted == preposition or any(wanted in alike and preposition in alike for alike in (_INTO, _WITHIN)):
                value += 4
            elif wanted is None and preposition in ("of", "by", "for", "with"):
                value += 0.5
            elif wanted is not None:
                value -= 2 if preposition in _DIRECTIONS and wanted in _DIRECTIONS else 0.5
            elif preposition in _DIRECTIONS:
                value -= 1
        elif facts.elliptic and wanted in (None, "of") and cue.before:
            value += 3
        elif facts.genitive and wanted in (None, "of") and cue.before:
            value += 2 if facts.next_senses is None or facts.before_needed else 0.8
        elif wanted is None:
            value += 1
        if facts.possessive and preposition is not None and cue.before and facts.before_needed:
            value += 2  # "most of Norway's investment"
        value += 0.6 if cue.before == facts.before else -0.6
        if facts.next_senses is not None and cue.next_senses and not cue.next_senses.isdisjoint(facts.next_senses):
            value += 0.7 if not facts.genitive else 3
        if cue.previous_senses and preposition is None:
            value += 0.5 * (not cue.previous_senses.isdisjoint(facts.previous_senses))
        return value


class Spot(NamedTuple):
    """Where a mention stands in one utterance."""

    item: int
    previous: int
    standing: Standing


class Fit(NamedTuple):
    """How what a mention may name goes with a role."""

    entities: frozenset[str]
    """Those that the role accepts."""
    only_metonym: bool
    """Whether each of them is only stood for by the name said."""
    occurs: bool
    """Whether anything known has one of them in that place."""
    any_occurs: bool
    """Whether anything known has one of all that may be named in that place."""


class Named:
    """What a name may be to the intents, wherever it stands."""

    __slots__ = ("entities", "fits", "roles", "words")

    def __init__(self, entities: tuple[tuple[str, str], ...], words: tuple[str, ...]) -> None:
        self.entities, self.words = entities, words
        self.roles: dict[str, tuple[str, ...]] = {}
        """For an intent those of its roles that it may fill."""
        self.fits: dict[tuple[str, str], Fit] = {}
        """How it goes with a role of an intent."""


class Word:
    """What a word says to the intents, wherever it stands."""

    __slots__ = ("_expressed", "_speakers", "brought_up", "intents", "needs", "senses", "strengths", "worth")

    def __init__(
        self,
        senses: frozenset[str],
        strengths: Mapping[str, float],
        speakers: Mapping[str, list[str]],
        bits: Mapping[str, int],
    ) -> None:
        self.senses = senses
        self.strengths = strengths
        self.needs = 0
        """The sets of senses that patterns need of which it has one, one bit for each set."""
        self.worth: dict[str, tuple[float, float]] = {}
        """
        The intents that it says something about: how centrally it expresses that, and what that is worth beside a
        needed word. A sense that many intents speak of is worth less.
        """
        self._speakers = speakers
        self._expressed: dict[frozenset[str], tuple[float, float]] = {}
        strongest: dict[str, float] = {}
        fewest: dict[str, int] = {}
        for sense in senses:
            intents = speakers.get(sense, ())
            strength = strengths.get(sense, 1.0)
            for intent in intents:
                strongest[intent] = max(strength, strongest.get(intent, 0.0))
                fewest[intent] = min(len(intents), fewest.get(intent, len(intents)))
        for intent, strength in strongest.items():
            if strength:
                self.worth[intent] = strength, 0.4 * strength / (1 + 0.15 * fewest[intent])
        self.intents = together(bits, self.worth)
        """Those intents, one bit for each."""
        self.brought_up = 0
        """The intents with a pattern that it may bring up, one bit for each."""

    def expressing(self, senses: frozenset[str]) -> tuple[float, float]:
        """How centrally it expresses one of *senses*, 0 when none, and what that is worth as a needed word."""
        known = self._expressed.get(senses)
        if known is None:
            known = 0.0, 0.0
            if common := self.senses & senses:
                strength = max(self.strengths.get(sense, 1.0) for sense in common)
                spread = min(len(self._speakers.get(sense, _ONE)) for sense in common)
                known = strength, (1.0 + 0.5 / spread) * strength
            self._expressed[senses] = known
        return known


EVERY = -1
"""All intents, where each is a bit."""


def together(bits: Mapping[str, int], intents: Iterable[str]) -> int:
    """All of *intents* in one number, *bits* telling which bit each is."""
    found = 0
    for intent in intents:
        found |= 1 << bits[intent]
    return found


NOTHING = Word(NO_SENSES, {}, {}, {})
