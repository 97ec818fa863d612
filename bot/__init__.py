"""
A question-answering bot that can be trusted because it can be checked.

    from bot import Bot

    bot = Bot.load()
    print(bot.ask("When did relations begin?").text)

The names below are promised to people who embed us; the rest of the package is ours to change. They are
imported when first asked for (PEP 562), so that `import bot` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.answer import Answer as Answer
    from bot.engine import Bot as Bot
    from bot.engine import Session as Session
    from bot.errors import BotError as BotError
    from bot.errors import InputError as InputError
    from bot.errors import LoadError as LoadError
    from bot.frames import ANSWER_COLUMNS as ANSWER_COLUMNS
    from bot.frames import answer_batch as answer_batch

__all__ = ["ANSWER_COLUMNS", "Answer", "Bot", "BotError", "InputError", "LoadError", "Session", "answer_batch"]
__version__ = "0.1.0"

_HOMES = {
    "ANSWER_COLUMNS": "bot.frames",
    "Answer": "bot.answer",
    "Bot": "bot.engine",
    "BotError": "bot.errors",
    "InputError": "bot.errors",
    "LoadError": "bot.errors",
    "Session": "bot.engine",
    "answer_batch": "bot.frames",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value  # from now on found without coming here
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
