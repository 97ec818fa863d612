"""
What an utterance as a whole says, before any intent is looked at: what it asks for, which preposition stands
before what, whether it wants a yes or no, and which operations it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.knowledge import KnowledgeBase
from bot.reading import Item

if TYPE_CHECKING:
    from bot.parts import Parts

_EMPTY: frozenset[str] = frozenset()


class Ask:
    """What one question word asks for, at item `index`: a `kind` of question or members of `types`."""

    __slots__ = ("index", "kind", "modifier", "noun", "types", "unit")

    def __init__(self, index: int, kind: str) -> None:
        self.index = index
        self.kind = kind
        self.types: frozenset[str] = _EMPTY
        self.noun = -1
        """The item of the noun it goes with: the cities of "which cities"."""
        self.unit: str | None = None
        self.modifier = -1
        """An entity's adjective before the noun: the Turkish of "which Turkish cities"."""

    def __repr__(self) -> str:
        return f"Ask({self.index}, {self.kind}, {set(self.types)}, {self.unit})"


class Utterance:
    """The items of one utterance, or of a part of it, with what holds them together."""

    __slots__ = (
        "absorbed",
        "asks",
        "clause",
        "entities",
        "first_content",
        "future",
        "items",
        "next",
        "offset",
        "operations",
        "parts",
        "polar",
        "prepositions",
        "previous",
        "question_mark",
        "stranded",
        "tag",
        "tag_items",
        "text",
        "words",
    )

    def __init__(self, text: str, items: list[Item], kb: KnowledgeBase, *, whole: bool = True) -> None:
        self.text = text
        self.words = words = _NO_WORDS.union(*[item.words for item in items])
        self.clause = _clause(items, kb) if "than" in words else -1
        if self.clause >= 0:
            items = _with_subject(items, self.clause, kb)
        self.items = items = _with_owner(items, kb) if "its" in words else items
        self.offset = 0
        self.parts: Parts | None = None
        """What parts of it were found to be, once one was looked at."""
        self.question_mark = "?" in words and any(item.mark == "?" for item in items)
        self.prepositions: list[str | None] = [None] * len(items)
        self.previous = [-1] * len(items)
        self.next = [-1] * len(items)
        self.stranded: str | None = None
        self.operations = _operations(items)
        if self._settle(words):
            self.operations = _operations(items)
        self.entities: list[tuple[tuple[str, str], ...]] = [tuple(item.entities) for item in items]
        self.absorbed: set[int] = set()
        self._link()
        if sum(map(bool, self.entities)) > 1:
            self._absorb(kb)
            self._settle_verbs()
            self._settle_titles(kb)
        self.asks = self._find_asks()
        self.tag_items: set[int] = set()
        self.tag = self._find_tag()
        self.future = not words.isdisjoint(_OF_FUTURE) and self._is_future()
        self.polar = whole and (self.tag or self._is_polar() or ("than" in words and self._states_more()))

    def _settle(self, words: frozenset[str]) -> bool:
        """Settle what some words mean in their place; False when none of them is said."""
        if words.isdisjoint(_UNSETTLED) and self.operations.isdisjoint(_UNSETTLED_OPERATIONS):
            return False
        operations = self.operations
        if "up" in words or not operations.isdisjoint(_COMPARING):
            self._settle_comparisons()
        if "than" in words:
            self._settle_differences()
        if "times" in words or "ratio" in operations:
            self._settle_ratio()
        if not words.isdisjoint(_IMPERATIVES):
            self._settle_imperative()
        if not words.isdisjoint(_TURN):
            self._settle_birthdays()
        return True

    def _settle_comparisons(self) -> None:
        """ "above" and "under" compare only beside a number, "or" or "than"; elsewhere they are prepositions."""
        for i, item in enumerate(self.items):
            following = self.items[i + 1] if i + 1 < len(self.items) else None
            if item.words == ("up", "to") and following and following.entities:
                item.operations, item.preposition, item.senses = _EMPTY, "to", _EMPTY  # "up to Norway"
            if item.preposition and item.operations & {"greater", "less"}:
                near = self.items[i + 1 : i + 4]
                if not any(k.number is not None or k.quantity or k.joins == "or" or k.scale for k in near) and not (
                    i and self.items[i - 1].joins == "or"
                ):
                    item.operations = item.operations - {"greater", "less"}

    def _settle_differences(self) -> None:
        """ "How many more beds … than", "how much cheaper … than": the difference, not a number of things."""
        for item, after in pairwise(self.items):
            if item.words not in (("how", "many"), ("how", "much")) or not any("than" in k.words for k in self.items):
                continue
            if after.operations & {"greater", "less"} or _is_comparative(after):
                item.asks, item.senses, item.strengths = None, frozenset(("!difference",)), {}
                item.operations = frozenset(("difference",))
                if after.operations & {"greater", "less"}:
                    after.operations, after.senses, after.filler = _EMPTY, _EMPTY, 1
                for other in self.items:
                    if other.words == ("than",):
                        other.operations, other.senses, other.filler = _EMPTY, _EMPTY, 1

    def _settle_ratio(self) -> None:
        """ "the ratio of Norwegian to Turkish exports": "to" sets two apart there, and leads nowhere."""
        for item, after in zip(self.items, self.items[1:], strict=False):
            if item.asks == "number" and item.words[-1] == "times" and not (after.auxiliary or after.pronoun):
                item.asks, item.operations = None, item.operations | {"ratio"}  # "how many times Turkey's …"
                item.senses = item.senses - {"?number"}
        start = next((i for i, item in enumerate(self.items) if "ratio" in item.operations), -1)
        for i in range(start + 1, len(self.items) - 1) if start >= 0 else ():
            after = self.items[i + 1]
            if self.items[i].words == ("to",) and (after.adjective or after.possessive):
                self.items[i].preposition, self.items[i].joins = None, "and"
                return

    def _settle_birthdays(self) -> None:
        """ "When did relations turn 80": a year of its life is an anniversary."""
        for item, after in zip(self.items, self.items[1:], strict=False):
            if item.words[0] in _TURN and after.number is not None and not after.time and not after.quantity:
                item.operations = item.operations | {"anniversary"}
                item.senses, item.strengths = frozenset(("!anniversary",)), {}

    def _settle_imperative(self) -> None:
        """ "Order the visits by date", "count the cities": said first, the verb is what is to be done."""
        for item in self.items:
            if item.filler == 1 or item.social or item.mark == ",":
                continue
            if item.words in _TO_ORDER and len(self.items) > 1:
                item.operations |= {"order"}
                item.senses, item.strengths, item.entities = frozenset(), {}, []
            elif item.words in _TO_PUT and any(other.operations & {"order", "descending"} for other in self.items):
                item.filler, item.senses, item.strengths, item.operations = 1, frozenset(), {}, frozenset()
            elif item.words in _TO_COUNT and len(self.items) > 1:
                item.asks, item.senses = "number", frozenset(("?number",))
            return

    def content(self, index: int) -> bool:
        """Whether the item may carry meaning of its own."""
        item = self.items[index]
        return item.is_content() if item.origin is None else item.carries

    def _link(self) -> None:
        """Each content item's neighbours and the preposition that governs it."""
        last, preposition = -1, None
        items, prepositions, previous, following = self.items, self.prepositions, self.previous, self.next
        for i, item in enumerate(items):
            if item.preposition and not item.entities and not item.time and item.number is None:
                preposition = item.preposition
                if not item.senses:
                    continue
            if item.mark:
                preposition = None if item.mark == "," else preposition
                continue
            if not (item.is_content() if item.origin is None else item.carries):
                continue
            prepositions[i] = preposition if preposition != item.preposition else None
            if item.count > 1 and item.senses and item.words[-1] in _LINKS:
                carried = item.words[-1]  # "get from": its preposition governs what follows
            else:
                carried = None
            previous[i] = last
            if last >= 0:
                following[last] = i
            last = i
            joined = i + 1 < len(items) and items[i + 1].joins == "and"
            if not joined and not item.adjective and not item.preposition:
                preposition = None
            preposition = carried or preposition
        trailing = [item for item in items if (not item.mark and item.filler != 1) or item.preposition]
        if len(trailing) > 1 and trailing[-1].preposition and not trailing[-1].entities:
            self.stranded = trailing[-1].preposition

    def _absorb(self, kb: KnowledgeBase) -> None:
        """ "Norwegian king": the adjective only picks among those that the noun may name."""
        for i, item in enumerate(self.items):
            if not item.entities:
                continue
            for j in (self.next[i], self.previous[i]):
                if j < 0 or j in self.absorbed or not self.items[j].entities:
                    continue
                before = j == self.next[i]
                if before and not (item.adjective or item.possessive or j == i + 1):
                    continue
                if not before and self.prepositions[i] != "of":
                    continue
                owners = {entity for entity, _ in item.entities}
                kept = tuple(
                    (entity, flavour)
                    for entity, flavour in self.entities[j]
                    if owners.intersection(kb.entities[entity].belongs_to)
                )
                if kept:
                    self.entities[j] = kept
                    self.absorbed.add(i)
                    break

    def _settle_verbs(self) -> None:
        """ "the goods Turkey ships to …": between a bare name and a preposition stands a verb, not a thing."""
        for i in range(1, len(self.items) - 1):
            item, before, after = self.items[i], self.items[i - 1], self.items[i + 1]
            if (
                item.entities
                and item.senses
                and item.count == 1
                and after.preposition in ("to", "from", "into")
                and self.entities[i - 1]
                and not (before.adjective or before.possessive)
            ):
                self.entities[i] = ()

    def _settle_titles(self, kb: KnowledgeBase) -> None:
        """ "Was Gül prime minister": a title said of somebody is a title, not another person."""
        for i, item in enumerate(self.items):
            if len(self.entities[i]) < 2 or len({kb.entities[e].type for e, _ in self.entities[i]}) < 2:
                continue
            before = self.previous[i]
            if before >= 0 and self.entities[before] and before >= i - 3 and not self.items[before].possessive:
                of_previous = {kb.entities[e].type for e, _ in self.entities[before]}
                others = tuple(pair for pair in self.entities[i] if kb.entities[pair[0]].type not in of_previous)
                if others and not item.adjective and before not in self.absorbed and "person" in of_previous:
                    self.entities[i] = others

    def _find_asks(self) -> list[Ask]:
        asks: list[Ask] = []
        for i, item in enumerate(self.items):
            if not item.asks or (asks and self._is_relative(i)):
                continue
            ask = Ask(i, item.asks)
            self._find_noun(ask)
            asks.append(ask)
        said = [i for i, item in enumerate(self.items) if not item.mark]
        if not asks and len(said) > 1 and self.items[said[-1]].words == ("by",):
            return [Ask(said[-1], "agent")]  # "hosted by?"
        if not asks:
            for i, item in enumerate(self.items):
                if item.types and not item.filler and not item.entities:
                    ask = Ask(i, "noun")
                    ask.types, ask.noun = item.types, i
                    return [ask]
        strong = [ask for ask in asks if ask.kind != "time" or self.items[ask.index].words[0] not in NOUNS_OF_TIME]
        if any(ask not in strong for ask in asks) and all(
            ask.kind == "thing" and not ask.types and self.items[ask.index].words == ("what",) for ask in strong
        ):
            return [ask for ask in asks if ask not in strong]  # "what was the date"
        return strong or asks

    def _is_relative(self, i: int) -> bool:
        """ "Who is the activist whose release …": behind a name or a noun for people it asks nothing."""
        before = self.items[i - 1]
        return self.items[i].words == ("whose",) and bool(self.entities[i - 1] or before.types)

    def _find_noun(self, ask: Ask) -> None:
        """The noun that a "which" or "how many" goes with, within a few words."""
        if ask.kind not in ("thing", "number", "agent"):
            return
        seen = 0
        for j in range(ask.index + 1, min(ask.index + 6, len(self.items))):
            item = self.items[j]
            if item.unit and ask.kind == "number":
                ask.unit = item.unit
                ask.noun = j
                return
            if item.scale and ask.kind == "number":
                ask.kind = "quantity"
                ask.noun = j
                return
            if item.types:
                if ask.kind == "agent":
                    return
                if (
                    ask.kind == "thing"
                    and self.items[ask.index].words[0] == "what"
                    and any(k.auxiliary for k in self.items[ask.index + 1 : j])
                    and any(self.items[k].senses and not self.items[k].filler for k in range(ask.index + 1, j))
                ):
                    return
                ask.types, ask.noun = item.types, j
                return
            if item.adjective or (item.possessive and item.entities):
                ask.modifier = j
                continue
            if item.entities and not item.types:
                return
            if item.preposition == "of" or item.auxiliary or item.filler or (item.number is not None and not item.time):
                ask.modifier = -1
                continue
            if item.operations and not item.senses - {"!" + operation for operation in item.operations}:
                continue
            seen += 1
            if seen > 2 or item.asks or item.time or item.mark:
                return

    def _find_tag(self) -> bool:
        """A yes-or-no tag at the end: "…, right?", "…, didn't he?"."""
        items = self.items
        if not items or not (items[0].words[0] in _LEADS_BY_WORD or items[-1].words[-1] in _TAGS_BY_WORD):
            return False
        words = [word for item in items for word in item.words]
        for lead in _LEADS_BY_WORD.get(words[0], ()) if words else ():
            if tuple(words[: len(lead)]) == lead:
                count, i = len(lead), 0
                while count > 0:
                    count -= self.items[i].count
                    self.tag_items.add(i)
                    i += 1
                return not any(ask.index > i for ask in self.asks)
        for tag in _TAGS_BY_WORD.get(words[-1], ()) if words else ():
            if len(words) > len(tag) + 1 and tuple(words[-len(tag) :]) == tag:
                self._mark_tag(len(tag))
                return not self.asks
        return False

    def _mark_tag(self, count: int) -> None:
        i = len(self.items) - 1
        while count > 0 and i >= 0:
            if self.items[i].mark != "?":
                count -= self.items[i].count
            self.tag_items.add(i)
            i -= 1

    def _is_future(self) -> bool:
        """ "Will he visit …?", "when will …": asks for what has not happened yet."""
        return any(
            (
                (item.auxiliary and item.words[0] in ("will", "shall") and following.words[0] not in ("you", "i", "we"))
                or (item.words[0] in _TO_COME and not following.mark)
            )
            for item, following in pairwise(self.items)
        )

    def _is_polar(self) -> bool:
        """Opens with an auxiliary, politeness and asides before it left out, and no question word rules it."""
        for i, item in enumerate(self.items):
            if item.auxiliary and item.count == 1:
                following = self.items[i + 1] if i + 1 < len(self.items) else None
                if following is None or following.words[0] in ("you", "i", "we"):
                    return False
                return (
                    not self.asks
                    or self.asks[0].kind == "noun"
                    or self.asks[0].index > i + 2
                    or self._subordinate(self.asks[0])
                )
            if item.count > 1 and item.words[0] in _POLAR_OPENERS and item.filler and not item.asks:
                return not self.asks or self._subordinate(self.asks[0])
            if item.filler or item.mark or item.social or item.joins or item.pronoun == "other" or item.preposition:
                continue
            if self._leads(i):
                continue
            return False
        return False

    def _states_more(self) -> bool:
        """ "So Norway sold more than it bought?": said as a statement, with a subject in front."""
        if not self.question_mark or self.asks:
            return False
        first = next((i for i, item in enumerate(self.items) if self.content(i)), -1)
        return first >= 0 and bool(self.entities[first]) and not self.items[first].operations

    def _leads(self, i: int) -> bool:
        """Whether a time or place is put in front of the question: "in 2018, did …", "in Turkey is there …"."""
        following = self.items[i + 1] if i + 1 < len(self.items) else None
        return bool(
            self.prepositions[i]
            and (self.items[i].time or self.entities[i])
            and following
            and (following.mark == "," or following.auxiliary or following.words[0] in _POLAR_OPENERS)
        )

    def _subordinate(self, ask: Ask) -> bool:
        return ask.kind in ("time", "place", "agent") and ask.index > 2


def _operations(items: Sequence[Item]) -> frozenset[str]:
    return _EMPTY.union(*[item.operations for item in items if item.operations])


def _is_comparative(item: Item) -> bool:
    """Whether it is an adjective in the comparative: "cheaper"."""
    word = item.words[-1]
    return item.count == 1 and len(word) > 4 and word.endswith("er") and not (item.entities or item.types)


def _clause(items: list[Item], kb: KnowledgeBase) -> int:
    """The pronoun that opens a second clause: "Did Turkey sell more than it bought"; -1 when there is none."""
    for i in range(1, len(items) - 1):
        if (
            items[i].pronoun in ("it", "they", "he", "she")
            and items[i].words[0] in ("it", "they", "he", "she")
            and items[i - 1].words[-1] == "than"
            and _first_agent(items[:i], kb) is not None
        ):
            return i
    return -1


def _with_owner(items: list[Item], kb: KnowledgeBase) -> list[Item]:
    """*items* with an "its" standing for the one country or body that was spoken of before it."""
    place = next((i for i, item in enumerate(items) if item.words == ("its",)), -1)
    before = {
        entity for item in items[: max(place, 0)] for entity, _ in item.entities if "agent" in kb.kinds_of(entity)
    }
    if place < 0 or len(before) != 1 or any("person" in kb.kinds_of(entity) for entity in before):
        return items
    stand_in = copy(items[place])
    stand_in.entities, stand_in.pronoun, stand_in.filler = [(entity, "name") for entity in before], None, 0
    stand_in.possessive = True
    return [*items[:place], stand_in, *items[place + 1 :]]


def _first_agent(items: list[Item], kb: KnowledgeBase) -> Item | None:
    return next((item for item in items if any("agent" in kb.kinds_of(entity) for entity, _ in item.entities)), None)


def _with_subject(items: list[Item], place: int, kb: KnowledgeBase) -> list[Item]:
    """*items* with the pronoun at *place* standing for whoever was spoken of first."""
    subject = _first_agent(items[:place], kb)
    assert subject is not None
    stand_in = copy(items[place])
    stand_in.entities, stand_in.pronoun, stand_in.filler = subject.entities, None, 0
    return [*items[:place], stand_in, *items[place + 1 :]]


_TO_COME = frozenset(("next", "upcoming", "forthcoming"))
_TURN = frozenset(("turn", "turned", "turns", "turning"))
_TO_COUNT = (("count",), ("tally",))
_TO_PUT = (("put",), ("put", "in"), ("place",), ("line", "up"))
_TO_ORDER = (("order",), ("sort",), ("rank",), ("arrange",))
_IMPERATIVES = frozenset(words[0] for words in (*_TO_ORDER, *_TO_PUT, *_TO_COUNT))
_COMPARING = frozenset(("greater", "less"))
_UNSETTLED = frozenset(("up", "than", "times", *_IMPERATIVES, *_TURN))
_UNSETTLED_OPERATIONS = frozenset((*_COMPARING, "ratio"))
"""Words and operations that mean something else in some places than in others."""
_OF_FUTURE = frozenset(("will", "shall", *_TO_COME))
_NO_WORDS: frozenset[str] = frozenset()
_LINKS = frozenset(("from", "to", "in", "of", "by", "with", "for", "into"))
NOUNS_OF_TIME = frozenset(("year", "date", "dates", "the", "timeframe", "time", "timeline", "years"))
_POLAR_OPENERS = frozenset(("is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "will", "would"))
_LEADS = (
    ("true", "or", "false"),
    ("is", "it", "true", "that"),
    ("is", "it", "correct", "that"),
    ("is", "it", "right", "that"),
    ("am", "i", "right", "that"),
    ("am", "i", "correct", "that"),
    ("am", "i", "right", "in", "thinking", "that"),
    ("is", "it", "so", "that"),
    ("is", "it", "a", "fact", "that"),
    ("is", "it", "the", "case", "that"),
    ("yes", "or", "no"),
)
"""How a sentence becomes a yes-or-no question from its front."""

_TAGS = (
    ("right",),
    ("right", "?"),
    ("correct",),
    ("correct", "?"),
    ("true",),
    ("true", "?"),
    ("is", "not", "it"),
    ("did", "not", "he"),
    ("did", "not", "they"),
    ("did", "not", "she"),
    ("was", "not", "it"),
    ("was", "not", "he"),
    ("is", "that", "right"),
    ("is", "that", "correct"),
    ("is", "that", "true"),
    ("or", "not"),
    ("yes", "or", "no"),
    ("are", "not", "they"),
    ("do", "not", "they"),
    ("does", "not", "it"),
    ("is", "it", "not"),
    ("did", "not", "it"),
    ("has", "not", "it"),
    ("have", "not", "they"),
    ("were", "not", "they"),
    ("no",),
    ("yes",),
    ("did", "they", "not"),
)

_LEADS_BY_WORD = {lead[0]: [other for other in _LEADS if other[0] == lead[0]] for lead in _LEADS}
_TAGS_BY_WORD = {tag[-1]: [other for other in _TAGS if other[-1] == tag[-1]] for tag in _TAGS}


def may_be_resettled(items: Sequence[Item]) -> bool:
    """Whether what some of *items* mean may be settled otherwise when they stand by themselves."""
    first, last = items[0].words[0], items[-1].words[-1]
    return (
        first in _LEADS_BY_WORD
        or last in _TAGS_BY_WORD
        or any(not _IMPERATIVES.isdisjoint(item.words) for item in items)
    )
