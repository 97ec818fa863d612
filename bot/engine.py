"""
`Bot` and `Session`: text in, Answer out, the steps in their order.

A `Bot` is immutable once loaded and may be shared between threads and pickled; what belongs to one
conversation is in its `Session`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.answer import Answer, CandidateNote, Explanation, WordReading
from bot.deciding import Decider, Decision
from bot.domain import Domain
from bot.errors import Problem
from bot.knowledge import Quantity, Time
from bot.paths import bundled_path
from bot.reading import Item, Reader
from bot.text import MAX_CHARACTERS

if TYPE_CHECKING:
    from pathlib import Path


class Bot:
    """Answers questions from one domain. Make one with `Bot.load()`."""

    def __init__(self, domain: Domain, *, clock: date | None = None) -> None:
        self._domain = domain
        self._clock = clock
        self._reader = Reader(domain)
        self._decider = Decider(domain, self._reader, self.today)

    @classmethod
    def load(
        cls,
        intents: str | Path | None = None,
        knowledge: str | Path | None = None,
        *,
        tables: str | Path | None = None,
        clock: date | None = None,
        cache: bool = True,
    ) -> Bot:
        """
        The bot for the domain in two folders (or single files); the bundled domain without them.

        *tables* is the folder of the tables that the knowledge names, by default that of the file which names them.
        *clock* stands for today. Without *cache* the files are parsed anew, and nothing is written. Raises
        LoadError, with every problem found, when a file cannot be used.
        """
        from bot.cache import load_domain

        language = os.path.join(bundled_path("intents"), "language", "en")
        places = (intents or bundled_path("intents"), knowledge or bundled_path("knowledge"), language)
        return cls(load_domain(*places, tables, cache=cache), clock=clock)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self._domain, self._clock)

    @property
    def name(self) -> str:
        return self._domain.name

    @property
    def examples(self) -> tuple[str, ...]:
        """Questions that it can answer, as their authors wrote them."""
        return tuple(e for intent in self._domain.intents.values() for e in intent.examples)

    def today(self) -> date:
        return self._clock or date.today()

    def ask(self, text: str) -> Answer:
        """The answer to one question. Never raises for what *text* says; TypeError when it is no str."""
        if not isinstance(text, str):
            raise TypeError(f"a question is a str, not {type(text).__name__}")
        if len(text) > MAX_CHARACTERS:
            reason = ("too-long", f"{len(text)} characters")
            return Answer(
                text[:MAX_CHARACTERS],
                "not_understood",
                f"That is too long for a question: {len(text):,} characters, and I read up to {MAX_CHARACTERS:,}.",
                explanation=Explanation(reasons=(reason,)),
            )
        items = self._reader.read(text)
        decision = self._decider.decide(text, items)
        return self._answer(text, items, decision)

    def explain(self, text: str) -> Explanation:
        return self.ask(text).explanation

    def ask_many(self, questions: Iterable[str]) -> Iterator[Answer]:
        """The answers to *questions*, each by itself, as they are needed."""
        for question in questions:
            yield self.ask(question)

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
        return Session(self)

    def check(self) -> tuple[Problem, ...]:
        return self._domain.warnings

    def _answer(self, text: str, items: list[Item], decision: Decision) -> Answer:
        composer = self._decider.composer
        values = tuple(
            composer.record_value(v) if isinstance(v, (Time, Quantity, str)) else v for v in decision.values
        )
        slots = {}
        origins = []
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
                origins.append((constraint.role or "any", str(shown), "said" if constraint.item >= 0 else "default"))
        body = decision.text
        if decision.status != "social" and (read := self._respellings(items)):
            body = f"{body} ({read})"
        explanation = Explanation(
            tuple(_word(item) for item in items if not item.mark),
            tuple(
                CandidateNote(
                    c.intent.id,
                    c.confidence,
                    "chosen" if decision.candidate is c else ("left-over-word" if c.left_over else "less-specific"),
                    c.pattern.text + (" | " + ", ".join(c.utterance.items[i].text for i in c.left_over) if c.left_over else "")
                    + f" {c.cost}",
                )
                for c in decision.considered[:6]
            ),
            tuple(origins),
            str(decision.query or decision.tree or ""),
            tuple(f"{composer.sentence(s)} [{s.reference}]" for s in decision.statements),
            tuple(decision.reasons),
        )
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


class Session:
    """One conversation: what was said before helps to understand what is said next."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    def ask(self, text: str) -> Answer:
        return self._bot.ask(text)


def _restore(domain: Domain, clock: date | None) -> Bot:
    return Bot(domain, clock=clock)


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
