"""Operations on answers that were given: their difference, their sum, the share of the whole, the time between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import operations
from bot.analysis import Utterance
from bot.deciding import Decider
from bot.decision import Decision
from bot.history import Turn
from bot.knowledge import Statement
from bot.matching import Candidate
from bot.operations import Operand, Outcome
from bot.query import Query
from bot.query import run as find

_COMPARISONS = frozenset(("difference", "compare", "ratio"))


class Combiner:
    """Works on the statements of earlier answers."""

    def __init__(self, decider: Decider) -> None:
        self.decider = decider
        self.kb = decider.kb
        self._by_id = decider.kb.by_id

    def share_of(self, part: Candidate) -> Decision:
        """What part of the whole the amount is that *part* finds."""
        decision = self.decider._execute(part)
        operands = [self.decider._operand(statement) for statement in decision.statements]
        whole = self.whole(operands[0]) if len(operands) == 1 else None
        outcome = operations.share(operands[0], whole, self.decider.composer) if whole else None
        if outcome is None or whole is None:
            return replace(decision, status="no_data")
        decision.text, decision.values = outcome.text, tuple(outcome.values)
        decision.operation, decision.unit = outcome.operation, outcome.unit
        decision.statements = (operands[0].statement, whole.statement)
        return decision

    def on_answers(
        self, said: set[str], duration: bool, turns: Sequence[Turn], utterance: Utterance, *, several: bool = False
    ) -> Decision:
        """The operation on the statements of the last answer, or of the last two; *several* were spoken of."""
        decision = Decision("answered", "")
        if turns and turns[0].frame and turns[0].frame.operation in _COMPARISONS and "share" in said:
            said = said - {"share"} | {"percent_difference"}  # "in percent?" after "how much bigger?"
        statements = [self.told(turn) for turn in turns]
        timed = duration or bool(said & {"earlier", "later", "first", "last"})
        operands = self.operands(statements, timed=timed, single="average" in said)
        if timed and (several if not duration else said >= {"first", "last"} or "order" in said):
            operands = self._ends(statements, said, duration) or operands
        outcome = self._outcome(said, duration, operands, utterance)
        if outcome is None:
            decision.status = "no_data"
            decision.text = "There are no two answers here that this could be asked of."
            decision.reasons.append(("operation-not-possible", ", ".join(sorted(said))))
            return decision
        decision.text, decision.values = outcome.text, tuple(outcome.values)
        decision.operation, decision.unit = outcome.operation, outcome.unit
        decision.statements = tuple(operand.statement for operand in operands[:2])
        if outcome.operation == "duration":
            decision.ends = tuple(operand.time for operand in reversed(operands[:2]) if operand.time)
        decision.intent = turns[0].frame.intent if turns and turns[0].frame else None
        notes = dict.fromkeys(s.note for s in decision.statements if s.note)
        decision.text = " ".join([decision.text, *notes])
        return decision

    def told(self, turn: Turn) -> list[Statement]:
        """The facts that the answer was about: of a share the part, of the earlier of two both."""
        statements = [self._by_id[id] for id in turn.statements if id in self._by_id]
        frame = turn.frame
        if frame is None:
            return statements
        if frame.operation == "share":
            amounts = [o for o in map(self.decider._operand, statements) if o.quantity]
            part = min(amounts, key=lambda o: o.quantity.amount if o.quantity else 0.0, default=None)
            return [part.statement] if part else statements[:1]
        if frame.operation in ("describe", "fraction") or frame.told:
            return statements[:1]
        intent = self.decider.domain.intents.get(frame.intent or "")
        if frame.operation in ("earliest", "latest") and intent is not None:
            compared = find(self.kb, Query(intent.about, frame.constraints))
            return compared if len(compared) == 2 else statements
        return statements

    def operands(
        self, statements: Sequence[Sequence[Statement]], *, timed: bool = False, single: bool = False
    ) -> list[Operand]:
        """Two things to work on: both of the last answer, or the last of it and one before that fits."""
        found: list[Operand] = []
        for group in statements:
            fitting = [self.decider._operand(statement) for statement in group]
            fitting = [o for o in fitting if (o.time if timed else o.quantity)]
            if found and not timed:
                fitting = [o for o in fitting if operations.comparable((found[0], o))]
            fitting = [o for o in fitting if all(o.statement is not f.statement for f in found)]
            if timed:  # facts of one time are one thing that happened
                fitting = list({o.time: o for o in reversed(fitting)}.values())[::-1]
            if single and fitting:
                return fitting[:1]
            if not found and len(fitting) > 2:
                fitting = fitting[:1]
            found += fitting[: 2 - len(found)]
            if len(found) == 2:
                break
        return found

    def _ends(self, statements: Sequence[Sequence[Statement]], said: set[str], duration: bool) -> list[Operand]:
        """The ends of all that was told, each answer by its first fact: "how many years from the first to the last"."""
        told = [self.decider._operand(group[0]) for group in statements if group]
        by_start = {operand.time.start: operand for operand in reversed(told) if operand.time}
        ordered = [by_start[start] for start in sorted(by_start)]
        if len(ordered) < 3:
            return []
        if duration:
            return [ordered[-1], ordered[0]]
        return [ordered[1], ordered[0]] if said & {"earlier", "first"} else [ordered[-1], ordered[-2]]

    def _outcome(self, said: set[str], duration: bool, operands: list[Operand], utterance: Utterance) -> Outcome | None:
        composer = self.decider.composer
        if "average" in said and operands:
            return operations.average_per_year(operands[0], composer)
        if "share" in said and operands:
            whole = self.whole(operands[0])
            if whole is not None and (
                len(operands) < 2 or any("total" in i.senses or i.operations for i in utterance.items)
            ):
                operands[1:] = [whole]
        if len(operands) < 2:
            return None
        a, b = operands[1], operands[0]
        if duration:
            return operations.duration_between(a, b)
        if "share" in said:
            return operations.share(b, a, composer)
        if said & {"ratio", "percent_difference"}:
            return operations.ratio(a, b, composer)
        if "difference" in said:
            return operations.difference(a, b, composer)
        if said & {"earlier", "later", "first", "last"}:
            return operations.earlier(a, b, later=not said & {"earlier", "first"})
        if "versus" in said and a.quantity is None:
            return operations.earlier(a, b)
        if said & {"greater", "less", "max", "min", "versus"}:
            return operations.larger(a, b, composer, smaller=not said & {"greater", "max", "versus"})
        if "sum" in said:
            return operations.total((a, b), composer)
        return None

    def whole(self, part: Operand) -> Operand | None:
        """The total that an amount is part of: of the same time and unit, and the largest such."""
        amount = part.quantity
        if amount is None:
            return None
        found = [
            operand for statement in self.kb.statements
            if statement.time == part.time and (operand := self.decider._operand(statement)).quantity is not None
            and operations.comparable((part, operand)) and operand.quantity.amount > amount.amount
        ]  # fmt: skip
        return max(found, key=lambda o: o.quantity.amount if o.quantity else 0.0, default=None)
