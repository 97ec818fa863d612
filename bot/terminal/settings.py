"""
What a person may set, in a small TOML file in the platform's place.

The file is written, with every default and what it means, when the first chat finds none, so that it can be changed
without looking anything up. Whatever is wrong in it costs that one setting and is told; a chat never fails for it.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

Setting = str | bool | int


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default."""

    theme: str = "auto"
    understanding: bool = True
    completion: str = "tab"
    suggestions: bool = True
    menus: bool = True
    views: bool = True
    columns: int = 0
    keys: str = "emacs"
    history: bool = True
    resume: bool = False
    watch: bool = False


class About(NamedTuple):
    """What a setting means, and the texts it may be; no texts for numbers and yes-or-no."""

    meaning: str
    choices: tuple[str, ...] = ()


ABOUT: dict[str, About] = {
    "theme": About(
        "Colours for which background; NO_COLOR in the environment does without.", ("auto", "dark", "light")
    ),
    "understanding": About("Colour words as they are read, and show the reading and the answer below while you type."),
    "completion": About("When to offer completions: on the Tab key, or while you type.", ("tab", "typing")),
    "suggestions": About("Suggest the rest of a line in grey, from earlier lines and from what can be asked next."),
    "menus": About("Ask back with a menu that the arrow keys answer."),
    "views": About("Show tables, charts and timelines below the answers that have them."),
    "columns": About("Use at most this many columns for answers; 0 uses all that the terminal has."),
    "keys": About("Whose keys edit the line.", ("emacs", "vi")),
    "history": About("Keep the lines that you type for later chats."),
    "resume": About("Go on with the last conversation when a chat begins; else /load does."),
    "watch": About("Read intents and knowledge anew as soon as their files change, as --watch does."),
}


class SettingError(ValueError):
    """A setting that there is not, or a value that it cannot have; the message says how to mend it."""


def load(file: Path) -> tuple[Settings, list[str]]:
    """The settings in *file*, and what is wrong with it; the defaults where it says nothing or nonsense."""
    try:
        with file.open("rb") as stream:
            found = tomllib.load(stream)
    except FileNotFoundError:
        return Settings(), []
    except OSError as error:
        return Settings(), [f"{file}: cannot be read: {error.strerror}; the defaults hold"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Settings(), [f"{file}: no valid TOML: {error}; the defaults hold until it is mended"]
    settings, problems = Settings(), []
    for name, value in found.items():
        try:
            settings = changed(settings, name, value)
        except SettingError as error:
            problems.append(f"{file}: {error}")
    return settings, problems


def changed(settings: Settings, name: str, value: Any) -> Settings:
    """
    *settings* with *value* for *name*; SettingError where that cannot be.

    >>> changed(Settings(), "theme", "light").theme
    'light'
    >>> changed(Settings(), "theem", "light")
    Traceback (most recent call last):
    bot.terminal.settings.SettingError: there is no setting 'theem'; did you mean 'theme'?
    """
    if name not in ABOUT:
        near = difflib.get_close_matches(name, ABOUT, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(ABOUT)}"
        raise SettingError(f"there is no setting {name!r}; {hint}")
    default, choices = getattr(Settings(), name), ABOUT[name].choices
    if isinstance(default, bool):
        fits, allowed = isinstance(value, bool), "true or false"
    elif isinstance(default, int):
        fits, allowed = isinstance(value, int) and not isinstance(value, bool) and value >= 0, "a whole number from 0"
    else:
        fits, allowed = value in choices, " or ".join(", ".join(map(repr, choices)).rsplit(", ", 1))
    if not fits:
        raise SettingError(f"{name} cannot be {value!r}; it is {allowed}")
    return replace(settings, **{name: value})


def parsed(text: str) -> Setting:
    """
    What somebody typed for a value.

    >>> parsed("off"), parsed("true"), parsed("72"), parsed('"light"')
    (False, True, 72, 'light')
    """
    word = text.strip().strip("\"'")
    if word.casefold() in ("true", "on", "yes"):
        return True
    if word.casefold() in ("false", "off", "no"):
        return False
    return int(word) if word.isascii() and word.isdecimal() else word


def default_file() -> str:
    """The file as it is first written."""
    parts = ["# The settings of citebot's chat. Each stands here with its default; /set shows and changes them too.\n"]
    for field in fields(Settings):
        about = ABOUT[field.name]
        choices = f" One of: {', '.join(about.choices)}." if about.choices else ""
        parts.append(f"# {about.meaning}{choices}\n{field.name} = {shown(getattr(Settings(), field.name))}\n")
    return "\n".join(parts)


def write_default(file: Path) -> None:
    """Put the default file at *file*, unless there is one or it cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(default_file())
    except OSError:
        pass


def keep(file: Path, name: str, value: Setting) -> None:
    """Write *name* into *file*, leaving everything else in it as it is. Raises OSError when that cannot be done."""
    try:
        text = file.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        text = default_file()
    line = f"{name} = {shown(value)}"
    text, found = re.subn(rf"(?m)^[ \t]*{name}[ \t]*=.*$", lambda _: line, text, count=1)
    if not found:
        text = f"{line}\n{text}"  # at the top: further down it could end up in somebody's table
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(file.name + ".new")
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, file)


def shown(value: Setting) -> str:
    """*value* as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else f'"{value}"'
