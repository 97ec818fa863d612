"""
What the screen in front of somebody can show, and text made to fit it.

Styled text is a list of fragments, each a style's name and a text, as prompt_toolkit takes it: names such as
`class:entity` are given colours by the palette. Joined without the styles it is the plain text for a pipe.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.rendering import printable

Fragments = list[tuple[str, str]]

_PLAIN = str.maketrans({
    "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-", "…": "~", "·": "-", "•": "*", "●": "*",
    "→": ">", "│": "|", "─": "-", "█": "#", "ø": "o", "Ø": "O", "ı": "i", "æ": "a", "Æ": "A", "ł": "l", "đ": "d",
    "\u00a0": " ", "↑": "^", "↓": "v", "←": "<",
})  # fmt: skip
"""For what an encoding lacks: one character for one, so that columns stay lined up."""


@dataclass(frozen=True, slots=True)
class Look:
    """A screen: its columns, and the encoding of what it understands."""

    columns: int = 80
    encoding: str = "utf-8"

    def text(self, text: str) -> str:
        r"""
        *text* without anything that a terminal would obey, and with a plain letter for each it cannot show.

        >>> print(Look(encoding="ascii").text("“İzmir” – \x1b[31m北"))
        "Izmir" - \u001b[31m?
        """
        safe = printable(text)
        if safe.isascii() or self.encoding.lower().replace("-", "") == "utf8":
            return safe
        return "".join(_shown(char, self.encoding) for char in safe)

    def can_show(self, text: str) -> bool:
        """Whether every character of *text* is in its encoding."""
        return all(_encodes(char, self.encoding) for char in text)


def plain(fragments: Iterable[tuple[str, str]]) -> str:
    """The text alone.

    >>> plain([("class:answer", "In 1926."), ("", " So.")])
    'In 1926. So.'
    """
    return "".join(text for _, text in fragments)


def joined(parts: Iterable[Fragments], between: str = "\n") -> Fragments:
    """*parts* one after the other, *between* them a text; empty ones are left out."""
    out: Fragments = []
    for part in parts:
        if part:
            out += [("", between), *part] if out else part
    return out


@lru_cache(maxsize=4096)
def _shown(char: str, encoding: str) -> str:
    if _encodes(char, encoding):
        return char
    bare = unicodedata.normalize("NFKD", char.translate(_PLAIN))[:1]
    if unicodedata.combining(char):
        return ""
    return bare if bare and _encodes(bare, encoding) else "?"


def _encodes(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


Show = Callable[[Fragments], None]
"""Puts fragments on the screen, ending the line."""
