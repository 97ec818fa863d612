"""
Doubts about an answer to a follow-up: whether it does what was said, or passes over a part of it.

A single question is explained word by word by the matching. A follow-up has less to explain it, since most of it is
remembered, so an answer can look complete though the one thing that was said is not in it. Each doubt here is about
an answer that was found: what it finds wanting is declined, because a wrong turn is worse than a missing one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot import operations
from bot.decision import Decision
from bot.domain import Domain
from bot.framing import LINK
from bot.history import Frame, History
from bot.knowledge import Statement, Time
from bot.matching import OTHERS, Candidate
from bot.opening import Opening
from bot.pointing import RECALLED
from bot.reading import Item

_TOLD_ONLY = frozenset(("lookup", "list", "describe", "negate"))
"""What only tells facts, as they are."""
_WORKED_OUT = frozenset(("sum", "ratio", "difference", "percent_difference", "share", "average", "versus"))
"""Operations that more than one amount is needed for: to tell facts instead is no answer."""
_MOTION = frozenset(("go", "travel", "come", "accompany"))
_LIGHT = frozenset(("make", "made", "makes", "give", "gave", "given", "take", "took", "taken"))
"""Verbs that say little by themselves."""
_SURE = 0.7
"""How strongly a word must say what a pattern needs to count as said."""
_PLACED = frozenset(("first", "last", "max", "min", "earlier"))
_SAID_OTHERWISE = {
    "difference": frozenset(("compare",)),
    "sum": frozenset(("compare", "verify")),
    "average": frozenset(("verify",)),
    "ratio": frozenset(("compare", "difference", "sum", "verify")),
}
"""What is something else than the operation said, even where the intent itself works it out."""


class Doubter:
    """Doubts answers in one domain."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.kb = domain.kb

    def finds_wanting(self, decision: Decision, items: Sequence[Item]) -> str:
        """What the answer to *items* does not do though it was said, as a short reason; empty when nothing."""
        if decision.status != "answered":
            return ""
        return (
            self._left_undone(decision, items)
            or self._asks_whether_it_happened(decision, items)
            or self._asks_more_than_what_it_is(decision, items)
            or self._is_only_a_part(decision.candidate, decision.statements)
            or self._is_in_another_unit(decision, items)
            or self._leaves_out_the_part(decision)
            or self._compares_others(decision, items)
            or self._names_none(decision)
            or self._is_of_then(decision)
            or self._counts_to_today(decision)
            or self._forgets_whom(decision)
            or self._tells_of_one(decision)
            or self._is_about_company(decision)
            or self._averages_a_count(decision, items)
        )

    def says_something_else(self, decision: Decision) -> bool:
        """
        Whether the one word that was said may only stand beside what the answer is about: "who founded it?".

        What the intent's patterns are made of must be said, or be what the last question said.
        """
        candidate = decision.candidate
        if candidate is None or candidate.operations or decision.operation not in _TOLD_ONLY:
            return False
        utterance, intent = candidate.utterance, candidate.intent
        if any(utterance.items[i].text != LINK for i in candidate.needed_items):
            return False
        if not any(ask.kind in ("time", "agent", "place") for ask in utterance.asks):
            return False
        named = (name for role in intent.roles for name in (role, "=" + role))
        own = frozenset(named).union(intent.denies, intent.reverses, *(n for p in intent.patterns for n in p.needed))
        bound = {c.item for c in candidate.constraints}
        said = [
            item for i, item in enumerate(utterance.items)
            if i not in bound and i in candidate.used and item.senses and item.text not in (LINK, RECALLED)
            and item.words[-1] not in _LIGHT
            and not (item.filler or item.auxiliary or item.asks or item.operations or item.types)
            and not (item.preposition or item.entities or item.time or item.mark or item.joins or item.pronoun)
        ]  # fmt: skip
        return bool(said) and all(item.strength(own) < _SURE for item in said)

    def tells_no_other(self, decision: Decision, items: Sequence[Item], opening: Opening, history: History) -> bool:
        """Whether others were asked for ("any other agreement?"), and only what was told before was found."""
        others = any(point.kind == "other" for point in opening.points) or any(
            not OTHERS.isdisjoint(item.words) for item in items
        )
        last = next(iter(history.answered), None)
        if not others or last is None or decision.operation not in _TOLD_ONLY:
            return False
        known = {s.id for s in decision.statements} <= set(last.statements)
        if len(decision.values) > 1:  # listed before as a detail only, they were not the answer
            return known and set(last.values).issuperset(decision.values)
        return known and self._all_said(decision, last.answer)

    def tells_nothing_new(self, decision: Decision, history: History) -> bool:
        """Whether "what's in it?" was answered with the fact that had just been confirmed."""
        candidate, last = decision.candidate, next(iter(history.answered), None)
        if candidate is None or last is None or decision.operation not in ("lookup", "list"):
            return False
        if [ask.kind for ask in candidate.utterance.asks] == ["thing"] and self._asks_what_was_done(candidate):
            return {s.id for s in decision.statements} <= set(last.statements)  # "what did he do there?"
        content = [
            item for item in candidate.utterance.items
            if item.text not in (LINK, RECALLED) and not (item.mark or item.asks or item.filler)
            and (item.senses or item.entities or item.time or item.types or item.operations)
        ]  # fmt: skip
        if not any(item.text == RECALLED for item in candidate.utterance.items):
            return False
        kinds = [ask.kind for ask in candidate.utterance.asks]
        if last.frame is None or last.frame.operation != "verify" or kinds != ["thing"] or content:
            return False
        known = {s.id for s in decision.statements} == set(last.statements)
        return known and self._all_said(decision, last.answer)

    def _asks_what_was_done(self, candidate: Candidate) -> bool:
        items = [item for item in candidate.utterance.items if not item.mark and item.text != RECALLED]
        return bool(items) and items[-1].words == ("do",) and not any(item.operations for item in items)

    def is_of_no_such(self, decision: Decision, opening: Opening, history: History) -> bool:
        """Whether "which of these?" was answered with something that was not listed."""
        last = next(iter(history.answered), None)
        if last is None or len(last.values) < 2 or not any(
            point.kind == "several" and point.tokens[0].norm == "of" for point in opening.points
        ):  # fmt: skip
            return False
        if decision.operation not in _TOLD_ONLY | {"compare", "max", "min", "latest", "earliest"}:
            return False
        told = [v for v in decision.values if isinstance(v, str) and v in self.kb.entities]
        known = not {s.id for s in decision.statements}.isdisjoint(last.statements)
        return set(told).isdisjoint(last.values) and (bool(told) or not known)

    def compares_none_told(self, decision: Decision, opening: Opening, history: History) -> bool:
        """Whether "was it before …?" was answered by two others, and not by what was spoken of."""
        if decision.operation not in ("order", "compare") or not any(
            point.kind == "thing" and point.noun is None for point in opening.points
        ):  # fmt: skip
            return False
        told = {id for turn in history.answered[:3] for id in turn.statements}
        return bool(told) and told.isdisjoint(s.id for s in decision.statements)

    def is_unrelated(self, decision: Decision, opening: Opening, frame: Frame, history: History) -> bool:
        """Whether "it" stayed unresolved, and what was found has nothing to do with what was told last."""
        candidate, last = decision.candidate, next(iter(history.answered), None)
        if candidate is None or last is None or not any(
            point.kind == "thing" and point.noun is None for point in opening.points
        ):  # fmt: skip
            return False
        first = min(point.tokens[0].start for point in opening.points)
        items = candidate.utterance.items
        if opening.leads or any(item.text == RECALLED or (item.entities and item.start < first) for item in items):
            return False  # "back to the agreement: is it …" names it just before
        told = [self.kb.by_id[id] for id in last.statements if id in self.kb.by_id]
        topics = {i.topic for i in self.domain.intents.values() if any(s.property.id in i.about for s in told)}
        return bool(told) and candidate.intent.topic not in topics

    def is_told_of_all(self, decision: Decision, opening: Opening, items: Sequence[Item]) -> bool:
        """Whether "so it grew?" was answered with all there is to tell."""
        asks = any(item.asks or item.operations for item in items)
        pointed = any(point.kind == "thing" and point.noun is None for point in opening.points)
        return decision.operation == "describe" and decision.candidate is not None and pointed and not asks

    def had_no_answer(self, history: History) -> bool:
        """Whether what was asked last, social turns apart, was a question of its own that got no answer."""
        last = next((turn for turn in reversed(history.turns) if turn.status != "social"), None)
        return last is not None and last.frame is None and last.status in ("not_understood", "no_data", "clarify")

    def goes_on_from_nothing(self, alone: Decision, opening: Opening, items: Sequence[Item], history: History) -> bool:
        """Whether the utterance only goes on from a question that had no answer: "and exports from Norway?"."""
        if not self.had_no_answer(history):
            return False
        bare = opening.leads and not any(item.asks or item.auxiliary for item in items)
        return alone.status == "answered" and (bare or bool(self.finds_wanting(alone, items)))

    def _all_said(self, decision: Decision, text: str) -> bool:
        return all((self.kb.label(v) if isinstance(v, str) else str(v)) in text for v in decision.values)

    def _left_undone(self, decision: Decision, items: Sequence[Item]) -> str:
        """ "Sum of the two?" is not answered by a list, nor "which was first?" by the one that was told last."""
        operation, candidate = decision.operation or "", decision.candidate
        for item in items:
            said = item.operations
            if any(operation in _SAID_OTHERWISE.get(name, ()) for name in said) and operation not in said:
                return item.text
            if said & _WORKED_OUT and operation in _TOLD_ONLY and not self._belongs(item, candidate):
                return item.text
            newer = "later" in said and item.words[0].endswith("er") and item.words[0] not in ("after", "later")
            if (newer or said & _PLACED) and operation in _TOLD_ONLY and not self._belongs(item, candidate):
                return item.text
        return ""

    def _belongs(self, item: Item, candidate: Candidate | None) -> bool:
        """Whether the intent works that out itself, or has a word for it: "EFTA's first agreement"."""
        if candidate is None:
            return False
        intent = candidate.intent
        own = frozenset().union(intent.vocabulary, *(senses for p in intent.patterns for senses in p.needed))
        return intent.operation is not None or any(sense.lstrip("!?=") in item.operations for sense in own)

    def _asks_whether_it_happened(self, decision: Decision, items: Sequence[Item]) -> str:
        """ "Did that happen?" asks what became of it, which no fact about itself tells."""
        if decision.operation != "verify" or not any("happen" in item.operations for item in items):
            return ""
        content = [
            item for item in items
            if item.text != RECALLED and (item.entities or item.time or item.quantity or item.senses)
            and not (item.operations or item.filler or item.auxiliary or item.pronoun)
        ]  # fmt: skip
        return "" if content else next(item.text for item in items if "happen" in item.operations)

    def _is_in_another_unit(self, decision: Decision, items: Sequence[Item]) -> str:
        """ "How much in tonnes?" is not answered by dollars."""
        named = next((item for item in items if item.unit and item.number is None and not item.quantity), None)
        if named is None or decision.operation not in _TOLD_ONLY or not any(i.asks == "quantity" for i in items):
            return ""
        told = [q for s in decision.statements if (q := operations.quantity_of(s)) and q.unit]
        return named.text if told and all(q.unit != named.unit for q in told) else ""

    def _leaves_out_the_part(self, decision: Decision) -> str:
        """ "Which president was the host?" is answered with the host in it, and not with his guest alone."""
        candidate = decision.candidate
        if candidate is None or decision.operation not in ("lookup", "list") or candidate.utterance.polar:
            return ""
        for before, item in pairwise(candidate.utterance.items):
            for role in candidate.intent.roles if before.words == ("the",) else ():
                if item.text == RECALLED or item.entities or item.strength(frozenset(("=" + role,))) < 1.0:
                    continue
                values = [v for s in decision.statements for v in s.get(role) if isinstance(v, str)]
                people = [v for v in values if v in self.kb.entities and "agent" in self.kb.kinds_of(v)]
                if people and not any(self.kb.label(v) in decision.text for v in people):
                    return item.text
        return ""

    def _names_none(self, decision: Decision) -> str:
        """ "Which president was it?" is not answered without a president, nor "which countries?" by a number."""
        candidate = decision.candidate
        if candidate is None or candidate.counting or candidate.utterance.polar or not decision.statements:
            return ""
        items = candidate.utterance.items
        said = {e for item in items if item.text != RECALLED for e, _ in item.entities}
        for ask in candidate.utterance.asks:
            if not ask.types or ask.kind not in ("thing", "noun") or ask.noun is None:
                continue
            if not any("agent" in self.kb.kinds_of(e) for e in self.kb.members(ask.types)):
                continue
            found = [v for s in decision.statements for vs in s.values.values() for v in vs if isinstance(v, str)]
            members = {v for v in found if v in self.kb.entities and not self.kb.kinds_of(v).isdisjoint(ask.types)}
            others = decision.operation == "describe" and any(not OTHERS.isdisjoint(item.words) for item in items)
            if others or not any(self.kb.label(v) in decision.text for v in members - said):
                return items[ask.noun].text
        return ""

    def _counts_to_today(self, decision: Decision) -> str:
        """ "How old was it when they met?" is not counted to today."""
        if decision.candidate is None or decision.operation != "elapsed":
            return ""
        items = decision.candidate.utterance.items
        return next((item.text for item in items[1:] if "when" in item.words or "then" in item.words), "")

    def _forgets_whom(self, decision: Decision) -> str:
        """ "When was that convention signed?" is not answered with something that has no part of it."""
        candidate = decision.candidate
        if candidate is None or not decision.statements:
            return ""
        bound = {c.item for c in candidate.constraints}
        told = {v for s in decision.statements for values in s.values.values() for v in values if isinstance(v, str)}
        for i, item in enumerate(candidate.utterance.items):
            if item.text == RECALLED and len(item.entities) == 1 and i not in bound and item.entities[0][0] not in told:
                return item.text
        return ""

    def _tells_of_one(self, decision: Decision) -> str:
        """ "How much went into each?" is not answered by what went into all."""
        if decision.candidate is None or len(decision.statements) > 1 or decision.operation not in _TOLD_ONLY:
            return ""
        return next((item.text for item in decision.candidate.utterance.items if item.words == ("each",)), "")

    def _is_about_company(self, decision: Decision) -> str:
        """ "Who travelled with him?" is not answered by where he went, nor by who received him."""
        candidate = decision.candidate
        if candidate is None or candidate.utterance.polar or decision.operation not in _TOLD_ONLY:
            return ""
        utterance = candidate.utterance
        moves = any(item.strength(_MOTION) > _SURE for item in utterance.items)
        if not moves or not any(ask.kind == "agent" for ask in utterance.asks):
            return ""
        return next(
            (
                item.text
                for i, item in enumerate(utterance.items)
                if item.entities and utterance.prepositions[i] == "with"
            ),
            "",
        )

    def _averages_a_count(self, decision: Decision, items: Sequence[Item]) -> str:
        """ "How many of them a year?" is not answered by an amount a year."""
        if decision.operation != "average" or not any(item.asks == "number" for item in items):
            return ""
        return next(item.text for item in items if item.asks == "number")

    def _is_of_then(self, decision: Decision) -> str:
        """ "Has there been one since 2013?" is not affirmed by the one of 2013 itself."""
        candidate = decision.candidate
        if candidate is None or decision.operation != "verify" or not decision.statements:
            return ""
        utterance = candidate.utterance
        for c in candidate.constraints:
            if c.item < 0 or not isinstance(c.value, Time) or c.kind != "since":
                continue
            times = [s.time for s in decision.statements if s.time]
            if times and all(time.last_year <= c.value.first_year for time in times):
                return utterance.items[c.item].text
        return ""

    def _compares_others(self, decision: Decision, items: Sequence[Item]) -> str:
        """ "Is that the biggest item?" is not answered by which of two others is the larger."""
        candidate = decision.candidate
        if candidate is None or not candidate.utterance.polar or decision.operation != "compare":
            return ""
        pointed = any(item.text == RECALLED for item in candidate.utterance.items)
        named = any(c.item >= 0 and isinstance(c.value, frozenset) for c in candidate.constraints)
        return "" if pointed or named else next((item.text for item in items if item.operations), "")

    def _asks_more_than_what_it_is(self, decision: Decision, items: Sequence[Item]) -> str:
        """ "Who was his minister?" is not answered by all that is known of him."""
        if decision.operation != "describe" or decision.candidate is not None:
            return ""
        owned = any(item.entities and item.adjective for item in items) and any(item.asks for item in items)
        which = any(item.asks == "thing" and item.words[0] == "which" for item in items)
        if not owned and not which and not any(item.asks and item.asks != "thing" for item in items):
            return ""
        places = [item for item in items if any("place" in self.kb.kinds_of(e) for e, _ in item.entities)]
        if places and any(item.asks == "agent" for item in items):
            return places[0].text
        content = [
            item for item in items
            if item.text != RECALLED and item.senses and not item.entities
            and not (item.asks or item.operations or item.filler or item.auxiliary or item.pronoun or item.preposition)
        ]  # fmt: skip
        return content[0].text if content else ""

    def _is_only_a_part(self, candidate: Candidate | None, statements: Sequence[Statement]) -> str:
        """ "Turkey's amount" of what two have together is not the whole of it."""
        if candidate is None or not statements or candidate.utterance.polar:
            return ""
        items = candidate.utterance.items
        if operations.quantity_of(statements[0]) is None:
            return ""
        for constraint in candidate.constraints:
            if constraint.item < 0 or not isinstance(constraint.value, frozenset) or len(constraint.value) > 1:
                continue
            item = items[constraint.item]
            before = items[constraint.item - 1] if constraint.item else None
            owns = item.possessive or item.adjective or (before is not None and "from" in before.words)
            if owns and constraint.role and all(len(s.get(constraint.role)) > 1 for s in statements):
                return item.text
        return ""
