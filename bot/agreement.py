"""
Whether the roles that were said agree with the sentence: who does it, and to whom it is done.

Mostly a value's type alone tells its role: ambassadors sign, presidents order. A sentence may say the contrary
("Did the ambassadors order the president?"), and its grammar decides then. Only what English shows plainly is
judged: the subject between an auxiliary and the verb, the object behind the verb, and both turned round in the
passive. The patterns tell which roles a verb has before it and which behind.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.analysis import Utterance
from bot.matching import Candidate
from bot.query import Constraint

_DO = frozenset(("do", "does", "did", "has", "have", "had", "will", "would", "could", "can", "should", "might", "may"))
_BE = frozenset(("is", "are", "was", "were"))
_CLEARLY = 0.9
"""How centrally a word must express what a pattern's verb means."""


def settled(candidate: Candidate) -> list[Constraint]:
    """The constraints of *candidate*, those that stand where another role belongs moved to that role."""
    if not candidate.pattern.needed:
        return candidate.constraints
    moved: dict[int, str] = {}
    for place, is_subject, verb in _places(candidate):
        before, behind = _roles(candidate, verb)
        here, there = (before, behind) if is_subject else (behind, before)
        for constraint in candidate.constraints:
            is_out_of_place = here and constraint.role not in here and (is_subject or constraint.role in there)
            if constraint.item == place and constraint.kind == "is" and constraint.role and is_out_of_place:
                moved[place] = here[0]
    return [c._replace(role=moved[c.item]) if c.item in moved else c for c in candidate.constraints]


def _places(candidate: Candidate) -> Iterator[tuple[int, bool, int]]:
    """Mentions that are plainly subject or object of a verb: the item, whether it is what acts, the verb's item."""
    utterance = candidate.utterance
    items = utterance.items
    for i, item in enumerate(items):
        if not item.auxiliary or item.count > 1 or i in utterance.tag_items:
            continue
        subject = _content_behind(utterance, i)
        if subject < 0 or not utterance.entities[subject] or items[subject].possessive or items[subject].adjective:
            continue
        if any(_parts(utterance, k) for k in range(i + 1, subject)):
            continue
        verb = utterance.next[subject]
        if verb < 0 or utterance.entities[verb] or any(_parts(utterance, k) for k in range(subject + 1, verb)):
            continue
        if item.words[0] in _DO:
            yield subject, True, verb
            yield from _object(utterance, verb)
        elif item.words[0] in _BE and items[verb].words[-1].endswith("ed"):
            yield subject, False, verb
    for ask in utterance.asks:
        verb = utterance.next[ask.index] if ask.kind == "agent" else -1
        if verb == ask.index + 1 and not utterance.entities[verb] and not items[verb].auxiliary:
            yield from _object(utterance, verb)


def _content_behind(utterance: Utterance, i: int) -> int:
    """The first content item behind item *i*, an adjective that only describes it passed over."""
    place = next((k for k in range(i + 1, len(utterance.items)) if utterance.content(k)), -1)
    while place in utterance.absorbed:
        place = utterance.next[place]
    return place


def _parts(utterance: Utterance, i: int) -> bool:
    item = utterance.items[i]
    return bool(item.preposition or item.joins or item.mark or item.asks or item.pronoun)


def _object(utterance: Utterance, verb: int) -> Iterator[tuple[int, bool, int]]:
    """What stands right behind the verb, with no preposition before it."""
    place = _content_behind(utterance, verb)
    if (
        place >= 0
        and utterance.entities[place]
        and not utterance.items[place].possessive
        and not utterance.items[place].adjective
        and not any(_parts(utterance, k) for k in range(verb, place))
    ):
        yield place, False, verb


def _roles(candidate: Candidate, verb: int) -> tuple[list[str], list[str]]:
    """The roles that the intent's active wordings have right before this verb, and those right behind it."""
    item = candidate.utterance.items[verb]
    before: dict[str, None] = {}
    behind: dict[str, None] = {}
    for pattern in candidate.intent.patterns:
        if not pattern.needed or item.strength(pattern.needed[0]) < _CLEARLY or " by {" in pattern.text:
            continue
        for role, cues in (pattern.cues or {}).items():
            for cue in cues:
                if cue.preposition is None:
                    (before if cue.before else behind).setdefault(role)
    return list(before), list(behind)
