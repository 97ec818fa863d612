"""
Text for the system's clipboard: through the platform's own program, or by asking the terminal (OSC 52).

The terminal may be on another machine, at the other end of ssh; where it is not, and a program for the clipboard is at
hand, that is surer, as many terminals do not listen.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

SECONDS = 2.0
"""A program that takes longer hangs."""
MAX_BYTES = 74_994
"""What the most careful terminals take (xterm's limit, before base64)."""


def program(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> list[str] | None:
    """The command that takes text for the clipboard; None where there is none."""
    if "SSH_CONNECTION" in environ:
        return None
    if platform == "darwin":
        candidates = [["pbcopy"]]
    elif platform == "win32":
        candidates = [["clip"]]
    else:
        candidates = [["wl-copy"]] if environ.get("WAYLAND_DISPLAY") else []
        candidates += [["xclip", "-selection", "clipboard"], ["xsel", "-ib"]] if environ.get("DISPLAY") else []
    return next((command for command in candidates if shutil.which(command[0])), None)


def copy_by_program(text: str) -> bool:
    """Whether a program took *text*."""
    command = program()
    if command is None:
        return False
    encoded = text.encode("utf-16" if command == ["clip"] else "utf-8")
    try:
        subprocess.run(  # noqa: S603  # a fixed command, the text goes in by its standard input
            command, input=encoded, timeout=SECONDS, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def escape_sequence(text: str) -> str | None:
    """What asks a terminal to copy *text*; None for a text that is too long for it."""
    data = text.encode("utf-8", "replace")
    return f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\x07" if len(data) <= MAX_BYTES else None
