"""
The words that any subject needs, and the lexicon that joins them with a domain's own.

Every word or phrase has one entry that holds all it may be: senses, entities, a number, an operation, a
question word, a filler. Which of these it is in an utterance is decided by what the utterance is about, not here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from types import ModuleType
from typing import Any

from bot.text import tokenise

Entry = dict[str, Any]
"""
What a phrase may be, by kind; only the kinds that apply are there:

senses      set of sense ids
strengths   how centrally it expresses each of them, from 0 to 1
own, parts  of a phrase: the senses of the whole, and those of each of its content words
entities    list of (entity id, `name` | `adjective` | `metonym`)
types       set of entity types that it is a noun for
operations  set of operations
asks        what a question word asks for
preposition its canonical form
genitive    a name with its s but no apostrophe
filler      1 for words without content, 2 for those that only shade
number, scale, ordinal, month, decade, fraction   their values
unit        unit id
now         the present
pronoun     what it may point back to
auxiliary   a verb that opens yes/no questions
joins       `and` or `or`
social      social group
"""

# Endings that Snowball takes off although the word then means something else: important is not import.
_DERIVED = ("ant", "ance", "ancy", "ence", "ative", "al", "ally", "able", "ible", "ous", "ful", "less", "ness",
            "ism", "ist", "ity", "ic", "ical", "ician", "ory", "ary")  # fmt: skip


@dataclass(slots=True)
class SocialGroup:
    """A kind of social turn and what the bot says to it."""

    id: str
    replies: tuple[str, ...]


Phrases = dict[tuple[str, ...], str]
"""Folded words of a phrase → what group it belongs to."""


@dataclass(slots=True)
class Conversation:
    """How people go on: phrases that open a follow-up, point back, or ask about the last answer."""

    sections: dict[str, Phrases] = field(default_factory=dict)
    replies: dict[str, str] = field(default_factory=dict)
    """What is said to questions about the answer, by group; holes name parts of the answer."""
    longest: dict[str, dict[str, int]] = field(default_factory=dict)
    """Section → first word → how many words its longest phrase has."""

    def add(self, section: str, phrase: str, group: str = "") -> None:
        words = spoken(phrase)
        if words:
            self.sections.setdefault(section, {}).setdefault(words, group)
            longest = self.longest.setdefault(section, {})
            longest[words[0]] = max(longest.get(words[0], 0), len(words))

    def at(self, section: str, words: Sequence[str], start: int) -> tuple[int, str] | None:
        """Where the longest phrase of *section* that begins at *start* ends, and its group; None without one."""
        reach = self.longest.get(section, _NOTHING).get(words[start], 0)
        if not reach:
            return None
        phrases = self.sections[section]
        for end in range(min(len(words), start + min(reach, _LONGEST)), start, -1):
            group = phrases.get(tuple(words[start:end]))
            if group is not None:
                return end, group
        return None

    def whole(self, section: str, words: Sequence[str]) -> str | None:
        """The group of the phrase that *words* are, None when they are none."""
        return self.sections.get(section, _NOTHING).get(tuple(words))


_LONGEST = 8
_NOTHING: dict[Any, Any] = {}


def spoken(text: str) -> tuple[str, ...]:
    """
    The words of *text* without marks, short forms written out.

    >>> spoken("What's that, then?")
    ('what', 'is', 'that', 'then')
    """
    return tuple("is" if token.norm == "'s" else token.norm for token in tokenise(text) if token.norm[0] not in ",.?-")


@dataclass(slots=True)
class Lexicon:
    """All phrases, by exact folded form and, for senses and type nouns, by stem."""

    exact: dict[str, Entry] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)
    """For each first word, how many words its longest phrase has."""
    stemmed: dict[str, Entry] = field(default_factory=dict)
    longest_stemmed: dict[str, int] = field(default_factory=dict)
    begins: dict[str, int] = field(default_factory=dict)
    """The same for each first two words of a longer phrase."""
    begins_stemmed: dict[str, int] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)
    """The words that stand in a phrase, after its first."""
    inside_stemmed: set[str] = field(default_factory=set)
    words: dict[str, float] = field(default_factory=dict)
    """What a misspelling may be of: every word of a phrase, sorted, and how far it is from what the domain is about."""
    senses: set[str] = field(default_factory=set)
    sense_stems: set[str] = field(default_factory=set)
    sense_roots: set[str] = field(default_factory=set)
    needed_stems: set[str] = field(default_factory=set)
    domain_senses: set[str] = field(default_factory=set)
    """Those that the domain's own files define: what they list is meant as it stands."""
    social: dict[str, SocialGroup] = field(default_factory=dict)
    unit_labels: dict[str, str] = field(default_factory=dict)
    unit_kinds: dict[str, str] = field(default_factory=dict)
    scale_words: list[tuple[float, str]] = field(default_factory=list)
    common_words_file: str = ""
    loaded: bool = False
    """From then on nothing is added: questions of a million strange words would be a million stems."""
    grammar: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The words by which `composition` puts questions together, by what they do."""
    canonical: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    """How `bot check --mutate` puts questions: operation → kind of what is asked for → templates."""

    def add_sense(self, phrase: str, sense: str, strength: float = 1.0) -> str | None:
        """
        Let *phrase*, inflected too, express *sense*; *strength* says how centrally, from 0 to 1.

        The words of a sense are listed from the most telling to the most remote.
        """
        key = self.add(phrase, "senses", sense, inflected=True)
        if key:
            stems = " ".join(self.stem(word) for word in key.split())
            for table, form in ((self.exact, key), (self.stemmed, stems)):
                strengths = table[form].setdefault("strengths", {})
                strengths[sense] = max(strengths.get(sense, 0.0), strength)
            self.stemmed[stems].setdefault("bases", {}).setdefault(sense, set()).add(key)
        return key

    def add(self, phrase: str, kind: str, value: Any = None, *, inflected: bool = False) -> str | None:
        """
        Let *phrase* be *kind* too; *inflected* lets its inflections count as well.

        Returns the folded phrase, None when it holds no word.
        """
        words = [token.norm for token in tokenise(phrase)]
        if not words:
            return None
        key = " ".join(words)
        _merge(self.exact.setdefault(key, {}), kind, value)
        _note_reach(words, self.longest, self.begins)
        if inflected:
            stems = [self.stem(word) for word in words]
            entry = self.stemmed.setdefault(" ".join(stems), {})
            _merge(entry, kind, value)
            if kind == "types":  # "consulate" has the stem of "consul", but is none
                entry.setdefault("nouns", set()).add(root(key))
            _note_reach(stems, self.longest_stemmed, self.begins_stemmed)
        return key

    def settle(self, used: set[str], needed: set[str]) -> None:
        """
        Drop the senses that no intent uses, and let a phrase mean what its words mean too.

        A word of a dropped sense is known as a word, and blocks an answer like any other that says something else.
        """
        self._drop_redundant(used)
        self.sense_stems = {form(sense) for sense in self.senses for form in (root, self.stem)}
        self.sense_roots = {root(sense) for sense in self.senses}
        self.needed_stems = {form(sense) for sense in needed for form in (root, self.stem)}
        for table in (self.exact, self.stemmed):
            for phrase in list(table):
                self._settle_entry(table, phrase, used)
        for phrase, entry in self.exact.items():
            if " " not in phrase:
                inflected = self.stemmed.get(self.stem(phrase), {})
                if "senses" in entry:
                    bases = inflected.get("bases", {})
                    same = {
                        sense: strength
                        for sense, strength in inflected.get("strengths", {}).items()
                        if any(root(base) == root(phrase) for base in bases.get(sense, ()))
                    }
                    _add_strengths(entry, same)
                if "types" in inflected and root(phrase) in inflected.get("nouns", ()):
                    entry["types"] = frozenset((*entry.get("types", ()), *inflected["types"]))
        said = {
            (entry["unit"], self._stems(phrase)): entry
            for phrase, entry in self.exact.items()
            if "unit" in entry and entry.get("senses")
        }
        for phrase, entry in self.exact.items():
            if "unit" in entry and not entry.get("senses"):
                same = said.get((entry["unit"], self._stems(phrase)), {})  # "hours", where a pattern says "hour"
                entry["senses"] = same.get("senses", frozenset())  # but "tonnes" are not tonnage
                entry["strengths"] = dict(same.get("strengths", {}))
        for table in (self.exact, self.stemmed):
            for phrase, entry in table.items():
                if " " in phrase and "senses" in entry and "idiom" not in entry:
                    entry["own"] = frozenset(entry["senses"])
                    parts = [self._word(table, word) for word in phrase.split()]
                    links = [_is_link(self.exact.get(word, {})) for word in phrase.split()]
                    content = [part for part, link in zip(parts, links, strict=True) if not link]
                    entry["parts"] = tuple(frozenset(part.get("senses", ())) for part in content)
                    for part in content:
                        _add_strengths(entry, part.get("strengths", {}), _OF_A_PART)
        for entry in self.stemmed.values():
            entry.pop("bases", None)
            entry.pop("nouns", None)
        self.longest, self.begins = _reach(self.exact)
        self.longest_stemmed, self.begins_stemmed = _reach(self.stemmed)
        self.inside, self.inside_stemmed = _inside(self.exact), _inside(self.stemmed)
        self._find_words()

    def _stems(self, phrase: str) -> str:
        return " ".join(self.stem(word) for word in phrase.split())

    def _drop_redundant(self, used: set[str]) -> None:
        """Forget that a phrase has a sense that one of its own words has: "trade deficit" beside "deficit"."""
        for table in (self.exact, self.stemmed):
            for phrase, entry in table.items():
                if " " not in phrase or "senses" not in entry or "idiom" in entry:
                    continue
                parts = [self._word(table, word) for word in phrase.split()]
                if any(self.exact.get(word, {}).keys() & {"operations", "asks"} for word in phrase.split()):
                    entry["senses"] = {
                        sense for sense in entry["senses"] if sense in self.domain_senses or sense[0] == "="
                    }
                links = [_is_link(self.exact.get(word, {})) for word in phrase.split()]
                words = [part for part, link in zip(parts, links, strict=True) if not link]
                if not all(used.intersection(word.get("senses", ())) or word.get("filler") for word in words):
                    continue  # "play host": without the phrase, "play" would stay unexplained
                for sense in list(entry["senses"] - self.domain_senses):
                    if sense[0] != "=" and any(sense in word.get("senses", ()) for word in words):
                        entry["senses"].discard(sense)
                        entry["strengths"].pop(sense, None)
                        entry["redundant"] = True

    def _word(self, table: dict[str, Entry], word: str) -> Entry:
        entry = table.get(word, {})
        if table is self.exact and "senses" not in entry:
            inflected = self.stemmed.get(self.stem(word))
            if inflected and "senses" in inflected:
                return {**inflected, **entry}
        return entry

    def _settle_entry(self, table: dict[str, Entry], phrase: str, used: set[str]) -> None:
        entry = table[phrase]
        strengths = entry.pop("strengths", {})
        bases = entry.pop("bases", None)
        senses = entry.pop("senses", set())
        listed = bool(senses) or entry.pop("redundant", False)
        words = phrase.split()
        if (
            len(words) > 1
            and set(entry) <= {"filler"}
            and all(word in PARTICLES or _is_link(self.exact.get(word, {})) for word in words)
            and "=" + phrase not in used
        ):
            senses = set()  # "down for" means nothing by itself
        kept = senses & used
        if kept:
            if bases is not None:
                entry["bases"] = bases
            form = root if root(words[0]) in self.sense_roots else self.stem
            named = form(words[0])
            has_own = named in self.sense_stems
            entry["senses"] = frozenset(kept)
            entry["strengths"] = {
                sense: strengths.get(sense, 1.0)
                if not has_own or sense in self.domain_senses or sense[0] in "=?" or form(sense) == named
                else min(
                    _OTHER_THAN_NEEDED if named in self.needed_stems else _OTHER_THAN_OWN, strengths.get(sense, 1.0)
                )
                for sense in kept
            }
        elif not entry:
            del table[phrase]
            if table is self.exact and listed:
                self._block_stem(phrase, used)

    def _block_stem(self, phrase: str, used: set[str]) -> None:
        """Let a word that means something else not be taken for another of the same stem: consul, consulate."""
        inflected = self.stemmed.get(" ".join(self.stem(word) for word in phrase.split()), {})
        bases = {base for sense, words in inflected.get("bases", {}).items() if sense in used for base in words}
        if bases and phrase not in bases and root(phrase) not in {root(base) for base in bases}:
            self.exact[phrase] = {"senses": frozenset(), "strengths": {}}

    def know(self, words: Iterable[str]) -> None:
        """Let *words*, inflected too, be words that are no misspellings, and that others may be misspellings of."""
        known = set(words)
        self.inside |= known
        self.inside_stemmed |= {self.stem(word) for word in known}
        self.words = dict(sorted((self.words | dict.fromkeys(known, True)).items()))

    def without(self, phrases: Iterable[str], known: Iterable[str]) -> dict[str, float]:
        """
        Forget *phrases*, and the words that stand in nothing else, but not those that are *known* otherwise.

        Returns those words, each with how far it was from the subject.
        """
        before = self.words
        for phrase in phrases:
            del self.exact[phrase]
        self.longest, self.begins = _reach(self.exact)
        self.inside = _inside(self.exact)
        self._find_words()
        self.know(known)
        self.words = {word: before[word] for word in self.words}
        return {word: remote for word, remote in before.items() if word not in self.words}

    def _find_words(self) -> None:
        """How far each word is from the domain's subject: of two as near to a misspelt one the lower is meant."""
        remote: dict[str, float] = {}
        for phrase, entry in self.exact.items():
            words = phrase.split()
            if entry.keys() != {"social"}:
                for word in words:
                    remote.setdefault(word, UNRELATED)
            if len(words) > 1:
                words = words if "entities" in entry else []
            if entry.keys() & {"entities", "types", "operations", "asks", "month", "scale"}:
                distance = 0.0
            else:
                strengths = entry.get("strengths", {})
                if not self.needed_stems.isdisjoint((root(phrase), root("=" + phrase))):
                    distance = 0.0
                elif "=" + phrase in strengths:
                    distance = _MENTIONED
                elif any(s > 0.7 and root(sense) in self.needed_stems for sense, s in strengths.items()):
                    distance = _SYNONYM
                else:
                    continue
            for word in words:
                remote[word] = min(remote.get(word, distance), distance)
                for form in _inflections(word) if "strengths" in entry and "entities" not in entry else ():
                    remote[form] = min(remote.get(form, UNRELATED), distance + _INFLECTED)
        self.words = dict(sorted(remote.items()))

    def stem(self, word: str) -> str:
        """The Snowball stem of *word*, remembered; a word whose ending makes another word of it keeps it."""
        known = self.stems.get(word)
        if known is None:
            known = _stem(word)
            if not self.loaded:
                self.stems[word] = known
        return known


def _merge(entry: Entry, kind: str, value: Any) -> None:
    if kind in ("senses", "types", "operations"):
        entry.setdefault(kind, set()).add(value)
    elif kind == "entities":
        entities = entry.setdefault(kind, [])
        if all(entity != value[0] for entity, _ in entities):
            entities.append(value)
    elif kind == "filler":
        entry[kind] = min(entry.get(kind, value), value)
    else:
        entry.setdefault(kind, value)


_OTHER_THAN_OWN = 0.6
"""How much a word that has a sense of its own name says of other senses: enough to go along with, not to lead."""

_OTHER_THAN_NEEDED = 0.5
"""The same where some intent is about its own sense: "invest" is not said for buying, where investing is a subject."""


UNRELATED, _SYNONYM, _MENTIONED = 0.5, 0.35, 0.1
"""How far a word is from a domain that has no use for it, says the same in another word, or only in passing."""

_INFLECTED = 0.05
"""How much further away its other forms are."""

_OF_A_PART = 0.8
"""How much a phrase says of what one of its words means."""


def _inflections(word: str) -> tuple[str, ...]:
    """The regular forms of an English word, so that a misspelt one is recognised: swap, swaps, swapped, swapping."""
    if len(word) < 4 or not word.isalpha() or word.endswith(("s", "ing", "ed")):
        return ()
    short = word[-1] not in "aeiouwxy" and word[-2] in "aeiou" and word[-3] not in "aeiou"
    base = word[:-1] if word.endswith("e") else word + word[-1] if short and len(word) <= 5 else word
    plural = word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeiou" else word + "s"
    return plural, base + "ed", base + "ing"


PARTICLES = frozenset(
    ("up", "down", "out", "off", "over", "back", "away", "in", "on", "aside", "together", "apart", "home", "packing")
)
"""What a verb may leave behind its object: "call the visit off"."""


def root(word: str) -> str:
    """What the regular inflections of an English word have in common: supply, supplies, supplied, supplying."""
    for ending, put in (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + put
            break
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def _is_link(entry: Entry) -> bool:
    return "preposition" in entry or entry.get("filler") == 1 or "auxiliary" in entry or "number" in entry


def _add_strengths(entry: Entry, strengths: Mapping[str, float], factor: float = 1.0) -> None:
    merged = dict(entry["strengths"])
    for sense, strength in strengths.items():
        merged[sense] = max(merged.get(sense, 0.0), strength * factor)
    entry["senses"], entry["strengths"] = frozenset(merged), merged


def _reach(table: dict[str, Entry]) -> tuple[dict[str, int], dict[str, int]]:
    """How many words the longest phrase has that begins with a word, and with two."""
    longest: dict[str, int] = {}
    begins: dict[str, int] = {}
    for phrase in table:
        _note_reach(phrase.split(), longest, begins)
    return longest, begins


def _note_reach(words: Sequence[str], longest: dict[str, int], begins: dict[str, int]) -> None:
    count, first = len(words), words[0]
    if count > longest.get(first, 0):
        longest[first] = count
    if count > 1:
        pair = f"{first} {words[1]}"
        begins[pair] = max(begins.get(pair, 0), count)


def _inside(table: dict[str, Entry]) -> set[str]:
    return {
        word
        for phrase, entry in table.items()
        if " " in phrase and entry.keys() != {"social"}  # greetings in other languages
        for word in phrase.split()[1:]
    }


_stemmer: Any = None


@lru_cache(maxsize=10_000)
def _stem(word: str) -> str:
    global _stemmer
    if len(word) < 4 or not word.isalpha() or not word.isascii():
        return word
    if _stemmer is None:  # half of a cold start, and seldom needed: lexicon words are stemmed at load
        _stemmer = _english_stemmer()
    stem: str = _stemmer().stemWord(word)  # a new one, as it keeps the word in itself and threads may meet here
    # The stem of a derived word with its suffix is a word of its own.
    return word if len(stem) < len(word) - 1 and word.endswith(_DERIVED) else stem


def _english_stemmer() -> Callable[[], Any]:
    """
    What makes snowballstemmer's stemmer for English; importing it as usual brings thirty other languages along.

    A package under another name with the same folder finds the one module and what that imports.
    """
    from importlib import import_module
    from importlib.util import find_spec

    spec = find_spec("snowballstemmer")
    alias = "_citebot_snowball"
    if spec is not None and spec.submodule_search_locations:
        package = ModuleType(alias)
        package.__path__ = list(spec.submodule_search_locations)
        sys.modules[alias] = package
        try:
            return import_module(alias + ".english_stemmer").EnglishStemmer  # type: ignore[no-any-return]
        except (ImportError, AttributeError):  # laid out otherwise than up to version 3
            pass
    return partial(import_module("snowballstemmer").stemmer, "english")
