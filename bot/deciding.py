"""
Candidates → a decision: answered, clarify, no_data, not_understood or social, with the words for it.

A question is answered only when every content word is explained and statements agree with everything that
was said. What stands in the way is named in `reasons`, by stable codes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from heapq import nsmallest
from typing import TYPE_CHECKING

from bot import agreement, asides, operations, ordering, present
from bot.analysis import NOUNS_OF_TIME, Ask, Utterance
from bot.answer import CandidateNote
from bot.composing import Composer, capital, join
from bot.decision import Decision, Reading
from bot.describing import Descriptions
from bot.domain import Domain
from bot.excluding import lacking, without_excluded
from bot.inventory import Inventory
from bot.knowledge import NUMBER, QUANTITY, TEXT, TIME, Quantity, Statement, Time, Value
from bot.matching import Candidate, Matcher
from bot.operations import Operand, Outcome
from bot.pairs import LONGEST, PAIRWISE, Pairs, is_measured
from bot.parts import Parts
from bot.posts import Posts
from bot.query import Constraint, Query, distinct, meets, run
from bot.reading import Item, Reader
from bot.text import MARKS, normalise
from bot.windows import Windows

if TYPE_CHECKING:
    from bot.evidence import Evidence, Weighed

_OF_THE_QUESTION = frozenset(
    ("difference", "percent_difference", "ratio", "share", "sum", "average", "duration", "anniversary", "max", "min",
     "first", "last", "greater", "less", "earlier", "later")
)  # fmt: skip
"""Operations that stand in the way of the intent's own when the question says them."""
_HARMLESS = frozenset(("list", "describe", "happen", "both", "equal", "timeline"))
_NEVER_IDLE = frozenset(
    ("share", "ratio", "difference", "percent_difference", "average", "sum", "duration", "anniversary")
)
_ENDS = frozenset(("after", "before", "since", "until", "till", "from", "to", "and"))
"""Words after which a time is one end of a duration."""
_RELATIVE = frozenset(("before", "after", "earlier", "later", "between", "apart"))
_BEHIND_A_YES = 3.0
"""How much weaker a reading may be that agrees with all that was said, where the stronger ones contradict it."""

_OF_A_YES = frozenset(("compare_number", "both", "equal", "list", "together"))
"""Operations that such a reading may hold; of others it may leave out what they ask."""

_NEAR = 0.75
"""What examples speak for with less than this share of the threshold is not even suggested."""

if TYPE_CHECKING:
    from bot.composed import Composed


class Decider:
    """Decides utterances in one domain, against a clock."""

    def __init__(self, domain: Domain, reader: Reader, today: Callable[[], date]) -> None:
        self._known_examples: tuple[str, ...] | None = None
        self.domain = domain
        self.kb = domain.kb
        self.reader = reader
        self.matcher = Matcher(domain)
        self.composer = Composer(domain)
        self.posts = Posts(domain.kb)
        self.today = today
        self._composed: Composed | None = None
        from bot.ages import Ages
        from bot.clauses import Clauses  # which has the decider decide their parts

        self.windows = Windows(domain, self.matcher, self.composer)
        self.descriptions = Descriptions(domain, self.matcher, self.composer, self.windows)
        self.inventory = Inventory(domain, self.composer)
        self.ages = Ages(self)
        self.clauses = Clauses(self)
        self.pairs = Pairs(self)

    @property
    def examples(self) -> tuple[str, ...]:
        """Questions that can be answered, the most telling first."""
        if self._known_examples is None:
            self._known_examples = self._find_examples()
        return self._known_examples

    def _find_examples(self) -> tuple[str, ...]:
        return self.domain.examples()

    def decide(self, text: str, items: list[Item]) -> Decision:
        """What to say to *text*; when the whole is not understood, the question inside it is looked for."""
        decision = self._decide(text, items)
        if self.domain.evidence and not _is_explained(decision):
            decision = self._by_example(self.domain.evidence, text, items, decision)
        if decision.status in ("answered", "social") or (decision.status == "no_data" and not decision.reasons):
            return decision
        if decision.status != "not_understood" and not any(c == "operation-not-possible" for c, _ in decision.reasons):
            return decision
        both = self._compound(text, items)
        if both:
            return both
        for part in asides.questions_inside(items, self.kb):
            inner = self._decide(text, part)
            if inner.status in ("answered", "no_data", "clarify"):
                return inner
        return decision

    def _compound(self, text: str, items: list[Item]) -> Decision | None:
        """ "When was the first visit, and who was the host?": two questions that stand by themselves."""
        if len(items) > LONGEST:
            return None
        for one, other in asides.halves(items):
            first = self._decide(text, one)
            second = self._decide(text, other) if first.status == "answered" and first.intent else None
            if second is None or second.status != "answered" or not second.intent or second.reasons or first.reasons:
                continue
            decision = replace(first, text=f"{first.text} {second.text}")
            decision.values = (*first.values, *second.values)
            decision.statements = (*first.statements, *(s for s in second.statements if s not in first.statements))
            return decision
        return None

    def _decide(self, text: str, items: list[Item]) -> Decision:
        social = self._social(items)
        if social:
            return social
        items = asides.without_lead(items)
        utterance = Utterance(text, items, self.kb)
        if not items or not any(utterance.content(i) or item.operations for i, item in enumerate(items)):
            return self._not_understood(utterance, [])
        readings = self._readings(utterance)
        if not readings:
            return self._not_understood(utterance, [])
        readings = self._of_the_present(readings)
        readings.sort(key=lambda reading: reading.cost)
        candidates = [reading.candidate for reading in readings if reading.candidate]
        best = readings[0]
        if best.cost[0] > 0 or best.cost[1] > 0:
            return self._not_understood(utterance, candidates)
        near = [r for r in readings if r.cost[:2] == (0, 0) and r.cost[2] <= best.cost[2] + 1.5]
        decisions: list[Decision] = []
        corrected: Decision | None = None
        for reading in near[:8]:
            if corrected and reading.cost[2] > best.cost[2] + 1.2:
                break
            if decisions and not _may_go_on(decisions[0], reading.cost[2] - best.cost[2], reading.is_pair):
                break
            decision = reading.run()
            decision.confidence = decision.confidence or reading.confidence
            decision.considered = candidates
            if decision.status == "answered":
                if not any(code == "contradicted" for code, _ in decision.reasons):
                    return decision
                corrected = corrected or decision  # unless another reading agrees with all that was said
                if reading.cost[2] > best.cost[2] + 1.2:
                    break
                continue
            if not reading.is_pair or (reading is near[-1] and not decisions):
                decisions.append(decision)
        if utterance.polar and not any(code == "turned-round" for d in decisions for code, _ in d.reasons):
            for reading in readings:
                said = reading.candidate.operations.keys() if reading.candidate else frozenset[str]()
                if reading.cost[:2] != (0, 0) or reading.cost[2] > best.cost[2] + _BEHIND_A_YES or said - _OF_A_YES:
                    continue
                other = reading.run()
                if other.status == "answered" and other.values == ("yes",) and not other.reasons:
                    other.confidence, other.considered = other.confidence or reading.confidence, candidates
                    return other
        if corrected:
            return corrected
        return decisions[0] if decisions else self._not_understood(utterance, candidates)

    @property
    def composed(self) -> Composed | None:
        """What reads questions by the schema, made when it is first needed; None without a schema."""
        if self._composed is None and self.domain.schema:
            from bot.composed import Composed

            self._composed = Composed(self.domain, self.composer)
        return self._composed

    # readings: everything that the utterance may mean, each with a cost and a way to run it

    def _readings(self, utterance: Utterance) -> list[Reading]:
        readings = [
            Reading(candidate.cost, candidate.confidence, lambda c=candidate: self._execute(c), candidate)  # type: ignore[misc]
            for candidate in self.matcher.match(utterance)
        ]
        explained = any(r.candidate and not r.candidate.left_over and not r.candidate.unfilled for r in readings)
        if not (explained and self.domain.schema.open) and self.composed:
            readings += self.composed.readings(utterance)
        readings += self._builtin(utterance)
        if not utterance.operations.isdisjoint(PAIRWISE) or any(a.kind == "duration" for a in utterance.asks):
            readings += self.pairs.readings(utterance)
        behind = ordering.either_way(utterance)
        if behind and not any(item.time and not item.entities for item in utterance.items[behind:]):
            pairs = [reading for reading in readings if reading.is_pair and reading.cost[:2] == (0, 0)]
            return pairs or readings
        readings += self.clauses.readings(utterance)
        return readings

    def _of_the_present(self, readings: list[Reading]) -> list[Reading]:
        """The readings without events of the past, where another explains a question about how things are now."""
        if all(
            reading.candidate is None or present.STATES.isdisjoint(reading.candidate.utterance.words)
            for reading in readings
        ):
            return readings
        events = [
            r
            for r in readings
            if r.candidate
            and r.candidate.intent.about
            and all(self.kb.properties[p].event for p in r.candidate.intent.about)
            and present.asks_state(r.candidate)
        ]
        others = [r for r in readings if r not in events]
        return others if events and any(r.cost[:2] == (0, 0) and r.candidate for r in others) else readings

    # operations on one reading

    def outcome(self, candidate: Candidate) -> Decision:
        """What is said when *candidate* is what is meant."""
        return self._execute(candidate)

    def _execute(self, candidate: Candidate) -> Decision:
        intent = candidate.intent
        constraints = agreement.settled(candidate)
        turned_round = constraints != candidate.constraints
        candidate.constraints = [*constraints, *self.posts.held(candidate)]
        self._exclude(candidate)
        query = candidate.query()
        decision = Decision("answered", "", intent.id, "lookup", candidate=candidate, query=query)
        if turned_round:
            decision.reasons.append(("turned-round", "somebody is said in another's place"))
        if self._excludes_unknown(candidate):
            decision.reasons.append(("excluded-value-unknown", "what is to be left out is not among what is known"))
            return self._no_data(decision, candidate)
        decision.asked = query.asks
        if intent.says and not intent.about:
            decision.text = intent.says
            return decision
        if candidate.operations.keys() & {"duration", "ago"}:  # "how old this year": now is no condition
            now = Time.years(self.today().year)
            candidate.constraints = [c for c in candidate.constraints if c.value != now]
            decision.query = query = candidate.query()
        if intent.includes:
            if candidate.utterance.tag and candidate.constraints:
                decision.reasons.append(("operation-not-possible", "verify"))  # it is one fact that is meant
                return self._no_data(decision, candidate)
            return self._describe(candidate, decision)
        if ordering.either_way(candidate.utterance):
            side = self._side(candidate, query, decision)
            if side:
                return side
        if "not" in candidate.operations and not self._operation_is_idle(candidate, "not"):
            negated = self._negated(candidate, query, decision)
            if negated:
                return negated
        statements = self.posts.agreeing(candidate, run(self.kb, query))
        if not statements:
            merged = _any_of(query)
            if merged is not query and (
                self._has_choice(candidate.utterance)
                or self._each_holds(query)
                or _words(candidate) & {"these", "following"}
            ):
                statements = run(self.kb, merged)
                decision.query = query = merged if statements else query
                if (
                    statements and candidate.utterance.polar
                ):  # also where the intent counts "larger" among its own words
                    for i, item in enumerate(candidate.utterance.items):
                        for operation in sorted(item.operations & {"greater", "less", "earlier", "later"}):
                            candidate.operations.setdefault(operation, i)
        if candidate.excluded:
            listed = [role for role, _ in candidate.asked] or self._default_asks(candidate)
            before, statements = statements, without_excluded(candidate, self.kb, statements, listed)
            if before and not statements:
                return self._none_without(candidate, before, decision)
        decision.statements = tuple(statements)
        until = self._until(candidate, query) if not statements else None
        if until:
            decision.statements, outcome = until
            decision.ends = tuple(c.value for c in query.constraints if c.kind == "time" and isinstance(c.value, Time))
            decision.ends = tuple(s.time for s in decision.statements if s.time) + decision.ends[-1:]
            decision.text, decision.operation, decision.unit = outcome.text, outcome.operation, outcome.unit
            decision.values = outcome.values
            return decision
        applied = self._apply(candidate, statements, decision)
        if applied is not None:
            return applied
        if not statements:
            between = self._counted_to(candidate, decision)
            if between is not None:
                return between
        if "difference" in candidate.operations and not statements:
            decision.reasons.append(("operation-not-possible", "difference"))
        if not statements:
            return self._missing(candidate, query, decision)
        left = [op for op in candidate.operations if op not in _HARMLESS and op not in ("compare_number", "count_said")]
        if "count_said" in candidate.operations:
            left = [op for op in left if op not in ("greater", "less")]
        left = [op for op in left if not self._operation_is_idle(candidate, op)]
        if left:
            decision.reasons.append(("operation-not-possible", ", ".join(sorted(left))))
            return self._no_data(decision, candidate)
        return self._lookup(candidate, statements, decision)

    def _side(self, candidate: Candidate, query: Query, decision: Decision) -> Decision | None:
        """ "Was it before or after 2010?": on which side of a time that was said."""
        bounds = [c for c in query.constraints if c.kind in ("before", "after") and isinstance(c.value, Time)]
        rest = tuple(c for c in query.constraints if c not in bounds)
        found = run(self.kb, query._replace(constraints=rest)) if len(bounds) == 1 else []
        if len(found) != 1 or not found[0].time or not isinstance(bounds[0].value, Time):
            return None
        side = ordering.side(found[0].time, bounds[0].value)
        if not side:
            decision.reasons.append(("operation-not-possible", "order"))
            return self._no_data(decision, candidate)
        candidate.constraints = [c for c in candidate.constraints if c not in bounds]
        decision.query, decision.statements = candidate.query(), tuple(found)
        word = "Before" if side == "earlier" else "After"
        decision.operation, decision.values = "order", (word.lower(),)
        decision.text = f"{word}: {self.composer.sentence(found[0])}"
        return decision

    def _until(self, candidate: Candidate, query: Query) -> tuple[tuple[Statement, ...], Outcome] | None:
        """ "How many years of … by 2018?": from the one event that there is to the year that was said, or from it."""
        said = [c for c in query.constraints if c.kind == "time" and c.item >= 0]
        if "duration" not in candidate.operations or len(said) != 1 or not isinstance(said[0].value, Time):
            return None
        found = run(self.kb, query._replace(constraints=tuple(c for c in query.constraints if c is not said[0])))
        if len(found) != 1 or not found[0].property.event:
            return None
        outcome = operations.duration_to(self._operand(found[0]), said[0].value)
        return ((found[0],), outcome) if outcome else None

    def _counted_to(self, candidate: Candidate, decision: Decision) -> Decision | None:
        """ "How many years after 1926 did it happen": the time said is the other end, and narrows nothing."""
        if "duration" not in candidate.operations and not any(a.kind == "duration" for a in candidate.utterance.asks):
            return None
        query = candidate.query()
        ends = [c for c in query.constraints if isinstance(c.value, Time) and c.item > 0]
        if len(ends) != 1 or not _ENDS.intersection(candidate.utterance.items[ends[0].item - 1].words):
            return None
        query = query._replace(constraints=tuple(c for c in query.constraints if c is not ends[0]))
        found = run(self.kb, query)
        times = {statement.time for statement in found}
        assert isinstance(ends[0].value, Time)
        outcome = operations.duration_to(self._operand(found[0]), ends[0].value) if len(times) == 1 else None
        if outcome is None:
            return None
        candidate.constraints = [c for c in candidate.constraints if c is not ends[0]]
        decision.query, decision.statements = query, tuple(found[:1])
        decision.ends = (ends[0].value, *((found[0].time,) if found[0].time else ()))
        decision.text, decision.values = outcome.text, tuple(outcome.values)
        decision.operation, decision.unit = outcome.operation, outcome.unit
        return decision

    def _negated(self, candidate: Candidate, query: Query, decision: Decision) -> Decision | None:
        """ "Which of these has no …: A, B, C?", "what does A not have?": what the statements do not hold for."""
        if candidate.utterance.polar:
            return None
        by_role: dict[str, list[Constraint]] = {}
        for constraint in query.constraints:
            if constraint.kind == "is" and constraint.item >= 0 and constraint.role:
                by_role.setdefault(constraint.role, []).append(constraint)
        decision.operation = "negate"
        for role, said in by_role.items():
            if len(said) > 1:  # a choice among the values that were said
                rest = tuple(c for c in query.constraints if c not in said)
                found = run(self.kb, query._replace(constraints=rest))
                have = {value for statement in found for value in statement.get(role)}
                without = [
                    v
                    for c in said
                    if isinstance(c.value, frozenset) and not c.value & have
                    for v in sorted(c.value)[:1]
                ]
                if not found or not without:
                    return None
                decision.statements, decision.values = tuple(found), tuple(without)
                names = join([self.composer.value(value) for value in without])
                decision.text = f"{capital(names)}. {self.composer.text(candidate.intent, role, found)}"
                return decision
        property_ = self.kb.properties[candidate.intent.about[0]]
        asked = [role for role, _ in candidate.asked] or self._default_asks(candidate)
        only = next(iter(by_role.values()))[0] if len(by_role) == 1 else None
        if only and only.role in property_.complete and only.role not in asked and candidate.asked:
            wider = Query(query.properties, tuple(c for c in query.constraints if c is not only))
            every = run(self.kb, wider)
            left = lacking(candidate, self.kb, every, only)
            if every and left and not candidate.counting:
                decision.statements = tuple(left)
                decision.values = tuple(distinct(left, asked[0]))  # type: ignore[arg-type]
                decision.text = self.composer.text(candidate.intent, asked[0], left)
                return decision
        if property_.subject not in by_role or len(query.properties) != 1 or property_.value not in asked:
            return None
        held = {v for s in run(self.kb, query) for v in s.get(property_.value)}
        others = [s for s in self.kb.find(query.properties) if not held.intersection(s.get(property_.value))]
        if not held or not others:
            return None
        decision.statements = tuple(others)
        decision.values = tuple(distinct(others, property_.value))  # type: ignore[arg-type]
        decision.text = self.composer.text(candidate.intent, property_.subject, others)
        return decision

    def _none_without(self, candidate: Candidate, having: list[Statement], decision: Decision) -> Decision:
        """ "Which are made without salt?", where all have it: none, if what they have is known in full."""
        decision.statements = tuple(having)
        if not all(c.role in s.property.complete for c in candidate.excluded for s in having):
            return self._no_data(decision, candidate)
        decision.operation, decision.text = "negate", f"None. {self.composer.text(candidate.intent, None, having)}"
        if candidate.counting:
            decision.operation, decision.values = "count", (0,)
        return decision

    def _each_holds(self, query: Query) -> bool:
        """Whether every value that was said of a role has statements of its own."""
        singles = [
            c for c in query.constraints if sum(o.role == c.role and o.kind == "is" for o in query.constraints) > 1
        ]
        rest = tuple(c for c in query.constraints if c not in singles)
        return all(run(self.kb, Query(query.properties, (*rest, single))) for single in singles)

    def _operation_is_idle(self, candidate: Candidate, operation: str) -> bool:
        """An operation word that changes nothing here: the "first" of the first and only one."""
        item = candidate.utterance.items[candidate.operations[operation]]
        if operation == "not":
            return candidate.utterance.polar and candidate.operations["not"] <= 2
        if operation in ("earlier", "later"):
            return any(c.kind in ("before", "after", "since") for c in candidate.constraints)
        if operation in ("greater", "less"):
            return any(c.kind in ("greater", "less") for c in candidate.constraints)
        if operation in ("except",):
            return True
        if operation == "last" and "duration" in candidate.operations and item.words[-1] == "last":
            return True  # a verb: "how long did it last"
        if operation == "sum":
            return sum(operations.quantity_of(s) is not None for s in self._found(candidate)) <= 1
        if operation in ordering.WORDS:
            return len(self._found(candidate)) <= 1
        if operation in ("first", "last"):
            times = {s.time for s in run(self.kb, _any_of(candidate.query()))}
            return len(times) <= 1 and None not in times
        if operation in ("ago", "together"):
            return True
        if operation == "versus":
            roles = [c.role for c in candidate.constraints if c.kind == "is"]
            return len(roles) > 1
        return bool(item.filler) and operation not in _NEVER_IDLE

    def _found(self, candidate: Candidate) -> list[Statement]:
        return run(self.kb, candidate.query())

    def _lookup(self, candidate: Candidate, statements: list[Statement], decision: Decision) -> Decision:
        utterance, intent = candidate.utterance, candidate.intent
        if utterance.future and any(statement.property.event for statement in statements):
            decision.reasons.append(("future", "what is known is past"))
            return self._no_data(decision, candidate)
        holding = present.holding(utterance, statements, self.today())
        if holding is not None:
            ended = not holding
            if ended and utterance.polar:
                decision.operation, decision.values = "verify", ("no",)
                decision.text = f"No. {self.composer.text(intent, self._verify_key(candidate), statements)}"
                return decision
            if holding:
                statements = holding
                decision.statements = tuple(holding)
        if not holding and _of_today(utterance) and all(s.time for s in statements):
            decision.reasons.append(("present", "what is known is past"))
            return self._no_data(decision, candidate)
        if all(statement.property.event for statement in statements) and (
            present.asks_state(candidate) or (utterance.polar and present.of_now(utterance))
        ):
            decision.reasons.append(("present", "what is known is past"))
            return self._no_data(decision, candidate)
        if "count_said" in candidate.operations:
            return self._counted(candidate, statements, decision)
        if utterance.polar and self._affirms_a_superlative(candidate):
            decision.reasons.append(("operation-not-possible", "max"))  # that it is the largest is not said
            return self._no_data(decision, candidate)
        tells = any(TEXT in s.property.roles[s.property.value].types for s in statements)
        of_now = tells and present.of_now(utterance)  # whether what is told holds today, only its reader can say
        if utterance.polar and not of_now and not candidate.counting and not self._has_choice(utterance):
            decision.operation = "verify"
            text = self.composer.text(intent, self._verify_key(candidate), statements)
            yes = self._affirms(candidate)
            whole = self._all_of_both(candidate, statements)
            if whole:
                decision.statements = tuple(whole)
                yes, text = False, self.composer.text(intent, self._verify_key(candidate), whole)
            decision.text = f"{'Yes' if yes else 'No'}. {text}"
            decision.values = ("yes" if yes else "no",)
            return decision
        asked = self._called(candidate, statements)
        asked = asked or list(dict.fromkeys(role for role, _ in candidate.asked)) or self._default_asks(candidate)
        nouns = all(
            ask.kind == "time" and utterance.items[ask.index].words[0] in NOUNS_OF_TIME for ask in utterance.asks
        )
        keyword = (
            nouns
            and not utterance.question_mark
            and "default" in intent.answers
            and (not candidate.asked or len(utterance.items) > 3)
        )
        several = len(set(asked)) > 1 and len(candidate.asked) > 1 and "default" in intent.answers
        key = "default" if keyword or several else next((role for role in asked if role in intent.answers), None)
        if candidate.counting:
            return self._count(candidate, statements, decision, asked)
        everything_said = not candidate.asked and all(
            any(c.role == role for c in candidate.constraints) for role in asked
        )
        decision.text = self.composer.text(intent, key, statements)
        whether = utterance.question_mark and not utterance.asks and not self._has_choice(utterance)
        if everything_said and whether and candidate.constraints:
            decision.operation = "verify"
            decision.text = f"Yes. {decision.text}"
            decision.values = ("yes",)
            return decision
        values = [value for role in asked for value in distinct(statements, role)]
        if not self._called(candidate, statements) and self._is_echo(candidate, values):
            decision.reasons.append(("answer-was-said", "it is not clear in which role it was meant"))
            return self._no_data(decision, candidate)
        if self._wants_names(utterance):
            decision.reasons.append(("answer-was-said", "they are known as a group only"))
            return self._no_data(decision, candidate)
        if self._wants_a_representative(candidate, asked):
            decision.reasons.append(("answer-was-said", "who acted on its behalf is not known"))
            return self._no_data(decision, candidate)
        if candidate.asked and key not in intent.answers and values:
            shown = [self.composer.value(value) for value in values]  # type: ignore[arg-type]
            if not any(normalise(value) in normalise(decision.text) for value in shown):
                decision.text = f"{capital(join(shown))}. {decision.text}"
        if self._too_coarse(candidate, values):
            decision.reasons.append(("coarser-than-asked", str(values[0])))
            return self._no_data(decision, candidate)
        decision.values = tuple(values)  # type: ignore[arg-type]
        decision.asked = tuple(asked)
        units = {value.unit for value in values if isinstance(value, Quantity)}
        decision.unit = units.pop() if len(units) == 1 else None
        decision.operation = "list" if len(values) > 1 else "lookup"
        return decision

    def _called(self, candidate: Candidate, statements: Sequence[Statement]) -> list[str]:
        """The role asked by a post: "who was president during the visit?", "was he president or prime minister?"."""
        utterance, roles = candidate.utterance, candidate.intent.roles
        several = [
            (c.role, c.value) for c in candidate.constraints
            if c.item >= 0 and c.kind == "is" and isinstance(c.value, frozenset) and len(c.value) > 1
        ]  # fmt: skip
        posts = [c.role for c in candidate.constraints if c.item >= 0 and c.role in roles and roles[c.role].of]
        if utterance.polar and self._has_choice(utterance) and len(posts) == 2 and posts[0] == posts[1]:
            return posts[:1]
        if len(several) != 1:
            return []
        role, said = several[0]
        if role or len(utterance.asks) != 1 or utterance.asks[0].kind != "agent":
            return []
        found = {name for s in statements for name, values in s.values.items() if not said.isdisjoint(values)}
        return list(found) if len(found) == 1 and found <= roles.keys() else []

    def _counted(self, candidate: Candidate, statements: list[Statement], decision: Decision) -> Decision:
        """ "Are there more than four …", "which three …": the number that was said is compared with how many are."""
        said = candidate.utterance.items[candidate.operations["count_said"]]
        asked = list(dict.fromkeys(role for role, _ in candidate.asked)) or self._default_asks(candidate)
        values = distinct(statements, asked[0]) if asked else []
        if said.number is None or not values:
            return self._no_data(decision, candidate)
        key = asked[0] if asked[0] in candidate.intent.answers else None
        text = self.composer.text(candidate.intent, key, statements)
        more, less = "greater" in candidate.operations, "less" in candidate.operations
        holds = len(values) > said.number if more else len(values) < said.number if less else len(values) == said.number
        if candidate.utterance.polar:
            decision.operation, decision.values = "verify", ("yes" if holds else "no",)
            decision.text = f"{capital(str(decision.values[0]))}. {len(values)}: {text}"
            return decision
        if not holds:
            decision.reasons.append(("contradicted", f"{said.text}: {len(values)} are known"))
            return self._no_data(decision, candidate)
        decision.operation, decision.values, decision.text = "list", tuple(values), text  # type: ignore[arg-type]
        return decision

    def _affirms_a_superlative(self, candidate: Candidate) -> bool:
        """ "Is fish its biggest export?": that it is one of them does not make it the biggest."""
        compares = candidate.operations.get("compare_number", -1)  # "did it top a billion"
        items = [item for i, item in enumerate(candidate.utterance.items) if i != compares]
        said = {f"!{op}" for item in items for op in item.operations & {"max", "min"}}
        return bool(said) and said.isdisjoint(self.matcher.all_needed(candidate.intent))

    def _is_echo(self, candidate: Candidate, values: Sequence[object]) -> bool:
        """Whether the answer would be a value that the question itself names, in a role that it leaves open."""
        said = {v for c in candidate.constraints if not c.role and isinstance(c.value, frozenset) for v in c.value}
        return bool(said) and said.issuperset(values) and not self._has_choice(candidate.utterance)

    def _wants_names(self, utterance: Utterance) -> bool:
        """ "Name all ten countries that signed": of a group without names there is nothing to list."""
        start = next((i for i, item in enumerate(utterance.items) if "list" in item.operations), -1)
        if start < 0 or any(item.asks for item in utterance.items):
            return False
        listed = next((i for i in range(start + 1, len(utterance.items)) if utterance.entities[i]), -1)
        return 0 <= listed <= start + 3 and self.matcher.is_nameless(utterance, listed)

    def _wants_a_representative(self, candidate: Candidate, asked: Sequence[str]) -> bool:
        """ "Who signed it for Norway?" asks for a person, where only the parties may be known."""
        utterance, roles = candidate.utterance, candidate.intent.roles
        who = any(ask.kind == "agent" and not ask.types for ask in utterance.asks)
        behalf = [c for c in candidate.constraints if c.item >= 0 and utterance.prepositions[c.item] == "for"]
        parties = [
            c for c in behalf
            if c.role in roles and isinstance(c.value, frozenset)
            and any("agent" in self.kb.kinds_of(e) and "person" not in self.kb.kinds_of(e) for e in c.value)
        ]  # fmt: skip
        persons = any("person" in self.kb.kinds.get(t, ()) for role in asked for t in roles[role].types)
        return who and bool(parties) and not persons

    def _too_coarse(self, candidate: Candidate, values: Sequence[object]) -> bool:
        """ "on which day": not known where only the year is."""
        words = {
            w for _, ask in candidate.asked if ask.kind == "time" for w in candidate.utterance.items[ask.index].words
        }
        if words & {"since", "until"} and values and all(isinstance(v, Time) and v.precision == "day" for v in values):
            return True  # "since when": what took some days has not gone on
        fine = {"day"} if "day" in words else {"day", "month"} if "month" in words else set()
        times = [value for value in values if isinstance(value, Time)]
        if fine and times and all(time.precision not in fine for time in times):
            return True
        said = {c.value for c in candidate.constraints if c.kind == "time" and c.item >= 0}
        items = candidate.utterance.items
        when = [a for _, a in candidate.asked if a.kind == "time" and items[a.index].words[0] not in NOUNS_OF_TIME]
        if times and said.issuperset(times) and when:
            return True  # "on what date in 1926": no more is known than was said
        if not any(ask.kind == "place" and not ask.types for _, ask in candidate.asked):
            return False
        within = {
            owner
            for c in candidate.constraints
            if isinstance(c.value, frozenset) and c.kind == "is"
            for entity in c.value
            for owner in self.kb.entities[entity].belongs_to
            if "place" in self.kb.kinds_of(entity)
        }
        within |= {
            entity
            for c in candidate.constraints
            if isinstance(c.value, frozenset) and c.kind == "is" and c.item >= 0
            for entity in c.value
            if candidate.utterance.prepositions[c.item] == "in"
        }
        return bool(values) and within.issuperset(v for v in values if isinstance(v, str))

    def _all_of_both(self, candidate: Candidate, statements: list[Statement]) -> list[Statement]:
        """ "Did both take place in Turkey?": the two that are meant, when only one of them agrees; else nothing."""
        if not any("both" in item.operations and not item.entities for item in candidate.utterance.items):
            return []
        query = candidate.query()
        for constraint in query.constraints:
            rest = tuple(c for c in query.constraints if c is not constraint)
            found = run(self.kb, query._replace(constraints=rest))
            if len(statements) == 1 and len(found) == 2:
                return found
        return []

    def _affirms(self, candidate: Candidate) -> bool:
        """Whether a yes-or-no question that the statements agree with means yes: not when they deny what it says."""
        intent = candidate.intent
        if not intent.denies:
            return True
        denied = any(item.senses & intent.denies for item in candidate.utterance.items)
        reversed_ = any(item.senses & intent.reverses for item in candidate.utterance.items)
        negated = any("not" in item.operations for item in candidate.utterance.items[2:])
        return not denied or reversed_ != negated

    def _verify_key(self, candidate: Candidate) -> str | None:
        if "verify" in candidate.intent.answers:
            return "verify"
        if "default" in candidate.intent.answers:
            return "default"
        for constraint in candidate.constraints:
            if constraint.role in candidate.intent.answers:
                return constraint.role
        return None

    def _default_asks(self, candidate: Candidate) -> list[str]:
        bound = {c.role for c in candidate.constraints if c.kind != "not"}
        if candidate.pattern.asks:
            return [candidate.pattern.asks]
        free = [role for role in candidate.intent.asks if role not in bound]
        if free:
            return free[:1]
        if candidate.intent.asks:
            return [candidate.intent.asks[0]]
        properties = [self.kb.properties[p] for p in candidate.intent.about]
        return [p.value if p.value not in bound else p.subject for p in properties][:1]

    def _has_choice(self, utterance: Utterance) -> bool:
        """ "Is it A or B?" asks which, not whether."""
        return any(
            item.joins == "or" and 0 < i < len(utterance.items) - 1 and i not in utterance.tag_items
            for i, item in enumerate(utterance.items)
        )

    def _exclude(self, candidate: Candidate) -> None:
        """ "besides Istanbul": a value said after such a word is left out of the list."""
        places = self.matcher.excepted(candidate.utterance)
        if not places:
            return
        kept, turned = [], []
        asked = {role for role, _ in candidate.asked}
        for constraint in candidate.constraints:
            if constraint.item in places and constraint.kind == "is" and constraint.role:
                turned.append(constraint._replace(kind="not"))
            else:
                kept.append(constraint)
        known = {v for s in self._found_without(candidate, turned) for c in turned for v in s.get(c.role)}
        if turned and not all(isinstance(c.value, frozenset) and c.value & known for c in turned):
            return
        if turned and (not asked or {c.role for c in turned} & (asked | set(self._default_asks(candidate)))):
            candidate.constraints = kept
            candidate.excluded = turned

    def _excludes_unknown(self, candidate: Candidate) -> bool:
        """ "apart from Norway, which …": what cannot be taken out of the known values leaves the rest unknown."""
        places = self.matcher.excepted(candidate.utterance)
        if candidate.excluded or not places:
            return False
        return any(c.item in places and c.kind == "is" for c in candidate.constraints) or bool(
            places & candidate.needed_items  # "besides embassies": what it is about is itself left out
        )

    def _found_without(self, candidate: Candidate, dropped: list[Constraint]) -> list[Statement]:
        items = {c.item for c in dropped}
        kept = tuple(c for c in candidate.query().constraints if c.item not in items)
        return run(self.kb, Query(candidate.intent.about, kept))

    def _count(
        self, candidate: Candidate, statements: list[Statement], decision: Decision, asked: list[str]
    ) -> Decision:
        excluded = {v for c in candidate.excluded if isinstance(c.value, frozenset) for v in c.value}
        values = [value for value in distinct(statements, asked[0]) if value not in excluded] if asked else []
        bound = (
            any(c.role == asked[0] and c.item >= 0 and c.kind == "is" for c in candidate.constraints)
            if asked
            else False
        )
        is_text = bool(asked) and TEXT in candidate.intent.roles[asked[0]].types
        if is_text and candidate.intent.denies and not self._affirms(candidate):
            decision.operation, decision.values = "count", (0,)
            decision.text = f"None. {self.composer.text(candidate.intent, asked[0], statements)}"
            return decision
        one_said = [c.value for c in candidate.constraints if asked and c.role == asked[0] and c.kind == "is"]
        is_one = len(one_said) == 1 and isinstance(one_said[0], frozenset) and len(one_said[0]) == 1
        if not values or is_text or (bound and len(values) == 1 and not candidate.asked) or is_one:
            return self._no_data(decision, candidate)  # what was said is not what is to be counted
        decision.operation = "count"
        decision.values = (len(values),)
        key = "count" if "count" in candidate.intent.answers else asked[0]
        if all(isinstance(value, Time) for value in values):
            values = list(statements)
            decision.values = (len(values),)
        text = self.composer.text(candidate.intent, key, statements)
        decision.text = f"{len(values)}. {text}"
        return decision

    def _describe(self, candidate: Candidate, decision: Decision) -> Decision:
        """All that the included intents have to say, as far as it agrees with what was said."""
        if self._wants_a_representative(candidate, ()):
            decision.reasons.append(("answer-was-said", "who acted on its behalf is not known"))
            return self._no_data(decision, candidate)
        sentences: list[str] = []
        statements: list[Statement] = []
        unmet = list(candidate.constraints)
        for id in candidate.intent.includes:
            intent = self.domain.intents[id]
            where = tuple(Constraint(role, "is", frozenset(values)) for role, values in intent.where.items())
            said = tuple(c for c in candidate.constraints if c.role in intent.roles)
            found = run(self.kb, Query(intent.about, (*where, *said)))
            if not found:
                rest = tuple(c for c in said if not self._is_context_value(c))
                found = run(self.kb, Query(intent.about, (*where, *rest)))
            if found:
                unmet = [c for c in unmet if not any(meets(s, c) or meets(s, c._replace(role="")) for s in found)]
                key = intent.asks[0] if intent.asks and intent.asks[0] in intent.answers else None
                sentences.append(self.composer.text(intent, key, found))
                statements += found
        if any(not self._is_context_value(c) for c in unmet):
            statements = []
        if not statements:
            return self._no_data(decision, candidate)
        decision.statements = tuple(statements)
        if candidate.operations.keys() - _HARMLESS - {"first", "last"}:
            dated = [s for s in statements if s.time][:1]
            applied = self._apply(candidate, dated, decision) if dated else None
            if applied:
                return applied
            left = [
                op for op in candidate.operations if op not in _HARMLESS and not self._operation_is_idle(candidate, op)
            ]
            if left:
                decision.reasons.append(("operation-not-possible", ", ".join(sorted(left))))
                return self._no_data(decision, candidate)
        decision.operation = "describe"
        decision.text = " ".join(sentences)
        dated = sorted((s for s in statements if s.time), key=lambda s: s.time.start if s.time else 0)
        if candidate.operations.keys() & {"first", "last"} and len(dated) > 1:
            decision.operation = "earliest" if "first" in candidate.operations else "latest"
            picked = dated[0] if "first" in candidate.operations else dated[-1]
            decision.statements, decision.text = (picked,), self.composer.sentence(picked)
            return decision
        in_order = candidate.operations.keys() & ordering.WORDS
        outcome = ordering.ordered([self._operand(s) for s in statements], in_order) if in_order else None
        if outcome:
            decision.operation, decision.text, decision.values = outcome.operation, outcome.text, outcome.values
        return decision

    def _is_context_value(self, constraint: Constraint) -> bool:
        return isinstance(constraint.value, frozenset) and bool(constraint.value & self.windows.context_entities)

    def _apply(self, candidate: Candidate, statements: list[Statement], decision: Decision) -> Decision | None:
        """What the operations said make of the facts found; None when there is nothing to be made of them."""
        said_all = candidate.operations.keys()
        said = {op for op in said_all if not self._operation_is_idle(candidate, op)}
        if said.isdisjoint(_OF_THE_QUESTION):
            own = candidate.intent.operation
            said |= {own} if own else set()
        else:
            own = None
        if own and len(statements) == 1:
            query = candidate.query()
            free = tuple(c for c in query.constraints if c.kind != "is" or c.item < 0)
            statements = run(self.kb, query._replace(constraints=free))
            decision.statements = tuple(statements)
        if not said and not {"together", "ago"} & {*said_all, *candidate.utterance.operations}:
            return None
        operands = [self._operand(statement) for statement in statements]
        with_amount = [operand for operand in operands if operand.quantity]
        with_time = sorted(
            (operand for operand in operands if operand.time), key=lambda o: o.time.start if o.time else 0
        )
        if (
            len(with_time) > 1
            and {"first", "last"} & said
            and {"ago", "duration", "anniversary"} & {*said_all, *candidate.utterance.operations}
        ):
            with_time = [with_time[0] if "first" in said else with_time[-1]]
            statements = [with_time[0].statement]
            decision.statements = tuple(statements)
        outcome: Outcome | None = None
        composer = self.composer
        if "ago" in candidate.utterance.operations and with_time and "ago" in _words(candidate):
            outcome = operations.elapsed(with_time[0], self.today()) if len(with_time) == 1 else None
        elif "anniversary" in said and with_time:
            said_years = [i.number for i in candidate.utterance.items if i.number is not None and not i.time]
            outcome = operations.anniversary(with_time[0], int(said_years[0]) if said_years else 100)
        elif "average" in said and with_amount:
            if len(with_amount) == 1:
                outcome = operations.average_per_year(with_amount[0], composer)
            else:
                outcome = operations.mean(with_amount, composer)
        elif "duration" in said and len(with_time) < 2 and _between_events(candidate):
            decision.reasons.append(("operation-not-possible", "duration between"))
            return self._no_data(decision, candidate)
        elif "duration" in said or ("ago" in said and any(a.kind == "duration" for a in candidate.utterance.asks)):
            if len(with_time) > 1 and "together" in candidate.utterance.operations:
                outcome = operations.length_together(with_time)
            elif len(with_time) > 1 and {"each", "last", "lasted"} & _words(candidate):
                outcome = operations.lengths(with_time)
            elif (
                len(with_time) == 2
                and len({o.statement.property.id for o in with_time}) == 1
                and "between" in _words(candidate)
            ):
                outcome = operations.duration_between(*with_time)
            elif (
                len(with_time) >= 2 and len({o.statement.property.id for o in with_time}) == 1 and len(statements) == 2
            ):
                outcome = operations.duration_between(with_time[0], with_time[1])
            elif with_time:
                aged = with_time[0].statement.property.event and not {"old", "age"}.isdisjoint(_words(candidate))
                outcome = None if aged else operations.length(with_time[0])
                if outcome is None and ("ago" in said_all or self._up_to_now(candidate)):
                    outcome = operations.elapsed(with_time[0], self.today())
        elif "share" in said and len(with_amount) == 1 and statements[0].property.part_of:
            whole = [
                self._operand(s)
                for s in self.kb.by_property.get(statements[0].property.part_of, ())
                if s.time == statements[0].time
            ]
            outcome = operations.share(with_amount[0], whole[0], composer) if len(whole) == 1 else None
            if outcome:
                decision.statements = (*statements, whole[0].statement)
        elif "share" in said and len(with_amount) == 1 and (part := self._part_of(candidate, statements[0])):
            outcome = operations.share(self._operand(part), with_amount[0], composer)
            if outcome:
                decision.statements = (part, *statements)
        elif said & ordering.WORDS and len(operands) > 1 and (outcome := ordering.ordered(operands, said)):
            pass
        elif "difference" in said and len(with_time) == 2 and not with_amount:
            outcome = operations.duration_between(*with_time)
        elif "difference" in said and any(isinstance(c.value, Quantity) for c in candidate.constraints):
            outcome = self._difference_from_said(candidate)
        elif len(with_amount) == 2 and "difference" in said and "percent_difference" not in said:
            outcome = operations.difference(with_amount[0], with_amount[1], composer)
            if outcome and candidate.intent.operation == "difference":
                larger = max(with_amount, key=lambda o: o.quantity.amount if o.quantity else 0)
                text = candidate.intent.answers.get("difference")
                holes = composer.holes([larger.statement]) | {"difference": composer.value(outcome.values[0])}  # type: ignore[arg-type]
                filled = text.fill(holes) if text else None
                if filled:
                    outcome = Outcome(
                        f"{filled} {operations.sentence_list(with_amount)}", outcome.values, outcome.unit, "difference"
                    )
        elif len(with_amount) == 2 and {"ratio", "percent_difference"} & said:
            by_percent = "percent_difference" in said
            outcome = operations.ratio(with_amount[0], with_amount[1], composer, percent=by_percent)
        elif len(with_amount) >= 2 and ("sum" in said or "together" in said_all):
            outcome = operations.total(with_amount, composer)
        elif any(item.fraction for item in candidate.utterance.items) and {"greater", "less"} & said_all:
            outcome = self._against_a_fraction(candidate, with_amount)
        elif (
            {"greater", "max", "less", "min"} & said
            and len(with_amount) >= 2
            and (
                candidate.asked
                or candidate.utterance.polar
                or {"max", "min"} & said
                or {"or", "which", "whose"} & _words(candidate)
            )
        ):
            pick = max if {"greater", "max"} & said else min
            chosen = pick(with_amount, key=lambda o: o.quantity.amount if o.quantity else 0)
            return self._confirm(
                candidate, chosen, with_amount, self._extreme(candidate, chosen, with_amount, decision)
            )
        elif {"first", "last", "earlier", "later"} & said and len(with_time) >= 2:
            chosen = with_time[0] if {"first", "earlier"} & said else with_time[-1]
            statement = chosen.statement
            decision.statements = (statement,)
            done = self._lookup(candidate, [statement], decision)
            done.operation = "earliest" if {"first", "earlier"} & said else "latest"
            return self._confirm(candidate, chosen, with_time, done)
        elif (
            {"greater", "max", "less", "min"} & said
            and len(with_time) > 1
            and not with_amount
            and _of_length(candidate)
        ):
            outcome = operations.longer(with_time, shorter=not {"greater", "max"} & said)
        elif "equal" in said_all and len(with_time) > 1 and candidate.utterance.polar and _of_length(candidate):
            outcome = operations.longer(with_time)
            if outcome:
                verdict = "yes" if outcome.values == ("equal",) else "no"
                outcome = Outcome(f"{capital(verdict)}. {outcome.text}", (verdict,), None, "verify")
        elif {"greater", "max"} & said and len(statements) > 2 and candidate.asked:
            return self._longest_list(candidate, statements, decision)
        if outcome is None:
            return None
        unit = self._unit_asked(candidate)
        if outcome.operation in ("duration", "elapsed") and unit and unit != outcome.unit:
            decision.reasons.append(("other-unit", f"{unit}, known in {outcome.unit}"))
            return self._no_data(decision, candidate)
        length = next((i.quantity for i in candidate.utterance.items if self.matcher.is_length(i)), None)
        if length and outcome.operation == "duration":
            if length.unit != outcome.unit or len(outcome.values) != 1:
                return None
            yes = length.amount == outcome.values[0]
            outcome = Outcome(f"{'Yes' if yes else 'No'}. {outcome.text}", ("yes" if yes else "no",), None, "verify")
        decision.text, decision.operation, decision.unit = outcome.text, outcome.operation, outcome.unit
        decision.values = tuple(outcome.values)
        if outcome.operation == "duration" and len(with_time) == 2:
            decision.ends = tuple(operand.time for operand in with_time if operand.time)
        decision.text = " ".join([decision.text, *self._caveats(decision)])
        return decision

    def _unit_asked(self, candidate: Candidate) -> str | None:
        """The unit of time that was asked for: the months of "how many months"."""
        for ask in candidate.utterance.asks:
            item = candidate.utterance.items[ask.index]
            if ask.kind == "duration" and item.words[:2] == ("how", "many"):
                units = (self.domain.lexicon.exact.get(word, {}).get("unit") for word in item.words)
                return next((unit for unit in units if unit), None)
        return None

    def _part_of(self, candidate: Candidate, whole: Statement) -> Statement | None:
        """ "Norway's share of the trade": the one part of *whole* whose subject was said."""
        said = {e for c in candidate.constraints if c.kind == "is" and isinstance(c.value, frozenset) for e in c.value}
        parts = [
            s
            for p in self.kb.properties.values()
            if p.part_of == whole.property.id
            for s in self.kb.by_property.get(p.id, ())
            if s.time == whole.time and said.intersection(v for v in s.get(p.subject) if isinstance(v, str))
        ]
        return parts[0] if len(parts) == 1 else None

    def _up_to_now(self, candidate: Candidate) -> bool:
        """ "how long have they …", "how old": counted up to today."""
        words = _words(candidate)
        return bool(words & {"have", "has", "old", "been", "since", "ago"})

    def _difference_from_said(self, candidate: Candidate) -> Outcome | None:
        """ "by how much was it above one billion": the gap to an amount that was said."""
        query = candidate.query()
        said = next(c.value for c in query.constraints if isinstance(c.value, Quantity))
        rest = tuple(c for c in query.constraints if not isinstance(c.value, Quantity))
        found = [self._operand(s) for s in run(self.kb, query._replace(constraints=rest))]
        if len(found) != 1 or not found[0].quantity:
            return None
        gap = Quantity(round(abs(found[0].quantity.amount - said.amount), 6), found[0].quantity.unit)
        return Outcome(f"By {self.composer.quantity(gap)}. {found[0].sentence}", (gap,), gap.unit, "difference")

    def _confirm(self, candidate: Candidate, chosen: Operand, operands: list[Operand], decision: Decision) -> Decision:
        """ "Were Turkey's larger than Norway's?": yes or no, by whether the one said first is the one *chosen*."""
        utterance = candidate.utterance
        if not utterance.polar or self._has_choice(utterance) or len(operands) != 2:
            return decision
        said = sorted((c for c in candidate.constraints if c.kind == "is" and c.item >= 0), key=lambda c: c.item)
        subjects = [found[0] for c in said if len(found := [o for o in operands if meets(o.statement, c)]) == 1]
        if not subjects or (operands[0].quantity == operands[1].quantity and operands[0].time == operands[1].time):
            return decision
        yes = subjects[0] is chosen
        facts = operations.sentence_list(sorted(operands, key=lambda o: o is not chosen))
        decision.text = f"{'Yes' if yes else 'No'}. {facts}"
        decision.values = ("yes" if yes else "no",)
        decision.statements = tuple(o.statement for o in operands)
        decision.operation = "verify"
        return decision

    def _against_a_fraction(self, candidate: Candidate, operands: list[Operand]) -> Outcome | None:
        """ "Is the one larger than half of the other?": what stands behind the fraction is the whole."""
        items = candidate.utterance.items
        place = next(i for i, item in enumerate(items) if item.fraction)
        behind = [c for c in candidate.constraints if c.kind == "is" and c.item > place]
        wholes = [o for o in operands if any(meets(o.statement, c) for c in behind)]
        fraction = items[place].fraction
        if not candidate.utterance.polar or len(operands) != 2 or len(wholes) != 1 or not fraction:
            return None
        part = next(o for o in operands if o is not wholes[0])
        return operations.compare_share(part, wholes[0], fraction, less="less" in candidate.operations)

    def _extreme(self, candidate: Candidate, chosen: Operand, operands: list[Operand], decision: Decision) -> Decision:
        others = [operand for operand in operands if operand is not chosen]
        role = next(
            (role for role, _ in candidate.asked if role != chosen.statement.property.value),
            chosen.statement.property.subject,
        )
        who = join([self.composer.value(value) for value in chosen.statement.get(role)])
        decision.text = f"{capital(who)}. {chosen.sentence} {operations.sentence_list(others)}"
        decision.values = chosen.statement.get(role)
        decision.operation = "compare"
        return decision

    def _longest_list(self, candidate: Candidate, statements: list[Statement], decision: Decision) -> Decision | None:
        """Which subject has the most values: whose list is the longest."""
        lists: dict[Value, list[Statement]] = {}
        for statement in statements:
            lists.setdefault(statement.get(statement.property.subject)[0], []).append(statement)
        ranked = sorted(lists.items(), key=lambda pair: -len(pair[1]))
        if len(ranked) < 2 or len(ranked[0][1]) == len(ranked[1][1]):
            return None
        text = "; ".join(f"{self.composer.value(subject)}: {len(found)}" for subject, found in ranked)
        decision.text = f"{self.composer.value(ranked[0][0])} ({text})."
        decision.values = (ranked[0][0],)
        decision.operation = "compare"
        return decision

    def _operand(self, statement: Statement) -> Operand:
        name_template = self.domain.phrases.get(f"name:{statement.property.id}")
        told = self.composer.told(statement)
        name = name_template.fill(told.holes) if name_template else None
        return Operand(
            statement,
            name or statement.property.label,
            told.sentence,
            operations.quantity_of(statement),
            statement.time,
        )

    # parts of an utterance, and what they find

    def _part(self, utterance: Utterance, start: int, end: int) -> list[Candidate]:
        """What the items from *start* to *end* may be by themselves, worked out once for all that cut there."""
        parts = self._parts(utterance)
        known = parts.known.get((start, end))
        if known is None:
            known = parts.known[start, end] = []
            if parts.may_be(start, end):
                items = [copy(item) for item in utterance.items[start:end]]  # what they mean there is settled anew
                part = Utterance(utterance.text, items, self.kb, whole=False)
                part.offset = start
                known += [c for c in self.matcher.match(part, covered=True) if c.intent.about or c.intent.includes]
        return known

    def _parts(self, utterance: Utterance) -> Parts:
        if utterance.parts is None:
            utterance.parts = Parts(self.matcher, utterance.items)
        return utterance.parts

    def _facts(self, candidate: Candidate, other: Candidate) -> list[Statement]:
        """The facts of one side; what it does not say, the other side may have said for both."""
        query = candidate.query()
        if candidate.intent.includes:
            about = tuple(p for id in candidate.intent.includes for p in self.domain.intents[id].about)
            query = query._replace(properties=about)
            return [s for s in run(self.kb, query) if s.time]
        said = {c.role for c in query.constraints}
        extra = [
            c._replace(item=-1)
            for c in other.constraints
            if c.role and c.role not in said and c.role in candidate.intent.roles and c.kind in ("is", "time")
        ]
        found = run(self.kb, Query(query.properties, (*query.constraints, *extra))) or run(self.kb, query)
        if len(found) > 1:  # "Norway's investment … its exports": both are of the same subject
            subjects = {self.kb.properties[p].subject for p in other.intent.about}
            whose = [c for c in other.constraints if c.kind == "is" and c.role in subjects]
            found = [s for s in found if all(meets(s, c._replace(role=s.property.subject)) for c in whose)] or found
        return found

    def _caveats(self, decision: Decision) -> list[str]:
        """What the reader of a derived answer should know: notes, and parts that do not add up to their whole."""
        said = list(dict.fromkeys(s.note for s in decision.statements if s.note))
        if decision.operation not in ("sum", "share"):
            return said
        for property_ in self.kb.properties.values():
            for whole in self.kb.by_property.get(property_.part_of, ()):
                parts = [s for s in self.kb.by_property.get(property_.id, ()) if s.time == whole.time]
                if not {s.id for s in (whole, *parts)} & {s.id for s in decision.statements}:
                    continue
                total = operations.total([self._operand(s) for s in parts], self.composer) if len(parts) > 1 else None
                stated = operations.quantity_of(whole)
                if not total or not stated or not isinstance(total.values[0], Quantity):
                    continue
                if abs(total.values[0].amount - stated.amount) > 1e-6 * abs(stated.amount):
                    used = "The sum of the parts" if decision.operation == "sum" else "The stated whole"
                    sum_, given = self.composer.quantity(total.values[0]), self.composer.quantity(stated)
                    said.append(f"({used} is used here: the parts add up to {sum_}, the whole is given as {given}.)")
        return said

    # what any domain has

    def _builtin(self, utterance: Utterance) -> list[Reading]:
        readings = []
        window = self.windows.reading(utterance)
        if window:
            readings.append(window)
        entity = self.descriptions.reading(utterance)
        if entity:
            readings.append(entity)
        age = self.ages.reading(utterance)
        if age:
            readings.append(age)
        inventory = self.inventory.reading(utterance)
        if inventory:
            readings.append(inventory)
        return readings

    # what cannot be answered

    def _missing(self, candidate: Candidate, query: Query, decision: Decision) -> Decision:
        """Nothing agrees with all that was said: correct a wrong detail, or say what there is."""
        utterance = candidate.utterance
        if any(candidate.pattern is p for p in self.domain.wordless) and not all(
            self.matcher.occurs(candidate.intent, c.role, c.value)
            for c in query.constraints
            if c.role and isinstance(c.value, frozenset)
        ):  # names alone, and strange to each other: they assert nothing that could be corrected
            decision.reasons.append(("no-statement", str(query)))
            return self._no_data(decision, candidate)
        said = [c for c in query.constraints if c.item >= 0]
        relaxed = self._relax(query, said)
        if relaxed is None:
            decision.reasons.append(("no-statement", str(query)))
            return self._no_data(decision, candidate)
        wrong, statements = relaxed
        others = self._as_well(query, wrong, statements, said) if utterance.polar else []
        statements = [*statements, *others]
        decision.reasons.append(("contradicted", " and ".join(str(c) for c in wrong)))
        decision.statements = tuple(statements)
        key = wrong[0].role if wrong[0].role in candidate.intent.answers and not others else None
        text = self.composer.text(candidate.intent, key, statements)
        correctable = (
            self._goes_both_ways(wrong, query)
            if len(wrong) == 2
            else self._may_say_no(wrong[0], statements, others=len(said) > 1)
        )
        if utterance.polar and correctable:
            decision.operation = "verify"
            decision.text = f"No. {text}"
            decision.values = ("no",)
            return decision
        corrects_time = (
            len(wrong) == 1
            and isinstance(wrong[0].value, Time)
            and len({s.time for s in statements}) == 1
            and len(statements) == 1
            and statements[0].time
            and statements[0].time.precision == "day"
            and len([c for c in said if c.kind == "is"]) >= 1
            and any(role == wrong[0].role for role, _ in candidate.asked)
        )
        if corrects_time:
            decision.operation = "lookup"
            decision.text = f"Not in {wrong[0].value}. {text}"
            return decision
        available = [self.composer.value(v) for v in distinct(statements, wrong[0].role)] if wrong[0].role else []  # type: ignore[arg-type]
        return self._no_data(decision, candidate, wrong, available)

    def _as_well(
        self, query: Query, wrong: Sequence[Constraint], statements: Sequence[Statement], said: Sequence[Constraint]
    ) -> list[Statement]:
        """ "Did Gül receive Erdoğan?": whom he did receive, and who did: nobody knows which of them was asked about."""
        if len(wrong) != 1 or len(statements) != 1 or wrong[0].role not in statements[0].property.complete:
            return []
        complete = statements[0].property.complete
        for constraint in said:
            if constraint not in wrong and constraint.kind == "is" and constraint.role in complete:
                kept = query._replace(constraints=self._without(query, constraint))
                found = [s for s in run(self.kb, kept) if s not in statements]
                if len(found) == 1:
                    return found
        return []

    def _goes_both_ways(self, wrong: Sequence[Constraint], query: Query) -> bool:
        """Whether all is known of both roles, or something of the direction said, so that it can be ruled out."""
        if all(c.role in self.kb.properties[p].complete for c in wrong for p in query.properties):
            return True
        return any(all(meets(s, c) for c in wrong) for s in self.kb.find(query.properties))

    def _may_say_no(self, constraint: Constraint, statements: Sequence[Statement], *, others: bool) -> bool:
        """Whether a different value rules out the one that was said."""
        role = constraint.role
        property_ = statements[0].property
        if not role:
            return False
        if isinstance(constraint.value, Quantity) and constraint.value.unit and constraint.kind in ("greater", "less"):
            units = {v.unit for s in statements for v in s.get(role) if isinstance(v, Quantity)}
            if units != {constraint.value.unit}:
                return False  # nobody knows what it would be in another unit
        found = [v for s in statements for v in s.get(role) if isinstance(v, str) and v in self.kb.entities]
        if any(self.matcher.has_no_name(entity) for entity in found):
            return False  # nobody knows who is in the group
        if role in property_.complete:
            return True
        if role == property_.subject and property_.event and not others:
            return False  # that another won says nothing of this one
        spec = property_.roles[role]
        one = len({s.get(role) for s in statements}) == 1 and all(len(s.get(role)) == 1 for s in statements)
        if TIME in spec.types:  # of amounts only some years are on record
            return one and not is_measured(statements[0])
        return one and (
            QUANTITY in spec.types
            or role in (property_.subject, property_.value)
            or "number" in spec.types
            or "text" in spec.types
            or len(property_.roles) > 3
        )

    def _relax(self, query: Query, said: list[Constraint]) -> tuple[list[Constraint], list[Statement]] | None:
        """The fewest constraints to drop so that statements remain: a swapped pair first, then each alone."""
        amounts = [c for c in said if c.kind in ("equal", "greater", "less")]
        if len(amounts) == 1:  # "over 600 million": that is what is asked of the rest
            found = run(self.kb, query._replace(constraints=tuple(c for c in query.constraints if c is not amounts[0])))
            if found:
                return amounts, found
        for i, a in enumerate(said):
            for b in said[:i]:
                if a.kind == b.kind == "is" and a.role and b.role and a.role != b.role:
                    swapped = [c for c in query.constraints if c not in (a, b)]
                    swapped += [a._replace(role=b.role), b._replace(role=a.role)]
                    found = run(self.kb, Query(query.properties, tuple(swapped)))
                    if found:
                        return [a, b], found
        order = {"time": 0, "equal": 1, "greater": 1, "less": 1, "before": 0, "after": 0, "since": 0, "is": 2, "not": 3}
        best: tuple[list[Constraint], list[Statement]] | None = None
        for constraint in sorted(said, key=lambda c: (order.get(c.kind, 4), -c.item)):
            kept = self._without(query, constraint)
            found = run(self.kb, Query(query.properties, kept))
            if found and (best is None or len(found) < len(best[1])):
                best = [constraint], found
        return best

    def _without(self, query: Query, dropped: Constraint) -> tuple[Constraint, ...]:
        """The other constraints of *query*; with a person goes the post that the same words give."""
        return tuple(
            c
            for c in query.constraints
            if c is not dropped and not (c.item == dropped.item and self._is_post_of(query, c, dropped))
        )

    def _is_post_of(self, query: Query, post: Constraint, person: Constraint) -> bool:
        return any(
            role.of == person.role
            for p in query.properties
            if (role := self.kb.properties[p].roles.get(post.role)) and role.of
        )

    def _no_data(
        self, decision: Decision, candidate: Candidate, wrong: Sequence[Constraint] = (), available: Sequence[str] = ()
    ) -> Decision:
        decision.status = "no_data"
        decision.values = ()
        subject = (
            self.kb.properties[candidate.intent.about[0]].label
            if candidate.intent.about
            else (self.domain.topics.get(candidate.intent.topic) or candidate.intent.id)
        )
        if wrong and available:
            said = join([candidate.utterance.items[c.item].text if c.item >= 0 else str(c.value) for c in wrong])
            decision.text = f"I have no {subject} for {said}."
            if len(wrong) == 1:
                decision.text += f" I have it for {join(list(available)[:8])}."
        else:
            subject = subject if subject.startswith("the ") else f"the {subject}"
            decision.text = f"That would be about {subject}, but what I know does not say it."
        decision.suggestions = self.suggest(candidate.utterance, candidate)
        return decision

    def _nothing_such(self, best: Candidate, ask: Ask, said: str) -> tuple[str, str]:
        """That what is asked for is none of the roles, in words, and for authors what would make it one."""
        if ask.kind != "number":
            text = f"I understand what this is about, but not what “{said}” could ask of it: I have no such thing."
            return text, said
        kb = self.kb
        roles = best.intent.roles.values()
        plurals = {kb.types[t].plural for role in roles for t in (*role.types, *role.counts) if t in kb.types}
        can = f" I can count {join(sorted(plurals))}." if plurals else ""
        text = f"I understand what this is about, but not what “{said}” could count in it.{can}"
        type_ = next(iter(sorted(ask.types)), None)
        numbers = [role.name for role in roles if NUMBER in role.types or QUANTITY in role.types]
        role = numbers[0] if numbers else "a role of type number"
        lead = f"{said}: `counts: {type_ or 'TYPE'}` at {role} says what its number counts"
        return text, lead

    def _not_understood(self, utterance: Utterance, candidates: list[Candidate]) -> Decision:
        decision = Decision("not_understood", "", considered=candidates)
        unknown = [
            item
            for i, item in enumerate(utterance.items)
            if not item.known and not item.mark and i not in utterance.absorbed
        ]
        best = min(candidates, key=lambda c: c.cost, default=None)
        blocking = [utterance.items[i] for i in best.left_over] if best else unknown
        by_schema = self.composed if best is None and not self.domain.schema.open else None
        if not blocking and best and best.unfilled:
            ask = utterance.items[best.unfilled[0].index]
            decision.status = "no_data"
            decision.candidate = best
            decision.text, reason = self._nothing_such(best, best.unfilled[0], ask.text)
            decision.reasons.append(("unfilled-question", reason))
        elif blocking and all(item.pronoun for item in blocking) and not unknown:
            pointing = next(item for item in blocking if item.pronoun)
            decision.status = "clarify"
            decision.text = f"Whom or what do you mean by “{pointing.text}”?"
            decision.reasons.append(("nothing-to-point-back-to", pointing.text))
        elif by_schema and not (strange := by_schema.grammar.unknown(utterance.items)):
            decision.text = "I know these words, but not how they go together here."
            decision.reasons.append(("no-tree", utterance.text))
        else:
            if by_schema:  # what the lexicon does not know either is the stranger
                unknown = [item for item in strange if item in unknown] or strange
            if not unknown and not blocking:
                blocking = [
                    item
                    for i, item in enumerate(utterance.items)
                    if utterance.content(i) and not (item.filler or item.entities or item.asks or item.time)
                ]
            words = list(dict.fromkeys(item.text for item in (unknown or blocking)))[:4]
            decision.reasons += [
                ("unknown-word" if not item.known else "left-over-word", item.text) for item in blocking or unknown
            ]
            quoted = join([f"“{word}”" for word in words])
            decision.text = f"I do not know about {quoted}." if words else "I did not understand that."
        decision.suggestions = self.suggest(utterance, best)
        decision.confidence = best.confidence if best else 0.0
        return decision

    def suggest(self, utterance: Utterance, candidate: Candidate | None, count: int = 3) -> tuple[str, ...]:
        """The nearest questions that can be answered; none when nothing said has to do with any."""
        if candidate and candidate.intent.examples:
            return candidate.intent.examples[:count]
        senses = set().union(*(item.senses for item in utterance.items)) if utterance.items else set()
        near = Counter(intent for sense in senses for intent in self.matcher.speakers.get(sense, ()))
        intents = self.domain.intents
        ranked = nsmallest(count, ((-number, id) for id, number in near.items() if intents[id].examples))
        return tuple(intents[id].examples[0] for _, id in ranked)

    # intents that are told by their examples

    def _by_example(self, evidence: Evidence, text: str, items: list[Item], otherwise: Decision) -> Decision:
        """The fixed answer that the examples speak for, or *otherwise* when they speak for none clearly enough."""
        words = self.words_for(evidence, text, items)
        weighed = evidence.weigh(words)
        if not weighed:
            return otherwise
        best = weighed[0]
        sure, close = best.confidence >= evidence.threshold, best.lead < evidence.margin and len(weighed) > 1
        outcome = "below-threshold" if not sure else "within-margin" if close else "chosen"
        notes = []
        for place, other in enumerate(weighed):
            told = evidence.shares(words, other.intent) if place < 2 else ()  # what the third had seldom matters
            shares = ", ".join(f"{share.text} {share.share:.0%}" for share in told)
            near = place == 0 or (place == 1 and outcome == "within-margin")
            notes.append(CandidateNote(other.intent, other.confidence, outcome if near else "less-evidence", shares))
        firsts = tuple(
            self.domain.intents[other.intent].examples[0]
            for other in weighed
            if other.confidence >= _NEAR * evidence.threshold
        )
        if outcome == "below-threshold":
            return self._not_told(evidence, words, best, otherwise, tuple(notes), firsts)
        decision = Decision("answered", "", notes=tuple(notes), confidence=best.confidence)
        if outcome == "within-margin":
            options = tuple(self.domain.intents[other.intent].examples[0] for other in weighed[:2])
            decision.status, decision.suggestions = "clarify", options
            decision.text = f"Do you mean “{options[0]}” or “{options[1]}”?"
            decision.reasons.append((outcome, f"{weighed[0].intent}, {weighed[1].intent}"))
        else:
            decision.intent, decision.operation = best.intent, "lookup"
            decision.text = self.domain.intents[best.intent].says
        return decision

    def words_for(self, evidence: Evidence, text: str, items: list[Item]) -> list[str]:
        """The words to compare with examples: those that carry no content are left out when no example has them."""
        light = {start for item in items if _is_light(item) for start in range(item.start, item.end)}
        return [
            token.norm
            for token in self.reader.spell(text)
            if token.norm not in MARKS and (token.start not in light or evidence.knows(token.norm))
        ]

    def _not_told(
        self,
        evidence: Evidence,
        words: list[str],
        best: Weighed,
        otherwise: Decision,
        notes: tuple[CandidateNote, ...],
        firsts: tuple[str, ...],
    ) -> Decision:
        """Too little speaks for any intent; the words are named that no example has."""
        otherwise.notes = notes
        if otherwise.status != "not_understood" or otherwise.considered:
            return otherwise
        unknown = list(dict.fromkeys(word for word in words if not evidence.knows(word)))[:4]
        quoted = join([f"“{word}”" for word in unknown])
        otherwise.text = f"I do not know about {quoted}." if unknown else "I did not understand that."
        otherwise.reasons = [("unknown-word", word) for word in unknown]
        otherwise.reasons.append(("below-threshold", f"{best.confidence:.2f} is less than {evidence.threshold:.2f}"))
        otherwise.confidence = best.confidence
        otherwise.suggestions = firsts
        return otherwise

    # social turns

    def _social(self, items: list[Item]) -> Decision | None:
        groups = [item.social for item in items if item.social]
        if not groups:
            return None
        is_question = items[0].auxiliary or any(item.asks for item in items)
        doubts = items[-1].mark == "?"  # "the later one?" is no goodbye
        thanked = _what_is_thanked_for(items)
        content = [
            item
            for i, item in enumerate(items)
            if not (
                i in thanked
                or (item.social and not (is_question and item.senses) and not (doubts and item.operations))
                or item.mark
                or item.filler
                or item.joins
                or item.preposition
                or item.pronoun
                or item.now
                or item.auxiliary
            )
        ]
        introduces = "introduction" in groups and all(
            item.entities or item.senses & self.windows.general for item in content
        )
        if (content and not introduces) or _asks_about_others(items):
            return None
        if all(item.social == "acknowledge" and item.filler for item in items if item.social) and content:
            return None
        order = ("help", "identity", "thanks", "goodbye", "done", "how_are_you", "introduction")
        group = next((g for g in order if g in groups), groups[0])
        replies = self.domain.lexicon.social[group].replies
        decision = Decision("social", "", None, group, confidence=1.0)
        examples = self.examples
        text = replies[0]
        if "{suggestions}" in text or group in ("help", "identity", "greeting"):
            decision.suggestions = examples[:4]
        text = text.replace("{name}", self.domain.name)
        text = re.sub(r"\{suggestions\}", "; ".join(f"“{e}”" for e in examples[:3]), text)
        decision.text = text
        return decision


def _what_is_thanked_for(items: Sequence[Item]) -> range:
    """Where the reason stands in "thank you for checking that": it is part of the thanks, whatever it is."""
    for i, item in enumerate(items[:-1]):
        if item.social == "thanks" and items[i + 1].preposition == "for":
            return range(i + 1, next((k for k in range(i + 1, len(items)) if items[k].mark), len(items)))
    return range(0)


def _asks_about_others(items: Sequence[Item]) -> bool:
    """ "Did he apologise?": what somebody else did is no social turn."""
    first = next((i for i, item in enumerate(items) if not item.filler or item.auxiliary), 0)
    return (
        len(items) > first + 1
        and items[first].auxiliary
        and items[first].count == 1
        and items[first + 1].pronoun in ("he", "she", "they")
    )


_UNEXPLAINED = frozenset(("unfilled-question", "nothing-to-point-back-to", "operation-not-possible"))
"""Reasons for which a question was not answered although an intent with slots was near."""


def _is_explained(decision: Decision) -> bool:
    """Whether a reading with slots accounts for every word, whatever it led to."""
    if decision.status in ("no_data", "clarify"):
        return not any(code in _UNEXPLAINED for code, _ in decision.reasons)
    return decision.status == "answered"


def _is_light(item: Item) -> bool:
    """Whether a word says nothing by itself: a filler, a question word, a greeting."""
    if item.entities or item.senses - {f"?{item.asks}"}:
        return False
    return bool(
        item.filler or item.asks or item.preposition or item.auxiliary or item.pronoun or item.joins or item.social
    )


def _may_go_on(decision: Decision, behind: float, is_pair: bool) -> bool:
    """Whether a weaker reading may be tried: only when the best one cannot do what was asked, or is hardly better."""
    codes = {code for code, _ in decision.reasons}
    if "turned-round" in codes:
        return False  # what another reading finds would be said of the wrong one
    return "operation-not-possible" in codes or is_pair or behind <= (0.5 if "contradicted" in codes else 0.1)


def _any_of(query: Query) -> Query:
    """The query with several values of one role taken as alternatives: consulates in Antalya and in İzmir."""
    merged: dict[str, Constraint] = {}
    rest = []
    for constraint in query.constraints:
        if constraint.kind == "is" and constraint.role and isinstance(constraint.value, frozenset):
            other = merged.get(constraint.role)
            if other is not None and isinstance(other.value, frozenset):
                merged[constraint.role] = other._replace(value=other.value | constraint.value)
            else:
                merged[constraint.role] = constraint
        else:
            rest.append(constraint)
    if len(merged) + len(rest) == len(query.constraints):
        return query
    return query._replace(constraints=(*merged.values(), *rest))


def _between_events(candidate: Candidate) -> bool:
    """Whether "between" stands before what may have dates, not before the parties to something."""
    utterance = candidate.utterance
    if any(
        ask.kind == "duration" and _RELATIVE.intersection(utterance.items[ask.index].words) for ask in utterance.asks
    ):
        return True  # "how many years before his visit": the other end was not understood
    for i, item in enumerate(utterance.items):
        if item.words[-1] == "between":
            following = next((j for j in range(i + 1, len(utterance.items)) if utterance.content(j)), -1)
            return following < 0 or not utterance.entities[following]
    return False


def _of_today(utterance: Utterance) -> bool:
    """Whether the present is meant: "the current prime minister"."""
    return not _PRESENT.isdisjoint(utterance.words)


_PRESENT = frozenset(("current", "currently", "incumbent", "nowadays", "presently"))


def _of_length(candidate: Candidate) -> bool:
    return bool(_words(candidate) & {"longer", "longest", "shorter", "shortest", "lasted", "long"})


def _words(candidate: Candidate) -> frozenset[str]:
    return candidate.utterance.words
