"""
The known word that a misspelt one was meant to be. Finds, never decides: what was read instead is shown.

This module alone imports rapidfuzz, and only when a word turns up that the lexicon does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from bot.language import UNRELATED

MIN_LENGTH = 3
"""Shorter words have too many neighbours to be mended."""

_VOWELS = str.maketrans("", "", "aeiouy")


def _skeleton(word: str) -> str:
    """The consonants, doubled ones once: what stays when vowels get lost and letters doubled."""
    bare = word[0] + word[1:].translate(_VOWELS)
    return "".join(c for i, c in enumerate(bare) if not i or c != bare[i - 1])


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

    def __init__(self, vocabulary: Mapping[str, float], common_words: str) -> None:
        self._common_file = common_words
        self._preferred = {word for word, remote in vocabulary.items() if remote < UNRELATED}
        self._by_length: dict[int, list[str]] = {}
        for word in vocabulary:
            if len(word) >= 3 and word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)
        self._vocabulary = vocabulary
        self._known: dict[str, tuple[str, ...]] = {}

    @cached_property
    def common_words(self) -> str:
        """
        Correctly spelled words of the language, between newlines: none of them is a misspelling of another.

        One text, as a search through it takes microseconds and a set of its 40,000 words milliseconds to make.
        """
        if not self._common_file:
            return ""
        with open(self._common_file, encoding="utf-8") as file:
            return "\n{}\n".format("\n".join(file.read().split()))

    def is_common(self, word: str) -> bool:
        """Whether it is a correctly spelled word of the language."""
        return f"\n{word}\n" in self.common_words

    def respell(self, word: str) -> tuple[str, ...]:
        """
        The word or words that *word* was most likely meant to be; empty when nothing is near enough.

        One edit (a swap counts as one) up to 7 letters, two from 8; two words run together; a word
        written without its vowels. Of equally near words the domain's own come first.
        """
        found = self._known.get(word)
        if found is None:
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
        skeleton = _skeleton(word)
        reach = max(limit, 2) if len(word) >= 5 else limit
        best: list[tuple[float, str]] = []
        for length in range(len(word) - reach, len(word) + reach + 1):
            choices = self._by_length.get(length)
            if choices:
                for choice, distance, _ in process.extract(
                    word, choices, scorer=OSA.distance, score_cutoff=reach, limit=20
                ):
                    if distance > limit and _skeleton(choice) != skeleton:
                        continue
                    cost = float(distance)
                    if len(word) == 3 and (choice not in self._preferred or len(choice) < 4 or choice[0] != word[0]):
                        continue
                    cost += self._vocabulary[choice]
                    if _skeleton(choice) == skeleton and choice in self._preferred:
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

    def _halves(self, word: str) -> tuple[str, str] | None:
        for cut in range(3, len(word) - 2):
            if word[:cut] in self._vocabulary and word[cut:] in self._vocabulary:
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
        return found[0] if len(found) == 1 else None
