"""
What "without" and "besides" leave out: a value of a list that is asked for, or the statements that have it.

"What is in it apart from honey?" asks for the list, so the value is taken out of it. "Which of them are made without
honey?" asks whose list it is: there a list stays as it is told, and those that have the value are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.knowledge import KnowledgeBase, Statement
from bot.matching import Candidate
from bot.query import Constraint, Query, run

_MORE_THAN = frozenset(
    ("besides", "beside", "apart", "aside", "addition", "beyond", "top", "well", "other", "others", "another", "else",
     "additional", "further", "remaining", "rest", "left")
)  # fmt: skip
"""Words after which there may be more: who has something besides honey may have honey too."""


def without_excluded(
    candidate: Candidate, kb: KnowledgeBase, statements: Sequence[Statement], listed: Sequence[str]
) -> list[Statement]:
    """*statements* without what *candidate* leaves out; *listed* are the roles that are asked for."""
    kept = list(statements)
    for constraint in candidate.excluded:
        role, out = constraint.role, constraint.value
        if not isinstance(out, frozenset):
            continue
        if role in listed:
            kept = [replace(s, values={**s.values, role: tuple(v for v in s.get(role) if v not in out)}) for s in kept]
        elif not _allows_more(candidate):
            kept = lacking(candidate, kb, kept, constraint)
    return kept


def lacking(
    candidate: Candidate, kb: KnowledgeBase, statements: Sequence[Statement], constraint: Constraint
) -> list[Statement]:
    """Those of *statements* whose subject, as asked for, does not have the value of *constraint* in any statement."""
    asked = [role for role, _ in candidate.asked if role != constraint.role]
    rest = tuple(c for c in candidate.query().constraints if c.role != constraint.role)
    have = run(kb, Query(candidate.intent.about, (*rest, constraint._replace(kind="is"))))
    ids = {s.id for s in have}
    owners = {s.get(role) for s in have for role in asked[:1]}
    return [s for s in statements if s.id not in ids and not (asked and s.get(asked[0]) in owners)]


def _allows_more(candidate: Candidate) -> bool:
    said = [item for item in candidate.utterance.items if "except" in item.operations]
    return any(not _MORE_THAN.isdisjoint(item.words) for item in said)
