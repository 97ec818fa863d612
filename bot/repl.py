"""
Chatting: one question after the other, in one session.

At a terminal prompt_toolkit reads the lines, with everything that `bot.terminal` has to offer. Anything else (a pipe, a
file, a terminal that can do no more than print) is read plainly: a question a line, answers without an escape code,
and prompt_toolkit is never imported. Both hand what was typed to the same `Chat`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot import InputError
from bot.terminal.commands import Chat, listed
from bot.terminal.look import plain

if TYPE_CHECKING:
    from bot import Bot

PROMPT = "> "
DUMB = ("dumb", "unknown")
"""What `TERM` says of a terminal that understands no escape sequence."""


def chat(bot: Bot, *, load: Callable[[], Bot] | None = None, places: Sequence[str] = (), watch: bool = False) -> None:
    """
    Talk with whoever is on standard input until they leave.

    *load* gives the bot anew from the files at *places*, on request and, with *watch*, when they change.
    """
    at_terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    if not at_terminal:
        chat_plainly(Chat(bot, load=load), _standard_input())
    elif os.environ.get("TERM", "").lower() in DUMB:
        chat = Chat(bot, load=load)
        print(plain(chat.greeting()))
        chat_plainly(chat, _prompted())
    else:
        _chat_at_terminal(bot, load, places, watch)


def chat_plainly(chat: Chat, lines: Iterable[str]) -> None:
    """Answer each of *lines*, with a blank line after each answer."""
    for line in lines:
        replies = [plain(chat.reply(line.removeprefix("\ufeff"))), plain(listed(chat.offer)) if line.strip() else ""]
        if chat.done:
            return
        if reply := "\n".join(filter(None, replies)):
            print(reply, end="\n\n", flush=True)  # whoever is at the other end of the pipe may wait for it


def _chat_at_terminal(bot: Bot, load: Callable[[], Bot] | None, places: Sequence[str], watch: bool) -> None:
    from bot.paths import config_dir, state_dir
    from bot.terminal import settings as settings_file
    from bot.terminal.prompt import Terminal

    config = config_dir() / "config.toml"
    settings_file.write_default(config)
    settings, problems = settings_file.load(config)
    terminal = Terminal(
        bot, load=load, places=places, settings=settings, config=config, folder=state_dir(), watch=watch
    )
    terminal.run(problems)


def _standard_input() -> Iterator[str]:
    try:
        yield from sys.stdin or ()
    except OSError as error:  # a folder, for one
        raise InputError(f"bot: cannot read standard input: {error.strerror}") from error


def _prompted() -> Iterator[str]:
    while True:
        try:
            yield input(PROMPT)
        except EOFError:
            print()
            return
