"""
Answers graded against expected ones: `bot test`.

An expectation says which outcomes are right and what the text must and must not say, never what it is word
for word, so that a better wording breaks no test. Two formats hold the same expectations: JSONL, made by
programs, and YAML, written by authors. Both become a `Case`, each knowing its place in its file.

A verdict is `right`; `missed`, when the bot declined what it should have answered; or `wrong`, when it said
something false or unwanted. Missing costs a user little and a wrong answer much, so they are never mixed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from bot import InputError, LoadError, formats
from bot.answer import Answer, Status, Value
from bot.errors import Position, Problem
from bot.operation_names import is_same
from bot.source import Fields, Node, Problems, from_python, load_yaml, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot import Bot, Session
    from bot.following import Step

    Watch = Callable[[Answer, Step | None], None]

Verdict = Literal["right", "wrong", "missed"]

STATUSES: tuple[str, ...] = get_args(Status)
DECLINED = frozenset({"no_data", "not_understood", "clarify"})
SPOKEN = frozenset({"answered", "social"})

EXPECTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "answer": (frozenset(), SPOKEN),
    "social": (frozenset({"social"}), frozenset()),
    "decline": (DECLINED, frozenset()),
    "clarify": (frozenset({"clarify"}), frozenset()),
    "decline_or_correct": (DECLINED, SPOKEN),
    "answer_or_clarify": (frozenset({"clarify"}), SPOKEN),
}
"""For each `expect`: the outcomes that are right as they are, and those that are right if the text is."""

KEYS = (
    "id", "turns", "ask", "q", "question", "kind", "expect", "status", "answer", "must", "not", "must_not",
    "values", "intent", "operation", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One question and what is expected of its answer."""

    id: str
    question: str
    position: Position
    plain: frozenset[str]
    """The outcomes that are right whatever the text."""
    checked: frozenset[str]
    """The outcomes that are right when the answer also holds everything below."""
    kind: str
    dialogue: str | None = None
    """The dialogue it is a turn of; None for a question of its own."""
    must: tuple[tuple[str, ...], ...] = ()
    """The text must hold one of each group."""
    must_not: tuple[str, ...] = ()
    values: tuple[Value, ...] | None = None
    intent: str | None = None
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """The verdict on one answer, and for each thing that fell short a reason."""

    case: Case
    answer: Answer
    verdict: Verdict
    reasons: tuple[str, ...] = ()


def read_cases(file: str) -> list[Case]:
    """The cases of *file*, in its order. Raises InputError that names every bad row, or when there is none."""
    readers = {".jsonl": _jsonl_cases, ".yaml": _yaml_cases, ".yml": _yaml_cases}
    reader = readers.get(Path(file).suffix.lower())
    if reader is None:
        raise InputError(f"{file}: tests are read from {', '.join(readers)}")
    problems = Problems()
    try:
        cases = list(reader(file, problems))
        problems.raise_errors()
    except LoadError as error:
        raise InputError(str(error)) from error
    if not cases:
        raise InputError(f"{file}: there are no tests in it")
    return cases


def grade(bot: Bot, cases: Iterable[Case], *, watch: Watch | None = None) -> Report:
    """Ask *bot* each question, the turns of a dialogue in one session, and grade the answers; *watch* sees them."""
    sessions: dict[str, Session] = {}
    grades = []
    for case in cases:
        asked: Bot | Session = bot
        if case.dialogue is not None:
            if case.dialogue not in sessions:
                sessions[case.dialogue] = bot.session()
            asked = sessions[case.dialogue]
        if watch is None:
            answer = asked.ask(case.question)
        else:
            answer, step = asked.trace(case.question)
            watch(answer, step)
        grades.append(grade_answer(case, answer))
    return Report(tuple(grades))


def grade_answer(case: Case, answer: Answer) -> Grade:
    """The verdict on *answer*, with the reasons when it is not right."""
    status = answer.status
    if status in case.plain:
        return Grade(case, answer, "right")
    small_talk = status == "social" and "answered" in case.checked  # in place of an answer, it says nothing false
    if status not in case.checked:
        accepted = " or ".join(sorted(case.plain | case.checked))
        missed = status in DECLINED or small_talk
        return Grade(case, answer, "missed" if missed else "wrong", (f"it is {status}, not {accepted}",))
    reasons = tuple(_shortfalls(case, answer))
    if not reasons:
        return Grade(case, answer, "right")
    return Grade(case, answer, "missed" if small_talk else "wrong", reasons)


def says(text: str, words: str) -> bool:
    """
    Whether *text* holds *words* as whole words, whatever their case, accents, dashes and spaces.

    A number is not found inside a longer one.

    >>> says("Ties with TÜRKIYE began in 1926.", "türkiye")
    True
    >>> says("1.27 billion", "27")
    False
    """
    return _pattern(words).search(_fold(text)) is not None


def _shortfalls(case: Case, answer: Answer) -> Iterator[str]:
    for group in case.must:
        if not any(says(answer.text, words) for words in group):
            yield ("it lacks one of " if len(group) > 1 else "it lacks ") + ", ".join(map(repr, group))
    for words in case.must_not:
        if says(answer.text, words):
            yield f"it says {words!r}"
    if case.values is not None and _comparable(case.values) != _comparable(answer.values):
        yield f"its values are {list(answer.values)}, not {list(case.values)}"
    if case.intent is not None and case.intent != answer.intent:
        yield f"its intent is {answer.intent}, not {case.intent}"
    if case.operation is not None and not is_same(case.operation, answer.operation):
        yield f"its operation is {answer.operation}, not {case.operation}"


@lru_cache(maxsize=4096)
def _pattern(words: str) -> re.Pattern[str]:
    spaced = re.escape(_fold(words)).replace(r"\ ", r"\s+")
    return re.compile(rf"(?<!\w)(?<!\d[.,]){spaced}(?!\w)(?![.,]\d)")


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(character for character in text if not unicodedata.combining(character))
    text = text.replace("ı", "i").replace("’", "'")  # the dotless i is a letter of its own, not an i with a mark
    return re.sub(r"\s+", " ", re.sub("[\u2010-\u2015\u2212]", "-", text))


def _comparable(values: Iterable[Value]) -> Counter[str]:
    """The values without their order; numbers by amount, so that 2018 is "2018" is 2018.0."""
    return Counter(_fold(str(value)) if (number := _number(value)) is None else number for value in values)


def _number(value: Value) -> str | None:
    try:
        return f"{float(value):.9g}"
    except ValueError:
        return None


# Reading files


def _yaml_cases(file: str, problems: Problems) -> Iterator[Case]:
    document = load_yaml(file, problems)
    if document is None:
        return
    with document.fields(problems, formats.TESTS) as fields:
        for node in fields.nodes("tests"):
            yield from _cases(node, node.position, problems)


def _jsonl_cases(file: str, problems: Problems) -> Iterator[Case]:
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8: byte {error.start}") from error
    for number, line in enumerate(text.split("\n"), 1):  # splitlines() would also split at U+2028
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            problems.add(Problem(Position(file, number, error.colno), f"not JSON: {error.msg}", code="json-syntax"))
        except (RecursionError, ValueError) as error:  # ValueError: a number of more than 4300 digits
            problems.add(Problem(Position(file, number, 1), f"not JSON: {error}", code="json-syntax"))
        else:
            met = Problems()
            node = from_python(row, met, name=f"{file}:{number}")
            for problem in met:
                if problem.code != "control-character":  # people's questions hold them, and a test may want them
                    problems.add(problem)
            yield from _cases(node, Position(file, number, 1), problems, notes_allowed=True)


def _cases(node: Node, position: Position, problems: Problems, *, notes_allowed: bool = False) -> Iterator[Case]:
    """The case of a question, or those of a dialogue. None that has a problem."""
    if not isinstance(node.content, dict) or "turns" not in node.content:
        yield from _case(node, position, problems, notes_allowed)
        return
    with node.fields(problems, formats.DIALOGUE) as fields:
        name = fields.text("id", str(position).removesuffix(":1"))
        turns = fields.nodes("turns")
        if notes_allowed:
            _pass_notes(fields)
    for number, turn in enumerate(turns, 1):
        place = turn.position if turn.line else position
        for case in _case(turn, place, problems, notes_allowed):
            yield replace(case, id=f"{name}/{number}", dialogue=str(position))


def _case(node: Node, position: Position, problems: Problems, notes_allowed: bool) -> Iterator[Case]:
    before = len(problems)
    with node.fields(problems, formats.TEST) as fields:
        question = fields.text(_name(fields, "ask", "q", "question"))
        plain, checked, outcome = _accepted(fields)
        case = Case(
            id=fields.text("id", f"{position.file}:{position.line}"),
            question=question,
            position=position,
            plain=plain,
            checked=checked,
            kind=fields.text("kind", outcome),
            must=tuple(_alternatives(group, fields) for group in fields.nodes(_name(fields, "answer", "must"), ())),
            must_not=fields.texts(_name(fields, "not", "must_not"), ()),
            values=_values(fields),
            intent=fields.text("intent", None),
            operation=fields.text("operation", None),
        )
        fields.texts("note", ())  # for people; nothing reads it
        if notes_allowed:
            _pass_notes(fields)
    if len(problems) == before:
        yield case


def _name(fields: Fields, *names: str) -> str:
    """The first of *names* that the author used, else the first."""
    return next((name for name in names if fields.at(name) is not fields.record), names[0])


def _accepted(fields: Fields) -> tuple[frozenset[str], frozenset[str], str]:
    """The outcomes that are right as they are, those that are right if the text is, and a word for both."""
    expect = fields.choice("expect", tuple(EXPECTS), "answer")
    nodes = fields.nodes("status", ())
    if not nodes:
        return *EXPECTS[expect], expect
    if fields.node("expect", None):
        what, mend = "'expect' and 'status' say the same thing", "remove one of them"
        fields.problems.add(fields.at("expect").problem(what, mend=mend, code="twice"))
    statuses = [node.as_choice(fields.problems, STATUSES, "status") or "" for node in nodes]
    return frozenset(), frozenset(statuses), " or ".join(statuses)


def _alternatives(group: Node, fields: Fields) -> tuple[str, ...]:
    if not group.as_list():
        mend = "write the words that must appear, or remove it"
        fields.problems.add(group.problem("no words to look for", mend=mend, code="missing-value"))
    return tuple(item.as_text(fields.problems) or "" for item in group.as_list())


def _values(fields: Fields) -> tuple[str, ...] | None:
    """None where nothing is expected of the values; an empty list expects that there are none."""
    values = fields.texts("values", ())
    return None if fields.at("values") is fields.record else values


def _pass_notes(fields: Fields) -> None:
    """Programs write keys for other programs; only what looks like a slip of the pen is a problem."""
    for key, _ in fields.rest():
        if key.content != "notes" and (meant := nearest(str(key.content), KEYS)):
            mend = f"did you mean {meant!r}?"
            fields.problems.add(key.problem(f"unknown key {key.content!r}", mend=mend, code="unknown-key"))


# Reporting


@dataclass(frozen=True, slots=True)
class Report:
    """All grades of a run, and what can be told from them."""

    grades: tuple[Grade, ...]

    @property
    def total(self) -> int:
        return len(self.grades)

    @property
    def right(self) -> int:
        return sum(one.verdict == "right" for one in self.grades)

    def reaches(self, percentage: float) -> bool:
        """Whether at least *percentage* of the answers are right."""
        return self.right * 100 >= percentage * self.total

    def fell_short(self) -> list[Grade]:
        """The grades that are not right, in the order of the questions."""
        return [one for one in self.grades if one.verdict != "right"]

    def kinds(self) -> dict[str, Counter[str]]:
        """For each kind of question, by name, how many got which verdict."""
        kinds: dict[str, Counter[str]] = {}
        for one in sorted(self.grades, key=lambda one: one.case.kind):
            kinds.setdefault(one.case.kind, Counter())[one.verdict] += 1
        return kinds

    def refusals(self) -> dict[str, int]:
        """How often the bot declined where it had to (of how often it had to), and where an answer was due."""
        due = [one for one in self.grades if one.case.plain | one.case.checked <= DECLINED]
        answerable = [one for one in self.grades if not (one.case.plain | one.case.checked) & DECLINED]
        return {
            "due": len(due),
            "declined": sum(one.answer.status in DECLINED for one in due),
            "answerable": len(answerable),
            "declined_wrongly": sum(one.answer.status in DECLINED for one in answerable),
        }

    def calibration(self) -> list[tuple[float, int, int]]:
        """For each tenth of confidence that occurs: its lower end, how many were answered with it, how many right."""
        answered: Counter[int] = Counter()
        right: Counter[int] = Counter()
        for one in self.grades:
            if one.answer.status == "answered":
                tenth = min(int(one.answer.confidence * 10 + 1e-9), 9)
                answered[tenth] += 1
                right[tenth] += one.verdict == "right"
        return [(tenth / 10, answered[tenth], right[tenth]) for tenth in sorted(answered)]

    def confusion(self) -> list[tuple[str, str, int]]:
        """Expected intent, the intent found instead, how often; the most frequent first."""
        pairs = Counter(
            (one.case.intent, one.answer.intent or "none")
            for one in self.grades
            if one.case.intent is not None and one.case.intent != one.answer.intent
        )
        return [(expected, found, times) for (expected, found), times in sorted(pairs.items(), key=_most_frequent)]

    def record(self) -> dict[str, Any]:
        """The report as plain lists and dicts, fit for JSON."""
        verdicts = Counter(one.verdict for one in self.grades)
        return {
            "total": self.total,
            "right": self.right,
            "wrong": verdicts["wrong"],
            "missed": verdicts["missed"],
            "kinds": {kind: _counts(counts) for kind, counts in self.kinds().items()},
            "refusals": self.refusals(),
            "calibration": [
                {"confidence": lower, "answered": answered, "right": right}
                for lower, answered, right in self.calibration()
            ],
            "confusion": [
                {"expected": expected, "found": found, "times": times} for expected, found, times in self.confusion()
            ],
            "fell_short": [_grade_record(one) for one in self.fell_short()],
        }

    def text(self) -> str:
        """The report as lines to read, what matters most at the end, where a terminal shows it."""
        parts = [_grade_text(one) for one in self.fell_short()]
        parts.append(self._kinds_text())
        if confusion := self.confusion():
            lines = [f"  {expected} -> {found}  {times}" for expected, found, times in confusion]
            parts.append("\n".join(["intents taken for another", *lines]))
        if calibration := self.calibration():
            rows = [
                (f"{lower:.1f} to {lower + 0.1:.1f}", answered, right, f"{right / answered:.1%}")
                for lower, answered, right in calibration
            ]
            parts.append(_table(("confidence", "answered", "right", ""), rows))
        refusals = self.refusals()
        parts.append(
            f"declined {refusals['declined']} of {refusals['due']} that had to be declined, "
            f"and {refusals['declined_wrongly']} of {refusals['answerable']} that had to be answered"
        )
        verdicts = Counter(one.verdict for one in self.grades)
        share = f"{self.right / self.total:.1%}" if self.total else "none"
        parts.append(f"{self.right} right ({share}), {verdicts['wrong']} wrong, {verdicts['missed']} missed")
        return "\n\n".join(parts)

    def _kinds_text(self) -> str:
        kinds = self.kinds()
        rows = [(kind, counts.total(), *_counts(counts).values()) for kind, counts in kinds.items()]
        return _table(("kind", "n", "right", "wrong", "missed"), rows)


def _most_frequent(item: tuple[tuple[str, str], int]) -> tuple[int, tuple[str, str]]:
    pair, times = item
    return -times, pair


def _counts(counts: Counter[str]) -> dict[str, int]:
    return {verdict: counts[verdict] for verdict in get_args(Verdict)}


def _grade_record(one: Grade) -> dict[str, Any]:
    return {
        "id": one.case.id,
        "file": one.case.position.file,
        "line": one.case.position.line,
        "question": one.case.question,
        "verdict": one.verdict,
        "reasons": list(one.reasons),
        "status": one.answer.status,
        "text": one.answer.text,
        "intent": one.answer.intent,
        "confidence": one.answer.confidence,
    }


def _grade_text(one: Grade) -> str:
    position = one.case.position
    answer = " ".join(one.answer.text.split())
    return "\n".join(
        [
            f"{position.file}:{position.line}: {one.verdict}: {one.case.question}",
            f"  {one.answer.status}: {answer}",
            *(f"  {reason}" for reason in one.reasons),
        ]
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """The first column to the left, numbers to the right."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in cells
    )
