"""
What two readings have in common: "which city has a consulate and was visited by the king".

Each half is matched by itself; the answer is what the role asked for in the first half and a role of the same kind in
the second both hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.analysis import Utterance
from bot.knowledge import KnowledgeBase, Statement, Value
from bot.matching import Candidate
from bot.query import distinct, run

_HARMLESS = frozenset(("both", "list", "equal"))
"""Operations that change nothing about what two conditions have in common."""


@dataclass(frozen=True, slots=True)
class Common:
    """Values that both halves find, and the statements that show it."""

    values: tuple[Value, ...]
    statements: tuple[Statement, ...]


def cuts(utterance: Utterance) -> list[int]:
    """Where a question for one kind of thing goes over to a second condition."""
    if not utterance.asks or not utterance.asks[0].types or utterance.asks[0].kind not in ("thing", "place", "agent"):
        return []
    return [
        i
        for i, item in enumerate(utterance.items)
        if item.joins == "and" and utterance.asks[0].noun < i < len(utterance.items) - 1
    ]


def common(kb: KnowledgeBase, first: Candidate, second: Candidate) -> Common | None:
    """What both find of the kind that *first* asks for; None when they are not about one kind, or share nothing."""
    if first.intent.id == second.intent.id or not first.asked or not first.intent.about or not second.intent.about:
        return None
    if (first.operations.keys() | second.operations.keys()) - _HARMLESS:
        return None
    role, ask = first.asked[0]
    roles = [
        r.name
        for r in second.intent.roles.values()
        if any(not kb.kinds.get(type_, frozenset()).isdisjoint(ask.types) for type_ in r.types)
    ]
    bound = {c.role for c in second.constraints}
    free = [name for name in roles if name not in bound]
    if not free or second.asked:
        return None
    ours, theirs = run(kb, first.query()), run(kb, second.query())
    other = set(distinct(theirs, free[0]))
    shared: list[Value] = [v for v in dict.fromkeys(v for s in ours for v in s.get(role)) if v in other]
    if not shared:
        return None
    shown = [s for s in ours if not set(shared).isdisjoint(s.get(role))]
    shown += [s for s in theirs if not set(shared).isdisjoint(s.get(free[0]))]
    return Common(tuple(shared), tuple(shown))
