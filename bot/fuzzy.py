"""
The known word that a misspelt one was meant to be. Finds, never decides: what was read instead is shown.

This module alone imports rapidfuzz, and only when a word turns up that the lexicon does not hold.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import add
from typing import TYPE_CHECKING

from bot.language import UNRELATED

if TYPE_CHECKING:
    from bot.stored_words import StoredNames

MIN_LENGTH = 3
"""Shorter words have too many neighbours to be mended."""

PREPARED_FROM = 8
"""
Words looked up before an index is made of the vocabulary, which takes as long as a hundred searches through all of
it: too long for a single question.
"""

_MOST_REMEMBERED = 8_192
"""Misspelt words whose meaning is remembered at a time."""

_DOUBLED = re.compile(r"([^\n])\1+")
_VOWELS = str.maketrans("", "", "aeiouy")


def skeleton(word: str) -> str:
    """The consonants, doubled ones once: what stays when vowels get lost and letters doubled."""
    return _DOUBLED.sub(r"\1", word[0] + word[1:].translate(_VOWELS))


def likeness(one: str, other: str) -> float:
    """
    How like two names or questions are, their words in any order: from 0 to 100 for the same words.

    >>> likeness("the branch library", "library, the branch") > 90
    True
    """
    from rapidfuzz import fuzz, utils

    return fuzz.token_sort_ratio(one, other, processor=utils.default_process)


def alike(text: str, others: Sequence[str], score: float) -> list[int]:
    """The indexes of those of *others* that are as like *text* as *score*, by `likeness`."""
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        text, others, scorer=fuzz.token_sort_ratio, processor=utils.default_process, score_cutoff=score, limit=None
    )
    return sorted(index for _, _, index in found)


class Speller:
    """
    Respells words against a vocabulary, leaving alone *common_words* that are spelled correctly.

    The vocabulary says of each of its words, in their order, how far it is from what is talked about: 0 for a
    word that the domain itself uses, 0.5 for one that has nothing to do with it. That counts like part of an edit.
    """

    def __init__(self, vocabulary: Mapping[str, float], common_words: str, names: StoredNames | None = None) -> None:
        """*names* has more words, which are not held in memory."""
        self._common_file = common_words
        self._common_text: str | None = None
        self._names = names
        self._preferred = {word for word, remote in vocabulary.items() if remote < UNRELATED}
        self._by_length: dict[int, list[str]] = {}
        for word in vocabulary:
            if len(word) >= 3 and word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)
        self._vocabulary = vocabulary
        self._known: dict[str, tuple[str, ...]] = {}
        self._asked = 0
        self._common: frozenset[str] | None = None
        self._neighbours: _Neighbours | None = None

    @property
    def common_words(self) -> str:
        """
        Correctly spelled words of the language, between newlines: none of them is a misspelling of another.

        One text at first, as a set of its 40,000 words takes milliseconds to make.
        """
        if self._common_text is None:  # no cached_property: in 3.11 it has a lock, which does not survive a fork
            text = ""
            if self._common_file:
                with open(self._common_file, encoding="utf-8") as file:
                    text = "\n{}\n".format("\n".join(file.read().split()))
            self._common_text = text
        return self._common_text

    def is_common(self, word: str) -> bool:
        """Whether it is a correctly spelled word of the language."""
        self._asked += 1
        if self._asked >= PREPARED_FROM and self._neighbours is None:
            self.prepare()
        return f"\n{word}\n" in self.common_words if self._common is None else word in self._common

    def prepare(self) -> None:
        """Make what finds words at once, for many to come; they are found the same without it."""
        self._neighbours = _Neighbours(word for words in self._by_length.values() for word in words)
        self._common = frozenset(self.common_words.split())

    def respell(self, word: str) -> tuple[str, ...]:
        """
        The word or words that *word* was most likely meant to be; empty when nothing is near enough.

        One edit (a swap counts as one) up to 7 letters, two from 8; two words run together; a word
        written without its vowels. Of equally near words the domain's own come first.
        """
        found = self._known.get(word)
        if found is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            found = self._known[word] = self._respell(word)
        return found

    def _respell(self, word: str) -> tuple[str, ...]:
        if len(word) < 3 or not word.isalpha() or self.is_common(word):
            return ()
        if len(word) >= MIN_LENGTH and (near := self._nearest(word)):
            return (near,)
        if len(word) >= 6 and (halves := self._halves(word)):
            return halves
        near = self._abbreviated(word)
        return (near,) if near else ()

    def _nearest(self, word: str) -> str | None:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        limit = 1 if len(word) < 8 else 2
        bones = skeleton(word)
        reach = max(limit, 2) if len(word) >= 5 else limit
        best: list[tuple[float, str]] = []
        for choices in (*self._choices(word, bones, limit, reach), *self._named(word, bones).values()):
            if choices:
                for choice, distance, _ in process.extract(
                    word, choices, scorer=OSA.distance, score_cutoff=reach, limit=None
                ):
                    if distance > limit and skeleton(choice) != bones:
                        continue
                    cost = float(distance)
                    if len(word) == 3 and (not self._prefers(choice) or len(choice) < 4 or choice[0] != word[0]):
                        continue
                    cost += self._remote(choice)
                    if skeleton(choice) == bones and self._prefers(choice):
                        cost -= 0.3  # vowels are what people leave out
                    if len(choice) == len(word) + 1 and any(
                        choice[:i] + choice[i + 1 :] == word and choice[i] == choice[i - 1]
                        for i in range(1, len(choice))
                    ):
                        cost -= 0.35  # and one of two equal letters
                    cost += 0 if choice[0] == word[0] else 0.3 if choice[1:] == word else 0.6
                    cost += 0 if choice[-1] == word[-1] else 0.1
                    cost += (0, 0.03, 0.05)[
                        (len(choice) <= len(word)) + (len(choice) < len(word))
                    ]  # letters get lost first of all
                    if distance == limit and len(choice) < 5 and choice[0] != word[0]:
                        continue
                    best.append((cost, choice))
        return min(best)[1] if best else None

    def _choices(self, word: str, bones: str, limit: int, reach: int) -> Iterable[list[str]]:
        """All words within *limit* edits of *word*, those of its *bones* within *reach*, and many others."""
        if self._neighbours is None:
            return [self._by_length.get(length, []) for length in range(len(word) - reach, len(word) + reach + 1)]
        near = self._neighbours.within(word, limit)
        return [list({*near, *self._neighbours.alike(bones)}) if reach > limit else near]

    def _named(self, word: str, bones: str) -> dict[int, list[str]]:
        """The words of stored names that may be near *word*, by length."""
        by_length: dict[int, list[str]] = {}
        if self._names is not None:
            for choice in sorted({*self._names.near(word), *self._names.with_skeleton(bones)}):
                by_length.setdefault(len(choice), []).append(choice)
        return by_length

    def _has(self, word: str) -> bool:
        return word in self._vocabulary or (self._names is not None and self._names.remote(word) is not None)

    def _remote(self, word: str) -> float:
        remote = self._vocabulary.get(word)
        if remote is None and self._names is not None:
            remote = self._names.remote(word)
        return UNRELATED if remote is None else remote

    def _prefers(self, word: str) -> bool:
        return word in self._preferred or (word not in self._vocabulary and self._remote(word) < UNRELATED)

    def _halves(self, word: str) -> tuple[str, str] | None:
        for cut in range(3, len(word) - 2):
            if self._has(word[:cut]) and self._has(word[cut:]):
                return word[:cut], word[cut:]
        return None

    def _abbreviated(self, word: str) -> str | None:
        if word.translate(_VOWELS) != word:
            return None
        found = [
            choice
            for length in range(len(word) + 1, len(word) * 2 + 2)
            for choice in self._by_length.get(length, ())
            if choice[0] == word[0] and choice in self._preferred and choice.translate(_VOWELS) == word
        ]
        if self._names is not None:
            found += [
                choice
                for choice in self._names.with_skeleton(skeleton(word))
                if len(word) < len(choice) < len(word) * 2 + 2 and choice.translate(_VOWELS) == word
            ]
        return found[0] if len(found) == 1 else None


def nearest(word: str, words: Iterable[str], limit: int = 5) -> list[str]:
    """
    Those of *words* that *word* may have been meant to be, the nearest first; none that shares less than half of it.

    >>> nearest("comsulat", ["consulate", "result", "king"])
    ['consulate']
    """
    from rapidfuzz import fuzz, process

    found = process.extract(word, words, scorer=fuzz.ratio, score_cutoff=70, limit=limit)
    return [choice for choice, _, _ in found]


class _Neighbours:
    """
    An index of words by the pairs of letters in them, the edges of a word counting as letters.

    Each pair has one whole number with a bit for every word that holds it, so that a few operations on long numbers
    sort out, of all words at once, those with enough pairs in common: an edit takes away three at most, a swap of
    two letters.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words, key=len)
        self._before = [0]
        """How many words are shorter than the length that is the place in the list."""
        consonants = _DOUBLED.sub(r"\1", "\n".join(self._words).translate(_VOWELS)).split("\n")  # of all at once
        self._alike: defaultdict[str, list[str]] = defaultdict(list)
        for word, letters in zip(self._words, consonants, strict=True):
            self._alike[letters].append(word)
        size = len(self._words) // 8 + 1
        holding: defaultdict[str, bytearray] = defaultdict(lambda: bytearray(size))
        for number, word in enumerate(self._words):
            self._before += [number] * (len(word) + 1 - len(self._before))
            byte, bit = number >> 3, 1 << (number & 7)
            for pair in map(add, f"^{word}", f"{word}$"):
                holding[pair][byte] |= bit
        self._holding = {pair: int.from_bytes(bits, "little") for pair, bits in holding.items()}

    def within(self, word: str, edits: int) -> list[str]:
        """Every word within *edits* of *word*, and some that are further away."""
        pairs = set(map(add, f"^{word}", f"{word}$"))
        first = self._shorter_than(len(word) - edits)
        everything = (1 << (self._shorter_than(len(word) + edits + 1) - first)) - 1
        sharing = [everything] + [0] * max(len(pairs) - 3 * edits, 0)
        """For each count the words that share so many pairs or more."""
        for pair in pairs:
            bits = self._holding.get(pair, 0) >> first & everything
            for count in range(len(sharing) - 1, 0, -1):
                sharing[count] |= sharing[count - 1] & bits
        found, left = [], sharing[-1]
        while left:
            lowest = left & -left
            found.append(self._words[first + lowest.bit_length() - 1])
            left ^= lowest
        return found

    def alike(self, skeleton: str) -> list[str]:
        """The words with that skeleton, and some that begin with another vowel."""
        return self._alike.get(_DOUBLED.sub(r"\1", skeleton.translate(_VOWELS)), [])

    def _shorter_than(self, length: int) -> int:
        return self._before[max(length, 0)] if length < len(self._before) else len(self._words)
