"""
Tokens → items: what each word or phrase of an utterance may be.

Exact phrases first, then their inflections, then numbers and dates, and only for a word that is none of
these the nearest spelling. An item keeps all that its words may be; which it is, the matching decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from datetime import date
from functools import lru_cache
from math import isfinite
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from bot._copies import Copy
from bot.dates import written_date
from bot.domain import Domain
from bot.fuzzy import Speller
from bot.knowledge import Quantity, Time
from bot.language import PARTICLES, Entry
from bot.text import Token, tokenise

_EMPTY: frozenset[str] = frozenset()
_NO_STRENGTHS: dict[str, float] = {}
_COMPILED = not __file__.endswith(".py")
_NO_WORD = [Token("", "", 0, 0)]


class Item(Copy):
    """A word or phrase of the utterance with all its readings. Offsets are in what was typed."""

    origin: Item | None = None
    """What it is a mere copy of, so that what was worked out of that holds for it too; None once it was changed."""

    def __init__(self, tokens: list[Token], entry: Entry, respelled: str | None = None) -> None:
        if not tokens:  # `_copied` gives it its attributes: compiled, no object is made without this
            return
        get = entry.get
        self.words = tuple(token.norm for token in tokens)
        self.text = ""
        self.start, self.end = tokens[0].start, tokens[-1].end
        self.count = len(tokens)
        self.respelled = respelled
        self.senses: frozenset[str] = frozenset(get("senses", _EMPTY))
        self.strengths: dict[str, float] = get("strengths", _NO_STRENGTHS)
        self.own: frozenset[str] | None = get("own")
        self.parts: tuple[frozenset[str], ...] = get("parts", ())
        self.types: frozenset[str] = frozenset(get("types", _EMPTY))
        self.operations: frozenset[str] = frozenset(get("operations", _EMPTY))
        self.entities: Sequence[tuple[str, str]] = get("entities", ())
        self.asks: str | None = get("asks")
        self.preposition: str | None = get("preposition")
        self.filler: int = get("filler", 0)
        if self.asks:
            self.senses = frozenset((*self.senses, "?" + self.asks))
        if self.operations:
            self.senses = frozenset((*self.senses, *("!" + operation for operation in self.operations)))
        self.pronoun: str | None = get("pronoun")
        self.auxiliary: bool = "auxiliary" in entry
        self.joins: str | None = get("joins")
        self.social: str | None = get("social")
        self.country: str | None = get("country")
        self.unit: str | None = get("unit")
        self.now: bool = "now" in entry
        self.number: float | None = get("number")
        self.ordinal: float | None = get("ordinal")
        self.scale: float | None = get("scale")
        self.month: int | None = get("month")
        self.decade: int | None = get("decade")
        self.fraction: float | None = get("fraction")
        self.season: int | None = get("season")
        """The month that a season begins with."""
        self.schema: bool = "schema" in entry
        """Whether a property or a type is spoken of with it."""
        self.mark = ""
        self.time: Time | None = None
        self.quantity: Quantity | None = None
        self.possessive = "genitive" in entry
        self.adjective = bool(self.entities) and self.entities[0][1] == "adjective"
        self.counts = self.is_counting()
        """Whether it may be part of a number, an amount or a date."""
        self.carries = self.is_content()
        """Whether it may carry meaning of its own, for as long as `origin` holds: see `is_content`."""

    def said(self, text: str, start: int, end: int, respelled: str | None) -> Item:
        """The same word, read anew where it stands; what it may be is looked up once for all places."""
        if _COMPILED:
            item = self._copied()
            object.__setattr__(item, "text", text)
            object.__setattr__(item, "start", start)
            object.__setattr__(item, "end", end)
            object.__setattr__(item, "respelled", respelled)
            object.__setattr__(item, "origin", self)
            return item
        attributes = self.__dict__.copy()
        attributes["text"], attributes["start"], attributes["end"] = text, start, end
        attributes["respelled"], attributes["origin"] = respelled, self
        return _with_attributes(attributes)

    def is_counting(self) -> bool:
        return bool(
            self.number is not None
            or self.scale
            or self.decade is not None
            or self.fraction
            or self.month
            or self.season
        )

    def is_content(self) -> bool:
        """Whether it may carry meaning of its own."""
        return (
            not self.mark
            and not self.joins
            and (
                not (self.filler or self.auxiliary or self.preposition)
                or bool(self.senses or self.entities or self.types or self.asks or self.time)
            )
        )

    def __copy__(self) -> Item:
        return self._copied() if _COMPILED else _with_attributes(self.__dict__.copy())

    def _copied(self) -> Item:
        """A copy of it compiled, when it has no `__dict__`; each attribute by its name, past `__setattr__`."""
        item = Item([], {})
        object.__setattr__(item, "words", self.words)
        object.__setattr__(item, "text", self.text)
        object.__setattr__(item, "start", self.start)
        object.__setattr__(item, "end", self.end)
        object.__setattr__(item, "count", self.count)
        object.__setattr__(item, "respelled", self.respelled)
        object.__setattr__(item, "senses", self.senses)
        object.__setattr__(item, "strengths", self.strengths)
        object.__setattr__(item, "own", self.own)
        object.__setattr__(item, "parts", self.parts)
        object.__setattr__(item, "types", self.types)
        object.__setattr__(item, "operations", self.operations)
        object.__setattr__(item, "entities", self.entities)
        object.__setattr__(item, "asks", self.asks)
        object.__setattr__(item, "preposition", self.preposition)
        object.__setattr__(item, "filler", self.filler)
        object.__setattr__(item, "pronoun", self.pronoun)
        object.__setattr__(item, "auxiliary", self.auxiliary)
        object.__setattr__(item, "joins", self.joins)
        object.__setattr__(item, "social", self.social)
        object.__setattr__(item, "country", self.country)
        object.__setattr__(item, "unit", self.unit)
        object.__setattr__(item, "now", self.now)
        object.__setattr__(item, "number", self.number)
        object.__setattr__(item, "ordinal", self.ordinal)
        object.__setattr__(item, "scale", self.scale)
        object.__setattr__(item, "month", self.month)
        object.__setattr__(item, "decade", self.decade)
        object.__setattr__(item, "fraction", self.fraction)
        object.__setattr__(item, "season", self.season)
        object.__setattr__(item, "schema", self.schema)
        object.__setattr__(item, "mark", self.mark)
        object.__setattr__(item, "time", self.time)
        object.__setattr__(item, "quantity", self.quantity)
        object.__setattr__(item, "possessive", self.possessive)
        object.__setattr__(item, "adjective", self.adjective)
        object.__setattr__(item, "counts", self.counts)
        object.__setattr__(item, "carries", self.carries)
        object.__setattr__(item, "origin", self.origin)
        return item

    @property
    def known(self) -> bool:
        """Whether anything at all is known of these words."""
        return bool(
            self.senses
            or self.types
            or self.operations
            or self.entities
            or self.asks
            or self.preposition
            or self.filler
            or self.pronoun
            or self.joins
            or self.social
            or self.unit
            or self.now
            or self.auxiliary
            or self.mark
            or self.number is not None
            or self.time
            or self.quantity
            or self.ordinal
            or self.scale
            or self.month
            or self.decade
            or self.fraction
            or self.schema
        )

    def strength(self, senses: frozenset[str]) -> float:
        """How centrally it expresses one of *senses*; 0 when none."""
        if self.senses.isdisjoint(senses):
            return 0.0
        return max(self.strengths.get(sense, 1.0) for sense in self.senses & senses)

    def explained_by(self, senses: frozenset[str]) -> bool:
        """Whether *senses* explain all that is said: the phrase as a whole, or each of its content words."""
        return self.own is None or not self.own.isdisjoint(senses) or all(not p.isdisjoint(senses) for p in self.parts)

    def __repr__(self) -> str:
        said: dict[str, object] = getattr(self, "__dict__", {})  # compiled, it has none
        kinds = {n: value for n, value in said.items() if n not in _OF_REPR}
        return f"Item({' '.join(self.words)!r}, {', '.join(f'{k}={v}' for k, v in kinds.items() if v)})"


_OF_REPR = frozenset(("words", "start", "end", "count", "text", "origin", "counts", "carries"))
"""What tells nothing that is not shown otherwise."""


def _with_attributes(attributes: dict[str, Any]) -> Item:
    item = Item.__new__(Item)
    object.__setattr__(item, "__dict__", attributes)
    return item


class _Word(NamedTuple):
    """What the lexicon says of one word, wherever it stands."""

    stem: str
    reach: int
    """How many words the longest phrase has that begins with it."""
    reach_stemmed: int
    """The same for phrases by their stems."""
    cost: float
    item: Item
    """It by itself."""
    begins: bool
    """Whether any phrase of several words begins with it."""


class Reader:
    """Reads utterances with one domain's lexicon."""

    def __init__(self, domain: Domain) -> None:
        self.lexicon: Any = domain.words()
        self._names = domain.names
        self._speller: Speller | None = None
        self._word = lru_cache(_MOST_REMEMBERED)(self._look_up)
        self._phrase = lru_cache(_MOST_REMEMBERED)(self._look_up_phrase)
        self._pair = lru_cache(_MOST_REMEMBERED)(self._look_up_pair)
        self._with_particle = lru_cache(_MOST_REMEMBERED)(self._look_up_with_particle)
        self._spelling = lru_cache(_MOST_REMEMBERED)(self._spell)

    @property
    def speller(self) -> Speller:
        if self._speller is None:  # made when the first unknown word turns up
            self._speller = Speller(self.lexicon.words, self.lexicon.common_words_file, self._names)
        return self._speller

    def read(self, text: str, tokens: list[Token] | None = None) -> list[Item]:
        """
        The items of *text*, left to right, marks and possessive endings folded into their neighbours.

        *tokens* are its words, where they are known already.
        """
        tokens, respelled = self._respell(tokenise(text) if tokens is None else tokens)
        said = {token.norm for token in tokens}
        items = self._segment(text, tokens, respelled)
        if not said.isdisjoint(_SCALE_LETTERS):
            _settle_scale_letters(items)
        if "/" in text:
            for item in items:
                if item.time and "/" in item.words[0] and item.respelled is None:
                    item.respelled = str(item.time)  # shown, as day and month could be meant the other way round
        items = _numbers(items)
        if not said.isdisjoint(PARTICLES):
            _join_particles(items, self._with_particle)
        if not said.isdisjoint(_SMALL_NUMBERS):
            _settle_small_numbers(items)
        for item in items:
            if item.origin is None:  # put together of several, or longer than it was
                item.text = text[item.start : item.end]
        return items

    def spell(self, text: str) -> list[Token]:
        """The tokens of *text*, with chat spellings and misspelt words replaced."""
        return self._respell(tokenise(text))[0]

    def _respell(self, tokens: list[Token]) -> tuple[list[Token], dict[int, str]]:
        """Known chat spellings and unknown words replaced, with what each was read as, by its offset."""
        respelled: dict[int, str] = {}
        out: list[Token] = []
        spellings = list(map(self._spelling, map(_NORM, tokens)))
        if not any(map(_FIRST, spellings)):
            return tokens, respelled
        for token, (words, shown) in zip(tokens, spellings, strict=True):
            if words:
                out += [Token(token.text, part, token.start, token.end) for part in words]
                respelled[token.start] = shown
            else:
                out.append(token)
        return out, respelled

    def _spell(self, norm: str) -> tuple[tuple[str, ...], str]:
        """The words to read for one, and how to show them; none where it can stand."""
        lexicon = self.lexicon
        if norm in lexicon.spellings:
            words = lexicon.spellings[norm]
            return tuple(part.norm for part in tokenise(words)), words
        if norm in lexicon.longest or norm in lexicon.inside or not norm.isalpha() or len(norm) < 3:
            return (), ""
        stem = lexicon.stem(norm)
        if (stem in lexicon.longest_stemmed or stem in lexicon.inside_stemmed) and (
            norm.endswith(_ENDINGS) or self.speller.is_common(norm)
        ):
            return (), ""  # the stem alone would do for "presideent"
        found = self.speller.respell(norm)
        return found, " ".join(found)

    def _look_up(self, norm: str) -> _Word:
        lexicon = self.lexicon
        stem = lexicon.stem(norm)
        reach, reach_stemmed = lexicon.longest.get(norm, 0), lexicon.longest_stemmed.get(stem, 0)
        entry = self._entry(norm if reach else "", stem if reach_stemmed else "")
        cost = 3.0 if entry is None else 1.02 if "country" in entry else 1.0
        if entry is None and (norm in _MARKS or norm[0].isdecimal()):
            cost = 1.0
        item = Item([Token("", norm, 0, 0)], {} if entry is None else entry)
        if norm in _MARKS_ALONE and not item.unit:
            item = Item([Token("", norm, 0, 0)], {})
            item.mark = norm
        elif norm[0].isdecimal():
            item.time = written_date(norm)
            item.number = None if item.time else _parse_number(norm)
            item.counts = item.is_counting()
        item.carries = item.is_content()
        return _Word(stem, reach, reach_stemmed, cost, item, reach > 1 or reach_stemmed > 1)

    def _look_up_phrase(self, phrase: str, exact: bool, stemmed: bool) -> tuple[float, Item] | None:
        """What several words cost together, and what they may be; None when they are no phrase."""
        words = phrase.split(" ")
        entry = self._entry(phrase if exact else "", " ".join([self._word(w).stem for w in words]) if stemmed else "")
        if entry is None:
            return None
        cost = 1.02 if "country" in entry else 1.01 if words[0] in _ARTICLES else 1.0
        return cost, Item([Token("", word, 0, 0) for word in words], entry)

    def _entry(self, phrase: str, stems: str) -> Entry | None:
        """What the lexicon says of a *phrase*, and of all that has its *stems*; empty ones are not looked up."""
        entry: Entry | None = self.lexicon.exact.get(phrase) if phrase else None
        if stems and (entry is None or "senses" not in entry):
            inflected: Entry | None = self.lexicon.stemmed.get(stems)
            if inflected is not None and entry is None:
                return inflected
            if inflected is not None and entry is not None and entry.get("filler") != 1:
                return {**inflected, **entry}
        return entry

    def _look_up_pair(self, first: str, second: str) -> tuple[int, int]:
        """How many words the longest phrase has that begins with two words, and the same for phrases by their stems."""
        one, other = self._word(first), self._word(second)
        exact = self.lexicon.begins.get(f"{first} {second}", 0) if one.reach > 1 else 0
        stemmed = self.lexicon.begins_stemmed.get(f"{one.stem} {other.stem}", 0) if one.reach_stemmed > 1 else 0
        return exact, stemmed

    def _look_up_with_particle(self, verb: str, particle: str) -> Entry | None:
        """What a verb and its particle mean together; None when they mean nothing."""
        for entry in (
            self.lexicon.exact.get(f"{verb} {particle}"),
            self.lexicon.stemmed.get(f"{self.lexicon.stem(verb)} {particle}"),
        ):
            if entry is not None and ("senses" in entry or "operations" in entry or "idiom" in entry):
                return entry  # type: ignore[no-any-return]
        return None

    def _segment(self, text: str, tokens: list[Token], respelled: dict[int, str]) -> list[Item]:
        """The fewest phrases that cover *tokens*, unknown words counting three."""
        n = len(tokens)
        norms = list(map(_NORM, tokens))
        words = list(map(self._word, norms))
        costs = [0.0] * (n + 1)
        ends, chosen = list(range(1, n + 1)), [word.item for word in words]
        for i in range(n - 1, -1, -1):
            word = words[i]
            cost = word.cost + costs[i + 1]
            if word.begins and i + 1 < n:
                reach, reach_stemmed = self._pair(norms[i], norms[i + 1])
                for j in range(i + 2, min(n, i + max(reach, reach_stemmed)) + 1):
                    phrase = self._phrase(" ".join(norms[i:j]), j - i <= reach, j - i <= reach_stemmed)
                    if phrase is not None and phrase[0] + costs[j] <= cost:
                        cost, ends[i], chosen[i] = phrase[0] + costs[j], j, phrase[1]
            costs[i] = cost
        items: list[Item] = []
        i = 0
        while i < n:
            j = ends[i]
            if norms[i] == "'s":
                if items:
                    items[-1].possessive = True
                    items[-1].end = tokens[i].end
            else:
                start, end = tokens[i].start, tokens[j - 1].end
                items.append(chosen[i].said(text[start:end], start, end, respelled.get(start)))
            i = j
        return items


_NORM, _FIRST = attrgetter("norm"), itemgetter(0)
_NO_ITEM = Item(_NO_WORD, {})
_MOST_REMEMBERED = 4_096
"""Words and phrases of which what the lexicon says is remembered at a time."""

_ENDINGS = ("s", "d", "ing", "er", "ly")
"""What the regular forms of a word end in; of others, a list says whether they are words."""


def _join_particles(items: list[Item], together: Callable[[str, str], Entry | None]) -> None:
    """ "call the visit off": a verb and its particle with the object between them mean what both mean together."""
    for j, item in enumerate(items):
        if item.count != 1 or item.words[0] not in PARTICLES:
            continue
        for i in range(j - 1, max(j - 7, -1), -1):
            verb = items[i]
            if verb.count != 1 or verb.entities or verb.time or verb.filler == 1:
                continue
            entry = together(verb.words[0], item.words[0])
            if entry is not None:
                if "idiom" in entry and not item.preposition:
                    verb.senses, verb.strengths = _EMPTY, {}
                verb.senses = frozenset((*verb.senses, *entry.get("senses", _EMPTY)))
                verb.strengths = {**verb.strengths, **entry.get("strengths", {})}
                verb.operations = verb.operations | entry.get("operations", _EMPTY)
                item.filler = 1
                break


def _settle_scale_letters(items: list[Item]) -> None:
    """ "$765m", "1.27 b": a letter behind a figure is a scale, beside money or where no unit has that letter."""
    for i in range(1, len(items)):
        item, before = items[i], items[i - 1]
        scale = _SCALE_LETTERS.get(item.words[0]) if item.count == 1 else None
        if scale is None or before.number is None or not before.words[0][0].isdecimal():
            continue
        following = items[i + 1] if i + 1 < len(items) else None
        is_money = (i > 1 and items[i - 2].unit) or (following is not None and following.unit)
        if is_money or (not item.unit and item.start == before.end):
            item.scale, item.unit, item.senses, item.entities = scale, None, _EMPTY, ()


def _settle_small_numbers(items: list[Item]) -> None:
    """ "one" without anything to count is a pronoun; chat writes "2" for to and "4" for for."""
    for i, item in enumerate(items):
        following = items[i + 1] if i + 1 < len(items) else None
        if item.words in (("th",), ("st",), ("nd",), ("rd",)) and i and items[i - 1].number is not None:
            item.filler = 1
            items[i - 1].ordinal = items[i - 1].number
            if items[i - 1].number == 1:
                items[i - 1].number, items[i - 1].operations = None, items[i - 1].operations | {"first"}
        elif item.words == ("one",) or item.words == ("ones",):
            item.number, item.filler = None, 1
        elif (
            item.words in (("2",), ("4",))
            and i > 0
            and following is not None
            and (following.entities or (following.senses and not following.types))
            and not (following.scale or following.unit or following.month)
            and not items[i - 1].preposition
        ):
            item.number, item.preposition = None, "to" if item.words == ("2",) else "for"


_SCALE_LETTERS = {"k": 1e3, "m": 1e6, "b": 1e9}
_SMALL_NUMBERS = frozenset(("th", "st", "nd", "rd", "one", "ones", "2", "4"))
_ARTICLES = frozenset(("the", "a", "an"))
_MARKS_ALONE = frozenset((",", ".", "-", "?", "$", "€", "£", "¥", "%"))
_MARKS = _MARKS_ALONE | {"'s"}


def _parse_number(text: str) -> float | None:
    """1,270 is a thousand and more; 1.27 and 1,27 are fractions; 1.270.000 is over a million."""
    if text.count(",") > 1 or (text.count(",") == 1 and len(text.rpartition(",")[2]) == 3):
        text = text.replace(",", "")
    elif text.count(".") > 1:
        text = text.replace(".", "") if all(len(part) == 3 for part in text.split(".")[1:]) else ""
    text = text.replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _numbers(items: list[Item]) -> list[Item]:
    """Join what makes one number, amount or date."""
    for item in items:
        if item.counts:
            break
    else:
        return [item for item in items if item.mark != "-"]
    out: list[Item] = []
    i, n = 0, len(items)
    while i < n:
        item = items[i]
        joined = (item.counts or item.unit or item.origin is None) and (_date(items, i) or _amount(items, i))
        if joined:
            found, i = joined
            out.append(found)
        else:
            if item.mark != "-":
                out.append(item)
            i += 1
    return _ranges(out) if sum([item.time is not None for item in out]) > 1 else out


def _number(item: Item) -> int | None:
    """The whole number that *item* is, None when it is none."""
    return int(item.number) if item.number is not None and item.number == int(item.number) else None


def _is_year(item: Item) -> bool:
    return (
        item.words[0].isdecimal()
        and item.number is not None
        and len(item.words[0]) == 4
        and 1000 <= item.number <= 2999
    )


def _span(items: list[Item], i: int, j: int) -> Item:
    """One item for items i to j."""
    item = copy(_NO_ITEM)
    item.start, item.end = items[i].start, items[j - 1].end
    item.words = tuple(word for part in items[i:j] for word in part.words)
    item.possessive = items[j - 1].possessive
    item.count = sum(part.count for part in items[i:j])
    return item


def _date(items: list[Item], i: int) -> tuple[Item, int] | None:
    """A day, month, year or decade that begins at *i*, and where it ends."""
    n = len(items)
    first = items[i]

    def at(k: int) -> Item | None:
        return items[k] if k < n else None

    def skip(k: int) -> int:
        """Past a comma or an "of" inside a date."""
        item = at(k)
        return k + 1 if item is not None and (item.mark == "," or item.preposition in ("of", "in")) else k

    if first.decade is not None:
        item = _span(items, i, i + 1)
        item.time = Time.years(int(first.decade), int(first.decade) + 9, "decade")
        return item, i + 1
    if _is_year(first):
        year = int(first.number or 0)
        second = at(i + 1)
        if second is not None and second.words == ("s",) and year % 10 == 0:
            item = _span(items, i, i + 2)
            item.time = Time.years(year, year + 9, "decade")
            return item, i + 2
        if second is not None and second.mark == "-":
            third = at(i + 2)
            if third is not None and third.number is not None:
                last = int(third.number) if _is_year(third) else year // 100 * 100 + int(third.number)
                if year < last < year + 200:
                    item = _span(items, i, i + 3)
                    item.time = Time.years(year, last)
                    return item, i + 3
        is_code = second is not None and second.unit == second.words[0].upper()  # "exports 2018 USD"
        if second is not None and (second.unit or second.scale) and second.unit not in ("year",) and not is_code:
            return None
        item = _span(items, i, i + 1)
        item.number = first.number
        item.time = Time.years(year)
        if second is not None and second.words == ("s",):
            return None
        return item, i + 1
    # 11 April 2005, 11-12 April 2005, 11th of April
    day = _number(first) if first.words[0].isdecimal() else None
    if day is not None and 1 <= day <= 31:
        k, last_day = i + 1, day
        nxt = at(k)
        if nxt is not None and nxt.words in (("st",), ("nd",), ("rd",), ("th",)):
            k += 1
            nxt = at(k)
        if nxt is not None and (nxt.mark == "-" or nxt.joins == "and"):
            other = at(k + 1)
            if other is not None and other.number is not None and _number(other):
                last_day = _number(other) or day
                k += 2
        k = skip(k)
        month = at(k)
        if month is not None and month.month:
            year_at = skip(k + 1)
            year_item = at(year_at)
            if year_item is not None and _is_year(year_item):
                return _days(items, i, year_at + 1, int(year_item.number or 0), month.month, day, last_day)
        return None
    if first.season:
        k = skip(i + 1)
        year_item = at(k)
        if year_item is not None and _is_year(year_item):
            item = _span(items, i, k + 1)
            item.time = _season(int(year_item.number or 0), first.season)
            return item, k + 1
        return None
    if first.month and first.number is None:
        k = i + 1
        second = at(k)
        day = _number(second) if second is not None and second.words[0].isdecimal() else None
        if day is not None and 1 <= day <= 31 and second is not None and not _is_year(second):
            k2, last_day = k + 1, day
            mark = at(k2)
            if mark is not None and mark.words in (("st",), ("nd",), ("rd",), ("th",)):
                k2 += 1
                mark = at(k2)
            other = at(k2 + 1)
            if mark is not None and mark.mark == "-" and other is not None and other.number is not None:
                last_day = _number(other) or day
                k2 += 2
            k2 = skip(k2)
            year_item = at(k2)
            if year_item is not None and _is_year(year_item):
                return _days(items, i, k2 + 1, int(year_item.number or 0), first.month, day, last_day)
        k = skip(k)
        year_item = at(k)
        if year_item is not None and _is_year(year_item):
            item = _span(items, i, k + 1)
            item.time = Time.month(int(year_item.number or 0), first.month)
            return item, k + 1
    return None


def _season(year: int, month: int) -> Time:
    """Three months from *month*, in the year in which most of them lie: winter 2013 ends in February 2014."""
    last = month + 2
    end = Time.month(year + (last > 12), (last - 1) % 12 + 1)
    return Time(Time.month(year, month).start, end.end, "period")


def _days(items: list[Item], i: int, j: int, year: int, month: int, day: int, last: int) -> tuple[Item, int] | None:
    item = _span(items, i, j)
    try:
        item.time = Time(date(year, month, day).toordinal(), date(year, month, last).toordinal(), "day")
    except ValueError:
        return None
    return item, j


def _amount(items: list[Item], i: int) -> tuple[Item, int] | None:
    """A number with its scale and unit, either side, and where it ends."""
    n = len(items)
    k, unit = i, None
    is_sign = not all(
        word.isalpha() for word in items[k].words
    )  # a "$" means money too, but before a number it is the number's
    if items[k].unit and k + 1 < n and items[k + 1].number is not None and (is_sign or not items[k].senses):
        unit = items[k].unit
        k += 1
    elif items[k].unit and k + 1 < n and items[k + 1].scale and items[k + 1].number is None:
        following = items[k + 2] if k + 2 < n else None
        if not (following and following.number is not None):  # "in USD million": no amount, but how to give one
            item = _span(items, i, k + 2)
            item.unit = items[k].unit
            return item, k + 2
    start = k
    amount: float | None = None
    if items[k].fraction:  # half a billion, three quarters of a billion
        after = k + 1
        while after < n and (items[after].words in (("a",), ("of",), ("of", "a")) or items[after].number == 1):
            after += 1
        if after < n and items[after].scale:
            amount, k = items[k].fraction, after
    while k < n and (items[k].number is not None or items[k].scale) and not items[k].possessive:
        if amount is not None and items[k].number is not None and not items[k - 1].scale:
            break
        number, scale = items[k].number, items[k].scale
        if scale:
            amount = (1.0 if amount is None else amount) * scale
        else:
            assert number is not None
            amount = float(number) if amount is None else amount + number
        k += 1
    if amount is None or not isfinite(amount):  # "million million million …" is no amount
        return None
    if k < n and items[k].mark == "-" and k + 1 < n and items[k + 1].unit:
        k += 1
    has_unit = unit is not None
    while k < n and items[k].unit and (not has_unit or items[k].unit == unit):
        unit, has_unit = items[k].unit, True
        k += 1
    if k == start + 1 and i == start and unit is None and not items[i].scale:
        return None
    item = _span(items, i, k)
    item.number = amount
    item.quantity = Quantity(amount, unit)
    if all(part.scale and part.number is None for part in items[start:k] if not part.unit) and unit is None:
        item.scale = items[start].scale
        item.senses = items[start].senses
    if unit is not None and k == start + 1 and items[start].scale is None:
        item.senses = items[start].senses
    return item, k


def _ranges(items: list[Item]) -> list[Item]:
    """ "between 2002 and 2018", "from 2002 to 2018" → one time."""
    out: list[Item] = []
    i, n = 0, len(items)
    while i < n:
        item = items[i]
        first, last = item.time, items[i + 2].time if i + 2 < n else None
        if (
            first
            and last
            and (
                items[i + 1].joins == "and"
                or items[i + 1].words[0] in ("to", "until", "till", "through", "thru", "til")
            )
            and (items[i + 1].joins != "and" or any(before.preposition == "between" for before in out[-2:]))
            and first.start < last.start
        ):
            joined = _span(items, i, i + 3)
            joined.time = Time(first.start, last.end, "period")
            out.append(joined)
            i += 3
        else:
            out.append(item)
            i += 1
    return out
