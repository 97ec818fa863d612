"""
Completions and suggestions: what could stand on the line.

prompt_toolkit's fuzzy completion finds the word at the cursor by any letters that follow each other; the words before
it narrow down what is looked through. It is given one word at a time, as its regular expression takes long to find that
a long line does not fit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from prompt_toolkit.auto_suggest import AutoSuggest, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import (
    CompleteEvent,
    Completer,
    Completion,
    FuzzyCompleter,
    PathCompleter,
    merge_completers,
)
from prompt_toolkit.document import Document
from prompt_toolkit.history import History

from bot.knowledge import TEXT, Time
from bot.rendering import printable
from bot.terminal.commands import COMMANDS, Chat
from bot.terminal.settings import ABOUT
from bot.text import normalise

MOST = 200
"""More completions than this are no help."""
LONGEST_WORD = 24
"""Longer words are looked for as they are: every letter more multiplies the ways of a fuzzy search."""
MOST_EARLIER = 1000
"""The grey suggestion looks at each key through this many earlier lines."""
MOST_STATEMENTS = 5000
"""Values for a slot are looked for in this many statements."""

_WORD = r"^[^\s]*"


class Completions(Completer):
    """Whatever fits the line: commands and their arguments, or spellings, values and questions."""

    def __init__(self, chat: Chat) -> None:
        self._commands: Completer = FuzzyCompleter(_Commands(chat), pattern=_WORD)
        self._questions: Completer = merge_completers(
            [_Spellings(chat), *map(_Fuzzy, (_Values(chat), _Questions(chat), _Entities(chat))), _Names(chat)]
        )
        self._paths: Completer = _Paths()

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        text = document.text.lstrip()
        chosen = self._commands if text.startswith("/") else self._questions
        if text.startswith(("/save ", "/load ")):
            chosen = self._paths
        seen = set()
        for completion in chosen.get_completions(document, complete_event):
            key = (completion.text, completion.start_position)
            if key not in seen:
                seen.add(key)
                yield completion


class Earlier(Completer):
    """Lines typed before, newest first: for Ctrl-R."""

    def __init__(self, history: History) -> None:
        self._history = history

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        return _Fuzzy(_Lines(self._lines)).get_completions(document, complete_event)

    def _lines(self) -> Iterator[str]:
        yield from dict.fromkeys(line for line in reversed(self._history.get_strings()) if "\n" not in line)


class Suggestions(AutoSuggest):
    """The rest of the line, in grey: from earlier lines, from follow-ups, from any question that can be answered."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._sorted: tuple[object, list[tuple[str, str]]] = (None, [])

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        text = document.text
        if not text.strip() or "\n" in text or not document.is_cursor_at_the_end:
            return None
        start = text.casefold()
        for line in self._candidates(buffer, start):
            if line.casefold().startswith(start) and len(line) > len(text) and line.isprintable():
                return Suggestion(line[len(text) :])
        return None

    def _candidates(self, buffer: Buffer, start: str) -> Iterator[str]:
        if start.startswith("/"):
            yield from (command.name for command in COMMANDS)
            return
        yield from islice(reversed(buffer.history.get_strings()), MOST_EARLIER)
        yield from islice(self._chat.likely_next(), MOST)
        examples = self._examples()
        at = bisect_left(examples, (start, ""))
        yield from (example for _, example in examples[at : at + 1])

    def _examples(self) -> list[tuple[str, str]]:
        bot = self._chat.bot
        if self._sorted[0] is not bot:
            self._sorted = (bot, sorted((example.casefold(), example) for example in bot.examples))
        return self._sorted[1]


class _Fuzzy(FuzzyCompleter):
    """Fuzzy in the word before the cursor, if it is not too long."""

    def __init__(self, completer: Completer) -> None:
        super().__init__(completer, pattern=_WORD)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        word = document.get_word_before_cursor(WORD=True)
        if len(word) > LONGEST_WORD:
            return []
        return super().get_completions(document, complete_event)


class _Lines(Completer):
    """Whole lines that hold each word of the document."""

    def __init__(self, lines: Callable[[], Iterable[str]], meta: str = "") -> None:
        self._lines, self._meta = lines, meta

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        typed = document.text_before_cursor
        words = normalise(typed).split()
        found = (line for line in self._lines() if all(word in normalise(line) for word in words))
        for line in islice(found, MOST):
            if line.isprintable():
                yield Completion(line, -len(typed), display=printable(line), display_meta=self._meta)


class _Questions(_Lines):
    """Questions that the bot can answer; those that follow from the last answer come first."""

    def __init__(self, chat: Chat) -> None:
        super().__init__(chat.follow_ups, "question")


class _Values(Completer):
    """Entities, years and other values that could fill what the question before the cursor leaves open."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor
        if not before.strip():
            return
        bot = self._chat.bot
        answer = self._chat.preview(before.rstrip())
        intent = bot.domain.intents.get(answer.intent or "")
        if intent is None:
            return
        said = set(answer.slots)
        values: dict[str, str] = {}
        for statement in islice(bot.domain.kb.in_order(intent.about), MOST_STATEMENTS):
            for role, of_role in statement.values.items():
                if role not in said and TEXT not in statement.property.roles[role].types:
                    for value in of_role:
                        if isinstance(value, Time) or value in bot.domain.kb.entities:
                            values.setdefault(bot.domain.kb.label(value), role.replace("_", " "))
        for value, role in values.items():
            if value.isprintable():
                yield Completion(value, display_meta=printable(role))


class _Names(Completer):
    """The words of names that begin as the word before the cursor does, in knowledge too large to look through."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        names, word = self._chat.bot.domain.names, document.get_word_before_cursor(WORD=True)
        if names is not None and len(word) > 1 and word.isalpha():
            for found in names.beginning(normalise(word), MOST):
                yield Completion(found, -len(word), display_meta="name")


class _Entities(Completer):
    """Every entity that there is a name for, when nothing tells yet what the question is about."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor.strip()
        if before and self._chat.preview(before).intent is None:
            for entity in islice(self._chat.bot.domain.kb.entities.values(), MOST_STATEMENTS):
                if entity.label.isprintable():
                    yield Completion(entity.label, display_meta=printable(entity.type))


class _Spellings(Completer):
    """For an unknown or misspelt word before the cursor: the known words that it may have been meant to be."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._known: tuple[object, list[str]] = (None, [])

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        before = document.text_before_cursor
        word = before.split()[-1] if before and not before[-1].isspace() else ""
        if not word.isalpha() or len(word) < 3 or len(word) > LONGEST_WORD:
            return
        readings = [r for r in self._chat.preview(before).explanation.words if r.end == len(before)]
        if not readings or (readings[-1].kind != "unknown" and not readings[-1].respelled):
            return
        near = [readings[-1].respelled] if readings[-1].respelled else []
        from bot.fuzzy import nearest

        folded = normalise(word)
        for fix in dict.fromkeys([*near, *nearest(folded, self._words)]):
            if fix and fix != folded and not fix.startswith(folded):
                yield Completion(fix, -len(word), display=printable(fix), display_meta="spelling")

    @property
    def _words(self) -> list[str]:
        bot = self._chat.bot
        if self._known[0] is not bot:
            remoteness = bot.domain.lexicon.words
            self._known = (bot, [word for word in remoteness if remoteness[word] <= 0 and len(word) > 2])
        return self._known[1]


class _Paths(Completer):
    """Files, behind a command."""

    def __init__(self) -> None:
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        argument = document.text_before_cursor.lstrip().partition(" ")[2]
        yield from self._paths.get_completions(Document(argument), complete_event)


class _Commands(Completer):
    """Commands with their help, and what can stand behind them."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        command, space, argument = document.text_before_cursor.lstrip().partition(" ")
        if not space:
            for known in COMMANDS:
                yield Completion(known.name, display=f"{known.name} {known.argument}".strip(), display_meta=known.help)
        elif command == "/topics":
            for topic, label in self._chat.bot.domain.topics.items():
                yield Completion(topic, display=printable(topic), display_meta=printable(label))
        elif command == "/set":
            yield from self._settings(argument)

    def _settings(self, argument: str) -> Iterable[Completion]:
        name, space, _ = argument.partition(" ")
        if not space:
            yield from (Completion(name, display_meta=about.meaning) for name, about in ABOUT.items())
        elif name in ABOUT:
            switch = () if name == "columns" else ("true", "false")
            yield from map(Completion, ABOUT[name].choices or switch)
