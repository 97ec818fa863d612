"""
How old something is, and which of several is older: of whatever began at a known time.

The event by which a thing began is one that only it is the subject of, and whose name or wording says that something
begins. So "which hut is older?" needs no intent of its own; where intents explain the words, they come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot import operations
from bot.analysis import Utterance
from bot.composing import capital, join
from bot.decision import Decision, Reading
from bot.knowledge import TIME, Statement

if TYPE_CHECKING:
    from bot.deciding import Decider

BEGINNINGS = frozenset(
    ("begin", "found", "establish", "build", "create", "invent", "birth", "born", "construct", "open", "launch", "bear",
     "make", "founding", "construction", "creation")
)  # fmt: skip
"""Senses of words by which a thing comes to be; a person comes to be by birth alone."""
OF_PERSONS = frozenset(("birth", "born", "bear"))
_CENTRAL = 0.62
_AGE = frozenset(("age", "old"))
_OLDER = frozenset(("older", "oldest", "elder", "eldest"))
_NEWER = frozenset(("newer", "newest", "younger", "youngest"))
_WEIGHT = 0.4
"""Beside what the names weigh: less than any word of an intent's wording."""
_MOST = 200
"""Of more things than these none is picked."""


class Ages:
    """Reads questions about the age of things in one domain."""

    def __init__(self, decider: Decider) -> None:
        self.decider = decider
        self.kb = decider.domain.kb
        self._by_type: dict[str, tuple[str, ...]] = {}

    def reading(self, utterance: Utterance) -> Reading | None:
        items = utterance.items
        words = utterance.words
        older, newer = bool(words & _OLDER), bool(words & _NEWER)
        if not (older or newer or words & _AGE) or "not" in utterance.operations:
            return None
        named: list[int] = []
        nouns: frozenset[str] = frozenset()
        for i, item in enumerate(items):
            said = frozenset(item.words)
            if said & (_OLDER | _NEWER | _AGE):
                continue
            if utterance.entities[i]:
                named.append(i)
            elif item.types:
                nouns |= item.types
            elif not (
                item.mark or item.filler == 1 or item.auxiliary or item.joins or item.preposition or item.asks
                or said <= {"than", "one", "two", "of", "the", "how", "much"}
            ):  # fmt: skip
                return None
        if any(item.asks in ("place", "why", "agent") or item.time for item in items):
            return None
        ids = [{e for e, _ in utterance.entities[i]} for i in named]
        compares = older or newer
        if not named and not (compares and nouns):
            return None
        if compares and (len(named) == 1 or (not named and utterance.polar)):
            return None
        every = ids or [{id} for id in self.kb.members(nouns)]
        if len(every) > _MOST:
            return None
        found = [self._beginnings(names) for names in every]
        if named and not all(found):
            return None
        if not any(found):
            return None
        facts = [statement for statements in found for statement in statements]
        if compares and (len({s.property.id for s in facts}) > 1 or any(len(f) > 1 for f in found)):
            return None
        respelled = float(sum(item.respelled is not None for item in items))
        gap = compares and any(ask.kind == "duration" for ask in utterance.asks)
        each = 2.2 if self.decider._has_choice(utterance) else 1.0  # "A or B" is weighed for each by others too
        cost = (0.0, 0.0, -_WEIGHT - each * len(named), 0.0, respelled)
        return Reading(cost, 0.9, lambda: self._run(utterance, facts, newer=newer, compares=compares, gap=gap), None)

    def _run(self, utterance: Utterance, facts: list[Statement], *, newer: bool, compares: bool, gap: bool) -> Decision:
        composer = self.decider.composer
        operands = sorted((self.decider._operand(s) for s in facts), key=lambda o: o.time.start if o.time else 0)
        decision = Decision("answered", "", None, "elapsed", statements=tuple(o.statement for o in operands))
        if not compares:
            outcomes = [o for operand in operands if (o := operations.elapsed(operand, self.decider.today()))]
            if len(outcomes) != len(operands):
                decision.status, decision.text = "no_data", "What is known begins later than today."
                return decision
            decision.text = " ".join(o.text for o in outcomes)
            decision.values = tuple(v for o in outcomes for v in o.values)
            decision.unit = "year"
            return decision
        if gap:
            outcome = operations.duration_between(*operands) if len(operands) == 2 else None
            if outcome is None:
                return self._cannot(decision)
            decision.text, decision.values = outcome.text, tuple(outcome.values)
            decision.operation, decision.unit = outcome.operation, outcome.unit
            return decision
        times = [o.time.start for o in operands if o.time]
        chosen = operands[-1 if newer else 0]
        if times.count(chosen.time.start if chosen.time else 0) > 1:
            return self._cannot(decision)
        who = chosen.statement.get(chosen.statement.property.subject)
        told = operations.sentence_list(operands if len(operands) == 2 else [chosen])
        if len(operands) > 2:
            decision.statements = (chosen.statement,)
        if utterance.polar and not self.decider._has_choice(utterance):
            first = next(i for i, entities in enumerate(utterance.entities) if entities)
            yes = not {e for e, _ in utterance.entities[first]}.isdisjoint(v for v in who if isinstance(v, str))
            decision.operation, decision.values = "verify", ("yes" if yes else "no",)
            decision.text = f"{'Yes' if yes else 'No'}. {told}"
            return decision
        decision.operation, decision.values = "latest" if newer else "earliest", who
        decision.text = f"{capital(join([composer.value(value) for value in who]))}. {told}"
        return decision

    def _cannot(self, decision: Decision) -> Decision:
        decision.status, decision.statements = "no_data", ()
        decision.text = "What I know does not say which of them is older."
        decision.reasons.append(("operation-not-possible", "earlier"))
        return decision

    def _beginnings(self, names: set[str]) -> list[Statement]:
        """The facts by which what is named began."""
        found: dict[object, Statement] = {}
        for name in sorted(names):
            entity = self.kb.entities[name]
            for property_ in self._properties(entity.type):
                subject = self.kb.properties[property_].subject
                found.update(
                    (s.id, s) for s in self.kb.by_entity.get(name, ())
                    if s.property.id == property_ and name in s.get(subject) and s.time
                )  # fmt: skip
        return list(found.values())

    def _properties(self, type_: str) -> tuple[str, ...]:
        if type_ not in self._by_type:
            kinds = {type_, *self._wider(type_)}
            wanted = OF_PERSONS if "person" in kinds else BEGINNINGS
            self._by_type[type_] = tuple(
                p.id
                for p in self.kb.properties.values()
                if p.event
                and not kinds.isdisjoint(p.roles[p.subject].types)
                and any(TIME in role.types for role in p.roles.values())
                and not self._said(p.id).isdisjoint(wanted)
            )
        return self._by_type[type_]

    def _wider(self, type_: str) -> Sequence[str]:
        return tuple(self.kb.kinds.get(type_, ()))

    def _said(self, property_: str) -> set[str]:
        """The words and senses by which the property's intents are brought up, and those of its own name."""
        senses = {
            sense.removeprefix("=")
            for intent in self.decider.domain.intents.values()
            if intent.about == (property_,)
            for pattern in intent.patterns
            for needed in pattern.needed
            for sense in needed
        }
        return senses | {property_}
