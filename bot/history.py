"""
What came before in one conversation: turns as small frozen values, and a history of them that ends up as JSON.

A turn keeps what a follow-up may lean on: the finished reading (its frame), the ids of the statements it used, and
the options that were offered. It holds no words of the engine's own, so that a history made by one process means
the same to another that loaded the same files.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from bot.knowledge import Quantity, Time
from bot.query import Constraint

MAX_TURNS = 20
"""Nobody points further back; longer memories cost time and invite misunderstandings."""

VERSION = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """A finished reading: what a question was about, which values were said, what it asked for."""

    intent: str | None
    pattern: str = ""
    constraints: tuple[Constraint, ...] = ()
    asked: tuple[str, ...] = ()
    operation: str | None = None
    anchors: tuple[str, ...] = ()
    """The words that told the intent, as they were said."""
    told: bool = False
    """Whether the constraints are what the answer told, and were not said themselves."""
    ends: tuple[Time, ...] = ()
    """The two times that a length was counted between, as they were said."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way out of a question back: how it is called, and the finished question that it stands for."""

    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance and what became of it."""

    said: str
    status: str
    answer: str
    frame: Frame | None = None
    values: tuple[str, ...] = ()
    """The entities that answered, by id; those that were named, where there was no answer."""
    statements: tuple[str, ...] = ()
    """The ids of the statements used."""
    references: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    pending: str = ""
    """The question that waits for what was asked back; `{}` stands where the missing part goes."""


@dataclass(frozen=True, slots=True)
class History:
    """The last turns, oldest first; never more than `limit`."""

    turns: tuple[Turn, ...] = ()
    limit: int = field(default=MAX_TURNS, compare=False)

    @property
    def last(self) -> Turn | None:
        return self.turns[-1] if self.turns else None

    @property
    def answered(self) -> tuple[Turn, ...]:
        """The turns that a follow-up may lean on, latest first."""
        return tuple(turn for turn in reversed(self.turns) if turn.status == "answered" and turn.statements)

    @property
    def framed(self) -> Turn | None:
        """The latest turn whose reading can be taken up again, answered or not."""
        return next((turn for turn in reversed(self.turns) if turn.frame), None)

    def with_turn(self, turn: Turn) -> History:
        return replace(self, turns=(*self.turns, turn)[-self.limit :])

    def without_last(self) -> History:
        return replace(self, turns=self.turns[:-1])

    def record(self) -> dict[str, Any]:
        """
        The history as plain values, fit for JSON.

        >>> history = History((Turn("hi", "social", "Hello."),))
        >>> History.from_record(history.record()) == history
        True
        """
        return {"version": VERSION, "limit": self.limit, "turns": [_turn_record(turn) for turn in self.turns]}

    @classmethod
    def from_record(cls, data: dict[str, Any]) -> History:
        """The history that `record()` made *data* of. Raises ValueError when it did not."""
        try:
            if data["version"] != VERSION:
                raise ValueError(f"a saved session of version {data['version']!r}; this program reads {VERSION}")
            return cls(tuple(_turn(turn) for turn in data["turns"]), int(data["limit"]))
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"not a saved session: {error!r}") from error


def _turn_record(turn: Turn) -> dict[str, Any]:
    frame = turn.frame
    return {
        "said": turn.said,
        "status": turn.status,
        "answer": turn.answer,
        "frame": frame and {
            "intent": frame.intent,
            "pattern": frame.pattern,
            "constraints": [_constraint_record(constraint) for constraint in frame.constraints],
            "asked": list(frame.asked),
            "operation": frame.operation,
            "anchors": list(frame.anchors),
            "told": frame.told,
            "ends": [list(time) for time in frame.ends],
        },
        "values": list(turn.values),
        "statements": list(turn.statements),
        "references": list(turn.references),
        "options": [[option.label, option.question] for option in turn.options],
        "pending": turn.pending,
    }  # fmt: skip


def _turn(data: dict[str, Any]) -> Turn:
    frame = data["frame"]
    return Turn(
        data["said"],
        data["status"],
        data["answer"],
        frame and Frame(
            frame["intent"], frame["pattern"], tuple(_constraint(c) for c in frame["constraints"]),
            tuple(frame["asked"]), frame["operation"], tuple(frame["anchors"]), bool(frame["told"]),
            tuple(Time(*time) for time in frame.get("ends", ())),
        ),
        tuple(data["values"]),
        tuple(data["statements"]),
        tuple(data["references"]),
        tuple(Option(label, question) for label, question in data["options"]),
        data["pending"],
    )  # fmt: skip


def _constraint_record(constraint: Constraint) -> list[Any]:
    value = constraint.value
    if isinstance(value, frozenset):
        return [constraint.role, constraint.kind, "entities", sorted(value)]
    if isinstance(value, Time):
        return [constraint.role, constraint.kind, "time", list(value)]
    if isinstance(value, Quantity):
        return [constraint.role, constraint.kind, "quantity", list(value)]
    return [constraint.role, constraint.kind, "text", value]


def _constraint(data: list[Any]) -> Constraint:
    role, kind, sort, content = data
    value: frozenset[str] | Time | Quantity | str
    if sort == "entities":
        value = frozenset(content)
    elif sort == "time":
        value = Time(*content)
    elif sort == "quantity":
        value = Quantity(*content)
    else:
        value = str(content)
    return Constraint(role, kind, value)
