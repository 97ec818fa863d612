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


class Posts:
    """What offices say of those who are named by them, in one knowledge base."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb
        self._names: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        """For the types of a post, what its titles are called, each with its entity."""

    def held(self, candidate: Candidate) -> list[Constraint]:
        """The posts that the mentions by office alone ask of the statements."""
        added: list[Constraint] = []
        posts = _posts(candidate.intent)
        for constraint in candidate.constraints if posts else ():
            for post in posts:
                if sum(c.role == post.of for c in candidate.constraints) > 1:
                    continue  # "the king or the prime minister": each has a post of his own
                titles = self._titles(candidate, constraint, post) if constraint.role == post.of else frozenset()
                if titles and not any(c.role == post.name for c in candidate.constraints):
                    known = {
                        title
                        for statement in self.kb.find(candidate.intent.about)
                        if not set(statement.get(post.of)).isdisjoint(constraint.value)
                        for title in statement.get(post.name)
                    }
                    if titles.issuperset(known):
                        continue  # held whenever anything is known
                    added.append(Constraint(post.name, "is", titles, constraint.item))
        return added

    def agreeing(self, candidate: Candidate, statements: Sequence[Statement]) -> list[Statement]:
        """Those of *statements* in which whoever may stand in several roles holds the post in one of them."""
        kept = list(statements)
        for constraint in candidate.constraints:
            if constraint.role or not isinstance(constraint.value, frozenset):
                continue
            wanted = constraint.value
            pairs = [(p.of, p.name, self._titles(candidate, constraint, p)) for p in _posts(candidate.intent)]
            if any(titles for _, _, titles in pairs):
                kept = [
                    s
                    for s in kept
                    if any(not wanted.isdisjoint(s.get(r)) and not t.isdisjoint(s.get(p)) for r, p, t in pairs)
                ]
        return kept

    def _titles(self, candidate: Candidate, constraint: Constraint, post: Role) -> frozenset[str]:
        """The titles that the mention consists of; none when it says a name too."""
        if constraint.kind != "is" or constraint.item < 0 or not isinstance(constraint.value, frozenset):
            return frozenset()
        entities = self.kb.entities
        words = candidate.utterance.items[constraint.item].words
        people = [entities[e] for e in constraint.value if entities[e].type not in post.types]
        names = {word for entity in people for word in normalise(entity.label).split()}
        if names.intersection(words):
            return frozenset()
        said = f" {' '.join(words)} "
        return frozenset([id for name, id in self._called(post.types) if f" {name} " in said])

    def _called(self, types: tuple[str, ...]) -> list[tuple[str, str]]:
        known = self._names.get(types)
        if known is None:
            known = self._names[types] = [
                (_singular(name), entity.id)
                for entity in self.kb.entities.values()
                if entity.type in types
                for name in (entity.label, *entity.aliases)
            ]
        return known


def _posts(intent: Intent) -> list[Role]:
    return [role for role in intent.roles.values() if role.of]


def _singular(name: str) -> str:
    return normalise(name).removesuffix("s")
