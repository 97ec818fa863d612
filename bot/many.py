"""
Many questions in several processes: answers in the order of the questions, and only so many ahead of what is read.

A bot computes, so threads would share one core; processes share the cores. They are started anew rather than
forked, because a program that embeds a bot may have threads, and a copy of their locks helps nobody.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from tempfile import mkstemp
from typing import TYPE_CHECKING

from bot.answer import Answer
from bot.errors import BotError

if TYPE_CHECKING:
    from bot.engine import Bot

GROUP = 64
"""Questions that travel together: some ten milliseconds of work against less than one on the way."""
AHEAD = 2
"""Groups for each worker: one that it answers, one that waits for it."""

_bot: Bot
"""This worker process's own."""


def answers(bot: Bot, questions: Iterable[str], workers: int) -> Iterator[Answer]:
    """
    What *bot* answers to each of *questions*, in their order, from *workers* processes.

    Reads no further ahead than the workers need. What *questions* raises is raised when its place has come.
    """
    # By way of a file: a pipe to a process that ends as it begins would be written to for ever.
    descriptor, file = mkstemp(prefix="citebot-")
    try:
        with open(descriptor, "wb") as opened:
            pickle.dump(bot, opened)
        yield from _answers(file, iter(questions), workers)
    except BrokenProcessPool as error:
        raise BotError(
            "ask_many: a worker process has ended before its time; a program that uses workers must begin below "
            "`if __name__ == '__main__':`, and there must be memory for a bot in each"
        ) from error
    finally:
        os.unlink(file)


def _answers(file: str, asked: Iterator[str], workers: int) -> Iterator[Answer]:
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (file,))
    under_way: deque[Future[list[Answer]]] = deque()
    try:
        more, failed = True, None
        while more or under_way:
            while more and len(under_way) < AHEAD * workers:
                group: list[str] = []
                try:
                    group.extend(islice(asked, GROUP))
                except Exception as error:  # what came before it is answered first
                    failed = error
                more = len(group) == GROUP and failed is None
                if group:
                    under_way.append(pool.submit(_answer, group))
            if under_way:
                yield from under_way.popleft().result()
        if failed is not None:
            raise failed
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(file: str) -> None:
    global _bot
    with open(file, "rb") as opened:
        _bot = pickle.load(opened)  # noqa: S301 - this program has just written it


def _answer(questions: list[str]) -> list[Answer]:
    return [_bot.ask(question) for question in questions]
