"""
The names of large knowledge as part of the lexicon: found by index, exactly and misspelt, as if they were in it.

A lexicon in memory holds every name as a phrase, and every word of a name as what a misspelt word may have been
meant to be. Here the phrases that are nothing but names, and the words that occur in nothing else, stay in the
store. Misspelt words are looked for among those that become equal after few letters are left out of either, which
finds every word within two edits, swaps included, in a few look-ups however many words there are.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, combinations
from typing import Any, NamedTuple, cast
from zlib import crc32

from bot.language import Entry, Lexicon
from bot.store import IN_NAME, INSIDE, KEPT, Store
from bot.text import tokenise

PREFIX = 7
"""The letters of a word, from its first, that letters are left out of."""
LONG = 6
"""Words of so many letters may have two edits, shorter ones one."""


class StoredWord(NamedTuple):
    """What a store knows of one word of a name."""

    stem: str
    longest: int
    """The words of the longest phrase that begins with it."""
    flags: int
    remote: float | None
    """None when the lexicon has the word too, and what it says holds."""


class StoredNames:
    """The names in one store."""

    def __init__(self, store: Store, type_ids: tuple[str, ...]) -> None:
        self.store = store
        self._type_ids = type_ids
        self.word = lru_cache(KEPT)(self._word)
        self.entry = lru_cache(KEPT)(self._entry)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.store, self._type_ids)

    def _word(self, word: str) -> StoredWord | None:
        found = self.store.rows("SELECT stem, longest, flags, remote FROM word WHERE word = ?", (word,))
        return StoredWord(*found[0]) if found else None

    def _entry(self, phrase: str) -> Entry | None:
        found = self.store.one("SELECT data FROM entry WHERE phrase = ?", (phrase,))
        return None if found is None else marshal.loads(found)  # noqa: S302 - ours alone

    def entries(self) -> Iterator[tuple[str, Entry]]:
        rows = self.store.stream("SELECT phrase, data FROM entry ORDER BY phrase")
        return ((phrase, marshal.loads(data)) for phrase, data in rows)  # noqa: S302 - ours alone

    def words(self) -> Iterator[tuple[str, float]]:
        """All words that may be meant by a misspelt one, and how far they are from the subject."""
        return cast(
            "Iterator[tuple[str, float]]",
            self.store.stream("SELECT word, remote FROM word WHERE remote IS NOT NULL ORDER BY word"),
        )

    def beginning(self, start: str, limit: int) -> list[str]:
        """The first *limit* words that begin with *start* and go on, sorted."""
        after = start[:-1] + chr(ord(start[-1]) + 1)  # the first text that does not begin so
        sql = "SELECT word FROM word WHERE word > ? AND word < ? ORDER BY word LIMIT ?"
        return [word for (word,) in self.store.rows(sql, (start, after, limit))]

    # for questions put together from the schema

    def is_in_name(self, word: str) -> bool:
        found = self.word(word)
        return found is not None and bool(found.flags & IN_NAME)

    def starting(self, words: tuple[str, ...]) -> list[tuple[Any, int]]:
        """The names that *words* begin with: the entities of each by type, and how many words it has."""
        found: list[tuple[Any, int]] = []
        if not words or not self.is_in_name(words[0]):
            return found
        sql = "SELECT e.type, e.id FROM name JOIN entity e ON e.n = name.entity WHERE phrase = ? ORDER BY name.entity"
        for end in range(1, min(len(words), int(self.store.meta["longest name"])) + 1):
            if end > 1 and not self.is_in_name(words[end - 1]):
                break
            types: dict[str, list[str]] = {}
            for type_, id in self.store.rows(sql, (" ".join(words[:end]),)):
                types.setdefault(self._type_ids[type_], []).append(id)
            if types:
                found.append((tuple((kind, tuple(ids)) for kind, ids in types.items()), end))
        return found

    # for misspelt words

    def remote(self, word: str) -> float | None:
        """How far *word* is from the subject; None when it is no word of a name, or one of the lexicon too."""
        found = self.word(word)
        return found.remote if found else None

    def near(self, word: str) -> list[str]:
        """Words that may be one edit from *word*, two if it has 8 letters; those nearer are all there. Sorted."""
        hashes = ",".join(str(crc32(part.encode())) for part in shortened(word, 2 if len(word) >= 8 else 1))
        sql = f"SELECT DISTINCT w.word FROM deletion d JOIN word w ON w.n = d.word WHERE d.hash IN ({hashes})"
        return sorted(found for (found,) in self.store.rows(sql))

    def with_skeleton(self, skeleton: str) -> list[str]:
        """The words that have the consonants *skeleton*, sorted."""
        return sorted(word for (word,) in self.store.rows("SELECT word FROM word WHERE skeleton = ?", (skeleton,)))


def shortened(word: str, edits: int | None = None) -> set[str]:
    """
    What is left of the first letters of *word* when up to *edits* of them are left out; two of a long word's.

    >>> sorted(shortened("abc"))
    ['ab', 'abc', 'ac', 'bc']
    """
    edits = edits or (2 if len(word) >= LONG else 1)
    prefix = word[:PREFIX]
    left = (combinations(prefix, len(prefix) - count) for count in range(min(edits, len(prefix) - 1) + 1))
    return set(map("".join, chain.from_iterable(left)))


class NamedLexicon:
    """A lexicon with the names of a store: what `Reader` needs of one."""

    def __init__(self, lexicon: Lexicon, names: StoredNames) -> None:
        self._lexicon = lexicon
        self.names = names
        self.exact = _Exact(lexicon, names)
        self.longest = _Longest(lexicon, names)
        self.begins = _Begins(lexicon, names)
        self.inside = _Inside(lexicon, names)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lexicon, name)

    def stem(self, word: str) -> str:
        if word not in self._lexicon.stems:
            found = self.names.word(word)
            if found is not None:
                return found.stem
        return self._lexicon.stem(word)


class _Part:
    def __init__(self, lexicon: Lexicon, names: StoredNames) -> None:
        self._lexicon = lexicon
        self._names = names


class _Exact(_Part):
    def get(self, phrase: str, default: Any = None) -> Any:
        found = self._lexicon.exact.get(phrase)
        if found is None:
            found = self._names.entry(phrase)
        return default if found is None else found

    def __getitem__(self, phrase: str) -> Entry:
        found = self.get(phrase)
        if found is None:
            raise KeyError(phrase)
        return cast("Entry", found)

    def __contains__(self, phrase: str) -> bool:
        return self.get(phrase) is not None

    def items(self) -> Iterable[tuple[str, Entry]]:
        return chain(self._lexicon.exact.items(), self._names.entries())

    def __iter__(self) -> Iterator[str]:
        return (phrase for phrase, _ in self.items())

    def values(self) -> Iterable[Entry]:
        return (entry for _, entry in self.items())


class _Longest(_Part):
    def get(self, word: str, default: int = 0) -> int:
        found = self._names.word(word)
        return max(self._lexicon.longest.get(word, default), found.longest if found else 0)

    def __contains__(self, word: str) -> bool:
        return self.get(word) > 0


class _Begins(_Part):
    def get(self, pair: str, default: int = 0) -> int:
        """At most so many words the longest phrase has that begins with two."""
        found = self._names.word(pair.partition(" ")[0])
        return max(self._lexicon.begins.get(pair, default), found.longest if found else 0)


class _Inside(_Part):
    def __contains__(self, word: str) -> bool:
        if word in self._lexicon.inside:
            return True
        found = self._names.word(word)
        return found is not None and bool(found.flags & INSIDE)


def name_words(name: str) -> list[str]:
    """The words of a name as questions from the schema compare them."""
    return [token.norm for token in tokenise(name) if token.norm not in (".", "?", "-")]
