"""
The conversation behind the prompt: what comes back for each line typed, a question or a command.

It reads no key and prints nothing: it is the same at a terminal and in a pipe, and is tested by a call and a
comparison. Everything it gives out has been made harmless and fits the screen that it was told of.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.composing import Composer
from bot.errors import BotError
from bot.knowledge import Quantity
from bot.rendering import source_lines
from bot.terminal import settings as settings_file
from bot.terminal import transcript, views
from bot.terminal.cells import width, wrap
from bot.terminal.look import Fragments, Look, joined
from bot.terminal.settings import ABOUT, SettingError, Settings
from bot.terminal.transcript import TranscriptError

if TYPE_CHECKING:
    from bot import Answer, Bot
    from bot.knowledge import Statement

NOTHING_YET = "Nothing has been asked yet."
MOST_EVENTS = 200
"""A timeline of everything that is known stops here."""
MOST_EARLIER = 100
"""Questions that `/history` lists."""
MOST_READ = 100_000
"""The earliest events are looked for among this many; to read more statements would take seconds."""
MOST_SHOWN = 40
"""Rows, bars or events that an answer brings unasked."""
MOST_SOURCES = 8
"""Sources that stand below an answer at a terminal."""
MOST_LISTED = 30
"""What is known of a subject without topics is listed up to here."""

Track = Callable[[Sequence[str]], Iterable[str]]
"""Goes through questions, showing how far it is."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Lines that can be picked instead of typed: each with what is shown for it and what it stands for."""

    message: str
    options: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.options)


class Command(NamedTuple):
    """A command's name, its argument as help shows it, and what it does."""

    name: str
    argument: str
    help: str


COMMANDS = (
    Command("/help", "", "this list"),
    Command("/topics", "[TOPIC]", "what can be asked, to look through"),
    Command("/why", "", "how the last answer came about"),
    Command("/source", "", "where the last answer comes from"),
    Command("/table", "", "what the last answer used, as a table"),
    Command("/plot", "", "the figures of the last answer, as a bar chart"),
    Command("/timeline", "", "the events of the last answer, or all there are, by date"),
    Command("/history", "", "the questions of this conversation"),
    Command("/save", "FILE", "keep this conversation, as .md or .jsonl"),
    Command("/load", "[FILE]", "take up a kept conversation; without FILE, the last one"),
    Command("/copy", "", "put the last answer on the clipboard"),
    Command("/undo", "", "take the last question back"),
    Command("/new", "", "forget what was said and start over"),
    Command("/reload", "", "read intents and knowledge anew"),
    Command("/set", "[NAME VALUE]", "show the settings, or change one"),
    Command("/quit", "", "leave; so does Ctrl-D, or Ctrl-C twice"),
)
ALIASES = {"/?": "/help", "/exit": "/quit", "/q": "/quit", "/h": "/help"}
KEYS = (
    ("Tab", "complete: questions, names, years, spellings"),
    ("→", "take the grey suggestion"),
    ("Ctrl-R", "search what was typed before"),
    ("F2", "hide or show colours and the line below"),
)


class Chat:
    """
    One conversation: what to show for each line typed.

    *load* gives the bot anew from its files, for `/reload`. *look* says what the screen is like at the moment; with
    *wraps* everything is fitted into it. `done` becomes true when the person asks to leave; `offer` holds what the
    last reply lets one pick.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        load: Callable[[], Bot] | None = None,
        look: Callable[[], Look] = Look,
        settings: Settings | None = None,
        config: Path | None = None,
        last_conversation: Path | None = None,
        copy: Callable[[str], str] | None = None,
        track: Track = iter,
        wraps: bool = False,
    ) -> None:
        self.bot = bot
        self.session = bot.session()
        self.settings = settings or Settings()
        self.turns: list[Answer] = []
        self.offer = Offer("")
        self.done = False
        self._pickable = self.offer
        self._statements: list[list[Statement]] = []
        self._load, self._look, self._config, self._copy, self._track = load, look, config, copy, track
        self._last_conversation, self._wraps = last_conversation, wraps
        self._saved: set[Path] = set()
        self._near: tuple[Answer | None, tuple[str, ...]] = (None, ())

    @property
    def last(self) -> Answer | None:
        return self.turns[-1] if self.turns else None

    def reply(self, line: str) -> Fragments:
        """What to show for *line*; nothing for a blank one, and when leaving."""
        text = line.strip()
        if not text:
            return []
        if picked := self._picked(text):
            text = picked
        self.offer = Offer("")
        is_command = text.startswith("/")
        shown = self._command(text) if is_command else self._shown(self._ask(text))
        if self.offer or not is_command:  # to look at something else takes nothing away
            self._pickable = self.offer
        return shown

    def take_offer(self) -> Offer:
        """What the last reply offers, once: afterwards a number still picks it, but it is not offered again."""
        offered, self.offer = self.offer, Offer("")
        return offered

    def preview(self, text: str) -> Answer:
        """What *text* would be answered with now; nothing is remembered of it. May be called from another thread."""
        return self.session.fork().ask(text)

    def greeting(self) -> Fragments:
        """Three lines: what the bot knows of, what one could ask, and how to go on."""
        look = self._look()
        columns = look.columns
        examples = ""
        for example in self.bot.examples:
            longer = f"{examples} · {example}" if examples else f"Ask, for example: {example}"
            if examples and width(longer) > columns:
                break
            examples = longer
        about = f"I answer questions about {self.bot.about}"
        wordings = (f"{about}, name my source, and say so when I do not know.", f"{about}, with my source.")
        lines = [
            next((wording for wording in wordings if width(wording) <= columns), wordings[0]),
            examples or "Ask a question in your own words.",
            "/help lists the commands and keys, /topics what can be asked, Ctrl-D leaves.",
        ]
        shown = [self._text(line, "class:quiet" if number else "") for number, line in enumerate(lines)]
        return joined(shown)

    def follow_ups(self) -> Iterator[str]:
        """Questions that may be asked next: those of the last answer's topic first, none that was asked already."""
        asked = {turn.question.casefold() for turn in self.turns}
        yield from (example for example in self._examples_near if example.casefold() not in asked)
        asked.update(example.casefold() for example in self._examples_near)
        yield from (example for example in self._examples if example.casefold() not in asked)

    def likely_next(self) -> Iterator[str]:
        """The first part of `follow_ups` alone."""
        asked = {turn.question.casefold() for turn in self.turns}
        yield from (example for example in self._examples_near if example.casefold() not in asked)

    def keep(self) -> None:
        """Leave the conversation where `/load` and the next chat find it."""
        if self._last_conversation is not None and self.turns and self.settings.history:
            try:
                self._last_conversation.parent.mkdir(parents=True, exist_ok=True)
                transcript.save(self.turns, self._last_conversation, title="", overwrite=True)
            except (TranscriptError, OSError):
                pass  # the chat is over; there is nobody to tell

    def resume(self) -> Fragments:
        """Go on with the last conversation; nothing to show when there is none."""
        if self._last_conversation is None or not self._last_conversation.exists():
            return []
        return self._read(self._last_conversation)

    def take(self, bot: Bot) -> None:
        """Go on with *bot*: the conversation so far is had again with it."""
        questions = [turn.question for turn in self.turns]
        self.bot = bot
        for cached in ("_composer", "_examples"):
            self.__dict__.pop(cached, None)
        self._start_over()
        for question in questions:
            self._ask(question)

    def reload(self, load: Callable[[], Bot] | None = None) -> Fragments:
        """Take up what *load* gives; when it gives an error, show that and go on as before."""
        load = load or self._load
        if load is None:
            return self._text("There is nothing to read anew.")
        try:
            bot = load()
        except BotError as error:
            return self._broken(error)
        self.take(bot)
        return self._text(
            f"Read anew: {_counted(len(bot.domain.intents), 'intent')}, "
            f"{_counted(len(bot.domain.kb.statements), 'statement')}."
        )

    def change(self, name: str, value: settings_file.Setting) -> None:
        """Set *name*, for this chat; SettingError where that cannot be."""
        self.settings = settings_file.changed(self.settings, name, value)

    # Questions

    def _ask(self, text: str) -> Answer:
        answer = self.session.ask(text)
        self.turns.append(answer)
        last = self.session.history.last
        used = last.statements if last is not None and answer.status == "answered" else ()
        by_id = self.bot.domain.kb.by_id if used else {}
        self._statements.append([by_id[id] for id in used if id in by_id])
        self.offer = self._offer_for(answer)
        return answer

    def _shown(self, answer: Answer) -> Fragments:
        look, statements = self._look(), self._statements[-1]
        text = answer.text
        view: Fragments = []
        if self._wraps and self.settings.views:
            name, view = views.automatic(statements[:MOST_SHOWN], self._composer, look)
            if view and len(statements) > MOST_SHOWN:
                more = f"\n… {MOST_SHOWN} of {len(statements):,}; /{name} shows all."
                view.append(("class:quiet", look.text(more)))
            if name == "timeline":  # says the same sentences, in order
                for sentence in views.sentences_of(statements, self._composer):
                    text = text.replace(sentence, "")
                text = " ".join(text.split())
        source = [self._text(line, "class:source") for line in self._source_lines(answer)]
        parts = [self._emphasised(text, answer) if text else [], *source]
        if view:
            return joined([joined(parts), view] if text else [view, joined(parts)], "\n\n")
        return joined(parts)

    def _emphasised(self, text: str, answer: Answer) -> Fragments:
        """The text with the values that answer in bold."""
        lines = self._lines(text)
        if answer.status != "answered" or not self._wraps:
            return [("", lines)]
        names = [self._look().text(str(value)) for value in answer.values if isinstance(value, str)]
        numbers = [value for value in answer.values if not isinstance(value, str)]
        names += [
            self._composer.quantity(Quantity(value, answer.unit)) if answer.unit else f"{value}" for value in numbers
        ]
        found = sorted({name for name in names if len(name) > 1}, key=len, reverse=True)
        if not found:
            return [("", lines)]
        pattern = "|".join(r"\s+".join(map(re.escape, name.split())) for name in found)
        pieces = re.split(rf"(?<!\w)({pattern})(?!\w)", lines)
        return [("class:heading" if number % 2 else "", piece) for number, piece in enumerate(pieces) if piece]

    def _source_lines(self, answer: Answer) -> list[str]:
        more = len(answer.references) - MOST_SOURCES
        if not self._wraps or more < 2:
            return source_lines(answer)
        few = source_lines(replace(answer, references=answer.references[:MOST_SOURCES]))
        return [f"{few[0]} and {more:,} more; /source lists all"]

    def _offer_for(self, answer: Answer) -> Offer:
        look = self._look()
        if answer.status == "clarify":
            last = self.session.history.last
            options = last.options if last is not None else ()
            pairs = [(option.label or option.question, option.question) for option in options]
            return Offer("Pick one, or say it yourself:", tuple((look.text(label), line) for label, line in pairs))
        if answer.status == "social":
            return Offer("")
        return Offer("You can ask:", tuple((look.text(question), question) for question in answer.suggestions))

    def _picked(self, text: str) -> str | None:
        """The line of the offer that a number picks, unless numbers are what the offer is about."""
        options = self._pickable.options
        if not (text.isascii() and text.isdecimal() and len(text) < 3 and 1 <= int(text) <= len(options)):
            return None
        if any(re.search(rf"(?<!\d){text}(?!\d)", label) for label, _ in options):
            return None
        return options[int(text) - 1][1]

    # Commands

    def _command(self, line: str) -> Fragments:
        name, _, argument = line.partition(" ")
        name, argument = name.casefold(), argument.strip()
        name = ALIASES.get(name, name)
        run = self._runs.get(name)
        if run is None:
            near = difflib.get_close_matches(name, [command.name for command in COMMANDS], 1)
            hint = f"did you mean {near[0]}?" if near else "/help lists what there is."
            return self._text(f"There is no {name}; {hint}", "class:problem")
        return run(argument)

    def _help(self, _: str) -> Fragments:
        look = self._look()
        rows = [(f"{c.name} {c.argument}".strip(), c.help) for c in COMMANDS]
        wide = max(len(left) for left, _ in rows) + 4
        parts = [self._text("Type a question, or one of these:")]
        parts += [self._aligned(look.text(left), look.text(right), wide) for left, right in rows]
        if self._wraps:
            parts.append(self._text("Keys:"))
            parts += [self._aligned(look.text(left), look.text(right), wide) for left, right in KEYS]
        return joined(parts)

    def _topics(self, argument: str) -> Fragments:
        topics, look = self._by_topic(), self._look()
        if not self.bot.domain.topics and not argument:
            labels = sorted({property_.label for property_ in self.bot.domain.kb.properties.values()})
            more = f" and {len(labels) - MOST_LISTED} more" if len(labels) > MOST_LISTED else ""
            self.offer = Offer("You can ask:", tuple((look.text(q), q) for q in self._examples[:MOST_LISTED]))
            return self._text(f"I know of: {', '.join(labels[:MOST_LISTED])}{more}." if labels else "")
        if not argument:
            pairs = [
                (f"{label} ({len(questions)})", f"/topics {topic}") for topic, (label, questions) in topics.items()
            ]
            self.offer = Offer("What I can be asked about:", tuple((look.text(label), line) for label, line in pairs))
            return []
        wanted = argument.casefold()
        found = [t for t, (label, _) in topics.items() if wanted == t.casefold() or label.casefold().startswith(wanted)]
        found = found or [t for t, (label, _) in topics.items() if wanted in label.casefold()]
        if not found:
            return self._text(f"There is no topic {argument!r}; there are {', '.join(topics)}.", "class:problem")
        label, questions = topics[found[0]]
        self.offer = Offer(look.text(f"About {label}:"), tuple((look.text(q), q) for q in questions))
        return []

    def _why(self, _: str) -> Fragments:
        return [("", self._look().text(self.last.explanation.text()))] if self.last else self._text(NOTHING_YET)

    def _source(self, _: str) -> Fragments:
        if self.last is None:
            return self._text(NOTHING_YET)
        lines = source_lines(self.last)
        return self._text("\n".join(lines) or "The last answer states no fact, so it has no source.")

    def _table(self, _: str) -> Fragments:
        if not self.turns:
            return self._text(NOTHING_YET)
        table = views.table(self._statements[-1], self._composer, self._look())
        return table or self._text("The last answer states no fact, so it makes no table.")

    def _plot(self, _: str) -> Fragments:
        if not self.turns:
            return self._text(NOTHING_YET)
        chart = views.bars(self._statements[-1], self._composer, self._look())
        return chart or self._text("A chart compares two figures or more of one kind; the last answer has none.")

    def _timeline(self, _: str) -> Fragments:
        used = [statement for statement in (self._statements[-1] if self.turns else []) if statement.time]
        kb = self.bot.domain.kb
        if not used:
            everything = islice(kb.in_order(views.events(kb.properties.values())), MOST_READ)
            used = sorted((s for s in everything if s.time), key=lambda s: s.time.start if s.time else 0)
        shown = views.timeline(used[:MOST_EVENTS], self._composer, self._look())
        if len(used) > MOST_EVENTS:
            shown += [("class:quiet", f"\n… the first {MOST_EVENTS} of {len(used):,}.")]
        return shown or self._text("I know of no event with a date.")

    def _history(self, _: str) -> Fragments:
        if not self.turns:
            return self._text(NOTHING_YET)
        look, wide = self._look(), len(str(len(self.turns))) + 4
        before = max(0, len(self.turns) - MOST_EARLIER)
        lines = [
            self._aligned(f"{number:>{wide - 4}}", look.text(" ".join(turn.question.split())), wide)
            for number, turn in enumerate(self.turns[before:], before + 1)
        ]
        return joined([self._text(f"… the last {MOST_EARLIER} of {len(self.turns):,}:") if before else [], *lines])

    def _save(self, argument: str) -> Fragments:
        if not argument:
            return self._text(f"Save it where? Give {transcript.KINDS}: /save talk.md", "class:problem")
        if not self.turns:
            return self._text(NOTHING_YET)
        file = _path(argument)
        try:
            transcript.save(self.turns, file, title=f"Conversation with {self.bot.name}", overwrite=file in self._saved)
        except TranscriptError as error:
            return self._text(str(error), "class:problem")
        self._saved.add(file)
        return self._text(f"Saved {_counted(len(self.turns), 'question')} with the answers in {file}.")

    def _take_up(self, argument: str) -> Fragments:
        if argument:
            return self._read(_path(argument))
        return self.resume() or self._text("There is no earlier conversation.")

    def _clip(self, _: str) -> Fragments:
        if self.last is None:
            return self._text(NOTHING_YET)
        if self._copy is None:
            return self._text("There is no terminal here, and so no clipboard.", "class:problem")
        return self._text(self._copy("\n".join([self.last.text, *source_lines(self.last)])))

    def _undo(self, _: str) -> Fragments:
        self._pickable = Offer("")
        if not self.session.undo():
            return self._text("There is nothing to take back.")
        if self.turns:
            self.turns.pop()
            self._statements.pop()
        return self._text("Took the last question back.")

    def _new(self, _: str) -> Fragments:
        self.keep()
        self._start_over()
        return self._text("Starting over.")

    def _reload(self, _: str) -> Fragments:
        return self.reload()

    def _set(self, argument: str) -> Fragments:
        look = self._look()
        if not argument:
            rows = [(n, settings_file.shown(getattr(self.settings, n)), about.meaning) for n, about in ABOUT.items()]
            table = views.rows_and_columns(
                ["Setting", "Value", "Meaning"], [list(map(look.text, r)) for r in rows], look
            )
            where = [self._text(f"They are kept in {self._config}.", "class:quiet")] if self._config else []
            return joined([table, *where])
        name, _, text = argument.replace("=", " ").partition(" ")
        if not text.strip():
            if name not in ABOUT:
                text = "?"  # lets the error name what there is
            else:
                return self._text(
                    f"{name} = {settings_file.shown(getattr(self.settings, name))}  {ABOUT[name].meaning}"
                )
        value = settings_file.parsed(text)
        try:
            self.change(name, value)
        except SettingError as error:
            return self._text(f"{str(error)[:1].upper()}{str(error)[1:]}.".replace("?.", "?"), "class:problem")
        shown = f"{name} = {settings_file.shown(value)}"
        try:
            if self._config is not None:
                settings_file.keep(self._config, name, value)
        except OSError as error:
            return self._text(f"{shown}, for this chat: {self._config} cannot be written: {error.strerror}")
        return self._text(shown)

    def _quit(self, _: str) -> Fragments:
        self.done = True
        return []

    # Helpers

    @cached_property
    def _runs(self) -> dict[str, Callable[[str], Fragments]]:
        return {
            "/help": self._help, "/topics": self._topics, "/why": self._why, "/source": self._source,
            "/table": self._table, "/plot": self._plot, "/timeline": self._timeline, "/history": self._history,
            "/save": self._save, "/load": self._take_up, "/copy": self._clip, "/undo": self._undo, "/new": self._new,
            "/reload": self._reload, "/set": self._set, "/quit": self._quit,
        }  # fmt: skip

    def _start_over(self) -> None:
        self.session, self.turns, self._statements = self.bot.session(), [], []
        self.offer = self._pickable = Offer("")

    def _read(self, file: Path) -> Fragments:
        try:
            questions = transcript.load(file)
        except TranscriptError as error:
            return self._text(str(error), "class:problem")
        self.keep()
        self._start_over()
        answer = None
        for question in self._track(questions):
            answer = self._ask(question)
        loaded = f"Took up {_counted(len(questions), 'question')}. The last one: {questions[-1]}"
        return joined([self._text(loaded, "class:quiet"), self._shown(answer) if answer else []])

    def _broken(self, error: BotError) -> Fragments:
        text = [("class:problem", self._look().text(str(error)))]
        return joined([text, self._text("Until that is mended I go on with what I had.")])

    def _by_topic(self) -> dict[str, tuple[str, list[str]]]:
        """Topic → its label and its questions, in the order of the files; only topics with questions."""
        domain = self.bot.domain
        topics: dict[str, tuple[str, list[str]]] = {id: (label, []) for id, label in domain.topics.items()}
        for intent in domain.intents.values():
            topics.setdefault(intent.topic, (intent.topic or "everything else", []))[1].extend(intent.examples)
        return {id or "other": topic for id, topic in topics.items() if topic[1]}

    def _text(self, text: str, style: str = "") -> Fragments:
        return [(style, self._lines(text))]

    def _lines(self, text: str) -> str:
        look = self._look()
        return "\n".join(wrap(look.text(text), look.columns)) if self._wraps else look.text(text)

    def _aligned(self, left: str, right: str, wide: int) -> Fragments:
        """*right* beside *left*, each of its lines *wide* cells in; below it where there is no room."""
        look = self._look()
        if self._wraps and look.columns < wide + 24:
            return [("class:number", f"  {left}"), ("", "\n    " + "\n    ".join(wrap(right, look.columns - 4)))]
        lines = wrap(right, look.columns - wide) if self._wraps else [right]
        gap = " " * max(1, wide - 2 - width(left))
        return [("class:number", f"  {left}"), ("", gap + ("\n" + " " * wide).join(lines))]

    @property
    def _examples_near(self) -> tuple[str, ...]:
        """The examples of the last answer's topic."""
        if self._near[0] is not self.last:
            intents = self.bot.domain.intents
            intent = intents.get(self.last.intent or "") if self.last else None
            topic = intent.topic if intent else ""
            near = (e for other in intents.values() if topic and other.topic == topic for e in other.examples)
            self._near = (self.last, tuple(dict.fromkeys(near)))
        return self._near[1]

    @cached_property
    def _examples(self) -> tuple[str, ...]:
        return self.bot.examples

    @cached_property
    def _composer(self) -> Composer:
        return Composer(self.bot.domain)


def listed(offer: Offer) -> Fragments:
    """An offer as lines, for where no menu can be drawn: its numbers can be typed."""
    if not offer:
        return []
    lines = [f"  {number}. {label}" for number, (label, _) in enumerate(offer.options, 1)]
    return [("", "\n".join([offer.message, *lines]))]


def narrowed(look: Look, columns: int) -> Look:
    """*look* with no more than *columns*, when that is not 0."""
    return replace(look, columns=min(columns, look.columns)) if columns else look


def _path(argument: str) -> Path:
    return Path(argument.strip("\"'")).expanduser()


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
