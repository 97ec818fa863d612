"""
Parts of an utterance: what was found of each, and which of them can be about anything at all.

A question that is cut in two is cut at every word. Most cuts leave words together that no intent explains, which single
words tell: to analyse and match such a part would show no more.
"""

from __future__ import annotations

from bot.analysis import may_be_resettled
from bot.matching import Candidate, Matcher
from bot.reading import Item


class Parts:
    """The parts of one utterance, each given by its first item and the one behind its last."""

    __slots__ = ("_bringing_up", "_explaining", "_items", "_matcher", "_saying", "known")

    def __init__(self, matcher: Matcher, items: list[Item]) -> None:
        self._items = items
        self._matcher = matcher
        self._saying = [matcher.word(item).needs if item.senses else 0 for item in items]
        self._explaining = [matcher.explaining(item) for item in items]
        self._bringing_up = [matcher.bringing_up(item) for item in items]
        self.known: dict[tuple[int, int], list[Candidate]] = {}
        """What each that was matched may be, best first."""

    def may_be(self, start: int, end: int) -> bool:
        """Whether an intent that the part brings up may explain all its words; False only where none can."""
        intents = 0
        for brought_up in self._bringing_up[start:end]:
            intents |= brought_up
        for explaining in self._explaining[start:end]:
            intents &= explaining
        if intents:
            said = 0
            for needs in self._saying[start:end]:
                said |= needs
            values = sum([_is_value(item) for item in self._items[start:end]])
            if self._matcher.words_any(intents, said, values):
                return True
        return start < end and may_be_resettled(self._items[start:end])


def _is_value(item: Item) -> bool:
    return bool(item.entities or item.time or item.number is not None or item.quantity)
