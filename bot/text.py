"""
From what was typed to words that can be compared, each knowing where it stood.

Tokens are cut from the text as typed, so spans stay true, and folded one by one afterwards: folding may
change a word's length. Folded forms are for comparing only; people are shown what they typed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MAX_CHARACTERS = 2000
"""Longer utterances are not questions; reading them would only cost time."""

_APOSTROPHES = "'’‘ʼ`´＇"
_COMBINING = "\u0300-\u036f"
_DASHES = "-–—−"
_TOKEN = re.compile(
    r"(?<![\d.,/-])(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{4}|\d{1,2}/\d{4})(?![\d/-]|[.,]\d)"
    r"|(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d.,]\d|\d)"  # 765 000 000
    r"|\d+(?:[.,]\d+)*"  # 1,270  1.27
    rf"|[^\W\d_](?:[^\W\d_]|[{_COMBINING}]|\.(?=[^\W\d_]\.))*(?:[{_APOSTROPHES}](?=[^\W\d_])[^\W\d_]+)?"
    rf"|->|=>|→"
    rf"|[$€£¥%?]"
    rf"|(?<=\d)[{_APOSTROPHES}]s\b"  # 2018's
    rf"|(?<!\w)[{_APOSTROPHES}]\d\d(?![\w.,])"  # '18
    rf"|[{_APOSTROPHES}](?![^\W\d_])"  # ambassadors'
    rf"|(?<=\d)\s?[-–—−](?=\s?\d)"  # 2002–2018
    rf"|,"
    rf"|[.!;:](?=\s+\S)|\n+"  # the end of a sentence
)
_ACROSS = re.compile(rf"\d[{_DASHES}]? [{_DASHES}]? ?\d|[.!;:] ")
"""Where a token reaches over a space or depends on what is behind one: 765 000, 2002 – 2018, the end of a sentence."""
# What Unicode does not take apart, but keyboards without the letter replace.
_LETTERS = str.maketrans({"ø": "o", "ı": "i", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ŋ": "n"})
_GAP = re.compile(r"\s")
_ENDINGS = {"s": "'s", "re": "are", "ve": "have", "ll": "will", "m": "am", "d": "would", "t": "not"}
_SHORT_NOT = {"can": "can", "won": "will", "shan": "shall", "ain": "is"}


MARKS = frozenset((",", "?", "-", ".", "!", ";", ":", "'s"))
"""Tokens that are no words and no numbers."""


class Token(NamedTuple):
    """One word, number or mark: `text` as typed at `start`:`end`, `norm` folded for comparing."""

    text: str
    norm: str
    start: int
    end: int


_new = tuple.__new__
"""Makes a named tuple in half the time that its class takes, for what is made of each word."""


def normalise(text: str) -> str:
    """
    Fold away what people type differently but mean the same.

    Case, accents, compatibility forms and the Turkish and Nordic letters that other keyboards lack are
    folded; digits and word order stay.

    >>> normalise("São Tomé, İZMİR and Şırnak")
    'sao tome, izmir and sirnak'
    >>> normalise("Ålesund Tromsø ﬁn")
    'alesund tromso fin'
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in folded if not unicodedata.combining(c)).translate(_LETTERS)


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """`normalise` for one word, remembered: people use the same words again and again."""
    return normalise(word).replace(".", "") if not word[0].isdecimal() else word


def tokenise(text: str) -> list[Token]:
    """
    The words, numbers and telling marks of *text*, in order; contractions are taken apart.

    >>> [token.norm for token in tokenise("What's Norway's share — didn't it top US$1.27bn?")]
    ['what', "'s", 'norway', "'s", 'share', 'did', 'not', 'it', 'top', 'us', '$', '1.27', 'bn', '?']
    >>> [token.norm for token in tokenise("2002–2018")]
    ['2002', '-', '2018']
    """
    if not text.isprintable() or _ACROSS.search(text):
        return _cut(text)
    tokens: list[Token] = []
    start = 0
    for word in text.split(" "):
        for typed, norm, first, last in _cut_word(word):
            tokens.append(_new(Token, (typed, norm, start + first, start + last)))
        start += len(word) + 1
    return tokens


def _cut(text: str) -> list[Token]:
    tokens: list[Token] = []
    add = tokens.append
    for match in _TOKEN.finditer(text):
        word = match.group()
        start, end = match.span()
        if word.isascii() and word.isalnum():
            add(Token(word, word.lower(), start, end))
        elif len(word) == 3 and word[0] in _APOSTROPHES and word[1:].isdecimal():
            add(Token(word, f"{'20' if word[1] < '4' else '19'}{word[1:]}", start, end))
        elif word[0] in _APOSTROPHES:
            if len(word) > 1 or (tokens and tokens[-1].norm.endswith("s") and tokens[-1].end == start):
                add(Token(word, "'s", start, end))
        elif word in ("->", "=>", "→"):
            add(Token(word, "to", start, end))
        elif word[0] in ".!;:\n":
            add(Token(word, "." if word[0] != ":" else ",", start, end))
        elif word.strip()[0] in _DASHES:
            add(Token(word, "-", start, end))
        elif word[0].isdecimal():
            add(Token(word, _GAP.sub("", fold(word)), start, end))
        else:
            _split(word, start, end, tokens)
    return tokens if text.isascii() else [token for token in tokens if token.norm]  # a lone mark folds to nothing


@lru_cache(maxsize=20_000)
def _cut_word(word: str) -> tuple[Token, ...]:
    """The tokens of what stands between two spaces, remembered: people use the same words again and again."""
    return tuple(_cut(word))


def _split(word: str, start: int, end: int, tokens: list[Token]) -> None:
    cut = next((i for i, c in enumerate(word) if c in _APOSTROPHES), -1)
    if cut < 0:
        tokens.append(Token(word, fold(word), start, end))
        return
    head, tail = word[:cut], fold(word[cut + 1 :])
    middle = start + cut
    if tail == "t" and len(head) > 1 and head[-1] in "nN":
        stem = fold(head)
        stem = _SHORT_NOT.get(stem, stem[:-1])
        tokens.append(Token(head[:-1], stem, start, middle - 1))
        tokens.append(Token(word[cut - 1 :], "not", middle - 1, end))
    elif tail in _ENDINGS:
        tokens.append(Token(head, fold(head), start, middle))
        tokens.append(Token(word[cut:], _ENDINGS[tail], middle, end))
    else:  # Turkish suffixes (Ankara'da), names (O'Hara)
        tokens.append(Token(head, fold(head), start, middle))
        tokens.append(Token(word[cut + 1 :], tail, middle + 1, end))
