"""
`Bot` and `Session`: text in, Answer out, the steps in their order.

A `Bot` is immutable once loaded and may be shared between threads and pickled; what belongs to one
conversation is in its `Session`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.answer import Answer, CandidateNote, Explanation, WordReading
from bot.deciding import Decider
from bot.decision import Decision
from bot.domain import Domain
from bot.errors import Problem
from bot.following import Follower, Step
from bot.history import History, Turn
from bot.knowledge import Quantity, Time
from bot.matching import CODES, Candidate, Matcher
from bot.paths import bundled_path
from bot.pointing import RECALLED
from bot.query import Constraint
from bot.reading import Item, Reader
from bot.text import MAX_CHARACTERS

if TYPE_CHECKING:
    from bot.analysis import Utterance
    from bot.evidence import Weighed
    from bot.misses import MissLog
    from bot.places import Place


_NOTHING_SAID = History()
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffd]")


class Bot:
    """Answers questions from one domain. Make one with `Bot.load()`."""

    def __init__(self, domain: Domain, *, clock: date | None = None, misses: MissLog | None = None) -> None:
        self._domain = domain
        self._clock = clock
        self._misses = misses
        self._reader = Reader(domain)
        self._decider = Decider(domain, self._reader, self.today)
        self._follower = Follower(domain, self._reader, self._decider)

    @classmethod
    def load(
        cls,
        intents: Place | None = None,
        knowledge: Place | None = None,
        *,
        tables: Place | None = None,
        clock: date | None = None,
        cache: bool = True,
        misses: bool | str | os.PathLike[str] = False,
        store: bool | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> Bot:
        """
        The bot for the domain in *intents* and *knowledge*; the bundled domain without them.

        Questions about *knowledge* from tables need no *intents*, and *intents* with fixed answers need no
        *knowledge*; other intents without any are about the bundled one.
        Either is a folder or a single file, the same among a package's resources (`importlib.resources.files()`,
        also inside a zip), or a dict with what a YAML file would hold. *tables* is the folder of the tables that
        the knowledge names, by default that of the file which names them, for a dict the working directory. *clock*
        stands for today. Without *cache* files are parsed anew, and nothing is written that stays; resources that
        are no files and dicts always are. Knowledge of 50,000 statements and more is compiled into a file and not
        held in memory; *store* forces or forbids it, and *progress* is told what part of that is done, from 0 to 1.
        With *misses*, questions that are not answered are kept for `bot review`, in the file it names or, when True,
        in the platform's place; `bot.misses` says what is kept. Raises LoadError, with every problem found, when
        something cannot be used.
        """
        from bot.cache import load_domain

        for name, place in (("intents", intents), ("knowledge", knowledge), ("tables", tables)):
            if place is not None and not isinstance(place, str):
                from bot.places import check_place

                check_place(place, name)
        if clock is not None and not isinstance(clock, date):
            raise TypeError(f"clock: a datetime.date, not {type(clock).__name__}")
        language = os.path.join(bundled_path("intents"), "language", "en")
        log: MissLog | None = None
        if misses:
            from bot.misses import MissLog, default_path, domain_key

            log = MissLog(default_path() if misses is True else misses, domain_key(intents, knowledge))
        own = bundled_path("knowledge") if knowledge is None else knowledge
        if intents is None and knowledge is None:
            intents = bundled_path("intents")
        may_skip = intents is not None and knowledge is None
        domain = load_domain(
            intents, own, language, tables, may_skip=may_skip, cache=cache, store=store, progress=progress
        )
        return cls(domain, clock=clock, misses=log)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self._domain, self._clock, self._misses)

    @property
    def misses(self) -> MissLog | None:
        """Where questions that are not answered are kept; None when they are not."""
        return self._misses

    @property
    def name(self) -> str:
        return self._domain.name

    @property
    def domain(self) -> Domain:
        """What it answers from; not to be changed."""
        return self._domain

    @property
    def examples(self) -> tuple[str, ...]:
        """Questions that it can answer, as their authors wrote them."""
        return self._decider.examples

    @property
    def about(self) -> str:
        """What its knowledge is about, in words; its name when the knowledge does not say."""
        return self._domain.kb.about or self._domain.name

    def today(self) -> date:
        return self._clock or date.today()

    def ask(self, text: str) -> Answer:
        """The answer to one question. Never raises for what *text* says; TypeError when it is no str."""
        return self._ask(text, _NOTHING_SAID)[0]

    def trace(self, text: str) -> tuple[Answer, Step | None]:
        """As `ask`, with the decision behind the answer, for what looks into the workings; None when there is none."""
        return self._ask(text, History())

    def _ask(self, text: str, history: History) -> tuple[Answer, Step | None]:
        """The answer to *text* after *history*, and what the next turn may need of it."""
        if not isinstance(text, str):
            raise TypeError(_no_question(text))
        if len(text) > MAX_CHARACTERS:
            reason = ("too-long", f"{len(text)} characters")
            answer = Answer(
                text[:MAX_CHARACTERS],
                "not_understood",
                f"That is too long for a question: {len(text):,} characters, and I read up to {MAX_CHARACTERS:,}.",
                explanation=Explanation(reasons=(reason,)),
            )
            return answer, None
        if not (text.isascii() and text.isprintable()) and _BINARY.search(text):
            what = "That holds control characters: it looks like part of a binary file, not like a question."
            return Answer(text, "not_understood", what, explanation=Explanation(reasons=(("binary", ""),))), None
        step = self._follower.decide(text, history)
        answer = self._answer(text, step.items, step.decision)
        if self._misses is not None:
            self._misses.note(answer, followed=history.last is not None)
        return answer, step

    @property
    def matcher(self) -> Matcher:
        """What finds intents, for what looks into the workings."""
        return self._decider.matcher

    def read(self, text: str) -> list[Item]:
        """The words of *text* as they are taken, for what looks into the workings."""
        return self._reader.read(text)

    def candidates(self, utterance: Utterance) -> list[Candidate]:
        """The intents that *utterance* may be about, best first."""
        return self._decider.matcher.match(utterance)

    def outcome(self, candidate: Candidate) -> Decision:
        """What would be said if *candidate* were what is meant."""
        return self._decider.outcome(candidate)

    def decide(self, text: str) -> Decision:
        """What `ask` makes its answer of, for what looks into the workings."""
        return self._decider.decide(text, self._reader.read(text))

    def weigh(self, text: str) -> tuple[Weighed, ...]:
        """
        The intents that *text* is nearest to by their examples, best first, whatever the threshold.

        Only intents that have nothing but examples are weighed; empty when there are none, or no word is known.
        """
        evidence = self._domain.evidence
        return evidence.weigh(self._decider.words_for(evidence, text, self._reader.read(text))) if evidence else ()

    @property
    def weighed_intents(self) -> tuple[str, ...]:
        """The ids of the intents that `weigh` tells apart."""
        return self._domain.evidence.intents if self._domain.evidence else ()

    def explain(self, text: str) -> Explanation:
        """How the answer to *text* comes about; the same as its answer's `explanation`."""
        return self.ask(text).explanation

    def ask_many(self, questions: Iterable[str], *, workers: int = 1) -> Iterator[Answer]:
        """
        The answers to *questions*, each by itself, in their order, as they are needed.

        More *workers* are processes that answer some hundred questions ahead; worth their start (a second or so)
        from some ten thousand questions on. They need a program that can be imported, as `multiprocessing` says.
        Raises TypeError where a question is no str, and BotError when a worker is lost.
        """
        if isinstance(questions, (str, bytes)):
            raise TypeError("ask_many takes many questions: give one to ask(), or a list")
        if type(workers) is not int or workers < 1:
            raise ValueError(f"workers: a whole number from 1 on, not {workers!r}")
        checked = _checked(iter(questions))
        if workers == 1:
            return map(self.ask, checked)
        from bot.many import answers

        return answers(self, checked, workers)

    def _respellings(self, items: list[Item]) -> str:
        """What was read for words that had to be guessed; empty when none was."""
        spellings = self._domain.lexicon.spellings
        guessed = [
            f"“{item.text}” as “{item.respelled}”"
            for item in items
            if item.respelled and item.count == 1 and item.text.lower() not in spellings and item.filler != 1
        ]
        return f"I read {', '.join(guessed)}." if guessed else ""

    def session(self) -> Session:
        """A new conversation. Belongs to its caller: one for each person, and not for two threads at once."""
        return Session(self)

    def _word(self, item: Item) -> WordReading:
        reading = _word(item)
        if reading.kind == "unknown" and (evidence := self._domain.evidence) and all(map(evidence.knows, item.words)):
            return reading._replace(kind="example")
        return reading

    def check(self) -> tuple[Problem, ...]:
        return self._domain.warnings

    def _answer(self, text: str, items: list[Item], decision: Decision) -> Answer:
        composer = self._decider.composer
        values = tuple(
            [composer.record_value(v) if isinstance(v, (Time, Quantity, str)) else v for v in decision.values]
        )
        slots: dict[str, Any] = {}
        said = []
        if decision.query:
            for constraint in decision.query.constraints:
                value = constraint.value
                shown: Any
                if isinstance(value, frozenset):
                    shown = [self._domain.kb.label(v) for v in sorted(value)]
                    shown = shown[0] if len(shown) == 1 else shown
                else:
                    shown = composer.record_value(value)
                slots[constraint.role or "any"] = shown
                said.append((constraint, shown))
        body = decision.text
        if decision.status != "social" and (read := self._respellings(items)):
            body = f"{body} ({read})"
        explanation = Explanation.later(lambda: self._explained(items, decision, said))
        return Answer(
            text,
            decision.status,  # type: ignore[arg-type]
            body,
            values if decision.status == "answered" else (),
            decision.unit,
            decision.intent,
            decision.operation,
            slots,
            round(decision.confidence, 3),
            composer.references(decision.statements) if decision.status == "answered" else (),
            decision.suggestions,
            explanation=explanation,
        )

    def _explained(self, items: list[Item], decision: Decision, said: list[tuple[Constraint, Any]]) -> Explanation:
        """How *decision* on *items* came about; *said* has the constraints of its query with what was shown of each."""
        return Explanation(
            tuple([self._word(item) for item in items if not item.mark]),
            (
                *decision.notes,
                *[_note(c, decision.candidate) for c in decision.considered[:6]],
            ),
            tuple([(c.role or "any", str(shown), _origin(c, decision)) for c, shown in said]),
            str(decision.query or decision.tree or ""),
            tuple(
                [
                    f"{told.sentence} [{told.reference}]"
                    for told in map(self._decider.composer.told, decision.statements)
                ]
            ),
            tuple(decision.reasons),
            decision.operation or "",
        )


class Session:
    """
    One conversation: what was said before helps to understand what is said next.

    A session is a small value that belongs to its caller: `save()` gives it as plain data for JSON, `restore()`
    takes it up again, `fork()` makes a second one that goes its own way, `undo()` takes the last turn back.
    """

    def __init__(self, bot: Bot, history: History | None = None) -> None:
        self._bot = bot
        self._history = history or History()

    @classmethod
    def restore(cls, bot: Bot, data: dict[str, Any]) -> Session:
        """The session that `save()` made *data* of; ValueError when it did not."""
        return cls(bot, History.from_record(data))

    @property
    def history(self) -> History:
        return self._history

    def ask(self, text: str) -> Answer:
        """The answer to *text* as the next thing said in this conversation."""
        return self.trace(text)[0]

    def trace(self, text: str) -> tuple[Answer, Step | None]:
        """As `ask`, with the decision behind the answer, as `Bot.trace` gives it."""
        answer, step = self._bot._ask(text, self._history)
        if step is not None:
            step = self._bot._follower.framed(step)
            self._history = self._history.with_turn(_turn(text, answer, step))
        return answer, step

    def save(self) -> dict[str, Any]:
        """The session as plain values, fit for JSON."""
        return self._history.record()

    def fork(self) -> Session:
        return Session(self._bot, self._history)

    def undo(self) -> bool:
        """Take the last turn back; False when there is none."""
        had = self._history.last is not None
        self._history = self._history.without_last()
        return had


def _no_question(text: object) -> str:
    hint = "; decode it first" if isinstance(text, (bytes, bytearray)) else ""
    return f"a question is a str, not {type(text).__name__}{hint}"


def _checked(questions: Iterator[str]) -> Iterator[str]:
    for number, question in enumerate(questions, 1):
        if not isinstance(question, str):
            raise TypeError(f"question {number}: {_no_question(question)}")
        yield question


def _turn(text: str, answer: Answer, step: Step) -> Turn:
    statements = tuple(s.id for s in step.decision.statements) if answer.status == "answered" else ()
    return Turn(
        text,
        answer.status,
        step.answer or answer.text,
        step.frame,
        step.values,
        statements,
        answer.references,
        step.options,
        step.pending,
    )


def _note(candidate: Candidate, chosen: Candidate | None) -> CandidateNote:
    """Why *candidate* won or lost: the first part of the cost in which it differs from the one *chosen*."""
    texts = [candidate.utterance.items[i].text for i in candidate.left_over]
    if chosen is not None and candidate.intent is chosen.intent:
        outcome = "chosen"
    elif candidate.left_over:
        outcome = "left-over-word"
    elif candidate.unfilled:
        outcome = "unfilled-question"
        texts = [candidate.utterance.items[ask.index].text for ask in candidate.unfilled]
    else:
        costs = zip(CODES, candidate.cost, chosen.cost if chosen else candidate.cost, strict=True)
        outcome = next((code for code, own, best in costs if own != best), "tie")
    detail = f"pattern “{candidate.pattern.text}”" + (f"; {', '.join(texts)}" if texts else "")
    return CandidateNote(candidate.intent.id, candidate.confidence, outcome, detail)


def _origin(constraint: Constraint, decision: Decision) -> str:
    """Where a slot's value comes from: `said`, `remembered` or `default`."""
    candidate = decision.candidate
    if constraint.item >= 0:
        items = candidate.utterance.items if candidate else []
        pointed = constraint.item < len(items) and items[constraint.item].text == RECALLED
        return "remembered" if pointed else "said"
    return "remembered" if candidate and constraint.role in candidate.remembered else "default"


def _restore(domain: Domain, clock: date | None, misses: MissLog | None = None) -> Bot:
    return Bot(domain, clock=clock, misses=misses)


def _word(item: Item) -> WordReading:
    kind, meaning = "unknown", ""
    if item.entities:
        kind, meaning = "entity", "|".join(e for e, _ in item.entities)
    elif item.time:
        kind, meaning = "time", str(item.time)
    elif item.number is not None or item.quantity:
        kind, meaning = "number", f"{item.number:g}" if item.number is not None else ""
    elif item.asks:
        kind, meaning = "question", item.asks
    elif item.operations:
        kind, meaning = "operation", "|".join(sorted(item.operations))
    elif item.filler:
        kind = "filler"
    elif item.senses:
        kind, meaning = "sense", "|".join(sorted(item.senses)[:6])
    elif item.types:
        kind, meaning = "type", "|".join(sorted(item.types))
    elif item.known:
        kind = "filler"
    return WordReading(item.text, item.start, item.end, kind, meaning, item.respelled)
