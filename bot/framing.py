"""A decision → the frame that a follow-up may lean on: its intent, what was said, what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.decision import Decision
from bot.domain import Domain
from bot.history import Frame
from bot.knowledge import TIME, Statement, Time
from bot.query import Constraint, meets
from bot.reading import Reader

UNKNOWN = "unknown"
"""Stands for the operation of a question that found nothing: what it asked can be asked of something else only."""
LINK = "the words of the last question"
"""Stands as the text of an item that the last question lends to the next one."""


class Framer:
    """Makes frames in one domain."""

    def __init__(self, domain: Domain, reader: Reader) -> None:
        self.domain = domain
        self.kb = domain.kb
        self.reader = reader

    def frame(self, decision: Decision, previous: Frame | None) -> Frame | None:
        candidate, query = decision.candidate, decision.query
        if decision.status == "answered" and query is None and previous is not None:
            operation = decision.framed_as or decision.operation
            return replace(previous, operation=operation, ends=decision.ends)  # an operation on answers
        if decision.operation == "window" and query is not None and decision.status == "no_data":
            return Frame(None, "", query.constraints, (), "window")
        if (decision.status != "answered" and (decision.status != "no_data" or candidate is None)) or query is None:
            return previous
        if candidate is None and decision.operation == "describe":
            said = tuple(c._replace(item=-1) for c in query.constraints)
            return self._frame_of_facts(decision) or Frame(None, "", said, (), "describe")
        if candidate is None and decision.operation == "window" and len(decision.statements) == 1:
            told = self._frame_of_facts(decision)
            return told and replace(told, operation="window")
        if candidate is None:
            return Frame(None, "", tuple(c._replace(item=-1) for c in query.constraints), (), decision.operation)
        intent = candidate.intent
        asked = decision.asked or tuple(role for role, _ in candidate.asked)
        denied = next((detail for code, detail in decision.reasons if code == "contradicted"), "")
        if decision.operation == "verify" and decision.status == "answered" and not asked:
            wrong = [c.role for c in query.constraints if c.role and c.kind == "is" and str(c) == denied]
            asked = tuple(wrong[:1])  # "who did, then?"
        constraints = tuple(
            c._replace(item=-1)
            for c in query.constraints
            if c.role not in intent.where
            and not (c.role in asked and isinstance(c.value, frozenset) and len(c.value) > 1)
            and (
                decision.status == "no_data"  # what was said stays said
                or (c.kind != "is" and c.kind != "time")
                or any(meets(s, c) for s in decision.statements)
            )
        )  # fmt: skip
        ghosts = [item.text for item in candidate.utterance.items if item.text == LINK]
        anchors = tuple(
            " ".join(candidate.utterance.items[i].words)
            for i in sorted(candidate.needed_items)
            if candidate.utterance.items[i].text != LINK
        )
        if previous and (ghosts or not anchors):
            anchors = tuple(dict.fromkeys((*anchors, *previous.anchors)))
        operation = decision.operation if decision.status == "answered" else UNKNOWN
        return Frame(intent.id, candidate.pattern.text, constraints, asked, operation, anchors[:4], ends=decision.ends)

    def _frame_of_facts(self, decision: Decision) -> Frame | None:
        """A frame for facts told without an intent: that of the intent about them, when they are of one kind."""
        properties = {statement.property.id for statement in decision.statements}
        if len(properties) != 1:
            return None
        property_ = decision.statements[0].property
        intent = next((i for i in self.domain.intents.values() if property_.id in i.about and i.patterns), None)
        if intent is None:
            return None
        constraints = self.facts_said(decision.statements) if len(decision.statements) == 1 else ()
        role = property_.value
        anchors = tuple(word for word in property_.label.split() if self.reader.read(word)[0].senses)
        return Frame(intent.id, intent.patterns[0].text, constraints, (role,), "lookup", anchors[:2], told=True)

    def facts_said(self, statements: Sequence[Statement]) -> tuple[Constraint, ...]:
        """What identifies the statements: their entities and times, not their amounts and words."""
        found = []
        for role, spec in statements[0].property.roles.items():
            values = statements[0].get(role)
            entities = frozenset(v for v in values if isinstance(v, str) and v in self.kb.entities)
            if entities and len(values) == 1:
                found.append(Constraint(role, "is", entities))
            elif TIME in spec.types and values and isinstance(values[0], Time):
                found.append(Constraint(role, "time", values[0]))
        return tuple(found)
