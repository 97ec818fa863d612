"""
A person at a terminal, as a program: keys go to a real pseudo-terminal, and pyte says what then stands on its screen.

The tests of the chat use it, and `picture.py`. Nothing here waits for a fixed time: every step waits for what it needs
to see.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyte

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = float(os.environ.get("PATIENCE", "30"))
"""Seconds until what must be on the screen is given up."""
QUIET = 0.15
"""Seconds without output after which the screen is taken for finished."""

# The new process takes the pseudo-terminal for its own, as a shell's child does: only so does it hear of a new size.
_START = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.executable, sys.argv[1:])"

ENTER, TAB, ESCAPE, BACKSPACE = "\r", "\t", "\x1b", "\x7f"
UP, DOWN, RIGHT, LEFT, F2 = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1bOQ"
CTRL_C, CTRL_D, CTRL_R, CTRL_U, CTRL_Y = "\x03", "\x04", "\x12", "\x15", "\x19"


def pasted(text: str) -> str:
    """*text* as a terminal sends it when it is pasted."""
    return f"\x1b[200~{text}\x1b[201~"


class Screen(pyte.HistoryScreen):
    """A screen that answers when it is asked where the cursor is."""

    def __init__(self, columns: int, rows: int, answer: Callable[[str], None]) -> None:
        super().__init__(columns, rows, history=2000)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        self._answer(data)


class Terminal:
    """`python -m bot` with *arguments* at a pseudo-terminal of its own; *environment* is added to a clean one."""

    def __init__(
        self, *arguments: str, columns: int = 80, rows: int = 40, environment: Mapping[str, str] | None = None
    ) -> None:
        self._master, slave = os.openpty()
        self.written = b""
        self.screen = Screen(columns, rows, self.type)
        self._stream = pyte.ByteStream(self.screen)
        self._set_size(columns, rows)
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ}
        command = [sys.executable, "-c", _START, sys.executable, "-m", "bot", *arguments]
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, cwd=ROOT,
            env={**kept, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(environment or {})},
        )  # fmt: skip
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)

    def type(self, keys: str) -> None:
        """Send *keys*."""
        os.write(self._master, keys.encode("utf-8"))

    def resize(self, columns: int, rows: int) -> None:
        """Another size, as when a window is pulled; the program is told."""
        self.screen.resize(rows, columns)
        self._set_size(columns, rows)

    @property
    def lines(self) -> list[str]:
        """The lines that stand on the screen, without the spaces behind them."""
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """All that stands there."""
        return "\n".join(self.lines)

    @property
    def bottom(self) -> str:
        """The last line that holds anything: the chat's line below."""
        return next((line.strip() for line in reversed(self.lines) if line), "")

    @property
    def line(self) -> str:
        """The line that the cursor is on."""
        return self.lines[self.screen.cursor.y]

    def until(self, seen: str | Callable[[Terminal], Any], *, gone: bool = False) -> Terminal:
        """Wait until *seen* (a text, or what is to be true) is on the screen, or with *gone* until it is not."""
        deadline = time.monotonic() + PATIENCE
        holds = (lambda terminal: seen in terminal.text) if isinstance(seen, str) else seen
        while bool(holds(self)) == gone:
            if time.monotonic() > deadline:
                raise AssertionError(f"waited for {seen!r} in vain; the screen is:\n{self.text}")
            if not self._read(0.1) and self.process.poll() is not None:
                if bool(holds(self)) != gone:
                    break
                raise AssertionError(f"the program ended before {seen!r}; the screen is:\n{self.text}")
        return self

    def settle(self) -> Terminal:
        """Wait until nothing more comes."""
        while self._read(QUIET):
            pass
        return self

    def ended(self) -> int:
        """Wait until the program has ended; its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            self._read(0.05)
            if time.monotonic() > deadline:
                raise AssertionError(f"the program does not end; the screen is:\n{self.text}")
        self.settle()
        return self.process.returncode

    def style(self, word: str) -> Any:
        """How *word* is drawn, on the cursor's line or else the last: pyte's character, with `fg`, `underscore` …"""
        for number in (self.screen.cursor.y, *range(len(self.lines) - 1, -1, -1)):
            if (at := self.lines[number].rfind(word)) >= 0:
                return self.screen.buffer[number][at]
        raise AssertionError(f"there is no {word!r} on the screen:\n{self.text}")

    def _read(self, seconds: float) -> bool:
        """Take what the program wrote, waiting *seconds* for it at most; whether there was any."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.written += data
        self._stream.feed(data)
        return bool(data)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
