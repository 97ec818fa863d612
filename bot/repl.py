"""
Chatting: one question after the other, in one session.

At a terminal prompt_toolkit reads the lines, with history and editing. Anything else (a pipe, a file) is
read plainly: a question a line, answers without an escape code, and prompt_toolkit is never imported.
Both hand what was typed to the same `Chat`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from bot import InputError
from bot.rendering import printable, render, source_lines

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import History

    from bot import Answer, Bot

PROMPT = "> "
WIDTH = 80
"""The first screen shows as many examples as fit into this many columns, but one at least."""

HELP = """\
Type a question, or one of these:
  /why     how the last answer came about
  /source  where the last answer comes from
  /undo    take the last question back
  /new     forget what was said and start over
  /help    this list
  /quit    leave; so does Ctrl-D, or Ctrl-C twice"""


def chat(bot: Bot) -> None:
    """Talk with whoever is on standard input until they leave."""
    if all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        chat_at_terminal(bot, prompt_session())
    else:
        chat_plainly(bot, _standard_input())


class Chat:
    """
    One conversation: what comes back for each line typed.

    It reads and prints nothing itself. `done` becomes true when the person asks to leave.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._session = bot.session()
        self._last: Answer | None = None
        self.done = False

    def reply(self, line: str) -> str:
        """What to show for *line*; empty for a blank one, and when leaving."""
        text = line.strip()
        if text.startswith("/"):
            return self._command(text)
        if not text:
            return ""
        self._last = self._session.ask(text)
        return render(self._last)

    def _command(self, text: str) -> str:
        match text.casefold():
            case "/help" | "/?":
                return HELP
            case "/quit" | "/exit":
                self.done = True
                return ""
            case "/new":
                self._session, self._last = self._bot.session(), None
                return "Starting over."
            case "/undo":
                self._last = None
                return "Took the last question back." if self._session.undo() else "There is nothing to take back."
            case "/why":
                return printable(self._last.explanation.text()) if self._last else "Nothing has been asked yet."
            case "/source":
                return self._source()
        return printable(f"There is no {text.split()[0]}; /help lists what there is.")

    def _source(self) -> str:
        if self._last is None:
            return "Nothing has been asked yet."
        return printable("\n".join(source_lines(self._last))) or "The last answer states no fact, so it has no source."


def first_screen(bot: Bot) -> str:
    """Three lines: what the bot knows of, what one could ask, and how to go on."""
    examples = ""
    for example in bot.examples:
        longer = f"{examples} · {example}" if examples else f"Ask, for example: {example}"
        if examples and len(longer) > WIDTH:
            break
        examples = longer
    return printable(
        f"I answer questions about {bot.about}, name my source, and say so when I do not know.\n"
        f"{examples or 'Ask a question in your own words.'}\n"
        "/help lists the commands, Ctrl-D leaves."
    )


def chat_plainly(bot: Bot, lines: Iterable[str]) -> None:
    """Answer each of *lines*, with a blank line after each answer."""
    chat = Chat(bot)
    for line in lines:
        reply = chat.reply(line.removeprefix("\ufeff"))
        if chat.done:
            return
        if reply:
            print(reply, end="\n\n", flush=True)  # whoever is at the other end of the pipe may wait for it


def chat_at_terminal(bot: Bot, prompt: PromptSession[str]) -> None:
    """Answer what is typed at *prompt* until `/quit`, Ctrl-D, or Ctrl-C twice."""
    print(first_screen(bot))
    chat = Chat(bot)
    interrupted = False
    while not chat.done:
        try:
            typed = prompt.prompt(PROMPT)
            interrupted = False
            for line in typed.splitlines():  # a paste can hold several
                if reply := chat.reply(line):
                    print(reply)
        except KeyboardInterrupt:
            if interrupted and not prompt.default_buffer.text:
                return
            interrupted = True
            print("Ctrl-C once more, or Ctrl-D, leaves.")
        except EOFError:
            return


def prompt_session(**options: Any) -> PromptSession[str]:
    """The prompt, with this user's history; *options* go to prompt_toolkit."""
    from prompt_toolkit import PromptSession

    return PromptSession(history=_history(), reserve_space_for_menu=0, **options)


def _standard_input() -> Iterator[str]:
    try:
        yield from sys.stdin or ()
    except OSError as error:  # a folder, for one
        raise InputError(f"bot: cannot read standard input: {error.strerror}") from error


def _history() -> History:
    """What this user typed in earlier chats; in memory only where that cannot be kept."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    from bot.paths import state_dir

    file = state_dir() / "history"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))  # what people ask is nobody else's business
    except OSError:
        return InMemoryHistory()

    class Forgiving(FileHistory):
        """A file that can no longer be written (the disk is full, the folder gone) costs the history, not the chat."""

        def store_string(self, string: str) -> None:
            try:
                super().store_string(string)
            except OSError:
                pass

    return Forgiving(file)
