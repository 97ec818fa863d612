"""
The chat at a terminal: prompt_toolkit's prompt, with the conversation, the reading thread and the menus behind it.
"""

from __future__ import annotations

import asyncio
import gc
import locale
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.application import get_app, get_app_session, run_in_terminal
from prompt_toolkit.clipboard import ClipboardData
from prompt_toolkit.completion import DynamicCompleter, ThreadedCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.formatted_text.base import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.shortcuts import ProgressBar
from prompt_toolkit.styles import BaseStyle, Style

from bot.errors import BotError
from bot.rendering import UNSAFE
from bot.terminal import clipboard, menus, watching
from bot.terminal.cells import clip
from bot.terminal.commands import ALIASES, COMMANDS, Chat, listed, narrowed
from bot.terminal.completing import Completions, Earlier, Suggestions
from bot.terminal.look import Fragments, Look
from bot.terminal.palette import styles, theme_for
from bot.terminal.settings import Settings
from bot.terminal.understanding import Reading, Understanding, Vocabulary, coloured, summary

if TYPE_CHECKING:
    from pathlib import Path

    from bot import Bot

HINTS = "F2 hides this line · Tab completes · Ctrl-R searches · /help"
SWITCH = 0.0005
"""Seconds after which a thread lets the keys in; Python's own 0.005 would be felt several times for each key."""
ESCAPES = 0.2
"""Seconds within which a key behind Escape makes one key with it; terminals send them at once, people do not."""
LONG = 300
"""From so many questions on, taking up a conversation shows how far it is."""


class Terminal:
    """
    Talks with whoever is at the terminal until they leave.

    *load* gives the bot anew, from the files at *places*. *folder* is for what is kept from chat to chat.
    """

    def __init__(
        self,
        bot: Bot,
        *,
        load: Callable[[], Bot] | None = None,
        places: Sequence[str] = (),
        settings: Settings | None = None,
        config: Path | None = None,
        folder: Path | None = None,
        watch: bool = False,
    ) -> None:
        use_locale_encoding()
        self.output = get_app_session().output
        kept = folder / f"conversation-{_file_name(bot.name)}.jsonl" if folder else None
        self.chat = Chat(
            bot, load=load, look=self.look, settings=settings, config=config, last_conversation=kept,
            copy=self._copy, track=self._track, wraps=True,
        )  # fmt: skip
        self._load, self._places = load, places
        self._watches = watch
        self._stamp: watching.Stamp | None = None
        self._loader = ThreadPoolExecutor(1)
        self._lexers: deque[Lexer] = deque(maxlen=32)  # told apart by id(), so that none may be gone too soon
        self._searching = False
        self._vocabulary = Vocabulary(bot)
        self.understanding = Understanding(self.chat.preview, self._redraw, self._known_words)
        history = _history(folder) if self.chat.settings.history else InMemoryHistory()
        self.session: PromptSession[str] = self._session(history)

    def run(self, problems: Iterable[str] = ()) -> None:
        """The chat, from the first screen on; *problems* are told with it."""
        self.show([*self.chat.greeting(), ("", "\n")])
        for problem in problems:
            self.show([("class:problem", self.look().text(problem))])
        if self.chat.settings.resume:
            self.show(self.chat.resume())
        try:
            with _quick_switching():
                _leave_alone_what_stays()
                self._talk()
        finally:
            self.understanding.close()
            self._loader.shutdown(wait=False, cancel_futures=True)
            self.chat.keep()

    def look(self) -> Look:
        """The screen as it is now."""
        columns = max(20, self.output.get_size().columns)
        return narrowed(Look(columns, self.output.encoding()), self.chat.settings.columns)

    def show(self, fragments: Fragments) -> None:
        """Print *fragments* and end the line; nothing for nothing."""
        if fragments:
            print_formatted_text(FormattedText(fragments), style=self._style(), output=self.output)

    def _talk(self) -> None:
        default, interrupted = "", False
        while True:
            try:
                typed = self._prompt(default)
                default, interrupted = "", False
                for line in typed.splitlines():  # a paste can hold several
                    self.show(listed(self.chat.take_offer()))  # the line before it has been answered without picking
                    self._answer(line)
                    if self.chat.done:
                        return
                default = self._offer()
            except KeyboardInterrupt:
                default = ""
                if interrupted and not self.session.default_buffer.text:
                    return
                interrupted = True
                self.show([("class:quiet", "Ctrl-C once more, or Ctrl-D, leaves.")])
            except EOFError:
                return

    def _answer(self, line: str) -> None:
        """What there is to say to *line*, and an empty line unless a menu follows."""
        before = self.chat.bot
        reply = self.chat.reply(line)
        if self.chat.bot is not before:
            _leave_alone_what_stays()
        self.show([*reply, ("", "\n")] if reply and not self.chat.offer else reply)

    def _prompt(self, default: str) -> str:
        self._searching = False
        self.understanding.look("")
        return self.session.prompt(default=default, pre_run=self._before_prompt)

    def _offer(self) -> str:
        """Let what was offered be picked, and what that offers in turn; gives what is being typed instead."""
        while offer := self.chat.take_offer():
            last = self.chat.last.question if self.chat.last else ""
            if not self.chat.settings.menus:
                self.show(listed(offer))
                return ""
            picked = menus.pick(offer, self.look(), self._style(), question=last)
            if not picked.line:
                return picked.typed
            if not picked.line.startswith("/"):
                self.session.history.append_string(picked.line)
            self.show([("", "")])
            self._answer(picked.line)
        return ""

    # The prompt

    def _session(self, history: History) -> PromptSession[str]:
        search, completions = Earlier(history), ThreadedCompleter(Completions(self.chat))
        session: PromptSession[str] = PromptSession(
            self._message,
            history=history,
            lexer=_Lexer(Reading()),
            completer=DynamicCompleter(lambda: search if self._searching else completions),
            complete_while_typing=Condition(self._completes_while_typing),
            auto_suggest=Suggestions(self.chat),
            placeholder=self._placeholder,
            key_bindings=self._keys(),
            include_default_pygments_style=False,
            enable_suspend=True,
            editing_mode=EditingMode.VI if self.chat.settings.keys == "vi" else EditingMode.EMACS,
            output=self.output,
            input=get_app_session().input,
        )
        session.app.ttimeoutlen = ESCAPES
        session.app.timeoutlen = ESCAPES
        session.default_buffer.on_text_changed += lambda buffer: self._typed(buffer.text)
        return session

    def _before_prompt(self) -> None:
        app = get_app()
        self.session.style = self._style()
        self.session.bottom_toolbar = self._toolbar if self.chat.settings.understanding else None
        self.session.auto_suggest = Suggestions(self.chat) if self.chat.settings.suggestions else None
        app.editing_mode = EditingMode.VI if self.chat.settings.keys == "vi" else EditingMode.EMACS
        if (self._watches or self.chat.settings.watch) and self._load is not None:
            self._stamp = self._stamp or watching.stamp(self._places)
            app.create_background_task(self._watch())
        self._typed(self.session.default_buffer.text)

    def _message(self) -> StyleAndTextTuples:
        return [("class:prompt", "earlier> " if self._searching else "> ")]

    def _placeholder(self) -> StyleAndTextTuples:
        likely = self._likely()
        return [("class:placeholder", clip(likely, self.look().columns - 4))] if likely else []

    def _likely(self) -> str:
        """A question to go on with; empty before the first."""
        if not self.chat.settings.suggestions or self._searching:
            return ""
        return next((line for line in self.chat.likely_next() if line.isprintable()), "")

    def _toolbar(self) -> StyleAndTextTuples:
        text, look = self.session.default_buffer.text, self.look()
        room = look.columns - 1
        stripped = text.strip()
        if not stripped:
            return [("", " " + clip(look.text(HINTS), room))]
        if stripped.startswith("/"):
            return [("", " "), *_command_help(stripped, look, room)]
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1:
            return [("", f" {len(lines)} lines, to be asked one after the other")]
        return [("", " "), *summary(self.understanding.current, self.chat.bot, Look(room, look.encoding))]

    def _typed(self, text: str) -> None:
        if self.chat.settings.understanding:
            self.understanding.look(text)

    def _redraw(self) -> None:
        if hasattr(self, "session"):
            lexer = _Lexer(self.understanding.current if self.chat.settings.understanding else Reading())
            self._lexers.append(lexer)
            self.session.lexer = lexer
            self.session.app.invalidate()

    def _known_words(self) -> Vocabulary:
        if self._vocabulary.bot is not self.chat.bot:
            self._vocabulary = Vocabulary(self.chat.bot)
        return self._vocabulary

    def _completes_while_typing(self) -> bool:
        typed = self.session.default_buffer.text
        return self._searching or typed.startswith("/") or self.chat.settings.completion == "typing"

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        searching = Condition(lambda: self._searching)
        empty = Condition(lambda: not self.session.default_buffer.text)

        @keys.add("f2")
        def _toggle(event: KeyPressEvent) -> None:
            on = not self.chat.settings.understanding
            self.chat.change("understanding", on)
            self.session.bottom_toolbar = self._toolbar if on else None
            self.understanding.look(event.current_buffer.text if on else "")
            self._redraw()

        @keys.add("c-r")
        def _search(event: KeyPressEvent) -> None:
            buffer = event.current_buffer
            self._searching = not self._searching
            buffer.cancel_completion()
            if self._searching:
                buffer.start_completion()

        @keys.add("enter", filter=searching & ~is_done)
        def _take(event: KeyPressEvent) -> None:
            buffer = event.current_buffer
            state = buffer.complete_state
            self._searching = False
            if state and state.completions:
                buffer.apply_completion(state.current_completion or state.completions[0])

        @keys.add("escape", filter=searching, eager=True)
        @keys.add("c-g", filter=searching, eager=True)
        def _give_up(event: KeyPressEvent) -> None:
            self._searching = False
            event.current_buffer.cancel_completion()

        @keys.add("right", filter=empty)
        @keys.add("c-e", filter=empty)
        def _accept(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text(self._likely())

        @keys.add(Keys.BracketedPaste)
        def _paste(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text(menus.pasted(event.data))

        return keys

    # What else a terminal can do

    def _style(self) -> BaseStyle:
        return Style.from_dict(styles(theme_for(self.chat.settings.theme)))

    def _copy(self, text: str) -> str:
        self.session.app.clipboard.set_data(ClipboardData(text))
        if clipboard.copy_by_program(text):
            return "Copied."
        sequence = clipboard.escape_sequence(text)
        if sequence is None:
            return "That is too long for the terminal's clipboard; Ctrl-Y puts it on the line."
        self.output.write_raw(sequence)
        self.output.flush()
        return "Copied, if the terminal allows it; Ctrl-Y puts it on the line."

    def _track(self, questions: Sequence[str]) -> Iterator[str]:
        if len(questions) < LONG:
            yield from questions
            return
        with ProgressBar() as bar:
            yield from bar(questions, label="Taking up")

    async def _watch(self) -> None:
        """Read the files anew when they change, while the prompt waits."""
        loop = asyncio.get_running_loop()
        assert self._load is not None
        while True:
            await asyncio.sleep(watching.SECONDS)
            stamp = await loop.run_in_executor(self._loader, watching.stamp, self._places)
            if stamp == self._stamp:
                continue
            give = await loop.run_in_executor(self._loader, _attempt, self._load)
            self._stamp = stamp
            await run_in_terminal(lambda give=give: self.show(self.chat.reload(give)))  # type: ignore[misc]
            _leave_alone_what_stays()
            self._typed(self.session.default_buffer.text)


class _Lexer(Lexer):
    """
    Colours by one reading; what a terminal would obey is shown as a sign that something is there.

    Each reading has a lexer of its own, as prompt_toolkit draws a line anew when it has another lexer.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        text = document.text
        fragments: Fragments = [("", text)]
        if text.startswith("/"):
            name, space, rest = text.partition(" ")
            known = name in ALIASES or any(command.name.startswith(name) for command in COMMANDS)
            fragments = [("class:operation" if known else "class:unknown", name), ("", space + rest)]
        elif "\n" not in text:
            fragments = coloured(text, self._reading)
        if "\n" in text:
            lines: list[StyleAndTextTuples] = [[("", UNSAFE.sub("�", line))] for line in document.lines]
            return lambda number: lines[number] if number < len(lines) else []
        shown: StyleAndTextTuples = [(style, UNSAFE.sub("�", piece)) for style, piece in fragments]
        return lambda number: shown


def use_locale_encoding() -> None:
    """
    Let a terminal that does not speak UTF-8 be spoken to in what its locale says.

    Everywhere else the output is UTF-8 whatever the locale; but nobody reads a terminal's output with a program.
    """
    encoding = locale.getpreferredencoding(False)
    if encoding.lower().replace("-", "") == "utf8":
        return
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "replace")):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and stream.isatty():
            reconfigure(encoding=encoding, errors=errors)


def _attempt(load: Callable[[], Bot]) -> Callable[[], Bot]:
    """What gives the loaded bot, or raises what loading raised, when it is called."""
    try:
        bot = load()
    except BotError as error:
        problem = error

        def fail() -> Bot:
            raise problem

        return fail
    return lambda: bot


def _command_help(text: str, look: Look, room: int) -> StyleAndTextTuples:
    name = text.split()[0].casefold()
    name = ALIASES.get(name, name)
    found = [c for c in COMMANDS if c.name == name] or [c for c in COMMANDS if c.name.startswith(name)]
    if len(found) == 1:
        return [("", clip(look.text(f"{found[0].name} {found[0].argument} {found[0].help}".replace("  ", " ")), room))]
    return [("", clip(" ".join(command.name for command in found), room) or "no such command; /help lists them")]


def _leave_alone_what_stays() -> None:
    """A domain is many objects that stay: to look through them all for garbage, in the middle of a key, takes long."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@contextmanager
def _quick_switching() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _history(folder: Path | None) -> History:
    """What this user typed in earlier chats; in memory only where that cannot be kept."""
    if folder is None:
        return InMemoryHistory()
    file = folder / "history"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))  # what people ask is nobody else's business
    except OSError:
        return InMemoryHistory()
    return _Forgiving(file)


class _Forgiving(FileHistory):
    """A file that can no longer be written (the disk is full, the folder gone) costs the history, not the chat."""

    def store_string(self, string: str) -> None:
        try:
            super().store_string(string)
        except OSError:
            pass


def _file_name(name: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in name)[:40]


__all__ = ["Reading", "Terminal"]
