"""
What is worked out from the last answer and what is said to it: "is that over a billion?", "and to the second one?".

A single question names all that it works on. Here one side is the last answer, and the other is an amount, a part of
the whole, a time or an event that was said. Each way below accounts for every word, or leaves the utterance to the
others; where it is understood and cannot be worked out with certainty, it is declined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace

from bot import operations, ordering
from bot.analysis import Utterance
from bot.combining import Combiner
from bot.composing import capital, join, number, years_between
from bot.deciding import Decider
from bot.decision import Decision
from bot.history import Frame, History, Turn
from bot.intents import Intent
from bot.knowledge import Quantity, Statement, Time
from bot.matching import Candidate
from bot.opening import Opener, Opening, words_of
from bot.operations import Operand, Outcome
from bot.pointing import RECALLED, Pointer
from bot.query import distinct
from bot.reading import Item, Reader
from bot.text import tokenise

_ORDER = frozenset(("earlier", "later"))
_SIZE = frozenset(("greater", "less"))
_TELLING = frozenset(("lookup", "list", "describe", "earliest", "latest", "verify"))
"""What tells of events that a time can be taken from."""
_OTHER_SCALE = 900
"""Beside millions, a bare 700 may be 700 millions, or not."""
_RELATIVE = frozenset(("before", "after"))
_CENTURY = 100
_NEAR, _FAR = 1.0, 4.0
"""Points of a percentage that are about the same, and surely not."""
_RECENT = 3
_SHORT = 5
"""Words of what only goes on: "back to the exports: …" is a question of its own."""

Complete = Callable[[list[Item], Frame, Intent], Candidate | None]
"""Reads words as one intent, with what a frame says of it."""


class Reckoner:
    """Works on the last answer of a history."""

    def __init__(self, decider: Decider, reader: Reader, combiner: Combiner) -> None:
        self.decider = decider
        self.reader = reader
        self.combiner = combiner
        self.opener = Opener(decider.domain)
        self.pointer = Pointer(decider.domain)
        self.kb = decider.kb
        self.words = decider.domain.conversation
        self.intents = decider.domain.intents
        self._by_id = decider.kb.by_id

    def decide(self, opening: Opening, history: History, alone: Decision, complete: Complete) -> Decision | None:
        """What the utterance, which *alone* would mean something too, makes of the last answer; None when nothing."""
        items = [item for item in self.reader.read(opening.text) if not item.mark]
        turn = self._last(history)
        if turn is None:
            pointed = any(point.kind == "thing" for point in opening.points)
            return self._uncertain("order") if pointed and self._asks_side(opening, items) else None
        return (
            self._against_an_amount(opening, items, turn, complete)
            or self._is_about(opening, items, turn)
            or self._gap_to_an_amount(items, turn)
            or self._before_or_after(opening, items, turn)
            or self._how_much_earlier(opening, items, turn)
            or self._other_end(opening, items, turn, history, complete)
            or self._age_then(opening, items, turn)
            or self._jubilee(opening, items, turn)
            or self._times_the_other(items, turn, history, complete)
            or self._together(opening, items, turn, history)
            or self._number_told(opening, items, turn)
            or self._both_are(opening, items, alone, history)
        )

    def _last(self, history: History) -> Turn | None:
        """The answer that was given last; a question about it that was declined leaves it what is spoken of."""
        told = next(iter(history.answered), None)
        for turn in reversed(history.turns):
            if turn is told:
                return turn
            if turn.status == "social":
                continue
            of_a_time = turn.frame is not None and turn.frame.operation == "window"
            if turn.status == "clarify" or of_a_time or not self._goes_on(turn.said):
                return None
        return None

    def _goes_on(self, text: str) -> bool:
        """Whether *text* is about what was spoken of: it points back, or is only the end of a question."""
        opened = self.opener.open(text)
        words = words_of(tokenise(opened.text)) or [""]
        leads = opened.leads and len(words) <= _SHORT
        return bool(opened.points or leads or self.words.at("starts", words, 0) or self.words.at("ends", words, 0))

    def _asks_side(self, opening: Opening, items: Sequence[Item]) -> bool:
        """Whether it asks before or after what, of something that is pointed to."""
        first = next((item for item in items if item.operations & _ORDER), None)
        return first is not None and not any(item.asks for item in items) and any(
            item.start > first.start and not (item.joins or item.operations) for item in items
        )  # fmt: skip

    # amounts

    def _amount(self, turn: Turn) -> Operand | None:
        """The one amount that the answer told, or worked out."""
        operation = _operation(turn)
        operands = [o for o in map(self.decider._operand, self.combiner.told(turn)) if o.quantity]
        composer = self.decider.composer
        outcome: Outcome | None = None
        if operation == "sum":
            outcome = operations.total(operands, composer)
        elif operation == "difference" and len(operands) == 2:
            outcome = operations.difference(operands[0], operands[1], composer)
        elif operation == "average" and len(operands) == 1:
            outcome = operations.average_per_year(operands[0], composer)
        elif operation == "duration":
            return self._length_told(turn)
        elif operation not in ("compare", "ratio", "average", "count", "percent_difference"):
            return operands[0] if len({o.quantity for o in operands}) == 1 else None
        value = outcome.values[0] if outcome else None
        if outcome is None or not isinstance(value, Quantity):
            return None
        return Operand(operands[0].statement, operands[0].name, outcome.text, value, None)

    def _length_told(self, turn: Turn) -> Operand | None:
        """The years that lie between the two ends, as an amount."""
        ends = sorted(turn.frame.ends) if turn.frame else []
        if len(ends) != 2:
            return None
        told = self.decider._operand(self._by_id[turn.statements[0]])
        return replace(told, sentence=turn.answer, quantity=Quantity(years_between(*ends), "year"), time=None)

    def _against_an_amount(
        self, opening: Opening, items: Sequence[Item], turn: Turn, complete: Complete
    ) -> Decision | None:
        """ "Is it over a billion?", "less than a third of the total?": yes or no."""
        said = [item for item in items if not _is_light(item)]
        compares = next((i for i, item in enumerate(said) if item.operations & _SIZE), -1)
        if compares < 0 or any(item.asks for item in items) or not self._is_of_it(opening, items):
            return None
        before, after = said[:compares], said[compares + 1 :]
        whole = any(self._is_total(item) for item in items)
        after = [item for item in after if not self._is_total(item) and not _is_unit(item)]
        if before or not after or len(said[compares].operations & _SIZE) != 1:
            return None
        limit, less = after[0], "less" in said[compares].operations
        part = self._amount(turn)
        if limit.entities or limit.time or part is None or part.quantity is None:
            return None
        fraction = _fraction(limit)
        if fraction is not None:
            total = self._named_whole(after[1:], part, opening.text) if len(after) > 1 else self.combiner.whole(part)
            if total is None and len(after) > 1:
                found = self._of_owner([*after[1:]], turn, complete)
                total = found[0] if found and operations.comparable((part, found[0])) else None
                if total is None:
                    return self._uncertain("share")
            outcome = total and operations.compare_share(part, total, fraction, less=less)
            frame = "share" if total == self.combiner.whole(part) else "fraction"
            return _made(outcome, (part, total), frame) if outcome and total else None
        unit = limit.quantity.unit if limit.quantity else None
        if unit and unit != part.quantity.unit and not (_years(limit) and part.quantity.unit == "year"):
            return self._uncertain("other-unit")
        amount = self._said_amount(limit, part.quantity)
        if len(after) > 1 or whole or (amount is None and limit.number is None):
            return None
        if amount is None or part.quantity.amount == amount:
            return self._uncertain("compare")
        yes = (part.quantity.amount < amount) == less
        told = Outcome(f"{_yes(yes)} {part.sentence}", (_yes(yes)[:-1].lower(),), None, "verify")
        return _made(told, (part,), _operation(turn))

    def _is_about(self, opening: Opening, items: Sequence[Item], turn: Turn) -> Decision | None:
        """ "Is that a third of the total?": yes where it is about that much, no where it surely is not."""
        said = [item for item in items if not _is_light(item) and not self._is_total(item)]
        said = [item for item in said if not item.operations <= {"equal", "share"} or _fraction(item) is not None]
        wanted = _fraction(said[0]) if said else None
        pointed = len(opening.points) == 1 and opening.points[0].kind == "thing"
        if wanted is None or not pointed or any(item.asks for item in items) or not items[0].auxiliary:
            return None
        part = self._amount(turn)
        if part is None or part.quantity is None:
            return None
        total = self._named_whole(said[1:], part, opening.text) if len(said) > 1 else self.combiner.whole(part)
        if total is None or total.quantity is None or not total.quantity.amount:
            return None
        reached = part.quantity.amount / total.quantity.amount * 100
        away = abs(reached - wanted * 100)
        if _NEAR < away <= _FAR:
            return self._uncertain("share")
        verdict = _yes(away <= _NEAR)
        text = f"{verdict} It is {number(reached)} %. {operations.sentence_list((part, total))}"
        return _made(Outcome(text, (verdict[:-1].lower(),), None, "verify"), (part, total), "share")

    def _named_whole(self, items: Sequence[Item], part: Operand, text: str) -> Operand | None:
        """ "Half of the trade volume": the one amount so named, of the same time."""
        utterance = Utterance(text, [copy(item) for item in items], self.kb, whole=False)
        for candidate in self.decider.matcher.match(utterance)[:2]:
            if candidate.left_over or candidate.unfilled or not candidate.intent.about:
                continue
            found = [self.decider._operand(s) for s in self.decider._facts(candidate, candidate)]
            found = [o for o in found if operations.comparable((part, o)) and o.time == part.time]
            if len(found) == 1 and found[0].statement is not part.statement:
                return found[0]
        return None

    def _gap_to_an_amount(self, items: Sequence[Item], turn: Turn) -> Decision | None:
        """ "What is missing to a billion?": the difference to an amount that was said."""
        said = [item for item in items if not _is_light(item)]
        words = [word for item in items for word in item.words]
        gaps = [found for i in range(len(words)) if (found := self.words.at("gaps", words, i))]
        limits = [item for item in said if item.quantity or item.number is not None]
        if gaps and len(limits) == 1 and _operation(turn) == "difference":
            return self._uncertain("difference")  # of the amount, or of the difference
        part = self._amount(turn) if gaps and len(limits) == 1 else None
        if part is None or part.quantity is None:
            return None
        gap_words = {word for i in range(len(words)) if (found := self.words.at("gaps", words, i))
                     for word in words[i : found[0]]}  # fmt: skip
        rest = [
            item for item in said
            if item is not limits[0] and not _is_unit(item) and not gap_words.issuperset(item.words)
            and item.asks not in ("thing", "quantity", "how") and not item.operations & {"difference"}
        ]  # fmt: skip
        amount = self._said_amount(limits[0], part.quantity)
        if rest or amount is None:
            return None
        gap = Quantity(round(abs(part.quantity.amount - amount), 6), part.quantity.unit)
        side = "less" if part.quantity.amount < amount else "more"
        outcome = Outcome(
            f"{capital(self.decider.composer.quantity(gap))} {side}. {part.sentence}", (gap,), gap.unit, "difference"
        )
        return _made(outcome, (part,), _operation(turn))

    def _said_amount(self, item: Item, amount: Quantity) -> float | None:
        """The amount that *item* says, if it is of the same unit and surely of the same scale."""
        if amount.unit == "year" and _years(item):
            return float(_years(item))
        value = item.quantity.amount if item.quantity else item.number
        unit = item.quantity.unit if item.quantity else None
        if value is None or (unit and unit != amount.unit):
            return None
        return value if value > 0 and (unit or amount.amount / value < _OTHER_SCALE) else None

    def _times_the_other(
        self, items: Sequence[Item], turn: Turn, history: History, complete: Complete
    ) -> Decision | None:
        """ "How many times larger is the Norwegian one?": of the last two amounts, the one that belongs there."""
        said = [item for item in items if not _is_light(item)]
        if len(said) != 2 or "ratio" not in said[0].operations or not said[1].entities:
            return None
        if not (said[1].adjective or said[1].possessive):
            return None
        owners = {e for e, _ in said[1].entities}
        found = list(self._last_two(history) or filter(None, (self._amount(turn),)))
        mine = [o for o in found if owners.issuperset(o.statement.get(o.statement.property.subject))]
        if not mine and found:  # not told yet: what is like the last one, of that owner
            mine = self._of_owner([said[1]], turn, complete)
            found = [*mine, found[-1]]
        if len(mine) != 1 or len(found) != 2:
            return None
        other = next(o for o in found if o is not mine[0])
        if not operations.comparable((mine[0], other)) or other.statement is mine[0].statement:
            return None
        outcome = operations.ratio(mine[0], other, self.decider.composer)
        assert mine[0].quantity and other.quantity
        if outcome is None or mine[0].quantity.amount == other.quantity.amount:
            return None
        smaller = "less" in said[0].operations
        if (mine[0].quantity.amount > other.quantity.amount) == smaller:
            lead = "It is the smaller one." if not smaller else "It is the larger one."
            outcome = Outcome(f"{lead} {outcome.text}", outcome.values, outcome.unit, outcome.operation)
        return _made(outcome, (mine[0], other), "ratio")

    def _of_owner(self, owner: Sequence[Item], turn: Turn, complete: Complete) -> list[Operand]:
        """The one amount that the last question asks for, asked of another owner."""
        intent = self.intents.get(turn.frame.intent or "") if turn.frame else None
        if intent is None or turn.frame is None:
            return []
        candidate = complete([copy(item) for item in owner], replace(turn.frame, operation=None), intent)
        if candidate is None or all(c.item < 0 for c in candidate.constraints):
            return []
        found = [self.decider._operand(s) for s in self.decider._facts(candidate, candidate)]
        return [o for o in found if o.quantity] if len(found) == 1 else []

    def _together(self, opening: Opening, items: Sequence[Item], turn: Turn, history: History) -> Decision | None:
        """ "Together how much?", "add both exports up": the sum of the last two amounts."""
        said = [item for item in items if not (_is_light(item) and not item.operations)]
        adds = [item for item in said if item.operations & {"together", "sum"}]
        pair = any(point.kind in ("pair", "several") for point in opening.points)
        about = self._about(turn)
        rest = [
            item for item in said
            if item not in adds and item.asks != "quantity" and "both" not in item.operations
            and not (item.senses & about and not (item.entities or item.operations or item.asks or item.time))
        ]  # fmt: skip
        if len(adds) != 1 or rest or (len(said) < 2 and not pair) or len(opening.points) > 1:
            return None
        found = self._last_two(history)
        outcome = found and operations.total(found, self.decider.composer)
        return _made(outcome, found, "sum") if outcome and found else None

    def _last_two(self, history: History) -> tuple[Operand, Operand] | None:
        operands = self.combiner.operands([self.combiner.told(turn) for turn in history.answered[:2]])
        if len(operands) != 2 or not operations.comparable(operands):
            return None
        return operands[1], operands[0]

    # times

    def _before_or_after(self, opening: Opening, items: Sequence[Item], turn: Turn) -> Decision | None:
        """ "Was that before or after the agreement?", "is it earlier than 2010?": of the event last spoken of."""
        first = next((i for i, item in enumerate(items) if item.operations & _ORDER), -1)
        if first < 0 or any(item.asks for item in items):
            return None
        subject, rest = items[:first], list(items[first + 1 :])
        turned = self._than_that(opening, items, first, turn)
        if turned is not None:
            return turned
        said = set(items[first].operations & _ORDER)
        if len(rest) > 1 and rest[0].joins == "or" and rest[1].operations & _ORDER:
            said |= rest[1].operations & _ORDER
            rest = rest[2:]
        adds = bool(subject) and subject[0].joins == "or"
        asks = adds or any(item.auxiliary for item in subject)
        end = items[first].start
        pointed = [p for p in opening.points if p.tokens[0].start < end]
        states = bool(pointed) and any(token.norm == "?" for token in opening.tokens)
        if not (pointed or opening.leads or adds) or not (asks or states):
            return None
        if any(p.kind not in ("thing", "several") for p in opening.points):
            return None
        if not any(not _is_light(item) for item in rest):
            bare = all((_is_light(item) and not item.senses - {"=be"}) or item.pronoun for item in subject)
            return self._uncertain("order") if asks and bare and pointed else None
        about = self._about(turn)
        for item in subject:
            named = bool(pointed) and bool(item.senses & about) and not (item.entities or item.time)
            if not (_is_light(item) or (item.operations and item.operations <= {"happen"}) or named):
                return None
        of = self._event(turn)
        others = self._events(rest, opening.text)
        if of is None or of.time is None or not others:
            return None
        sides = {ordering.side(of.time, time) for time, _ in others}
        told = tuple(o for _, o in others if o) if len({time for time, _ in others}) < 3 else ()
        if len(sides) > 1 or sides == {""} or any(o.statement is of.statement for o in told):
            return self._uncertain("order")
        side = sides.pop()
        word = "Before:" if side == "earlier" else "After:"
        operation = "order"
        if len(said) == 1:
            word, operation = _yes(side in said), "verify"
        text = f"{word} {operations.sentence_list((of, *told))}"
        return _made(Outcome(text, (word[:-1].lower(),), None, operation), (of, *told), "order")

    def _how_much_earlier(self, opening: Opening, items: Sequence[Item], turn: Turn) -> Decision | None:
        """ "How much older than the king's visit?": the length of time between it and the event last spoken of."""
        if len(items) < 3 or items[0].asks not in ("quantity", "duration") or not items[1].operations & _ORDER:
            return None
        if any(point.kind != "thing" or point.noun for point in opening.points):
            return None
        of, others = self._event(turn), self._events(items[2:], opening.text)
        if not others:
            return None
        side = ordering.side(of.time, others[0][0]) if of and of.time and len(others) == 1 else ""
        if of is None or of.time is None or side not in items[1].operations or side == "":
            return self._uncertain("duration")
        time, event = others[0]
        return self._length(of.time, time, [of, *([event] if event else [])], (of.time, time))

    def _than_that(self, opening: Opening, items: Sequence[Item], first: int, turn: Turn) -> Decision | None:
        """ "Is the second visit later than that?": what is pointed to is what the named event is compared with."""
        end = items[first].end
        light = all(_is_light(item) for item in items[first + 1 :])
        if len(opening.points) != 1 or opening.points[0].tokens[0].start < end or not light or not items[0].auxiliary:
            return None
        others, that = self._events(items[1:first], opening.text), self._event(turn)
        said = items[first].operations & _ORDER
        if len(others) != 1 or that is None or that.time is None or len(said) != 1:
            return None
        time, event = others[0]
        side = ordering.side(time, that.time)
        if not side or event is None or event.statement is that.statement:
            return self._uncertain("order")
        verdict = _yes(side in said)
        text = f"{verdict} {operations.sentence_list((event, that))}"
        return _made(Outcome(text, (verdict[:-1].lower(),), None, "verify"), (event, that), "order")

    def _other_end(
        self, opening: Opening, items: list[Item], turn: Turn, history: History, complete: Complete
    ) -> Decision | None:
        """ "And to the tax agreement?" after a length of time: one end is exchanged, the other kept."""
        frame = turn.frame
        if frame is None or frame.operation != "duration" or len(frame.ends) != 2 or opening.points or opening.swaps:
            return None
        tokens = [token for token in tokenise(opening.text) if token.norm[0] not in ",.?"]
        words = words_of(tokens)
        start = self.words.at("starts", words, 0) if words else None
        end = self.words.at("ends", words, 0) if words else None
        found = max(filter(None, (start, end)), default=None)
        if not words or (found is None and not opening.leads):
            return None
        rest = [item for item in items if not found or item.start >= tokens[found[0] - 1].end]
        if not rest or any(item.asks or item.operations & {"happen"} for item in rest) or rest[0].auxiliary:
            return None
        first, last = sorted(frame.ends)
        starts = False
        told = [self.decider._operand(self._by_id[id]) for id in turn.statements if id in self._by_id]
        if found:
            kept = last if found is start else first
            before = self._relation(history)
            if words[0] in _RELATIVE and before & _RELATIVE:  # "how long after A was B", "and before C": B stays
                kept = last if "after" in before else first
            old = first if kept is last else last
            starts = words[0] == "after" if words[0] in _RELATIVE else found is start
        else:
            said = [time for time in frame.ends if all(o.time != time for o in told)]
            if not said and len({o.statement.property.id for o in told}) < 2:
                return self._uncertain("duration")  # of two visits, either may be meant to stay
            kept = said[0] if len(said) == 1 else frame.ends[0]
            old = frame.ends[1] if kept is frame.ends[0] else frame.ends[0]
        others = self._events(rest, opening.text)
        if len(others) != 1:
            others = self._like(rest, old, told, complete) or others
        if len(others) != 1:
            return self._uncertain("duration") if others and found else None
        new, operand = others[0]
        if found and (new.start < kept.start) != starts:
            return self._uncertain("duration")
        of_kept = [o for o in told if o.time == kept][:1]
        return self._length(kept, new, [*of_kept, *([operand] if operand else [])], (kept, new))

    def _relation(self, history: History) -> set[str]:
        """The "after" of "how long after A was B", where only its ends were exchanged since."""
        for turn in history.answered:
            if _operation(turn) != "duration":
                break
            said = _RELATIVE.intersection(words_of(tokenise(turn.said)))
            if said:
                return set(said)
        return set()

    def _like(
        self, rest: list[Item], old: Time, told: Sequence[Operand], complete: Complete
    ) -> list[tuple[Time, Operand | None]]:
        """ "Erdoğan's one": what is like the event at the end that is exchanged."""
        for operand in told:
            if operand.time != old:
                continue
            property_ = operand.statement.property.id
            for intent in self.intents.values():
                if property_ not in intent.about or not intent.patterns:
                    continue
                candidate = complete(rest, Frame(intent.id, intent.patterns[0].text), intent)
                if candidate is not None and any(c.item >= 0 for c in candidate.constraints):
                    return self._timed(self.decider._facts(candidate, candidate))
        return []

    def _length(self, a: Time, b: Time, told: Sequence[Operand], ends: tuple[Time, Time]) -> Decision | None:
        outcome: Outcome | None
        if not told:
            years = years_between(*sorted((a, b)))
            noun = "year" if years == 1 else "years"
            outcome = Outcome(f"{years} {noun}: from {min(a, b)} to {max(a, b)}.", (years,), "year", "duration")
        elif len(told) == 2:
            outcome = operations.duration_between(told[0], told[1])
        else:
            outcome = operations.duration_to(told[0], b if told[0].time == a else a)
        decision = _made(outcome, told, "duration") if outcome else None
        if decision is not None:
            decision.ends = ends
        return decision

    def _age_then(self, opening: Opening, items: list[Item], turn: Turn) -> Decision | None:
        """ "How old was the agreement by then?": counted to the time last spoken of, and not to today."""
        kinds = {point.kind for point in opening.points}
        if "time" not in kinds or not kinds <= {"time", "thing", "several"}:
            return None
        if not any(item.asks == "duration" for item in items) or any(item.time for item in items):
            return None
        if kinds != {"time"}:
            old = any("old" in item.words for item in items)
            return self._uncertain("duration") if old and not any(item.entities for item in items) else None
        alone = self.decider._decide(opening.text, items)
        then = self._event(turn)
        if _operation(turn) == "duration":
            then = self._last_end(turn)
        if alone.status != "answered" or alone.operation != "elapsed":
            return None
        if then is None or then.time is None:
            return self._uncertain("duration")
        times = {s.time for s in alone.statements}
        of = self.decider._operand(alone.statements[0]) if len(times) == 1 else None
        if of is None or of.time is None or alone.reasons or ordering.side(of.time, then.time) != "earlier":
            return self._uncertain("duration")
        decision = self._length(of.time, then.time, (of, then), (of.time, then.time))
        if decision is not None:
            decision.intent, decision.candidate, decision.query = alone.intent, alone.candidate, alone.query
        return decision

    def _jubilee(self, opening: Opening, items: Sequence[Item], turn: Turn) -> Decision | None:
        """ "In which year will that be a century?": of the event last spoken of."""
        if not any(point.kind == "thing" for point in opening.points) or len(opening.points) > 1:
            return None
        if not any(item.asks == "time" for item in items):
            return None
        said = [item for item in items if not _is_light(item) and not item.asks and "ago" not in item.operations]
        years = [years for item in said if (years := _years(item))]
        if len(said) != 1 or len(years) != 1:
            return None
        event = self._event(turn)
        outcome = operations.anniversary(event, years[0]) if event else None
        return _made(outcome, (event,), "lookup") if outcome and event else None

    def _event(self, turn: Turn) -> Operand | None:
        """The event that the answer told the time of: of an order, the one that was asked about."""
        told = self.combiner.told(turn)
        dated = [s for s in told if s.time and not self._measures(s)]
        if not dated or len(dated) < len(told):
            return None
        if len({s.time for s in dated}) > 1 and _operation(turn) != "order":
            return None
        return self.decider._operand(dated[0])

    def _last_end(self, turn: Turn) -> Operand | None:
        """The event at the end of the length that was told."""
        told = [self.decider._operand(self._by_id[id]) for id in turn.statements if id in self._by_id]
        ends = turn.frame.ends if turn.frame else ()
        return next((o for o in told if ends and o.time == max(ends)), None)

    def _measures(self, statement: Statement) -> bool:
        return operations.quantity_of(statement) is not None

    def _events(self, items: Sequence[Item], text: str) -> list[tuple[Time, Operand | None]]:
        """The times that *items* say, or those of the events that they name."""
        said = [item for item in items if not _is_light(item)]
        if len(said) == 1 and said[0].time and not said[0].entities:
            return [(said[0].time, None)]
        if all(item.now or "ago" in item.operations for item in said) and any(item.now for item in items):
            return [(Time.years(self.decider.today().year), None)]
        if not said or any(item.asks for item in items):
            return []
        found = self.decider._decide(text, list(items))
        if found.status != "answered" or found.operation not in _TELLING or found.reasons or "no" in found.values:
            return []
        return self._timed(found.statements)

    def _timed(self, statements: Sequence[Statement]) -> list[tuple[Time, Operand | None]]:
        """Each time with the first fact of it; nothing where some have none, or tell amounts."""
        found: dict[Time, Operand | None] = {}
        for statement in statements:
            if statement.time is None or self._measures(statement):
                continue  # what is said of the thing at any time
            found.setdefault(statement.time, self.decider._operand(statement))
        return list(found.items())

    # numbers of things

    def _number_told(self, opening: Opening, items: Sequence[Item], turn: Turn) -> Decision | None:
        """ "That makes how many?", "so five of them?": how many the last answer listed."""
        said = [item for item in items if not _is_light(item)]
        values = turn.values if _operation(turn) in ("list", "count") else self._listed(turn)
        partly = turn.frame is not None and any(c.kind == "not" for c in turn.frame.constraints)
        if len(values) < 2 or (partly and any(item.operations & {"together", "sum"} for item in items)):
            return None  # "where else?" told the others only
        nouns = [item for item in said if item.types or item.senses & self._about(turn)]
        nouns = [item for item in nouns if not (item.entities or item.asks or item.operations or item.number)]
        said = [item for item in said if item not in nouns and not item.operations & {"together"}]
        sizes = [item for item in said if item.operations <= _SIZE and item.operations]
        said = [item for item in said if item not in sizes]
        if len(said) != 1 or len(nouns) > 1 or len(sizes) > 1 or (sizes and not _is_count(said[0])):
            return None
        statements = [self._by_id[id] for id in turn.statements if id in self._by_id]
        count = len(values)
        fits = any(self.kb.kinds_of(value) & item.types for value in values for item in nouns)
        if nouns and not fits and (nouns[0].types or len(statements) != count):
            return None
        told = f"{count}: {join([self.kb.label(value) for value in values])}."
        if _operation(turn) == "list" or values is not turn.values:
            told = f"{count}. {turn.answer}"
        one = said[0]
        if one.asks == "number" and one.words[:2] == ("how", "many") and not opening.swaps:
            if set(one.words) & {"times", "often"}:
                return None
            outcome = Outcome(told, (count,), None, "count")
        elif _is_count(one):
            limit = one.number or 0
            more, less = (any(op in item.operations for item in sizes) for op in ("greater", "less"))
            yes = count > limit if more else count < limit if less else count == limit
            listed = join([self.kb.label(value) for value in values])
            outcome = Outcome(f"{_yes(yes)} {count}: {listed}.", (_yes(yes)[:-1].lower(),), None, "verify")
        else:
            return None
        decision = _made(outcome, (), "count")
        decision.statements = tuple(statements)
        decision.keeps = values
        return decision

    def _listed(self, turn: Turn) -> tuple[str, ...]:
        """What was told along with a value that the question itself had named: the one part that has several."""
        constraints = turn.frame.constraints if turn.frame else ()
        said = {v for c in constraints if isinstance(c.value, frozenset) for v in c.value}
        statements = [self._by_id[id] for id in turn.statements if id in self._by_id]
        if _operation(turn) != "lookup" or not turn.values or not said.issuperset(turn.values):
            return ()
        lists = [
            values for role in dict.fromkeys(role for s in statements for role in s.values)
            if len(values := [v for v in distinct(statements, role) if isinstance(v, str) and v in self.kb.entities])
            > 1
        ]  # fmt: skip
        return tuple(lists[0]) if len(lists) == 1 else ()

    # two of a kind

    def _both_are(self, opening: Opening, items: list[Item], alone: Decision, history: History) -> Decision | None:
        """ "So both were presidents?": yes where it holds of each, no where it is known not to hold of one."""
        pair = next((point for point in opening.points if point.kind == "pair"), None)
        if pair is None or len(opening.points) > 1 or any(item.asks for item in items):
            return None
        end = pair.tokens[-1].end
        following = next((item for item in items if item.start >= end), None)
        if following is None:
            return None
        noun = not (following.auxiliary or following.entities or following.operations or following.preposition)
        if noun and following.start == end + 1 and following.senses:  # "both visits" names them itself
            told = {id for turn in history.answered[:_RECENT] for id in turn.statements}
            whole = alone.operation == "verify" and len({s.id for s in alone.statements}) == 2
            if whole and told.issuperset(s.id for s in alone.statements):
                return alone
        verb = next((item for item in items if item.auxiliary and item.count == 1), None)
        if verb is None or not any(token.norm == "?" for token in opening.tokens):
            return None
        each = []
        two = self._two(history)
        for entity in two:
            one = Item(pair.tokens, {"entities": [(entity, "name")]})
            one.text = RECALLED
            rest = [item for item in items if item is not verb]
            each.append(self.decider._decide(opening.text, [copy(verb), one, *rest]))
        if not two and any(item.senses and not item.filler for item in items):
            return self._uncertain("verify")
        if len(each) != 2 or any(d.status not in ("answered", "no_data") for d in each):
            return None
        sides = {str(d.values[0]) if d.operation == "verify" and d.values else "" for d in each}
        if "no" not in sides and "" in sides:
            return self._uncertain("verify")
        verdict = _yes("no" not in sides)
        facts = {s.id: s for d in each for s in d.statements}
        text = " ".join(dict.fromkeys((verdict, *(self.decider.composer.sentence(s) for s in facts.values()))))
        decision = Decision("answered", text, None, "verify", (verdict[:-1].lower(),), confidence=1.0)
        decision.statements, decision.framed_as, decision.keeps = tuple(facts.values()), "verify", two
        if each[0].candidate and each[0].query:
            decision.intent, decision.candidate = each[0].intent, each[0].candidate
            alone_said, both = frozenset(two[:1]), frozenset(two)
            said = tuple(c._replace(value=both) if c.value == alone_said else c for c in each[0].query.constraints)
            decision.query = each[0].query._replace(constraints=said)
        return decision

    def _two(self, history: History) -> tuple[str, ...]:
        """The two that the last answer told, or the last two of one kind that were spoken of in turns of their own."""
        last = next((turn for turn in history.answered[:_RECENT] if _operation(turn) != "verify"), history.answered[0])
        if len(last.values) == 2:
            return last.values
        sets = {frozenset(e): e for e in self.pointer.focus(History((history.answered[0],))) if len(e) == 2}
        return self.pointer.pair(history) or (next(iter(sets.values())) if len(sets) == 1 else ())

    # words

    def _is_of_it(self, opening: Opening, items: Sequence[Item]) -> bool:
        """Whether nothing but the last answer can be meant: it is pointed to, or nothing is named."""
        if any(point.kind != "thing" for point in opening.points):
            return False
        return bool(opening.points) or not any(item.auxiliary and item.count == 1 for item in items[:1])

    def _about(self, turn: Turn) -> frozenset[str]:
        """The senses of the words by which the last question is asked."""
        intent = self.intents.get(turn.frame.intent or "") if turn.frame else None
        return frozenset(intent.vocabulary) if intent else frozenset()

    def _is_total(self, item: Item) -> bool:
        return self.words.whole("total", item.words) is not None

    def _uncertain(self, operation: str) -> Decision:
        template = self.decider.domain.phrases.get("not_certain")
        decision = Decision("no_data", (template.fill({}) if template else None) or "")
        decision.reasons.append(("operation-not-possible", operation))
        return decision


def _made(outcome: Outcome, operands: Sequence[Operand], frame: str) -> Decision:
    """The decision that tells *outcome*; *frame* is the operation that a next turn leans on."""
    decision = Decision("answered", outcome.text, None, outcome.operation, outcome.values, outcome.unit)
    decision.statements = tuple({o.statement.id: o.statement for o in operands}.values())
    decision.confidence = 1.0
    decision.framed_as = frame
    notes = dict.fromkeys(s.note for s in decision.statements if s.note)
    decision.text = " ".join([decision.text, *notes])
    return decision


def _is_count(item: Item) -> bool:
    """Whether it is a number of things."""
    return item.number is not None and not (item.time or item.quantity or item.entities or item.operations - {"both"})


def _operation(turn: Turn) -> str:
    """What the answer did; one without a frame told what it was asked for."""
    told = turn.frame.operation if turn.frame else "list" if len(turn.values) > 1 else "lookup"
    return told or "lookup"


def _yes(holds: bool) -> str:
    return "Yes." if holds else "No."


def _fraction(item: Item) -> float | None:
    if item.fraction:
        return item.fraction
    if item.quantity and item.quantity.unit == "percent":
        return item.quantity.amount / 100
    return None


def _years(item: Item) -> int:
    """The years that *item* says: 100 of "a century"; 0 when none."""
    if item.time:
        return 0
    if item.unit == "century" and item.number is None:
        return _CENTURY
    if item.quantity and item.quantity.unit in ("year", "century"):
        return int(item.quantity.amount) * (_CENTURY if item.quantity.unit == "century" else 1)
    return int(item.number or _CENTURY) if "anniversary" in item.operations else 0


def _is_unit(item: Item) -> bool:
    return bool(item.unit) and item.number is None and not item.operations


def _is_light(item: Item) -> bool:
    if item.operations or item.entities or item.time or item.quantity or item.number is not None or item.fraction:
        return False
    return bool(item.mark or item.filler or item.auxiliary or item.preposition or item.pronoun or item.joins)
