"""
`answer_batch`: a table of questions in, the same table with its answers out, for programs that have an engine already.

It takes what Ray Data hands to `map_batches`, what Spark hands to `mapInPandas`, and the frames of pandas and
polars, and gives back the same kind. None of these is imported: a frame is known by what it can do. Every column
of answers has one type, whatever the answer, because engines compare the types of batches.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from bot.answer import RECORD_KEYS, Answer

if TYPE_CHECKING:
    from bot.engine import Bot, Session

LISTED = ("values", "slots", "references", "suggestions")
"""Columns that hold JSON, as values may be years as well as names; nothing where there are none."""
NUMBER = "confidence"
ANSWER_COLUMNS = tuple(key for key in RECORD_KEYS if key not in ("id", "session", "question"))
"""What `answer_batch` adds, in this order: texts all but one, the confidence, a float."""

Batch = TypeVar("Batch")


def answer_batch(
    batch: Batch, bot: Bot | None = None, *, question: str = "question", session: str = "session", prefix: str = ""
) -> Batch:
    """
    *batch* with the `ANSWER_COLUMNS`, for the questions in its column *question*; its rows stay as they are.

    A batch is a pandas or polars DataFrame, a dict of columns (Ray's own kind, `batch_format="numpy"`), or an iterator
    of these (Spark's `mapInPandas`), which gives an iterator. *bot* is by default the bundled one, loaded once in each
    process; `functools.partial(answer_batch, bot=bot)` makes a function of another, which engines can send around.

    Where there is a column *session*, rows that share what it says are one conversation, in order. It begins and
    ends with the batch, so have the engine group by that column first. *prefix* goes before the names of the columns
    that are added; ValueError when one of them is there already, and KeyError when there is no column *question*.

    A question that is missing or no text costs its own row alone: `not_understood`, and its text says why.

    >>> answers = answer_batch({"question": ["When did relations begin?", None]})
    >>> answers["status"], answers["values"]
    (['answered', 'not_understood'], ['[1926]', None])
    """
    if isinstance(batch, Iterator):
        several: Any = (answer_batch(b, bot, question=question, session=session, prefix=prefix) for b in batch)
        return cast(Batch, several)
    names = _names(batch)
    if question not in names:
        raise KeyError(f"the batch has no column {question!r}; it has {', '.join(map(repr, names)) or 'none'}")
    if taken := [prefix + name for name in ANSWER_COLUMNS if prefix + name in names]:
        raise ValueError(f"the batch has a column {taken[0]!r} already; say prefix='answer_', or rename it")
    table: Any = batch
    questions = list(table[question])
    sessions = list(table[session]) if session in names else [None] * len(questions)
    columns = _columns(_answers(bot or _bundled(), questions, sessions))
    added: Batch = _with_columns(table, {prefix + name: column for name, column in columns.items()}, table[question])
    return added


@cache
def _bundled() -> Bot:
    from bot.engine import Bot

    return Bot.load()


def _names(batch: object) -> list[str]:
    if isinstance(batch, Mapping):
        return list(batch)
    frame: Any = batch
    if _is_polars(frame) or hasattr(frame, "assign"):
        return list(frame.columns)
    kinds = "a pandas or polars DataFrame, a dict of columns or an iterator of these"
    hint = "; a lazy frame has its own map_batches" if hasattr(frame, "collect") else ""
    raise TypeError(f"a batch is {kinds}, not {type(batch).__name__}{hint}")


def _is_polars(frame: Any) -> bool:
    return hasattr(frame, "with_columns") and not hasattr(frame, "collect")


def _answers(bot: Bot, questions: list[Any], sessions: list[Any]) -> list[Answer]:
    conversations: dict[Any, Session] = {}
    answers = []
    for question, name in zip(questions, sessions, strict=True):
        if _is_missing(question):
            answers.append(_refused("the question is missing"))
        elif not isinstance(question, str):
            answers.append(_refused(f"the question is no text but of type {type(question).__name__}"))
        elif _is_missing(name):
            answers.append(bot.ask(question))
        else:
            if name not in conversations:
                conversations[name] = bot.session()
            answers.append(conversations[name].ask(question))
    return answers


def _is_missing(value: Any) -> bool:
    """Whether *value* is None, or a NaN or NA, which is not even equal to itself."""
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError):  # pandas' NA is neither true nor false
        return not isinstance(value, (list, tuple)) and not hasattr(value, "__len__")


def _refused(why: str) -> Answer:
    return Answer("", "not_understood", f"This row could not be read: {why}.")


def _columns(answers: list[Answer]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {name: [] for name in ANSWER_COLUMNS}
    for answer in answers:
        record = answer.record()
        for name, column in columns.items():
            value = record[name]
            if name in LISTED:
                value = json.dumps(value, ensure_ascii=False) if value else None
            column.append(value)
    return columns


def _with_columns(batch: Any, columns: dict[str, list[Any]], questions: Any) -> Any:
    """*batch* and *columns* together, of the kind that its column *questions* is."""
    if isinstance(batch, Mapping):
        if hasattr(questions, "__array__"):
            import numpy as np

            return {**batch, **{name: np.array(column, _type(name, object)) for name, column in columns.items()}}
        return {**batch, **columns}
    series = type(questions)
    if _is_polars(batch):
        return batch.with_columns(*(series(name, column, _type(name, str)) for name, column in columns.items()))
    added = {name: series(column, batch.index, _type(name, object)) for name, column in columns.items()}
    return batch.assign(**added)


def _type(name: str, text: type) -> type:
    return float if name.endswith(NUMBER) else text
