"""
Text in a terminal's cells: how wide it is, cut, padded and wrapped.

A character takes no cell (a combining accent), one, or two (Chinese, most emoji), so `len` and `textwrap` do not line
columns up. What is measured must be what is shown: make text harmless first.
"""

from __future__ import annotations

import re

from wcwidth import wcswidth, wcwidth

ELLIPSIS = "…"


def width(text: str) -> int:
    r"""
    The cells that *text* takes; a control character takes none.

    >>> width("Ankara"), width("安卡拉"), width("I\u0307zmir"), width("\x07")
    (6, 6, 5, 0)
    """
    if text.isascii() and text.isprintable():
        return len(text)
    cells = wcswidth(text)
    return cells if cells >= 0 else sum(max(0, wcwidth(char)) for char in text)


def clip(text: str, cells: int, ellipsis: str = ELLIPSIS) -> str:
    """
    *text*, or as much of it as fits into *cells* with *ellipsis* behind it.

    >>> clip("Ankara", 6), clip("Ankara", 5), clip("安卡拉", 4), clip("Ankara", 0)
    ('Ankara', 'Anka…', '安…', '')
    """
    if width(text) <= cells:
        return text
    room = cells - width(ellipsis)
    return _start(text, room) + ellipsis if room >= 0 else ""


def pad(text: str, cells: int) -> str:
    """*text* with spaces behind it up to *cells*; as it is when it is wider."""
    return text + " " * (cells - width(text))


def wrap(text: str, cells: int) -> list[str]:
    """
    *text* as lines of at most *cells*, broken between words, and inside a word only when it fills a line.

    Line breaks in the text stay; never empty.

    >>> wrap("the capital of Turkey", 11)
    ['the capital', 'of Turkey']
    >>> wrap("安卡拉 Ankara", 4)
    ['安卡', '拉', 'Anka', 'ra']
    """
    cells = max(2, cells)
    lines = []
    for paragraph in text.split("\n"):
        indent = re.match(r" *", paragraph)[0]  # type: ignore[index]  # matches anything
        line, used = "", 0
        for word in paragraph.split():
            wide = width(word)
            if line and used + 1 + wide <= cells:
                line, used = f"{line} {word}", used + 1 + wide
                continue
            if line:
                lines.append(line)
            line = indent + word if not lines or not line else word
            while width(line) > cells:
                piece = _start(line, cells) or line[:1]
                lines.append(piece)
                line = line[len(piece) :]
            used = width(line)
        lines.append(line)
    return lines


def _start(text: str, cells: int) -> str:
    """The longest beginning of *text* within *cells*; an accent stays with its letter."""
    used = 0
    for index, char in enumerate(text):
        used += max(0, wcwidth(char))
        if used > cells:
            return text[:index]
    return text
