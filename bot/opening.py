"""
What joins an utterance to the conversation: words in front that only go on, swaps, and phrases that point back.

They are found as phrases of the language data and cut out, so that the rest is read like any other question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.domain import Domain
from bot.knowledge import Time
from bot.reading import Item
from bot.text import Token, tokenise

MARKS = ",.-?$€£¥%"
_BEING = frozenset(("is", "are", "was", "were", "be", "been", "have", "has", "had", "will", "would"))
_POINTING = ("swaps", "same", "pointing")
_POSSESSIVES = frozenset(("his", "her", "hers", "its", "their", "theirs"))


@dataclass(frozen=True, slots=True)
class Target:
    """What a phrase may point to: entities, a time, the last question as such, or nothing at all."""

    entities: tuple[str, ...] = ()
    time: Time | None = None
    link: bool = False


@dataclass(slots=True)
class Point:
    """A phrase that points back, and what it may stand for, likeliest first."""

    kind: str
    tokens: list[Token]
    possessive: bool = False
    noun: Item | None = None
    targets: list[Target] = field(default_factory=list)
    after: bool = False
    """Whether it follows "after" or "before", so that an event means its time."""
    years: int = 0
    """How far the time pointed to is from one spoken of: "ten years later"."""
    within: bool = False
    """Whether "in" stands before it: "since when is she in it" says nothing without what it is."""

    @property
    def targets_entities(self) -> bool:
        return any(target.entities or target.link for target in self.targets)


@dataclass(slots=True)
class Opening:
    """An utterance without what only joins it to the conversation."""

    text: str
    tokens: list[Token]
    leads: bool = False
    corrects: bool = False
    swaps: bool = False
    same: bool = False
    points: list[Point] = field(default_factory=list)
    told: tuple[str, ...] = ()
    """The statements of the last answer, by id."""


class Opener:
    """Opens utterances with one domain's language data."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.words = domain.conversation
        longest = self.words.longest
        self._pointers = frozenset(word for section in _POINTING for word in longest.get(section, ()))
        """The words that a swap or a pointing phrase begins with."""
        self._shifts = frozenset(word for section in ("later", "earlier") for word in longest.get(section, ()))

    def open(self, text: str, tokens: list[Token] | None = None) -> Opening:
        """*text*, whose words are *tokens*, without leads, tails, swaps and pointing phrases, which are noted."""
        tokens = tokenise(text) if tokens is None else tokens
        words = words_of(tokens)
        opening = Opening(text, tokens)
        cut: list[tuple[int, int]] = []
        start = self._leads(words, opening, cut)
        end = len(words)
        while end > start and words[end - 1][0] in MARKS:
            end -= 1
        for count in (3, 2, 1):
            tail = end - count
            if tail > start and self.words.whole("tails", words[tail:end]) is not None and words[tail] != "then":
                cut.append((tail, end))
                end = tail
                break
        heard = words[:end]
        i = start
        while i < end:
            shift = self._shift(heard, i) if i + 2 < end and words[i + 2] in self._shifts else None
            if shift is not None:
                stop, years = shift
                opening.points.append(Point("shift", tokens[i:stop], years=years))
                cut.append((i, stop))
                i = stop
                continue
            found = self._pointing(heard, i) if words[i] in self._pointers else None
            if found is None:
                i += 1
                continue
            stop, section, kind = found
            if section == "swaps":
                opening.swaps = True
            elif section == "same":
                opening.same = True
            else:
                possessive = words[stop - 1] in _POSSESSIVES or _owns(tokens, stop)
                relative = i > 0 and words[i - 1] in ("after", "before", "since", "until")
                before = self.domain.lexicon.exact.get(words[i - 1], {}) if i and kind == "thing" else {}
                of_some = i > 1 and words[i - 2] in ("any", "some") and words[i - 1] == "of"
                within = of_some or before.get("preposition") == "in"
                after = relative and kind in ("thing", "time")
                opening.points.append(Point(kind, tokens[i:stop], possessive, after=after, within=within))
            if _owns(tokens, stop):
                stop += 1
            cut.append((i, stop))
            i = stop
        if not cut:
            return opening
        characters = list(text)
        for first, last in cut:
            for k in range(tokens[first].start, tokens[last - 1].end):
                characters[k] = " "
        opening.text = "".join(characters)
        return opening

    def _leads(self, words: Sequence[str], opening: Opening, cut: list[tuple[int, int]]) -> int:
        i = 0
        while i < len(words):
            if words[i][0] in MARKS:
                if i and words[i][0] in ",.":
                    cut.append((i, i + 1))
                i += 1
                continue
            correction = self.words.at("corrections", words, i)
            lead = self.words.at("leads", words, i)
            found = max(filter(None, (correction, lead)), default=None)
            if found is None or all(word[0] in MARKS for word in words[found[0] :]):
                break
            if found is lead and words[i] in ("what", "then") and len(words) - found[0] > 3:
                pass
            opening.leads = opening.leads or found == correction or found[1] != "weak"
            opening.corrects = opening.corrects or found == correction
            cut.append((i, found[0]))
            i = found[0]
        return i

    def _shift(self, words: Sequence[str], i: int) -> tuple[int, int] | None:
        """ "Ten years later": where it ends, and how many years it is."""
        exact = self.domain.lexicon.exact
        number = float(words[i]) if words[i].isdecimal() else exact.get(words[i], {}).get("number")
        if number is None or exact.get(words[i + 1], {}).get("unit") != "year":
            return None
        for section, sign in (("later", 1), ("earlier", -1)):
            found = self.words.at(section, words, i + 2)
            if found and (found[0] == len(words) or words[found[0]][0] in MARKS):
                return found[0], sign * int(number)
        return None

    def _pointing(self, words: Sequence[str], i: int) -> tuple[int, str, str] | None:
        best: tuple[int, str, str] | None = None
        for section in _POINTING:
            found = self.words.at(section, words, i)
            if found and (best is None or found[0] > best[0]):
                best = (found[0], section, found[1])
        if best and words[i] == "there" and i and words[i - 1] in _BEING and best[0] < len(words):
            return None  # "have there been", "is there one"
        if best and best[1] == "swaps" and words[i : best[0]] == ["back"] and words[i + 1 : i + 2] == ["then"]:
            return None
        return best

    def bare_words(self, text: str) -> tuple[str, ...]:
        words = [word for word in words_of(tokenise(text)) if word[0] not in MARKS]
        for count in (3, 2, 1):
            if len(words) > count and self.words.whole("tails", words[-count:]) is not None:
                words = words[:-count]
        return tuple(words)


def _owns(tokens: Sequence[Token], stop: int) -> bool:
    """Whether "'s" follows the phrase that ends before *stop*: "that man's"."""
    return stop < len(tokens) and tokens[stop].norm == "'s" and tokens[stop].start == tokens[stop - 1].end


def words_of(tokens: Iterable[Token]) -> list[str]:
    return ["is" if token.norm == "'s" else token.norm for token in tokens]
