"""
What the words of a domain's questions may mean: its schema and names, and the language's small words, by first word.

Made once for a domain, at load. Nouns and verbs are found by their stems, names and function words as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.degrees import ADJECTIVES
from bot.domain import Domain
from bot.knowledge import KnowledgeBase
from bot.reading import Item
from bot.schema import LESS, MORE, Connector, PropertyWords, degrees, plural
from bot.text import tokenise
from bot.trees import Evaluator

if TYPE_CHECKING:
    from bot.stored_words import StoredNames


class Word(NamedTuple):
    """One word of an utterance, as the parser sees it."""

    word: str
    stem: str
    number: float | None = None
    unit: str | None = None
    ordinal: int = 0


class Index:
    """Phrases by their first word, with what each means."""

    def __init__(self) -> None:
        self.phrases: dict[str, list[tuple[tuple[str, ...], Any]]] = {}

    def add(self, words: Iterable[str], meaning: Any) -> None:
        key = tuple(words)
        if key and (key, meaning) not in self.phrases.setdefault(key[0], []):
            self.phrases[key[0]].append((key, meaning))


class Names:
    """Names by their words: a world has no entities, other names those of each type that bear them."""

    def __init__(self, kb: KnowledgeBase, world: Iterable[str], stored: StoredNames | None) -> None:
        self._stored = stored
        by_name: dict[tuple[str, ...], dict[str, list[str]]] = {}
        for entity in kb.entities.values() if stored is None else ():
            for name in (entity.label, *entity.aliases):
                ids = by_name.setdefault(tuple(_words(name)), {}).setdefault(entity.type, [])
                if entity.id not in ids:
                    ids.append(entity.id)
        self._meanings: dict[tuple[str, ...], list[Any]] = {
            phrase: [tuple((kind, tuple(ids)) for kind, ids in types.items())] for phrase, types in by_name.items()
        }
        for name in world:
            self._meanings.setdefault(tuple(_words(name)), []).append(None)
        self._meanings.pop((), None)
        self.known = {word for phrase in self._meanings for word in phrase}
        self._longest: dict[str, int] = {}
        for phrase in self._meanings:
            self._longest[phrase[0]] = max(self._longest.get(phrase[0], 0), len(phrase))

    def knows(self, word: str) -> bool:
        return word in self.known or (self._stored is not None and self._stored.is_in_name(word))

    def starting(self, words: tuple[str, ...]) -> list[tuple[Any, int]]:
        """What the names that *words* begin with mean, each with how many words it has."""
        found = self._stored.starting(words) if self._stored is not None else []
        for end in range(1, min(self._longest.get(words[0], 0), len(words)) + 1 if words else 0):
            found += [(meaning, end) for meaning in self._meanings.get(words[:end], ())]
        return found


class Grammar:
    """All that one domain's questions can be put together from. Made once; immutable afterwards."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.schema = domain.schema
        self.evaluator = _evaluator(domain)
        self.stem: Callable[[str], str] = domain.lexicon.stem
        self.function = Index()
        """The language's small words; their meaning is the group that lists them."""
        for group, phrases in domain.lexicon.grammar.items():
            for phrase in phrases if group not in ADJECTIVES else ():
                self.function.add(_words(phrase), group)
        self.definite = frozenset(domain.lexicon.grammar.get("definite", ()))
        self.names = Names(domain.kb, domain.schema.world, domain.names)
        self.types, self.properties = Index(), Index()
        self.superlatives, self.comparatives, self.positives = Index(), Index(), Index()
        self.conditions, self.counts, self.connectors = Index(), Index(), Index()
        self.has: list[Connector] = []
        self.articles = {words.id for words in domain.schema.types.values() if words.article}
        self._add_types()
        for words in self.schema.properties.values():
            self._add_property(words)
        self._add_degrees(None, domain.lexicon.grammar.get("large", ()), domain.lexicon.grammar.get("small", ()))
        self.known = {"'s", ","} | {
            word
            for index in (self.superlatives, self.comparatives, self.positives, self.conditions)
            for phrases in index.phrases.values()
            for key, _ in phrases
            for word in key
        }
        self.known |= {w for phrases in self.function.phrases.values() for key, _ in phrases for w in key}
        self.known_stems = {
            word
            for index in (self.types, self.properties, self.counts, self.connectors)
            for phrases in index.phrases.values()
            for key, _ in phrases
            for word in key
        }

    def _add_types(self) -> None:
        for words in self.schema.types.values():
            for noun, many in zip(words.nouns, words.plurals, strict=False):
                self.types.add(self._stems(noun), (words.id, tuple(_words(many))))
                self.types.add(self._stems(many), (words.id, tuple(_words(many))))
            for adjective, condition in words.conditions:
                self.conditions.add(_words(adjective), (words.id, condition))

    def _add_property(self, words: PropertyWords) -> None:
        for noun in words.nouns:
            self.properties.add(self._stems(noun), (words.id, tuple(_words(plural(noun)))))
            self.properties.add(self._stems(plural(noun)), (words.id, tuple(_words(plural(noun)))))
        for noun in words.part_nouns:
            self.properties.add(self._stems(noun), (words.id, None))
        for noun in words.counts:
            self.counts.add(self._stems(noun), words.id)
            self.counts.add(self._stems(plural(noun)), words.id)
        self._add_degrees(words.id, words.more, words.less)
        have = set(self.domain.lexicon.grammar.get("have", ()))
        for connector in words.connectors:
            if len(connector.words) == 1 and connector.words[0] in have:
                self.has.append(connector)
            else:
                first, *rest = connector.words
                base = {first, first.removesuffix("s"), first.removesuffix("es")} if not connector.copula else {first}
                for verb in base:
                    self.connectors.add((self.stem(word) for word in (verb, *rest)), connector)

    def _add_degrees(self, property_: str | None, more: Iterable[str], less: Iterable[str]) -> None:
        for adjectives, pick, other in ((more, MORE, LESS), (less, LESS, MORE)):
            for adjective in adjectives:
                comparative, superlative = degrees(adjective)
                self.positives.add(_words(adjective), (property_, pick))
                for form in (comparative, f"more {adjective}"):
                    self.comparatives.add(_words(form), (property_, pick))
                self.comparatives.add(_words(f"less {adjective}"), (property_, other))
                for form in (superlative, f"most {adjective}"):
                    self.superlatives.add(_words(form), (property_, pick))
                self.superlatives.add(_words(f"least {adjective}"), (property_, other))

    def _stems(self, phrase: str) -> list[str]:
        return [self.stem(word) for word in _words(phrase)]

    def _word(self, word: str, ordinal: int) -> Word:
        if word == "s":
            return Word("'s", "'s")
        return Word(word, self.stem(word), self.domain.lexicon.exact.get(word, {}).get("number"), None, ordinal)

    def unknown(self, items: Sequence[Item]) -> list[Item]:
        """The items that have no meaning in any tree."""
        return [item for item in items if not all(map(self.is_known, self.tokens([item])))]

    def is_known(self, w: Word) -> bool:
        return (
            w.number is not None
            or w.ordinal > 0
            or w.unit is not None
            or self._knows(w.word)
            or w.stem in self.known_stems
        )

    def _knows(self, word: str) -> bool:
        return word in self.known or self.names.knows(word)

    def tokens(self, items: Sequence[Item]) -> list[Word]:
        words: list[Word] = []
        for item in items:
            if item.mark:
                if item.mark == ",":
                    words.append(Word(",", ","))
                continue
            number = item.quantity.amount if item.quantity else item.number
            if number is None and len(item.words) == 1 and item.words[0].isdecimal():
                number = float(item.words[0])
            if number is not None and isfinite(number):
                unit = item.quantity.unit if item.quantity else None
                words.append(Word(" ".join(item.words), "", number, unit))
            elif item.filler == 1 and not any(self._knows(w) or self.stem(w) in self.known_stems for w in item.words):
                continue
            elif item.respelled and (typed := _words(item.text)) and all(map(self._knows, typed)):
                words += [Word(word, self.stem(word)) for word in typed]  # "no" may stand for number, but it need not
            else:
                ordinal = int(item.ordinal or 0) if len(item.words) == 1 else 0
                words += [self._word(word, ordinal) for word in item.words]
                if item.unit and len(item.words) == 1:
                    words[-1] = words[-1]._replace(unit=item.unit)
            if item.possessive:
                words.append(Word("'s", "'s"))
        return words


def _evaluator(domain: Domain) -> Evaluator:
    if domain.names is None:
        return Evaluator(domain.kb, domain.schema)
    from bot.stored_trees import StoredEvaluator

    return StoredEvaluator(domain.kb, domain.schema)


def _words(phrase: str) -> list[str]:
    return [token.norm for token in tokenise(phrase) if token.norm not in (".", "?", "-")]
