"""
What every door hands out: the answer to one question, and how it came about.

The terminal, a batch file and a calling program all receive the same `Answer`. Its record form
(`Answer.record()`) is the line of a JSONL output; its keys and their order are part of the interface
contract. The `Explanation` is kept apart because most callers never look at it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Literal, NamedTuple

Status = Literal["answered", "clarify", "no_data", "not_understood", "social"]
Value = str | int | float

RECORD_KEYS = (
    "id", "session", "question", "status", "text", "values", "unit", "intent", "operation",
    "slots", "confidence", "references", "suggestions",
)  # fmt: skip


class WordReading(NamedTuple):
    """How one word or phrase of the utterance was read, `start` and `end` being offsets in what was typed."""

    text: str
    start: int
    end: int
    kind: str
    """`entity`, `type`, `number`, `time`, `sense`, `question`, `operation`, `filler`,
    `example` (a word of examples alone) or `unknown`."""
    meaning: str = ""
    """What it was taken for: an entity's id, a sense, an operation; empty for fillers."""
    respelled: str | None = None
    """The word it was read as, when that differs from what was typed; None otherwise."""


class CandidateNote(NamedTuple):
    """One intent that was considered, and why it won or lost."""

    intent: str
    confidence: float
    outcome: str
    """A stable code, such as `chosen`, `left-over-word`, `missing-word`, `less-specific`."""
    detail: str = ""


class _Later:
    """What is made when something of it is first asked for; no field, so that it is neither compared nor pickled."""

    __slots__ = ("_make",)


@dataclass(frozen=True, slots=True)
class Explanation(_Later):
    """How an answer came about, for authors (`text()`) and for programs (`record()`)."""

    words: tuple[WordReading, ...] = ()
    candidates: tuple[CandidateNote, ...] = ()
    slots: tuple[tuple[str, str, str], ...] = ()
    """Slot, what fills it, and where that came from: `said`, `remembered` or `default`."""
    query: str = ""
    statements: tuple[str, ...] = ()
    """The statements used, in words, each with its reference."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Stable code and detail of what decided the outcome, for non-answers too."""
    operation: str = ""
    """What was made of the statements: `lookup`, `count`, `difference` …; empty where nothing was."""

    @classmethod
    def later(cls, make: Callable[[], Explanation]) -> Explanation:
        """The explanation that *make* gives, made when something of it is first asked for, as most never is."""
        explanation = object.__new__(cls)
        object.__setattr__(explanation, "_make", make)
        return explanation

    def __getattr__(self, name: str) -> Any:
        """What is not there yet; only called for that."""
        try:
            make = object.__getattribute__(self, "_make")
        except AttributeError:  # nothing is to be made
            make = None
        if make is not None:
            made = make()
            for field_ in fields(made):
                object.__setattr__(self, field_.name, getattr(made, field_.name))
            object.__setattr__(self, "_make", None)
        return object.__getattribute__(self, name)  # which another thread may have made meanwhile

    def record(self) -> dict[str, Any]:
        """The explanation as plain lists and dicts, fit for JSON."""
        return {
            "words": [
                {"text": w.text, "start": w.start, "end": w.end, "kind": w.kind, "meaning": w.meaning,
                 "respelled": w.respelled}
                for w in self.words
            ],
            "candidates": [
                {"intent": c.intent, "confidence": c.confidence, "outcome": c.outcome, "detail": c.detail}
                for c in self.candidates
            ],
            "slots": [{"slot": s, "value": v, "source": o} for s, v, o in self.slots],
            "query": self.query,
            "operation": self.operation,
            "statements": list(self.statements),
            "reasons": [{"code": c, "detail": d} for c, d in self.reasons],
        }  # fmt: skip

    def text(self) -> str:
        """The explanation as lines that an author can read; ends without a newline."""
        lines = ["words"]
        for w in self.words:
            read_as = f" (read as {w.respelled!r})" if w.respelled else ""
            lines.append(f"  {w.text:<20} {w.kind:<10} {w.meaning}{read_as}".rstrip())
        if self.candidates:
            lines.append("candidates")
            lines += [
                f"  {c.intent:<28} {c.confidence:.2f}  {c.outcome}{': ' + c.detail if c.detail else ''}"
                for c in self.candidates
            ]
        if self.slots:
            lines.append("slots")
            lines += [f"  {slot:<20} {value}  ({source})" for slot, value, source in self.slots]
        if self.query:
            lines += ["query", *(f"  {line}" for line in self.query.splitlines())]
        if self.operation:
            lines += ["operation", f"  {self.operation}"]
        if self.statements:
            lines.append("statements")
            lines += [f"  {statement}" for statement in self.statements]
        if self.reasons:
            lines.append("reasons")
            lines += [f"  {code}{': ' + detail if detail else ''}" for code, detail in self.reasons]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Answer:
    """
    The answer to one question. Immutable; compares by value.

    `values` are entity labels, years, amounts; `unit` is theirs, when they share one. `confidence` runs
    from 0 to 1. `references` are ready to print. `suggestions` are questions that the bot can answer.
    """

    question: str
    status: Status
    text: str
    values: tuple[Value, ...] = ()
    unit: str | None = None
    intent: str | None = None
    operation: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    confidence: float = 0.0
    references: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    id: str | None = None
    session: str | None = None
    explanation: Explanation = field(default_factory=Explanation, repr=False)

    def record(self) -> dict[str, Any]:
        """The answer as a dict of plain values with exactly `RECORD_KEYS`, in that order."""
        record = {key: getattr(self, key) for key in RECORD_KEYS}
        for key in ("values", "references", "suggestions"):
            record[key] = list(record[key])
        record["slots"] = dict(self.slots)
        return record
