"""
Whether a question asks how things are now, where what is known is an event of the past.

"When does it open?" and "is it open?" ask for its hours, not for its founding, although the words are the same. Only
few words name both an event and the state after it; of others the present tense may tell history ("when do relations
begin?").
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.analysis import Utterance
from bot.knowledge import Statement
from bot.matching import Candidate

_STATES = frozenset(("open", "opens", "closed", "shut", "close", "closes"))
_NOUNS = frozenset(("opening", "closing"))
STATES = _STATES | _NOUNS
"""The words without which no question asks how things are now."""

_NOW = frozenset(("today", "now", "tonight", "tomorrow", "currently", "presently", "nowadays", "still", "usually"))
_LASTING = frozenset(("still", "current", "currently", "incumbent", "nowadays", "presently"))
_PRESENT = frozenset(("is", "are", "does", "do", "'s"))
_PAST = frozenset(("was", "were", "did", "had", "has", "have", "been"))
_TIMES = frozenset(("hour", "hours", "times"))


def of_now(utterance: Utterance) -> bool:
    """Whether a yes-or-no question or a "when" is about the present: "is it … today", "is it … now"."""
    words = utterance.words
    return not _NOW.isdisjoint(words) and not _PRESENT.isdisjoint(words) and _PAST.isdisjoint(words)


def holding(utterance: Utterance, statements: Sequence[Statement], today: date) -> list[Statement] | None:
    """Those of *statements* whose period reaches *today*, or that have none, where the present is meant; else None."""
    words = utterance.words
    if words.isdisjoint(_LASTING) and not of_now(utterance):
        return None
    if any(s.property.event for s in statements) or not any(
        s.time and s.time.precision == "period" for s in statements
    ):
        return None
    return [s for s in statements if s.time is None or s.time.last_year >= today.year]


def asks_state(candidate: Candidate) -> bool:
    """Whether the word that brings up an event stands for how things are: "is it open", its "opening hours"."""
    utterance = candidate.utterance
    words = utterance.words
    if words.isdisjoint(STATES):
        return False
    said = {word for i in candidate.needed_items for word in utterance.items[i].words}
    if not said.isdisjoint(STATES) and not words.isdisjoint(_TIMES):
        return True
    return not said.isdisjoint(_STATES) and not words.isdisjoint(_PRESENT) and words.isdisjoint(_PAST)
