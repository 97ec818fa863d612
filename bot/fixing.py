"""
`bot check --fix`: the edits that problems carry, made in the files as authors wrote them.

Only the characters that an edit names are changed: comments, order, quotation marks and line ends stay. An item that is
removed takes its comma or its line with it; where a comment stands beside it, it is left for its author. A file is
replaced whole, so that an interruption leaves the old or the new one.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bot.errors import Edit, InputError, Problem

_MARK = "\ufeff"
_ENDS = re.compile(r"\r\n|\r|\n")


def apply_edits(problems: Iterable[Problem]) -> list[Problem]:
    """Make the edits of *problems* and return those problems that were mended. Raises InputError for a file."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.edit is not None:
            by_file.setdefault(problem.edit.position.file, []).append(problem)
    return [problem for file, found in by_file.items() for problem in _mend(file, found)]


def edited(text: str, edits: Iterable[Edit]) -> tuple[str, list[Edit]]:
    """
    *text* with those of *edits* that can be made, and these; of two that meet, the first.

    >>> from bot.errors import Position
    >>> edited("words: [cup, mug, cup]  # twice", [Edit(Position("x.yaml", 1, 19), 3, "", removes=True)])[0]
    'words: [cup, mug]  # twice'
    """
    starts = [0, *(match.end() for match in _ENDS.finditer(text))]
    spans: list[tuple[int, int, str, Edit]] = []
    for edit in edits:
        start = starts[edit.position.line - 1] + edit.position.column - 1
        span = (start, start + edit.width)
        if edit.removes:
            removed = _item(text, *span)
            if removed is None:
                continue
            span = removed
        spans.append((*span, edit.text, edit))
    done: list[Edit] = []
    end = 0
    out: list[str] = []
    for start, stop, replacement, edit in sorted(spans, key=lambda s: s[:2]):
        if start < end:
            continue  # the next round sees to it
        out += [text[end:start], replacement]
        end = stop
        done.append(edit)
    return "".join([*out, text[end:]]), done


def _item(text: str, start: int, end: int) -> tuple[int, int] | None:
    """What goes with the list item from *start* to *end*; None when it cannot go without harm."""
    after = re.compile(r"[ \t]*,[ \t]*").match(text, end)
    before = re.compile(r"[\s\S]*?(,\s*)$").match(text, 0, start)
    if after and not _ENDS.match(text, after.end()):
        return start, after.end()
    closes = re.compile(r"\s*,?\s*\]").match(text, end)
    if closes and before and "#" not in before[1]:
        return before.start(1), end
    if after:  # the last in its line: the comma goes, the line end stays
        return (start, after.end()) if not before else None
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    ending = re.compile(r"[ \t]*(\r\n|\r|\n|$)").match(text, end)
    if re.fullmatch(r"\s*-\s+", text[line:start]) and ending:
        return line, ending.end()
    return None


def _mend(file: str, problems: list[Problem]) -> list[Problem]:
    path = Path(file)
    try:
        read = path.read_bytes().decode("utf-8")
        mark = read[: read.startswith(_MARK)]
        text, done = edited(read[len(mark) :], [problem.edit for problem in problems if problem.edit])
        if done:
            _replace(path, (mark + text).encode("utf-8"))
    except OSError as error:
        raise InputError(f"{file}: cannot be mended: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: cannot be mended: not UTF-8: byte {error.start}") from error
    return [problem for problem in problems if problem.edit in done]


def _replace(path: Path, data: bytes) -> None:
    real = Path(os.path.realpath(path))  # a link stays one
    handle, name = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, stat.S_IMODE(real.stat().st_mode))
        os.replace(name, real)
    except BaseException:
        os.unlink(name)
        raise
