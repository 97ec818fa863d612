"""
Questions told apart by example: evidence from all examples of an intent, weighed by how well it tells intents apart.

An intent that has only `examples:` and a fixed answer has no pattern to match. Its examples taken together are one
document, and a question is compared with each intent's document by BM25. What is compared are *traits* of an
utterance: the stems of its words, neighbouring pairs, pairs with one word between them, and runs of four letters.
A trait is worth the more the fewer intents share it; where an example would not be told apart if it were not there
itself, weight is moved from the intent in its way to its own.

Confidence is what an intent scored, divided by the most that any could have scored with these words, and set
against what the examples themselves would reach if each were asked as a new question. So one threshold serves for
all questions and for small and large sets of examples alike. Words that no example has speak against an answer.

Nothing here is random and nothing is stored: the same examples give the same weights, in whatever order files are read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple, Protocol

from bot.text import MARKS, tokenise

DEFAULT_THRESHOLD = 0.5
"""A question is declined below this confidence: that which `_UNSURE` of the examples would not reach."""
DEFAULT_MARGIN = 0.02
"""Both intents are offered when the second's score is less than this share behind the first's."""

_WORD, _PAIR, _GAP, _LETTERS = 1.0, 0.85, 0.7, 0.6
"""How much a trait counts, by its kind: a word has several of the smaller ones."""

# BM25's k1, how slowly the worth of a trait levels off with the number of examples that have it, and its b, how far
# intents with many or long examples are held back.
_SATURATION = 2.5
_LENGTH = 0.5

_PASSES = 3
_STEP = 0.1
"""How much of its rarity a trait gains for one intent, and loses for another, in one move."""
_CLEAR = 1.2
"""An example is told apart when its own intent scores this many times as much as the next."""
_SAFE = 1.4
"""One that is told apart as clearly as this needs no second look."""
_RIVALS = 2
_WIDE = 15
"""Traits of more intents than this are left out when rivals are looked for: they cost most and tell least."""

_UNKNOWN = 1.5
"""What a trait that nobody has adds to the most that could be scored, against one that one example has."""
_FULLNESS = 0.65
"""The power to which that most is raised: the same share of a longer question shows more."""
_RIVALRY = 0.3
"""The share of the second's score that is taken off the first's confidence."""
_COVERAGE = 0.3
"""The power to which the share of words that the intent's own examples have is raised."""
_UNSURE = 0.08
"""The share of examples that would fall below a confidence of 0.5, were each asked as a new question."""
_SAMPLE = 500
"""So many examples are asked to find that out."""
_LEAST = 0.15
"""Examples that have nothing in common would make any word enough: this share of the most is needed anyway."""

_LOW = -1e9
_EDGES = ("^", "$")


class Stemmer(Protocol):
    """What knows the stems of words: a Lexicon."""

    def stem(self, word: str) -> str: ...


class Weighed(NamedTuple):
    """An intent, how sure the evidence for it is, and how far the next one is behind, as shares from 0 to 1."""

    intent: str
    confidence: float
    lead: float


class Share(NamedTuple):
    """A word or pair that counted for an intent, and its share of the intent's score."""

    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The weight of each trait for each intent; made by `gather`."""

    intents: tuple[str, ...]
    weights: Mapping[str, Mapping[int, float]]
    """Trait → number of the intent → weight."""
    most: Mapping[str, float]
    """Trait → its highest weight for any intent."""
    known: Mapping[str, Mapping[int, float]]
    """Stem → number of the intent → how well its examples know the word, from 0 to 1."""
    rarity: Mapping[str, float]
    """Stem → how rare it is among all examples."""
    unknown: float
    """The weight of a word that no example has, in the most that could be scored."""
    unheard: float
    """The rarity of such a word."""
    pivot: float
    """The raw confidence that counts as 0.5."""
    examples: Mapping[str, int]
    """The words of each example → number of its intent; -1 when it is an example of several."""
    vocabulary: frozenset[str]
    """All words of all examples, as written."""
    lexicon: Stemmer
    threshold: float = DEFAULT_THRESHOLD
    margin: float = DEFAULT_MARGIN

    def weigh(self, words: Sequence[str], count: int = 3) -> tuple[Weighed, ...]:
        """
        The *count* intents that *words* speak for most, best first; equal ones in the order of their ids.

        An example word for word is its intent's beyond doubt. Empty when no word is known.
        """
        stems = [self.lexicon.stem(word) for word in words]
        scores, most = self._scores(words, stems)
        found: list[tuple[int, float]] = []
        for _ in range(min(count, len(scores))):
            score = max(scores)
            if score <= 0:
                break
            number = scores.index(score)
            found.append((number, score))
            scores[number] = _LOW
        own = self.examples.get(" ".join(words), -1)
        if own >= 0:
            found = [(own, 1.0), *((number, 0.0) for number, _ in found if number != own)][:count]
            return tuple(Weighed(self.intents[number], share, share) for number, share in found)
        weighed = []
        for place, (number, score) in enumerate(found):
            behind = found[place + 1][1] if place + 1 < len(found) else 0.0
            rival = found[1][1] if place == 0 and len(found) > 1 else found[0][1] if place else 0.0
            raw = _raw_confidence(score, rival, most, self._coverage(stems, number))
            weighed.append(Weighed(self.intents[number], raw / (raw + self.pivot), (score - behind) / score))
        return tuple(weighed)

    def shares(self, words: Sequence[str], intent: str, count: int = 8) -> tuple[Share, ...]:
        """What of *words* counted for *intent*, the most telling first: words with their letters, and pairs."""
        number = self.intents.index(intent)
        stems = [self.lexicon.stem(word) for word in words]
        shown = dict(zip(stems, words, strict=True))
        counted: dict[str, float] = {}
        for trait in _word_traits(stems):
            text = " ".join(shown.get(part, "…" if part == "_" else "") for part in trait.split(" ")).strip()
            counted[text] = counted.get(text, 0.0) + self._weight(trait, number)
        letters = {trait: word for word in words for trait in _letters(word)}
        for trait, word in letters.items():
            counted[word] = counted.get(word, 0.0) + self._weight(trait, number)
        total = sum(weight for weight in counted.values() if weight > 0)
        ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(Share(text, weight / total) for text, weight in ranked[:count] if weight > 0)

    def knows(self, word: str) -> bool:
        """Whether any example has *word*, inflected or not."""
        return word in self.vocabulary or self.lexicon.stem(word) in self.known

    def _weight(self, trait: str, number: int) -> float:
        return self.weights.get(trait, {}).get(number, 0.0)

    def _scores(self, words: Sequence[str], stems: Sequence[str]) -> tuple[list[float], float]:
        """Each intent's score, and the most that any could have reached."""
        weights, known = self.weights, self.most
        scores = [0.0] * len(self.intents)
        most = 0.0
        for trait in _traits(words, stems):
            best = known.get(trait)
            if best is None:
                most += self.unknown * _factor(trait)
            else:
                most += best
                for number, weight in weights[trait].items():
                    scores[number] += weight
        return scores, most

    def _coverage(self, stems: Sequence[str], number: int) -> float:
        """The share of the words, weighed by rarity, that the intent's examples know."""
        said = heard = 0.0
        for stem in dict.fromkeys(stems):
            rarity = self.rarity.get(stem)
            if rarity is None:
                said += self.unheard
            else:
                said += rarity
                heard += rarity * self.known[stem].get(number, 0.0)
        return heard / said if said else 0.0


def gather(
    examples: Mapping[str, Sequence[Sequence[str]]],
    lexicon: Stemmer,
    *,
    threshold: float = DEFAULT_THRESHOLD,
    margin: float = DEFAULT_MARGIN,
) -> Evidence:
    """The evidence in the words of each intent's *examples*, of which there must be at least one."""
    evidence = _Gathering({intent: examples[intent] for intent in sorted(examples)}, lexicon).evidence()
    return replace(evidence, threshold=threshold, margin=margin)


def spoken_words(text: str, spellings: Mapping[str, str]) -> list[str]:
    """
    The words and numbers of *text*, chat spellings written out; marks and endings are left out.

    >>> spoken_words("What's ur name, please?", {"ur": "your"})
    ['what', 'your', 'name', 'please']
    """
    words: list[str] = []
    for token in tokenise(text):
        if token.norm in spellings:
            words += [part.norm for part in tokenise(spellings[token.norm])]
        elif token.norm not in MARKS:
            words.append(token.norm)
    return words


# Traits of an utterance


def _traits(words: Sequence[str], stems: Sequence[str]) -> dict[str, None]:
    traits = _word_traits(stems)
    for word in words:
        traits.update(_letters(word))
    return traits


def _word_traits(stems: Sequence[str]) -> dict[str, None]:
    """
    Words, pairs of neighbours, the edges of the utterance counting as words, and pairs around one word.

    >>> list(_word_traits(["lost", "my", "card"]))
    ['lost', 'my', 'card', '^ lost', 'lost my', 'my card', 'card $', 'lost _ card']
    """
    first, last = _EDGES
    padded = [first, *stems, last]
    pairs = [f"{a} {b}" for a, b in pairwise(padded)]
    return dict.fromkeys([*stems, *pairs, *[f"{a} _ {b}" for a, b in zip(stems, stems[2:], strict=False)]])


@lru_cache(maxsize=50_000)
def _letters(word: str) -> Mapping[str, None]:
    """
    Runs of four letters, which words of one family and misspelt ones share.

    >>> list(_letters("card"))
    ['~<car', '~card', '~ard>']
    """
    marked = f"<{word}>"
    return dict.fromkeys(f"~{marked[i : i + 4]}" for i in range(len(marked) - 3)) if len(marked) > 4 else {}


def _factor(trait: str) -> float:
    if trait[0] == "~":
        return _LETTERS
    if " " not in trait:
        return _WORD
    return _GAP if " _ " in trait else _PAIR


# Weights from examples


class _Hard(NamedTuple):
    """An example that is not clearly told apart; what its traits lose when it is not there, `lost`, stays the same."""

    number: int
    rivals: tuple[int, ...]
    traits: list[str]
    weights: list[dict[int, float]]
    steps: list[float]
    lost: float


class _Gathering:
    """The steps from examples to weights. Intents are known by number, in the order of their ids."""

    def __init__(self, examples: Mapping[str, Sequence[Sequence[str]]], lexicon: Stemmer) -> None:
        self.intents = tuple(examples)
        self.lexicon = lexicon
        self.said = list(_in_turn(list(examples.values())))
        self.stems = [[lexicon.stem(word) for word in words] for _, words in self.said]
        self.counts: dict[str, dict[int, int]] = {}
        self.weights: dict[str, dict[int, float]] = {}
        self.rarity: dict[str, float] = {}
        lengths = self._count()
        self.saturation = self._saturation(lengths)
        self._weigh()
        self.single = {t for t, counts in self.counts.items() if len(counts) == 1 and 1 in counts.values()}
        """Traits of one example alone: without it there would be none."""
        # How much less a trait is worth to an intent when one of the examples that have it is taken away.
        self.losses = [[0.0, *(b - a for a, b in pairwise(s))] for s in self.saturation]
        self._move()

    def evidence(self) -> Evidence:
        total = len(self.said)
        most: dict[str, float] = {trait: max(weights.values()) for trait, weights in self.weights.items()}
        self.usual = sum(most[trait] * sum(counts.values()) for trait, counts in self.counts.items()) / total
        words = {trait: counts for trait, counts in self.counts.items() if trait[0] != "~" and " " not in trait}
        own: dict[str, int] = {}
        for number, spoken in self.said:
            text = " ".join(spoken)
            own[text] = number if own.get(text, number) == number else -1
        unweighed = Evidence(
            self.intents,
            self.weights,
            most,
            {stem: {n: _knowledge(count) for n, count in counts.items()} for stem, counts in words.items()},
            {stem: math.log((total + 1) / (sum(counts.values()) + 0.5)) for stem, counts in words.items()},
            _UNKNOWN * math.log(1 + (len(self.intents) + 0.5) / 0.5),
            math.log((total + 1) / 0.5),
            1.0,
            own,
            frozenset(word for _, spoken in self.said for word in spoken),
            self.lexicon,
        )
        return replace(unweighed, pivot=self._pivot(unweighed))

    def _count(self) -> list[int]:
        """How many examples of each intent have each trait; returns how many traits each intent has."""
        counts, lengths = self.counts, [0] * len(self.intents)
        self.traits = []
        for (number, words), stems in zip(self.said, self.stems, strict=True):
            traits = _traits(words, stems)
            self.traits.append(traits)
            lengths[number] += len(traits)
            for trait in traits:
                by_intent = counts.get(trait)
                if by_intent is None:
                    counts[trait] = {number: 1}
                else:
                    by_intent[number] = by_intent.get(number, 0) + 1
        return lengths

    def _saturation(self, lengths: list[int]) -> list[list[float]]:
        """For each intent, BM25's worth of a trait that 0, 1, 2, … of its examples have."""
        usual = sum(lengths) / len(lengths) or 1.0
        sizes = [0] * len(lengths)
        for number, _ in self.said:
            sizes[number] += 1
        tables = []
        for length, size in zip(lengths, sizes, strict=True):
            damping = _SATURATION * (1 - _LENGTH + _LENGTH * length / usual)
            tables.append([n * (_SATURATION + 1) / (n + damping) for n in range(size + 1)])
        return tables

    def _weigh(self) -> None:
        """
        Rarity times worth. An intent counts for rarity by its part in the trait, as entropy has it: a trait that
        one intent has often and five have once is nearly as telling as that one's alone.
        """
        log, total = math.log, len(self.intents)
        for trait, counts in self.counts.items():
            spread = 1.0
            if len(counts) > 1:
                times = sum(counts.values())
                spread = math.exp(log(times) - sum([n * log(n) for n in counts.values()]) / times)
            rarity = self.rarity[trait] = _factor(trait) * log(1 + (total - spread + 0.5) / (spread + 0.5))
            self.weights[trait] = {number: rarity * self.saturation[number][n] for number, n in counts.items()}

    def _move(self) -> None:
        """Move weight, in a few passes, where an example taken by itself is not told apart from other intents."""
        hard = list(self._hard_examples()) if len(self.intents) > 1 else []
        for _ in range(_PASSES):
            hard = [example for example in hard if self._move_for(example)]

    def _hard_examples(self) -> Iterator[_Hard]:
        """The examples that are not clearly told apart when they are not there themselves."""
        narrow = {  # words and pairs are enough to find what is hard, and letters would take half the time
            trait: tuple(weights.items())
            for trait, weights in self.weights.items()
            if len(weights) <= _WIDE and trait[0] != "~" and trait not in self.single
        }
        nobody = [0.0] * len(self.intents)
        counts, rarity = self.counts, self.rarity
        for (number, _), stems, traits in zip(self.said, self.stems, self.traits, strict=True):
            scores, losses, lost = nobody[:], self.losses[number], 0.0
            for trait in islice(traits, 3 * len(stems)):  # at most so many are words and pairs; they come first
                if trait in narrow:
                    for other, weight in narrow[trait]:
                        scores[other] += weight
                    lost += rarity[trait] * losses[counts[trait][number]]
            own = scores[number] - lost
            scores[number] = _LOW
            if own < _SAFE * max(scores):
                shared = [trait for trait in traits if trait not in self.single]
                lost = sum([rarity[trait] * losses[counts[trait][number]] for trait in shared])
                steps = [_STEP * rarity[trait] if counts[trait][number] > 1 else 0.0 for trait in shared]
                yield _Hard(number, _leaders(scores), shared, [self.weights[trait] for trait in shared], steps, lost)

    def _move_for(self, example: _Hard) -> bool:
        """Move weight for one example if it is not told apart; returns whether to look at it again."""
        number, rivals, traits, weights, steps, lost = example
        own = sum([by_intent[number] for by_intent in weights]) - lost
        strongest, rival = _LOW, rivals[0]
        for other in rivals:
            score = sum([by_intent[other] for by_intent in weights if other in by_intent])
            if score > strongest:
                strongest, rival = score, other
        if own < _CLEAR * strongest:
            for trait, by_intent, step in zip(traits, weights, steps, strict=True):
                by_intent[number] += step
                by_intent[rival] = by_intent.get(rival, 0.0) - _STEP * self.rarity[trait]
        return own < _SAFE * strongest

    def _pivot(self, evidence: Evidence) -> float:
        """The raw confidence that all but the least sure examples would reach, each asked as a new question."""
        stride = max(1, len(self.said) // _SAMPLE)
        reached = sorted(self._left_out(evidence, place) for place in range(0, len(self.said), stride))
        pivot = reached[int(_UNSURE * len(reached))]
        return max(pivot, _LEAST * math.pow(self.usual, 1 - _FULLNESS))

    def _left_out(self, evidence: Evidence, place: int) -> float:
        """The raw confidence for an example that is not counted among the examples."""
        number = self.said[place][0]
        scores, most = evidence._scores(self.said[place][1], self.stems[place])
        for trait in self.traits[place]:
            count = self.counts[trait]
            if trait in self.single:
                scores[number] -= self.weights[trait][number]
                most += evidence.unknown * _factor(trait) - evidence.most[trait]
            else:
                scores[number] -= self.rarity[trait] * self.losses[number][count[number]]
        best = max(scores)
        leader = scores.index(best)
        scores[leader] = _LOW
        second = max(0.0, *scores)
        said = heard = 0.0
        for stem in dict.fromkeys(self.stems[place]):
            if stem in self.single:
                said += evidence.unheard
            else:
                said += evidence.rarity[stem]
                count_here = self.counts[stem].get(leader, 0) - (leader == number)
                heard += evidence.rarity[stem] * _knowledge(count_here)
        coverage = heard / said if said else 0.0
        return _raw_confidence(best, second, most, coverage)


def _raw_confidence(score: float, second: float, most: float, coverage: float) -> float:
    return max(score - _RIVALRY * second, 0.0) / math.pow(most, _FULLNESS) * math.pow(coverage, _COVERAGE)


def _leaders(scores: list[float]) -> tuple[int, ...]:
    """The intents with the highest scores, best first; takes them out of *scores*."""
    leaders = []
    for _ in range(min(_RIVALS, len(scores) - 1)):
        leader = scores.index(max(scores))
        leaders.append(leader)
        scores[leader] = _LOW
    return tuple(leaders)


def _knowledge(count: int) -> float:
    """How well *count* examples know a word, from 0 to 1."""
    return count / (count + 0.5)


def _in_turn(examples: Sequence[Sequence[Sequence[str]]]) -> Iterator[tuple[int, Sequence[str]]]:
    """The first example of each intent, then the second of each, and so on: none moves all its weight first."""
    for place in range(max(map(len, examples))):
        for number, own in enumerate(examples):
            if place < len(own):
                yield number, own[place]
