"""
Where things lie on this machine: the bundled data, and the places the platform gives a user's program.

Nothing here creates or reads anything; callers do, and cope when they may not.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP = "citebot"
"""The folder's name in the platform's places: the distribution's, as `bot` would be anybody's."""


def bundled(kind: str) -> Path:
    """
    The bundled folder of *kind*, `intents` or `knowledge`.

    A wheel carries it inside the package; in a checkout, also an editable install of one, it lies beside
    the package.

    >>> bundled("intents").name
    'intents'
    """
    package = Path(__file__).resolve().parent
    inside = package / "data" / kind
    return inside if inside.is_dir() else package.parent / kind


def state_dir() -> Path:
    """The folder for what should outlive a run and is of no use elsewhere, such as the prompt's history."""
    return _place("XDG_STATE_HOME", ".local/state", mac="Library/Application Support")


def cache_dir() -> Path:
    """The folder for what can be made again at any time."""
    return _place("XDG_CACHE_HOME", ".cache", mac="Library/Caches")


def _place(variable: str, default: str, *, mac: str) -> Path:
    """*variable* wins on every platform, if it is an absolute path: the XDG specification ignores others."""
    chosen = os.environ.get(variable, "")
    if os.path.isabs(chosen):
        return Path(chosen, APP)
    home = Path(os.path.expanduser("~"))  # unlike Path.home(), never raises where there is no home
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or os.environ.get("APPDATA")
        return Path(local or home, APP)
    return home / (mac if sys.platform == "darwin" else default) / APP
