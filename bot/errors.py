"""
Everything that can go wrong, as values that name a place and a remedy.

    BotError                what callers of the package may catch
    ├── LoadError           intents, knowledge or language data that cannot be used; holds every Problem
    └── InputError          a question file that cannot be read, an output that cannot be written

A `Problem` says where, what, why and how to mend it. Only the edge (the command line, `str(error)`) turns
it into text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file. `line` and `column` count from 1; 0 stands for the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to a file that mends a problem and harms nothing: `width` characters from `position` become `text`."""

    position: Position
    width: int
    text: str
    removes: bool = False
    """Whether what stands there is an item of a list, which goes with its comma or its line."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing wrong in one place.

    `excerpt` is the line of the file that it stands on and `width` how many characters of it to underline,
    from the position's column. `code` is stable and may be searched for.
    """

    position: Position
    what: str
    why: str = ""
    mend: str = ""
    code: str = ""
    excerpt: str = ""
    width: int = 0
    severity: str = "error"
    """`error` or `warning`."""
    edit: Edit | None = None
    """What `bot check --fix` does about it, where it is safe to do anything."""

    def __str__(self) -> str:
        lines = [f"{self.position}: {self.what}" + (f" [{self.code}]" if self.code else "")]
        if self.excerpt:
            indent = len(self.excerpt) - len(self.excerpt.lstrip())
            lines.append("    " + self.excerpt.strip())
            if self.width:
                offset = max(self.position.column - 1 - indent, 0)
                lines.append("    " + " " * offset + "^" + "~" * (self.width - 1))
        if self.why:
            lines.append(f"  why:  {self.why}")
        if self.mend:
            lines.append(f"  mend: {self.mend}")
        return "\n".join(lines)


class BotError(Exception):
    """What this package raises for causes outside the program: files, input, output."""


class LoadError(BotError):
    """Intents, knowledge or language data cannot be used. `problems` holds every one found, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.position))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[LoadError], tuple[tuple[Problem, ...]]]:
        return LoadError, (self.problems,)


class InputError(BotError):
    """A question file that cannot be read, or an output that cannot be written."""
