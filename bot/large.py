"""Whether knowledge is so large that it is compiled into a file. What compiles it is imported only then."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.knowledge import KnowledgeBase
    from bot.storing import Compiler

LARGE = 50_000
"""Statements from which on knowledge is kept in a file: fewer load faster into memory than a person would notice."""

Progress = Callable[[float], object]
"""Is told what part of the work is done, from 0 to 1."""


class Storing:
    """Whether and where knowledge is compiled. *large* decides; None lets the number of statements do so."""

    def __init__(self, large: bool | None = None, folder: str | None = None, progress: Progress | None = None) -> None:
        self.large = large
        self.folder = folder
        self.progress = progress
        self.compiler: Compiler | None = None

    def begin(self, kb: KnowledgeBase, expected: int) -> None:
        """Let the statements of *kb*, *expected* at most, go into a file if they are so many."""
        if self.large or (self.large is None and expected >= LARGE):
            from bot.storing import Compiler

            self.compiler = Compiler(kb, self.folder, expected, self.progress)

    def abandon(self) -> None:
        """Leave nothing of a file that was begun."""
        if self.compiler is not None:
            self.compiler.abandon()
