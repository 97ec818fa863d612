"""
Windows: what happened in, before, after or between times, of all that is dated, and what the knowledge is about.

A window needs no intent. It speaks of a topic when the utterance does, and of everything otherwise.
"""

from __future__ import annotations

from bot import ordering
from bot.analysis import Utterance
from bot.composing import Composer, join
from bot.decision import Decision, Reading
from bot.domain import Domain
from bot.knowledge import Statement, Time
from bot.matching import Matcher
from bot.query import Constraint, Query
from bot.reading import Item

CENTRAL = 0.7
"""How centrally a word must express a sense to be taken for no more than the subject of all that is known."""

_MOST_CENTRAL = 0.9
"""How centrally a word must express what an intent is about for that to be its topic, and no other."""

TOLD = frozenset(("cover", "say", "about", "contain", "mention", "document", "content", "tell", "deal_with"))
"""What a part of a text does with what stands in it."""


_WITHOUT_TIMES = frozenset(("happen", "notable", "timeline"))
"""Operations of which one is said where no time is."""


class Windows:
    """Reads utterances of one domain as questions about a time."""

    def __init__(self, domain: Domain, matcher: Matcher, composer: Composer) -> None:
        self._known_topics_about: dict[str, set[str]] | None = None
        self._known_events: frozenset[str] | None = None
        self._known_context_entities: frozenset[str] | None = None
        self.domain = domain
        self.kb = domain.kb
        self.matcher = matcher
        self.composer = composer
        self._topic_senses = {
            topic: frozenset().union(*(i.vocabulary for i in domain.intents.values() if i.topic == topic))
            for topic in domain.topics
        }
        self.general: frozenset[str] = self._topic_senses.get("general", frozenset())
        """The senses of words for the subject as a whole."""

    def reading(self, utterance: Utterance) -> Reading | None:
        """What happened in, before, after or between: all dated statements, perhaps of one topic."""
        items = utterance.items
        if utterance.polar and utterance.operations.isdisjoint(("happen", "notable")):
            return None
        times = [i for i, item in enumerate(items) if item.time]
        if not times and utterance.operations.isdisjoint(_WITHOUT_TIMES):
            return None
        wants = utterance.operations & {"happen", "notable", "timeline", "first", "last", "order", "descending"}
        if "notable" in wants:
            wants |= {"happen"}
        if wants.isdisjoint(("timeline", "happen")):
            wants -= ordering.WORDS  # what is to be put in order is named: no timeline of everything
        if not times and not (
            "timeline" in wants or ("happen" in wants and wants & {"first", "last", *ordering.WORDS})
        ):
            return None
        topics = set(self._topic_senses)
        shade = topical = context = 0.0
        named: list[int] = []
        for i, item in enumerate(items):
            if (
                i in times
                or item.mark
                or item.joins
                or item.filler == 1
                or item.preposition
                or item.auxiliary
                or item.operations
                & {"happen", "timeline", "first", "last", "earlier", "later", "describe", "list", "except", *wants}
                or item.asks in ("thing", "time", "why")
                or item.now
            ):
                continue
            if item.filler == 2 or item.pronoun in ("they", "there"):
                shade += 1
            elif self.is_context(utterance, i) or item.strength(TOLD) > CENTRAL:
                shade += 0.1
                context += bool(wants and utterance.entities[i])
            elif utterance.entities[i] or i in utterance.absorbed:
                named.append(i)
            elif about := self._topics_of(item) & topics:
                topics = about
                topical += 1
            else:
                return None  # something is said that this leaves over
        if not wants and (topical or named):
            return None
        asks = [
            ask
            for ask in utterance.asks
            if (ask.kind not in ("thing", "time") or ask.types) and not (ask.kind == "why" and "happen" in wants)
        ]
        weight = -(
            0.9
            + len(times)
            + 0.9 * bool(wants)
            + 1.2 * ("timeline" in wants)
            + 0.8 * (not times and {"first", "last"} & wants != set())
            + 0.5 * topical
            + context
            + 0.5 * len(named)
        )
        cost = (0.0, len(asks), weight, shade, 0.0)
        chosen = topics if topical else set()
        return Reading(cost, 0.9, lambda: self._run(utterance, times, wants, chosen, named), None)

    def _topics_of(self, item: Item) -> set[str]:
        """The topics that a word speaks of: those of the intents that are about it, else all that may mention it."""
        named: set[str] = set()
        for sense in item.senses:
            if sense in self._topics_about and item.strengths.get(sense, 1.0) > _MOST_CENTRAL:
                named |= self._topics_about[sense]
        return named or {topic for topic, senses in self._topic_senses.items() if not item.senses.isdisjoint(senses)}

    @property
    def _topics_about(self) -> dict[str, set[str]]:
        """Sense → the topics of the intents with a pattern that needs it."""
        if self._known_topics_about is None:
            self._known_topics_about = self._find_topics_about()
        return self._known_topics_about

    def _find_topics_about(self) -> dict[str, set[str]]:
        topics: dict[str, set[str]] = {}
        for intent in self.domain.intents.values():
            if intent.topic in self._topic_senses:
                for sense in self.matcher.all_needed(intent):
                    topics.setdefault(sense, set()).add(intent.topic)
        return topics

    def is_context(self, utterance: Utterance, i: int) -> bool:
        """A mention of what the whole knowledge is about: the two countries, their relations."""
        return (
            any(e in self.context_entities for e, _ in utterance.entities[i])
            or utterance.items[i].strength(self.general) > CENTRAL
        )

    @property
    def _events(self) -> frozenset[str]:
        if self._known_events is None:
            self._known_events = self._find_events()
        return self._known_events

    def _find_events(self) -> frozenset[str]:
        return frozenset(property_.id for property_ in self.kb.properties.values() if property_.event)

    @property
    def context_entities(self) -> frozenset[str]:
        if self._known_context_entities is None:
            self._known_context_entities = self._find_context_entities()
        return self._known_context_entities

    def _find_context_entities(self) -> frozenset[str]:
        return self.kb.most_mentioned()

    def _run(
        self, utterance: Utterance, times: list[int], wants: frozenset[str], topics: set[str], named: list[int]
    ) -> Decision:
        wanted: list[tuple[str, Time]] = []
        for i in times:
            time = utterance.items[i].time
            assert time is not None
            wanted.append((self.matcher._time_kind(utterance, i), time))
        allowed = {p for i in self.domain.intents.values() if i.topic in topics for p in i.about} if topics else None
        found: list[tuple[Time, Statement]] = []
        for statement in self.kb.in_order(self._events):
            time = statement.time
            if not time or (allowed is not None and statement.property.id not in allowed):
                continue
            if named and not all(
                any(e in values for values in statement.values.values())
                for i in named
                for e, _ in utterance.entities[i][:1]
            ):
                continue
            if all(_in_window(time, kind, window) for kind, window in wanted):
                found.append((time, statement))
        found.sort(key=lambda pair: (pair[0].start, -pair[0].end), reverse="descending" in wants)
        decision = Decision("answered", "", None, "window")
        decision.query = Query(
            tuple(sorted(allowed or ("all events",))), tuple(Constraint("time", k, t) for k, t in wanted)
        )
        if found and "last" in wants and not wanted:
            last = found[-1][0].start
            found = [pair for pair in found if pair[0].start == last]
        elif found and "first" in wants and not wanted:
            found = found[:1]
        if not found:
            decision.status = "no_data"
            years = sorted({str(s.time) for s in self.kb.in_order(self._events) if s.time})
            decision.text = f"I know of nothing dated then. What I know is dated {join(years)}."
            decision.reasons.append(("no-statement", "no dated statement in that time"))
            return decision
        statements = [statement for _, statement in found]
        texts = dict.fromkeys(self.composer.sentence(statement) for statement in statements)
        notes = dict.fromkeys(s.note for s in statements if s.note)
        decision.text = " ".join([*texts, *notes])
        decision.statements = tuple(statements)
        decision.values = tuple(dict.fromkeys(str(time) for time, _ in found))
        return decision


def _in_window(time: Time, kind: str, window: Time) -> bool:
    if kind == "before":
        return time.start < window.start
    if kind == "since":
        return time.end >= window.start
    if kind == "after":
        return time.end > window.end
    return (
        time.within(window)
        or (time.precision == "day" and window.within(time))
        or (time.precision == "decade" and window.precision == "decade" and time == window)
    )
