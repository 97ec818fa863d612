"""
What is being typed, read before Enter is pressed.

A thread of its own answers the line as it stands, from a fork of the conversation, so that nothing is remembered; the
newest line wins, and no key ever waits for it. Until a reading of the newest line is there, the last one serves for
as much of the line as it has in common with it.

An unfinished word is not complained of: most words are unknown until they are typed to the end. It is when no known
word begins so, or when the person stops typing.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from bot.composing import Composer
from bot.knowledge import Quantity
from bot.terminal.cells import clip, width
from bot.terminal.look import Fragments, Look
from bot.text import normalise

if TYPE_CHECKING:
    from bot import Answer, Bot
    from bot.answer import WordReading

SETTLES = 0.8
"""Seconds without a key after which the last word is taken for finished."""
FIRST = 0.008
"""Seconds that a key has for itself until the line is read: as long as it takes to draw it."""
LONGEST_PAUSE = 0.2
"""Lines that take long to answer wait for a pause in the typing, up to this long."""

STYLES = {
    "entity": "class:entity",
    "type": "class:topic",
    "sense": "class:topic",
    "example": "class:topic",
    "number": "class:value",
    "time": "class:value",
    "question": "class:operation",
    "operation": "class:operation",
    "unknown": "class:unknown",
}
"""Kind of word → style; fillers have none."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One line and what it would be answered with."""

    text: str = ""
    answer: Answer | None = None
    premature: bool = False
    """Whether what is wrong with the line may be only that its last word is not finished."""


class Understanding:
    """
    Reads lines in a thread of its own. `current` is the newest reading; *changed* is called, there, when it is another.

    *ask* answers a line and remembers nothing; *vocabulary* gives the words known at the moment.
    """

    def __init__(
        self, ask: Callable[[str], Answer], changed: Callable[[], None], vocabulary: Callable[[], Vocabulary]
    ) -> None:
        self.current = Reading()
        self._ask, self._changed, self._vocabulary = ask, changed, vocabulary
        self._wanted: str | None = None
        self._closed = False
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="understanding", daemon=True)
        self._thread.start()

    def look(self, text: str) -> None:
        """Let *text* be read, and whatever was to be read before be forgotten. Returns at once."""
        with self._news:
            self._wanted = text
            self._news.notify()

    def close(self) -> None:
        """End the thread when it has finished what it is at."""
        with self._news:
            self._closed = True
            self._news.notify()

    def _run(self) -> None:
        cost = 0.0
        self._answer("warm xup")  # what a misspelt word takes is made now, and not when the first one comes
        self._vocabulary().has_beginning("")
        while True:
            with self._news:
                if self._wanted is None and not self._closed:
                    self._news.wait(SETTLES if self.current.premature else None)
                pause = min(LONGEST_PAUSE, max(FIRST, 2 * cost))
                while self._wanted is not None and not self._closed and self._news.wait(pause):
                    pass  # another key
                if self._closed:
                    return
                text, self._wanted = self._wanted, None
            if text is None:
                if self.current.premature:
                    self._publish(replace(self.current, premature=False))
                continue
            began = time.perf_counter()
            answer = self._answer(text)
            cost = 0.5 * cost + 0.5 * (time.perf_counter() - began)
            self._publish(Reading(text, answer, answer is not None and is_premature(text, answer, self._vocabulary())))

    def _answer(self, text: str) -> Answer | None:
        if not text.strip() or text.lstrip().startswith("/") or "\n" in text:
            return None
        try:
            return self._ask(text)
        except Exception:  # a fault of the engine's shows when the question is asked; it must not end the preview
            return None

    def _publish(self, reading: Reading) -> None:
        self.current = reading
        self._changed()


class Vocabulary:
    """The words that a bot knows. Made when first used, which takes a while; meant for the reading thread."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @cached_property
    def words(self) -> Sequence[str]:
        """Every word that means something to the bot, sorted."""
        return sorted(self.bot.domain.lexicon.words)

    def has_beginning(self, start: str) -> bool:
        """Whether a known word begins with *start* and goes on."""
        folded = normalise(start)
        index = bisect_left(self.words, folded)
        if index < len(self.words) and self.words[index] == folded:
            index += 1
        if index < len(self.words) and self.words[index].startswith(folded):
            return True
        names = self.bot.domain.names
        return names is not None and bool(folded) and bool(names.beginning(folded, 1))


def last_word(text: str) -> str:
    """The word that *text* ends with; empty after a space."""
    return "" if text != text.rstrip() or not text else text.split()[-1]


def is_premature(text: str, answer: Answer, vocabulary: Vocabulary) -> bool:
    """Whether what is wrong with *text* may be only that its last word is not finished."""
    if answer.status in ("answered", "social"):
        return False
    word = last_word(text)
    return bool(word) and vocabulary.has_beginning(word)


def blocking(answer: Answer) -> set[str]:
    """The words that stood in the way, as they were typed."""
    words: set[str] = set()
    if answer.status in ("not_understood", "no_data", "clarify"):
        for code, detail in answer.explanation.reasons:
            if code in ("left-over-word", "unknown-word", "unfilled-question"):
                words.update(part.strip() for part in detail.split(","))
                words.update(detail.split())
    return words


def coloured(text: str, reading: Reading) -> Fragments:
    """*text* with each word styled as *reading* has it, as far as the two agree; joined it is *text* again."""
    answer = reading.answer
    if answer is None:
        return [("", text)]
    agree = _common(text, reading.text)
    blocked = blocking(answer)
    out: Fragments = []
    at = 0
    for word in sorted(answer.explanation.words, key=lambda word: word.start):
        if word.start < at or word.end > agree or text[word.start : word.end] != word.text:
            continue  # read into the line from what was said before, or typed since
        if word.end == agree < len(text) and text[word.end].isalnum():
            continue  # the word has grown
        style = _style(word, blocked, unfinished=reading.premature and word.end == len(reading.text.rstrip()))
        out += [("", text[at : word.start]), (style, word.text)]
        at = word.end
    return [*out, ("", text[at:])]


def summary(reading: Reading, bot: Bot, look: Look) -> Fragments:
    """One line: how the line was read, and what Enter would bring or what is in the way."""
    answer = reading.answer
    if answer is None:
        return []
    head = look.text(_about(answer, bot))
    if reading.premature:
        tail, style = "…", ""
    elif answer.status in ("answered", "social"):
        tail, style = _short(answer, bot), "class:preview"
    else:
        tail, style = answer.text, "class:problem"
    tail = " ".join(look.text(tail).split())
    arrow, dots = look.text(" → "), look.text("…")
    room = look.columns - 1
    if head and width(head) + width(arrow) + min(width(tail), 24) <= room:
        shown: Fragments = [("class:topic", head), ("", arrow)]
        return [*shown, (style, clip(tail, room - width(head) - width(arrow), dots))]
    return [(style, clip(tail, room, dots))]


def _style(word: WordReading, blocked: set[str], *, unfinished: bool) -> str:
    if unfinished:
        return ""
    return STYLES["unknown"] if word.text in blocked else STYLES.get(word.kind, "")


def _common(a: str, b: str) -> int:
    """How many characters *a* and *b* begin with alike."""
    limit = min(len(a), len(b))
    return next((index for index in range(limit) if a[index] != b[index]), limit)


def _about(answer: Answer, bot: Bot) -> str:
    """What the question was taken to be about: a property or a topic, and the values said."""
    if answer.status == "social":
        return ""
    domain = bot.domain
    parts: list[str] = []
    intent = domain.intents.get(answer.intent or "")
    if intent is not None:
        labels = [domain.kb.properties[id].label for id in intent.about if id in domain.kb.properties]
        parts = labels[:1] or [domain.topics.get(intent.topic, intent.id).partition(":")[0]]
    for value in answer.slots.values():
        parts.append(", ".join(map(str, value)) if isinstance(value, list) else str(value))
    if not parts:
        known = [w.text for w in answer.explanation.words if w.kind in ("entity", "time", "sense", "type", "operation")]
        parts = [word for word in known if word not in blocking(answer)]
    return " · ".join(dict.fromkeys(parts))


def _short(answer: Answer, bot: Bot) -> str:
    """The answer's values in a few words; its text where they do not say it all."""
    yes_or_no = answer.text.split(None, 1)[0].rstrip(".,!") in ("Yes", "No") if answer.text else False
    if not answer.values or yes_or_no or answer.operation in (None, "describe"):
        return answer.text
    composer = Composer(bot.domain)
    shown = []
    for value in answer.values:
        if isinstance(value, (int, float)) and answer.unit:
            shown.append(composer.quantity(Quantity(value, answer.unit)))
        else:
            shown.append(str(value))
    return ", ".join(shown)
