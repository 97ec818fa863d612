"""
How sure to be: `bot test --tune` chooses the threshold and the margin of intents that are told by examples.

Two kinds of questions decide it: those that an intent is there for, and those that none is there for. A high
threshold declines more of both. The best one does well by both, and no single question should tip it: what is
compared is the average over the neighbouring thresholds.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bot import InputError

if TYPE_CHECKING:
    from bot import Bot

QUESTION_KEYS = ("q", "text", "question")
OUT_OF_SCOPE = frozenset(("oos", "none", "null", ""))
"""What stands for no intent."""

_THRESHOLDS = tuple(number / 100 for number in range(10, 96))
_MARGINS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12)
_AROUND = 2
"""So many hundredths to each side are averaged."""
_SHOWN = tuple(number / 100 for number in range(30, 80, 5))


class Question(NamedTuple):
    """What is asked, and the intent that it is asked of; None when it is of none."""

    text: str
    intent: str | None


class Sought(NamedTuple):
    """What the examples spoke for: how sure, how far ahead of the second, whether the first or second was meant."""

    confidence: float
    lead: float
    first: bool
    second: bool


class Row(NamedTuple):
    """What comes of one threshold and margin: shares of the questions in scope, the last two of those outside."""

    threshold: float
    margin: float
    right: float
    wrong: float
    asked_back: float
    declined: float
    declined_outside: float
    asked_back_outside: float

    @property
    def worth(self) -> float:
        """Right answers and right refusals, the rarer of them twice; a question back that helps is half of one."""
        inside = self.right + self.asked_back / 2
        outside = self.declined_outside + self.asked_back_outside / 2
        return inside + outside + min(inside, outside)


def read_questions(files: Iterable[str], intents: Iterable[str], *, outside: bool = False) -> list[Question]:
    """
    The questions of JSONL, CSV or TSV *files*; with *outside* they are all of no intent, whatever they say.

    Raises InputError when a row has no question, or an intent that is not among *intents*.
    """
    known = frozenset(intents)
    questions = []
    for file in files:
        for number, row in _rows(file):
            text = next((row[key] for key in QUESTION_KEYS if row.get(key)), None)
            if not isinstance(text, str):
                raise InputError(f"{file}:{number}: a row needs a question, under {' or '.join(QUESTION_KEYS)}")
            intent = None if outside or row.get("intent") is None else str(row["intent"])
            if intent is not None and intent.lower() in OUT_OF_SCOPE:
                intent = None
            if intent is not None and intent not in known:
                raise InputError(f"{file}:{number}: there is no intent {intent!r} that is told by examples")
            questions.append(Question(text, intent))
    return questions


def tune(bot: Bot, questions: Sequence[Question]) -> Tuning:
    """What each threshold and margin would make of *questions*."""
    inside: list[Sought] = []
    outside: list[Sought] = []
    for question in questions:
        weighed = bot.weigh(question.text)
        names = [one.intent for one in weighed[:2]]
        sought = Sought(
            weighed[0].confidence if weighed else 0.0,
            weighed[0].lead if len(weighed) > 1 else 1.0,
            names[:1] == [question.intent],
            names[1:] == [question.intent],
        )
        (outside if question.intent is None else inside).append(sought)
    if not inside:
        raise InputError("bot: to tune takes questions that an intent is there for")
    return Tuning(tuple(inside), tuple(outside))


@dataclass(frozen=True)
class Tuning:
    """The questions that intents are there for, and the others, each with what the examples spoke for."""

    inside: tuple[Sought, ...]
    outside: tuple[Sought, ...]

    def row(self, threshold: float, margin: float) -> Row:
        right = wrong = asked_back = declined = 0
        for one in self.inside:
            if one.confidence < threshold:
                declined += 1
            elif one.lead < margin:
                asked_back += one.first or one.second
                wrong += not (one.first or one.second)
            elif one.first:
                right += 1
            else:
                wrong += 1
        refused = sum(one.confidence < threshold for one in self.outside)
        unsure = sum(one.confidence >= threshold and one.lead < margin for one in self.outside)
        total, others = len(self.inside), len(self.outside) or 1
        shares = (right / total, wrong / total, asked_back / total, declined / total, refused / others, unsure / others)
        return Row(threshold, margin, *shares)

    @property
    def accuracy(self) -> float:
        """The share of questions in scope whose intent comes first, were nothing declined."""
        return sum(one.first for one in self.inside) / len(self.inside)

    @cached_property
    def best(self) -> Row:
        """The threshold and margin to use; of equally good ones the lowest margin, then the lowest threshold."""
        best, most = self.row(0.5, 0.0), -1.0
        for margin in _MARGINS:
            rows = [self.row(threshold, margin) for threshold in _THRESHOLDS]
            # Without questions from outside the cost of a wrong answer keeps the threshold up.
            worth = [row.worth if self.outside else row.right + row.asked_back / 2 - row.wrong for row in rows]
            for place in range(_AROUND, len(rows) - _AROUND):
                average = sum(worth[place - _AROUND : place + _AROUND + 1]) / (2 * _AROUND + 1)
                if average > most + 1e-9:
                    best, most = rows[place], average
        return best

    def table(self) -> list[Row]:
        """Rows for thresholds far and wide at the best margin, the best one among them."""
        thresholds = sorted({*_SHOWN, self.best.threshold})
        return [self.row(threshold, self.best.margin) for threshold in thresholds]

    def record(self) -> dict[str, Any]:
        """All of it as plain values, fit for JSON."""
        return {
            "in_scope": len(self.inside),
            "out_of_scope": len(self.outside),
            "accuracy": round(self.accuracy, 4),
            "table": [_rounded(row) for row in self.table()],
            "faq": {"threshold": self.best.threshold, "margin": self.best.margin},
        }

    def text(self) -> str:
        """The table, and the lines of YAML to put into an intents file."""
        lines = ["threshold   right   wrong   asked  declined  out of scope declined"]
        for row in self.table():
            mark = "  <- best" if row.threshold == self.best.threshold else ""
            outside = f"{row.declined_outside + row.asked_back_outside:.1%}" if self.outside else "none given"
            lines.append(
                f"{row.threshold:9.2f}  {row.right:6.1%}  {row.wrong:6.1%}  {row.asked_back:6.1%}  {row.declined:8.1%}"
                f"  {outside:>21}{mark}"
            )
        best = self.best
        return "\n".join(
            [
                f"{len(self.inside)} questions in scope, {len(self.outside)} out of scope",
                f"the right intent comes first for {self.accuracy:.1%} of those in scope, were nothing declined",
                "",
                *lines,
                "",
                "For an intents file:",
                "",
                "faq:",
                f"  threshold: {best.threshold:g}",
                f"  margin: {best.margin:g}",
            ]
        )


def _rounded(row: Row) -> dict[str, float]:
    return {name: round(value, 4) for name, value in row._asdict().items()}


def _rows(file: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of *file* with the numbers of their lines."""
    suffix = Path(file).suffix.lower()
    if suffix not in (".jsonl", ".csv", ".tsv"):
        raise InputError(f"{file}: questions to tune on are read from .jsonl, .csv and .tsv")
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8: byte {error.start}") from error
    if suffix != ".jsonl":
        reader = csv.DictReader(text.splitlines(), delimiter="\t" if suffix == ".tsv" else ",")
        for row in reader:
            yield reader.line_num, row
        return
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            parsed = json.loads(line)
        except ValueError as error:
            raise InputError(f"{file}:{number}: not JSON: {error}") from error
        if not isinstance(parsed, dict):
            raise InputError(f"{file}:{number}: not a JSON object")
        yield number, parsed
