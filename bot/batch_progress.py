"""
What a person sees while a batch runs: a bar where there is a terminal, else a line now and then.

It is one line, written again over itself, and not a library's bar: it costs no import, and it still makes
sense where the terminal is strange.
"""

from __future__ import annotations

import shutil
import sys
from time import monotonic

from bot.batch_summary import STATUSES, Tally
from bot.rendering import printable

BAR_SECONDS = 0.2
LINE_SECONDS = 10.0
WIDTH = 20


def say(message: str) -> None:
    """Put *message* on standard error, harmless to a terminal; nobody listening is no reason to stop."""
    try:
        sys.stderr.write(printable(message) + "\n")
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass


class Progress:
    """Shown by `update()` when it is time to. *bar* stands in one line; without, lines follow each other."""

    def __init__(self, *, quiet: bool, bar: bool, done: int = 0) -> None:
        self._quiet = quiet
        self._bar = bar
        self._done = done
        self._begun = monotonic()
        self._read_before: float | None = None
        self._next = self._begun + (BAR_SECONDS if bar else LINE_SECONDS)
        self._length = 0

    @property
    def seconds(self) -> float:
        """Since it began."""
        return monotonic() - self._begun

    def update(self, tally: Tally, read: float | None) -> None:
        """So much is done, and *read* of the input."""
        if self._read_before is None:
            self._read_before = read or 0.0
        now = monotonic()
        if self._quiet or now < self._next:
            return
        self._next = now + (BAR_SECONDS if self._bar else LINE_SECONDS)
        line = self.line(tally, read, now - self._begun)
        if self._bar:
            self._overwrite(line)
        else:
            say(line)

    def line(self, tally: Tally, read: float | None, seconds: float) -> str:
        """Share, number, speed, time left and the counts by status, as one line."""
        parts = []
        if read is not None:
            full = round(read * WIDTH)
            parts.append(("#" * full).ljust(WIDTH, ".") + f" {read:4.0%}" if self._bar else f"{read:.0%}")
        speed = (tally.rows - self._done) / seconds if seconds else 0.0
        parts += [f"{tally.rows:,} questions", f"{speed:,.0f}/s"]
        since = (read or 0.0) - (self._read_before or 0.0)
        if read is not None and since > 0:
            parts.append(f"{_clock(seconds * (1 - read) / since)} left")
        parts += [
            f"{tally.statuses[status]:,} {status.replace('_', ' ')}" for status in STATUSES if tally.statuses[status]
        ]
        return "  ".join(parts)

    def close(self) -> None:
        """Take the bar away."""
        if self._length:
            self._overwrite("")

    def _overwrite(self, line: str) -> None:
        line = line[: shutil.get_terminal_size().columns - 1]
        try:
            sys.stderr.write("\r" + line.ljust(self._length) + ("" if line else "\r"))
            sys.stderr.flush()
        except (OSError, ValueError):
            pass
        self._length = len(line)


def _clock(seconds: float) -> str:
    """
    *seconds* as a clock shows them.

    >>> _clock(61), _clock(3700)
    ('1:01', '1:01:40')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def closing_line(tally: Tally, seconds: float, output: str) -> str:
    """What the whole run came to, in one line."""
    counts = ", ".join(f"{tally.statuses[status]:,} {status.replace('_', ' ')}" for status in STATUSES
                       if tally.statuses[status])  # fmt: skip
    speed = f" ({tally.rows / seconds:,.0f} a second)" if seconds else ""
    noun = "question" if tally.rows == 1 else "questions"
    return f"{tally.rows:,} {noun} in {seconds:,.1f} s{speed}{': ' if counts else ''}{counts}; written to {output}"
