"""
Readings of an utterance by its parts: several things to be put in order, an event that stands for its time, two
conditions on one thing, one section of a document.

Each part is matched by itself, so it may be about anything that the domain knows; the parts meet in what they find.
"""

from __future__ import annotations

from dataclasses import replace

from bot import joining, ordering
from bot.analysis import Utterance
from bot.composing import capital, join
from bot.deciding import Decider
from bot.decision import Decision, Reading
from bot.matching import Candidate
from bot.operations import Operand
from bot.query import Query
from bot.reading import Item
from bot.text import Token, normalise
from bot.windows import CENTRAL, TOLD

_SECTION = frozenset(("section",))
_BOUNDS = frozenset(("before", "after", "since"))
_LONGEST = 30
"""In longer utterances no event is looked for that stands for its time."""


class Clauses:
    """Reads utterances by their parts, with what *decider* makes of each part."""

    def __init__(self, decider: Decider) -> None:
        self.decider = decider
        self.kb = decider.kb
        self.matcher = decider.matcher
        self.composer = decider.composer

    def readings(self, utterance: Utterance) -> list[Reading]:
        """All that the parts may mean together."""
        found = [*self.series(utterance), *self.anchored(utterance), *self.joined(utterance)]
        section = self.section(utterance)
        return [*found, section] if section else found

    def series(self, utterance: Utterance) -> list[Reading]:
        """Several things named one after another, to be ordered or picked from."""
        readings = []
        for named in ordering.series(utterance):
            parts = [self.decider._part(utterance, start, end) for start, end in named.parts]
            if not all(parts):
                continue
            chosen = [part[0] for part in parts]
            cost = tuple(sum(values) for values in zip(*(c.cost for c in chosen), strict=True))
            readings.append(
                Reading(
                    (cost[0], cost[1], cost[2] - len(chosen), cost[3], cost[4]),
                    min(c.confidence for c in chosen),
                    lambda parts=parts: self._run_series(utterance, parts),  # type: ignore[misc]
                    None,
                )
            )
        return readings

    def _run_series(self, utterance: Utterance, parts: list[list[Candidate]]) -> Decision:
        first = parts[0][0]
        decision = Decision("answered", "", first.intent.id, "order", candidate=first, query=first.query())
        outcome, found = None, list[Operand]()
        for attribute in ordering.attributes(utterance.operations):
            operands = [self._single(candidates, attribute) for candidates in parts]
            found = [operand for operand in operands if operand]
            if len(found) == len(parts) == len({id(o.statement) for o in found}):
                outcome = ordering.among(found, utterance.operations, attribute, self.composer)
                break
        if outcome is None:
            decision.reasons.append(("operation-not-possible", "order"))
            return self.decider._no_data(decision, first)
        decision.statements = tuple(o.statement for o in found)
        decision.text, decision.values, decision.operation = outcome.text, outcome.values, outcome.operation
        return decision

    def _single(self, candidates: list[Candidate], attribute: str) -> Operand | None:
        """The one fact with a time or an amount (*attribute*) that the first fitting candidate finds."""
        for candidate in candidates[:3]:
            facts = [self.decider._operand(s) for s in self.decider._facts(candidate, candidate)]
            fitting = [o for o in facts if (o.time if attribute == "time" else o.quantity)]
            if candidate.intent.includes and attribute == "time":  # a story is as old as what it begins with
                fitting = sorted(fitting, key=lambda o: o.time.start if o.time else 0)[:1]
            if len(fitting) == 1:
                return fitting[0]
        return None

    def anchored(self, utterance: Utterance) -> list[Reading]:
        """ "What happened after the king's visit?": an event stands for its time."""
        if utterance.words.isdisjoint(_BOUNDS):
            return []
        items = utterance.items
        place = next((i for i, item in enumerate(items) if i and _sets_bound(item)), -1)
        if place < 0 or any(ask.kind == "duration" for ask in utterance.asks) or place > _LONGEST:
            return []
        readings = []
        for event in self.decider._part(utterance, place + 1, len(items))[:2]:
            if event.asked or event.utterance.asks:
                continue
            dated = [s for s in self.decider._facts(event, event) if s.time and s.property.event]
            if len(dated) > 1 and event.intent.includes and len({s.time for s in dated}) == 1:
                dated = dated[:1]
            if len(dated) != 1:
                continue
            last = items[-1]
            stand_in = Item([Token(last.text, "then", last.start, last.end)], {})
            stand_in.text, stand_in.time = last.text, dated[0].time
            anchored = Utterance(utterance.text, [*items[: place + 1], stand_in], self.kb)
            inner = [
                Reading(c.cost, c.confidence, lambda c=c: self.decider._execute(c), c)  # type: ignore[misc]
                for c in self.matcher.match(anchored)
                if c.intent.about
            ]
            window = self.decider.windows.reading(anchored) if not utterance.polar else None
            inner += [window] if window else []
            for reading in inner:
                cost = (
                    reading.cost[0] + event.cost[0],
                    reading.cost[1] + event.cost[1],
                    reading.cost[2] + event.cost[2] + 0.6,
                    *reading.cost[3:],
                )
                readings.append(replace(reading, cost=cost))
        return readings

    def joined(self, utterance: Utterance) -> list[Reading]:
        """ "Which city has a … and was visited by …": what both halves have in common."""
        readings = []
        for cut in joining.cuts(utterance):
            for a in self.decider._part(utterance, 0, cut)[:2]:
                for b in self.decider._part(utterance, cut + 1, len(utterance.items))[:2]:
                    shared = joining.common(self.kb, a, b)
                    if shared:
                        cost = tuple(x + y for x, y in zip(a.cost, b.cost, strict=True))
                        cost = (cost[0], cost[1], cost[2] + 0.8, cost[3], cost[4])
                        readings.append(
                            Reading(cost, a.confidence, lambda a=a, s=shared: self._run_joined(a, s), a)  # type: ignore[misc]
                        )
        return readings

    def _run_joined(self, candidate: Candidate, shared: joining.Common) -> Decision:
        decision = Decision("answered", "", candidate.intent.id, "list", candidate=candidate, query=candidate.query())
        names = join([self.composer.value(value) for value in shared.values])
        facts = dict.fromkeys(self.composer.sentence(statement) for statement in shared.statements)
        decision.text = " ".join([f"{capital(names)}.", *facts])
        decision.values, decision.statements = shared.values, shared.statements
        return decision

    def section(self, utterance: Utterance) -> Reading | None:
        """ "What does the history section cover?": all that comes from one part of a document."""
        items = utterance.items
        speaks = (i for i, item in enumerate(items) if "section" in item.senses and item.strength(_SECTION) > CENTRAL)
        place = next(speaks, -1)
        if place < 0 or utterance.polar or any(ask.kind not in ("thing", "how", "noun") for ask in utterance.asks):
            return None
        said = {word for item in items for word in item.words}
        labels = {s.reference.section: None for s in self.kb.statements if s.reference.section}
        named = [label for label in labels if said.issuperset(normalise(label).replace("-", " ").split())]
        if len(named) != 1:
            return None
        words = set(normalise(named[0]).replace("-", " ").split())
        left = sum(
            2.0 if not item.known else 1.0
            for i, item in enumerate(items)
            if utterance.content(i)
            and i != place
            and not words.issuperset(item.words)
            and not (item.filler or item.asks or item.types or item.strength(TOLD) > CENTRAL)
            and not item.operations & {"describe", "list", "happen"}
        )
        cost = (left, 0, -2.0 - 1.2 * len(words), 0.0, 0.0)
        return Reading(cost, 0.9, lambda: self._run_section(named[0]), None)

    def _run_section(self, label: str) -> Decision:
        found = [s for s in self.kb.statements if s.reference.section == label]
        texts = dict.fromkeys(self.composer.sentence(statement) for statement in found)
        decision = Decision("answered", " ".join(texts), None, "describe", statements=tuple(found))
        decision.query = Query((f"section {label}",), ())
        return decision


def _sets_bound(item: Item) -> bool:
    """Whether what follows bounds a time: "before the visit", "since the update"."""
    return not _BOUNDS.isdisjoint(item.words) and bool(item.operations & {"earlier", "later"})
