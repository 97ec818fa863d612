"""
Which answers changed between two versions of a domain, and why: `bot diff OLD NEW QUESTIONS`.

Each question is asked of both, the turns of a dialogue in one session each. Two answers are the same when
everything that their records say of the world is the same; confidence and suggestions may move with every edit
and are left out. Why they differ is told from the two explanations, by the codes that these hold.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bot import Bot, InputError
from bot.cache import load_domain
from bot.paths import bundled

if TYPE_CHECKING:
    from bot.answer import Answer, Explanation

COMPARED = ("status", "text", "values", "unit", "intent", "operation", "slots", "references")
"""The keys of a record in which two answers may differ."""


class Question(NamedTuple):
    """A question of a file: how it is named, what dialogue it belongs to, if any, and its words."""

    id: str
    dialogue: str | None
    text: str


class Why(NamedTuple):
    """One way in which two explanations differ: a stable code, and what stood in each; empty where there was none."""

    code: str
    """`reason`, `candidate`, `word`, `slot`, `statement`, or `wording` when the words alone are others."""
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that the two versions answer differently."""

    question: Question
    old: Answer
    new: Answer

    @property
    def fields(self) -> tuple[str, ...]:
        """The keys in which the records differ."""
        old, new = self.old.record(), self.new.record()
        return tuple(key for key in COMPARED if old[key] != new[key])

    def why(self) -> tuple[Why, ...]:
        return tuple(_why(self.old.explanation, self.new.explanation)) or (Why("wording", "", ""),)

    def record(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "id": self.question.id,
            "dialogue": self.question.dialogue,
            "question": self.question.text,
            "fields": list(self.fields),
            "old": _compared(self.old),
            "new": _compared(self.new),
            "why": [why._asdict() for why in self.why()],
        }

    def text(self) -> str:
        """The question, what was said before and is said now, and why."""
        lines = [f"{self.question.id}: {self.question.text}"]
        for sign, answer in (("-", self.old), ("+", self.new)):
            lines.append(f"  {sign} {answer.status}: {' '.join(answer.text.split())}")
        unseen = [key for key in self.fields if key not in ("status", "text")]
        if unseen and "text" not in self.fields:
            old, new = self.old.record(), self.new.record()
            lines += [f"  {key}: {_shown(old[key])} → {_shown(new[key])}" for key in unseen]
        lines += [f"  why: {_told(why)}" for why in self.why()]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out for all questions."""

    old: str
    new: str
    asked: int
    changed: tuple[Difference, ...]

    def record(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "old": self.old,
            "new": self.new,
            "asked": self.asked,
            "changed": len(self.changed),
            "moves": {f"{old} → {new}": times for (old, new), times in self._moves()},
            "differences": [difference.record() for difference in self.changed],
        }

    def text(self) -> str:
        """Each difference, then how many there are."""
        moves = ", ".join(f"{times} {old} → {new}" for (old, new), times in self._moves())
        total = f"{len(self.changed)} of {self.asked} answers changed" + (f": {moves}" if moves else "")
        return "\n\n".join([*(difference.text() for difference in self.changed), total])

    def _moves(self) -> list[tuple[tuple[str, str], int]]:
        moves = Counter((one.old.status, one.new.status) for one in self.changed)
        return sorted(moves.items(), key=lambda pair: (-pair[1], pair[0]))


def load_version(folder: str) -> Bot:
    """
    The bot of a domain whose intents and knowledge lie in *folder*, each as a folder or as one YAML file.

    One of the two is enough: facts in tables need no intents, and fixed answers no knowledge. Where language data lie
    with the intents, in `language/en`, they are used instead of the bundled ones. Raises InputError when the folder
    holds neither, and LoadError when they cannot be used.
    """
    intents, knowledge = (
        next((p for p in (Path(folder, kind), Path(folder, f"{kind}.yaml")) if p.exists()), None)
        for kind in ("intents", "knowledge")
    )
    if intents is None and knowledge is None:
        what = "there is no folder" if not Path(folder).is_dir() else "it holds neither"
        raise InputError(f"{folder}: {what}; name the folder that holds the folders 'intents' and 'knowledge'")
    language = Path(folder, "intents", "language", "en")
    spoken = language if language.is_dir() else bundled("intents") / "language" / "en"
    own = knowledge or bundled("knowledge")
    return Bot(load_domain(intents, own, spoken, may_skip=knowledge is None))


def read_questions(files: Iterable[str]) -> list[Question]:
    """
    The questions of *files*, in their order: question files as `bot batch` takes them, or tests.

    Raises InputError when one cannot be read, or when there is no question in it.
    """
    found: list[Question] = []
    for file in files:
        questions = list(_tests(file) if _holds_tests(file) else _rows(file))
        if not questions:
            raise InputError(f"{file}: there are no questions in it")
        found += questions
    return found


def compare(
    old: Bot, new: Bot, questions: Iterable[Question], *, names: tuple[str, str] = ("old", "new")
) -> Comparison:
    """Ask both bots each of *questions*; *names* is what the two are called in the report."""
    asked, changed = 0, []
    askers = [_Asker(old), _Asker(new)]
    for question in questions:
        asked += 1
        difference = Difference(question, *(asker.ask(question) for asker in askers))
        if difference.fields:
            changed.append(difference)
    return Comparison(*names, asked, tuple(changed))


class _Asker:
    """One bot with the sessions of the dialogues that it is in."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._sessions: dict[str, Any] = {}

    def ask(self, question: Question) -> Answer:
        if question.dialogue is None:
            return self._bot.ask(question.text)
        if question.dialogue not in self._sessions:
            self._sessions[question.dialogue] = self._bot.session()
        answer: Answer = self._sessions[question.dialogue].ask(question.text)
        return answer


def _holds_tests(file: str) -> bool:
    suffix = Path(file).suffix.lower()
    if suffix != ".jsonl":
        return suffix in (".yaml", ".yml")
    try:
        with open(file, encoding="utf-8-sig", errors="replace") as lines:
            return any('"turns"' in line for line in lines)
    except OSError:
        return False  # the other reader says what is wrong


def _tests(file: str) -> Iterator[Question]:
    from bot.grading import read_cases

    for case in read_cases(file):
        yield Question(case.id, case.dialogue, case.question)


def _rows(file: str) -> Iterator[Question]:
    from bot.batch_rows import open_questions

    with closing(open_questions(file)) as questions:
        rows = [row for chunk in questions.chunks(strict=True) for row in chunk.rows]
    for row in rows:
        yield Question(row.id, None if row.session is None else f"{file}: {row.session}", row.question)


def _why(old: Explanation, new: Explanation) -> Iterator[Why]:
    yield from _changes("reason", map(_pair, old.reasons), map(_pair, new.reasons))
    yield from _changes("candidate", _best(old), _best(new))
    readings = [{(w.start, w.end, w.text): f"{w.kind} {w.meaning}".strip() for w in e.words} for e in (old, new)]
    for key in sorted(readings[0].keys() | readings[1].keys()):
        before, after = (reading.get(key, "") for reading in readings)
        if before != after:
            yield Why("word", f"“{key[2]}” {before}" if before else "", f"“{key[2]}” {after}" if after else "")
    yield from _changes("slot", map(" ".join, old.slots), map(" ".join, new.slots))
    yield from _changes("statement", old.statements, new.statements)


def _pair(reason: tuple[str, str]) -> str:
    code, detail = reason
    return f"{code}: {detail}" if detail else code


def _best(explanation: Explanation) -> list[str]:
    """The candidate that was taken, or came nearest, with its code."""
    chosen = [c for c in explanation.candidates if c.outcome == "chosen"] or list(explanation.candidates[:1])
    return [f"{c.intent} {c.outcome}: {c.detail}" for c in chosen[:1]]


def _changes(code: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Why]:
    """What is only in one of the two, those of the same place side by side."""
    before, after = list(old), list(new)
    gone = [text for text in before if text not in after]
    come = [text for text in after if text not in before]
    for place in range(max(len(gone), len(come))):
        yield Why(code, *(texts[place] if place < len(texts) else "" for texts in (gone, come)))


def _told(why: Why) -> str:
    if why.code == "wording":
        return "the wording alone is another"
    return f"{why.code}: {why.old or 'none'} → {why.new or 'none'}"


def _compared(answer: Answer) -> dict[str, Any]:
    record = answer.record()
    return {key: record[key] for key in COMPARED}


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
