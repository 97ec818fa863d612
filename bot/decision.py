"""
What is decided on an utterance, and the readings that a decision is made of.

They are here, below all that makes them: the intents' candidates, questions put together from the schema, windows,
descriptions, inventories and clauses each yield readings, and the decider runs the best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.answer import CandidateNote
from bot.knowledge import Statement, Time, Value
from bot.matching import Candidate
from bot.query import Query

if TYPE_CHECKING:
    from bot.trees import Node


@dataclass(slots=True)
class Decision:
    """What is to be said, and why."""

    status: str
    text: str
    intent: str | None = None
    operation: str | None = None
    values: tuple[Value | int | float, ...] = ()
    unit: str | None = None
    statements: tuple[Statement, ...] = ()
    candidate: Candidate | None = None
    query: Query | None = None
    reasons: list[tuple[str, str]] = field(default_factory=list)
    confidence: float = 0.0
    suggestions: tuple[str, ...] = ()
    considered: list[Candidate] = field(default_factory=list)
    asked: tuple[str, ...] = ()
    tree: Node | None = None
    """The query, when it was put together from the schema."""
    notes: tuple[CandidateNote, ...] = ()
    """Intents that were considered by their examples."""
    parts: tuple[Candidate, ...] = ()
    """Both halves of a question that was cut in two."""
    ends: tuple[Time, ...] = ()
    """The two times that a length was counted between, as they were said."""
    framed_as: str = ""
    """The operation that a next turn leans on, where it is not this one."""
    keeps: tuple[str, ...] = ()
    """The entities that stay the answer, for a next turn, though others or none were told."""


@dataclass(slots=True)
class Reading:
    """One way to take the whole utterance, what it costs, and how to find its answer."""

    cost: tuple[float, ...]
    confidence: float
    run: Callable[[], Decision]
    candidate: Candidate | None
    is_pair: bool = False
