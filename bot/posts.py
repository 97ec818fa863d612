"""
Whether somebody who is named by office alone held that office then.

"Did the Turkish president visit Norway?": the man did, but he came as prime minister. A property says with `of` which
role is the post of which person, so what an office says is a condition on that role.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.intents import Intent
from bot.knowledge import KnowledgeBase, Role, Statement
from bot.matching import Candidate
from bot.query import Constraint
from bot.text import normalise


def held(candidate: Candidate, kb: KnowledgeBase) -> list[Constraint]:
    """The posts that the mentions by office alone ask of the statements."""
    added = []
    for constraint in candidate.constraints:
        for post in _posts(candidate.intent):
            if sum(c.role == post.of for c in candidate.constraints) > 1:
                continue  # "the king or the prime minister": each has a post of his own
            titles = _titles(candidate, constraint, post, kb) if constraint.role == post.of else frozenset()
            if titles and not any(c.role == post.name for c in candidate.constraints):
                known = {
                    t
                    for s in kb.find(candidate.intent.about)
                    if not set(s.get(post.of)).isdisjoint(constraint.value)
                    for t in s.get(post.name)
                }
                if titles.issuperset(known):
                    continue  # held whenever anything is known
                added.append(Constraint(post.name, "is", titles, constraint.item))
    return added


def agreeing(candidate: Candidate, kb: KnowledgeBase, statements: Sequence[Statement]) -> list[Statement]:
    """Those of *statements* in which whoever may stand in several roles holds the post in one of them."""
    kept = list(statements)
    for constraint in candidate.constraints:
        if constraint.role or not isinstance(constraint.value, frozenset):
            continue
        wanted = constraint.value
        pairs = [(p.of, p.name, _titles(candidate, constraint, p, kb)) for p in _posts(candidate.intent)]
        if any(titles for _, _, titles in pairs):
            kept = [
                s
                for s in kept
                if any(not wanted.isdisjoint(s.get(r)) and not t.isdisjoint(s.get(p)) for r, p, t in pairs)
            ]
    return kept


def _posts(intent: Intent) -> list[Role]:
    return [role for role in intent.roles.values() if role.of]


def _titles(candidate: Candidate, constraint: Constraint, post: Role, kb: KnowledgeBase) -> frozenset[str]:
    """The titles that the mention consists of; none when it says a name too."""
    if constraint.kind != "is" or constraint.item < 0 or not isinstance(constraint.value, frozenset):
        return frozenset()
    words = candidate.utterance.items[constraint.item].words
    people = [kb.entities[e] for e in constraint.value if kb.entities[e].type not in post.types]
    names = {word for entity in people for word in normalise(entity.label).split()}
    if names.intersection(words):
        return frozenset()
    said = f" {' '.join(words)} "
    return frozenset(
        entity.id
        for entity in kb.entities.values()
        if entity.type in post.types and any(f" {_singular(name)} " in said for name in (entity.label, *entity.aliases))
    )


def _singular(name: str) -> str:
    return normalise(name).removesuffix("s")
