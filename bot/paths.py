"""
Where things lie on this machine: the bundled data, and the places the platform gives a user's program.

Nothing here creates or reads anything; callers do, and cope when they may not.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

APP = "citebot"
"""The folder's name in the platform's places: the distribution's, as `bot` would be anybody's."""


def is_compiled() -> bool:
    """Whether the modules that questions spend their time in were compiled when this was installed."""
    from importlib.util import find_spec

    found = find_spec("bot.matching")
    return found is not None and not (found.origin or "").endswith(".py")


def bundled(kind: str) -> Path:
    """
    The bundled folder of *kind*, `intents` or `knowledge`.

    A wheel carries it inside the package; in a checkout, also an editable install of one, it lies beside
    the package.

    >>> bundled("intents").name
    'intents'
    """
    from pathlib import Path

    return Path(bundled_path(kind))


def bundled_path(kind: str) -> str:
    """The same as text: a question at the command line has no time to import pathlib."""
    package = os.path.dirname(os.path.realpath(__file__))
    inside = os.path.join(package, "data", kind)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(package), kind)


def is_installed() -> bool:
    """Whether the bundled folders are inside an installed package, where nobody should write."""
    return os.path.isdir(os.path.join(os.path.dirname(os.path.realpath(__file__)), "data"))


def state_dir() -> Path:
    """The folder for what should outlive a run and is of no use elsewhere, such as the prompt's history."""
    from pathlib import Path

    return Path(_place("XDG_STATE_HOME", ".local/state", mac="Library/Application Support"))


def config_dir() -> Path:
    """The folder for what a person sets once and for all."""
    from pathlib import Path

    return Path(_place("XDG_CONFIG_HOME", ".config", mac="Library/Application Support"))


def cache_dir() -> Path:
    """The folder for what can be made again at any time."""
    from pathlib import Path

    return Path(cache_path())


def cache_path() -> str:
    """The same as text."""
    return _place("XDG_CACHE_HOME", ".cache", mac="Library/Caches")


def _place(variable: str, default: str, *, mac: str) -> str:
    """*variable* wins on every platform, if it is an absolute path: the XDG specification ignores others."""
    chosen = os.environ.get(variable, "")
    if os.path.isabs(chosen):
        return os.path.join(chosen, APP)
    home = os.path.expanduser("~")  # unlike Path.home(), never raises where there is no home
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or os.environ.get("APPDATA")
        return os.path.join(local or home, APP)
    return os.path.join(home, mac if sys.platform == "darwin" else default, APP)
