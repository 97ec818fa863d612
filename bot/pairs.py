"""
Pairs: two readings with an operation between them ("which came first, the visit or the agreement?").

A question that names two things is cut in two wherever its words allow, and each part is matched by itself, so that
the two may be about anything that the domain knows. What is asked of them, the whole question says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot import operations, ordering
from bot.analysis import Utterance
from bot.decision import Decision, Reading
from bot.knowledge import QUANTITY, Statement
from bot.matching import Candidate, exceeds
from bot.operations import Outcome

if TYPE_CHECKING:
    from bot.deciding import Decider

PAIRWISE = frozenset(
    (
        "difference",
        "ratio",
        "share",
        "sum",
        "greater",
        "less",
        "earlier",
        "later",
        "duration",
        "versus",
        "max",
        "min",
        "percent_difference",
        "first",
        "last",
    )
)
"""Operations that may be meant of two facts."""

LONGEST = 30
"""Longer utterances are not cut in two: every cut would have to be tried."""


class Pairs:
    """Reads utterances as questions about two facts, with what *decider* makes of their parts."""

    def __init__(self, decider: Decider) -> None:
        self.decider = decider

    def readings(self, utterance: Utterance) -> list[Reading]:
        """The utterance cut in two, each part about something, and an operation on both."""
        readings: list[Reading] = []
        items = utterance.items
        said = self._between(utterance)
        if said is None or (said.isdisjoint(PAIRWISE) and not any(item.asks == "duration" for item in items)):
            return []
        content = [i for i in range(len(items)) if utterance.content(i) or items[i].operations or items[i].auxiliary]
        if len(content) > LONGEST:
            return []
        parts = self.decider._parts(utterance)
        for cut in _turns(utterance) or content[1:]:
            sides = [(0, cut), (cut, len(items))]
            if not all(parts.may_be(*side) for side in sides):
                continue
            sides.sort(key=lambda side: side[1] - side[0])  # the shorter is soon done, and often all
            if not all(self.decider._part(utterance, *side) for side in sides):
                continue
            for a in self.decider._part(utterance, 0, cut)[:2]:
                for b in self.decider._part(utterance, cut, len(items))[:2]:
                    reading = self._pair_of(utterance, a, b, said)
                    if reading:
                        readings.append(reading)
        return readings

    def _between(self, utterance: Utterance) -> set[str] | None:
        """
        The operations said that may be meant of two facts, but for the length of time that a part may ask for.

        None where no two facts can be meant.
        """
        if "ago" in utterance.operations and any("ago" in item.words for item in utterance.items):
            return None  # counted from one event to today
        said = set(utterance.operations)
        if not self.decider._has_choice(utterance):
            said -= {"max", "min", "first", "last"}  # of one list, unless it is "A or B"
            if not utterance.polar:
                said -= {"earlier", "later"}
        if "together" in said:
            said.add("sum")
        if utterance.polar and any(item.operations and exceeds(item) for item in utterance.items):
            said = (said - {"difference"}) | {"greater"}  # "did A exceed B": whether, not by how much
        if said & {"greater", "less"} and _compares_a_number(utterance):
            said -= {"greater", "less"}  # "more than 1 billion" says which, and compares no facts
        return said

    def pair(self, utterance: Utterance, a: Candidate, b: Candidate) -> Reading | None:
        """The operation said on what *a* and *b* find."""
        between = self._between(utterance)
        return None if between is None else self._pair_of(utterance, a, b, between)

    def _pair_of(self, utterance: Utterance, a: Candidate, b: Candidate, between: set[str]) -> Reading | None:
        said = set(between)
        if any(ask.kind == "duration" for ask in (*a.utterance.asks, *b.utterance.asks)):
            said.add("duration")
        if said.isdisjoint(PAIRWISE):
            return None
        cost = tuple(x + y for x, y in zip(a.cost, b.cost, strict=True))
        penalty = 0.5
        cost = (cost[0], cost[1], cost[2] + penalty, cost[3], cost[4])
        confidence = min(a.confidence, b.confidence)
        return Reading(cost, confidence, lambda: self.execute(utterance, a, b, said), a, is_pair=True)

    def execute(self, utterance: Utterance, a: Candidate, b: Candidate, said: set[str]) -> Decision:
        decision = Decision("answered", "", a.intent.id, None, candidate=a, parts=(a, b))
        first, second = self.decider._facts(a, b), self.decider._facts(b, a)
        decision.query = a.query()
        if not first or not second:
            decision.reasons.append(("no-statement", f"{a.intent.id} and {b.intent.id}"))
            return self.decider._no_data(decision, a if not first else b)
        x, y = self.decider._operand(first[0]), self.decider._operand(second[0])
        decision.statements = (x.statement, y.statement)
        if x.statement is y.statement:
            decision.reasons.append(("operation-not-possible", "both parts name the same fact"))
            return self.decider._no_data(decision, a)
        outcome: Outcome | None = None
        composer = self.decider.composer
        has_amounts = operations.comparable((x, y))
        if has_amounts and (_several_amounts(first) or _several_amounts(second)):
            decision.reasons.append(("ambiguous", "one part names several amounts"))
            return self.decider._no_data(decision, a)
        fraction = next((item.fraction for item in utterance.items if item.fraction), None)
        if utterance.polar and fraction and has_amounts and said & {"greater", "less"}:
            outcome = operations.compare_share(x, y, fraction, less="greater" not in said)
        elif "share" in said and has_amounts:
            outcome = operations.share(x, y, composer)
        elif {"ratio", "percent_difference"} & said and has_amounts:
            outcome = operations.ratio(x, y, composer, percent="percent_difference" in said)
        elif "difference" in said and has_amounts:
            outcome = operations.difference(x, y, composer)
        elif "difference" in said and not (x.quantity or y.quantity):
            outcome = operations.duration_between(x, y)
        elif "sum" in said and has_amounts:
            outcome = operations.total((x, y), composer)
        elif "duration" in said and all(o.statement.property.event and not is_measured(o.statement) for o in (x, y)):
            outcome = operations.duration_between(x, y)
        elif {"greater", "max", "less", "min"} & said and has_amounts:
            outcome = operations.larger(x, y, composer, smaller=not {"greater", "max"} & said)
            if utterance.polar and not self.decider._has_choice(utterance) and outcome:
                assert x.quantity and y.quantity
                more = x.quantity.amount > y.quantity.amount
                yes = more == bool({"greater", "max"} & said)
                outcome = Outcome(
                    f"{'Yes' if yes else 'No'}. {outcome.text}", ("yes" if yes else "no",), None, "verify"
                )
            elif outcome and {"greater", "less"} <= said | {"greater"} and "less" in said and "greater" in said:
                assert x.quantity and y.quantity
                word = "Above" if x.quantity.amount > y.quantity.amount else "Below"
                outcome = Outcome(f"{word}: {operations.sentence_list((x, y))}", (word.lower(),), None, "compare")
        elif {"greater", "less"} & said and (x.quantity or y.quantity):
            pass  # an amount is neither larger nor smaller than a year
        elif {"earlier", "first", "later", "last"} & said and (_several_times(first) or _several_times(second)):
            decision.reasons.append(("ambiguous", "one part names several dates"))
            return self.decider._no_data(decision, a)
        elif {"earlier", "first", "later", "last"} & said:
            if {"earlier", "later"} <= said and x.time and y.time:
                side = ordering.side(x.time, y.time)
                word = "Before" if side == "earlier" else "After" if side else "In the same time"
                outcome = Outcome(f"{word}: {operations.sentence_list((x, y))}", (word.lower(),), None, "order")
            elif utterance.polar and x.time and y.time and not self.decider._has_choice(utterance):
                before = x.time.start < y.time.start
                yes = before == bool({"earlier", "first"} & said)
                word = "Yes" if yes else "No"
                outcome = Outcome(f"{word}. {operations.sentence_list((x, y))}", (word.lower(),), None, "verify")
            else:
                outcome = operations.earlier(
                    x, y, later=bool({"later", "last"} & said) and not {"earlier", "first"} & said
                )
        if outcome is None:
            decision.reasons.append(("operation-not-possible", ", ".join(sorted(said))))
            return self.decider._no_data(decision, a)
        decision.text, decision.values = outcome.text, tuple(outcome.values)
        decision.operation, decision.unit = outcome.operation, outcome.unit
        if outcome.operation == "duration" and x.time and y.time:
            decision.ends = (x.time, y.time)
        decision.text = " ".join([decision.text, *self.decider._caveats(decision)])
        return decision


def is_measured(statement: Statement) -> bool:
    """Whether it tells an amount of a year, which begins and ends nothing."""
    return QUANTITY in statement.property.roles[statement.property.value].types


def _several_amounts(statements: Sequence[Statement]) -> bool:
    return len({operations.quantity_of(statement) for statement in statements}) > 1


def _several_times(statements: Sequence[Statement]) -> bool:
    return len({s.time for s in statements if s.time}) > 1 and len({s.property.id for s in statements}) == 1


def _compares_a_number(utterance: Utterance) -> bool:
    """Whether each "more" or "less" stands beside an amount."""
    items = utterance.items
    places = [i for i, item in enumerate(items) if item.operations & {"greater", "less"}]
    return all(
        any(item.quantity or (item.number is not None and not item.time) for item in items[i + 1 : i + 3])
        for i in places
    )


def _turns(utterance: Utterance) -> list[int]:
    """Where "from … to …" goes over to its second half, when a length of time is asked for; nothing otherwise."""
    if not any(ask.kind == "duration" for ask in utterance.asks):
        return []
    start = next((i for i, item in enumerate(utterance.items) if "from" in item.words), len(utterance.items))
    return [
        i
        for i, item in enumerate(utterance.items)
        if i > start + 1 and item.words[0] in ("to", "until", "till") and not utterance.entities[i]
    ]
