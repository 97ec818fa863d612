"""
Trees → decisions: questions composed from the schema, as one more source of readings beside the intents.

Equally cheap trees with different answers are asked back. A set without members is an answer ("none": a table says
all there is); a property that its one subject lacks is not.
"""

from __future__ import annotations

import re

from bot.analysis import Utterance
from bot.composing import Composer, capital, join
from bot.composition import Tree, read
from bot.decision import Decision, Reading
from bot.domain import Domain
from bot.grammar import Grammar
from bot.knowledge import Quantity
from bot.telling import Teller
from bot.trees import Aggregate, All, Found, Node, Whole, concludes, depth, is_restated, names, values_of

WEIGHT = 2.0
"""How much a tree weighs beside an intent's pattern: every word has its place in it, as in few patterns."""
NEGATED = 2.0
"""What more it weighs where something is denied: it knows the rest of the set, where a pattern knows statements."""
SAME = 1e-6
"""Trees whose costs differ by less are equally good."""
MAX_TREES = 4
MAX_STATEMENTS = 12
MANY = 3
"""Longer lists say how many there are."""


class Composed:
    """Reads utterances of one domain by its schema."""

    def __init__(self, domain: Domain, composer: Composer) -> None:
        self.domain = domain
        self.composer = composer
        self.grammar = Grammar(domain)
        self.teller = Teller(domain.kb, domain.schema)

    def readings(self, utterance: Utterance) -> list[Reading]:
        trees = [tree for tree in read(self.grammar, utterance.items) if not is_restated(tree.node)]
        if not trees or (self.domain.schema.open and (concludes(trees[0].node) or isinstance(trees[0].node, All))):
            return []
        best = [tree for tree in trees if tree.cost <= trees[0].cost + SAME]
        respelled = float(sum(item.respelled is not None for item in utterance.items))
        weight = WEIGHT + NEGATED * ("not" in utterance.operations)
        cost = (0.0, 0.0, -weight - 0.1 * depth(best[0].node), 0.0, respelled)
        return [Reading(cost, max(0.5, 1.0 - 0.06 * respelled), lambda: self._run(best, utterance.text), None)]

    def _run(self, trees: list[Tree], text: str) -> Decision:
        unit = trees[0].unit
        answers = [(tree.node, self.grammar.evaluator.run(tree.node)) for tree in trees[:MAX_TREES]]
        answers = [(n, f) for n, f in answers if values_of(f) or f.truth is not None or isinstance(n, Whole)] or answers
        kinds = {(frozenset(map(self.composer.record_value, values_of(found))), found.truth) for _, found in answers}
        if unit and any(q.unit != unit for _, found in answers for q in found.amounts or (Quantity(0.0),)):
            decision = Decision("no_data", f"I have no amounts in that unit ({unit}).", tree=answers[0][0])
            decision.reasons.append(("other-unit", unit))
            return decision
        if len(kinds) == 1:
            return self._tell(*next(((n, f) for n, f in answers if not f.unknown), answers[0]))
        decision = Decision("clarify", "", None, "clarify", tree=answers[0][0])
        taken = list(dict.fromkeys(self.teller.tell(node) for node, _ in answers))
        if len(taken) < len(answers):  # they differ in what a name names
            teller = Teller(self.domain.kb, self.domain.schema, typed=True)
            taken = list(dict.fromkeys(teller.tell(node) for node, _ in answers))
        decision.suggestions = tuple(dict.fromkeys(self._asked_plainly(text, node) for node, _ in answers))
        decision.text = f"That can be taken in more than one way: {join(taken, 'or')}?"
        decision.reasons.append(("ambiguous", " / ".join(str(node) for node, _ in answers)))
        return decision

    def _asked_plainly(self, text: str, node: Node) -> str:
        """The question with what each name names put before it."""
        for name in names(node):
            words = r"\s+".join(map(re.escape, name.name.split()))
            text = re.sub(rf"\b{words}\b", lambda said, kind=name.kind: f"{self.teller.noun(kind)} {said[0]}",  # type: ignore[misc]
                          text, count=1, flags=re.IGNORECASE)  # fmt: skip
        return text

    def _tell(self, node: Node, found: Found) -> Decision:
        decision = Decision(
            "answered", "", None, "lookup", statements=tuple(found.statements[:MAX_STATEMENTS]), tree=node
        )
        values = values_of(found)
        if isinstance(node, Whole):
            label = self.domain.schema.world_label
            decision.values, decision.text = (label,), f"In {label}."
            return decision
        if found.truth is not None:
            decision.operation, decision.values = "verify", ("yes" if found.truth else "no",)
            decision.text = "Yes." if found.truth else "No."
            return decision
        told = self.teller.tell(node)
        if not values and found.unknown:
            decision.status, decision.text = "no_data", f"What I know does not say {told}."
            decision.reasons.append(("no-statement", str(node)))
            return decision
        words = list(dict.fromkeys(self.composer.value(value) for value in values))
        decision.values = tuple(dict.fromkeys(self.composer.record_value(value) for value in values))
        decision.operation = node.how if isinstance(node, Aggregate) else "list" if len(words) != 1 else "lookup"
        units = {value.unit for value in values if isinstance(value, Quantity)}
        decision.unit = units.pop() if len(units) == 1 else None
        counted = f" ({len(words)})" if len(words) > MANY else ""
        decision.text = f"{capital(told)}{counted}: {join(words) if words else 'none'}."
        return decision
