"""
Where a domain can come from besides folders and files: the resources of a package, also of one that is still
in its zip archive, and dicts that a program has made.

Loading and tables read what they are given as they read a `Path`. Here is the little of it that they use, for
what is none. No such domain is kept in the cache: what it is made of has no time of change to look at, and what
a program makes as it runs would only push out what is of use again.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable  # of Python 3.11; never imported when it runs

Place: TypeAlias = "str | os.PathLike[str] | Traversable | Mapping[str, Any]"
"""A folder or a single file, the same among a package's resources, or what would be in one file as a dict."""


def is_path(place: object) -> bool:
    return isinstance(place, (str, os.PathLike))


def check_place(place: object, name: str) -> None:
    """Raise TypeError, naming the argument *name*, when a domain cannot come from *place*."""
    if is_path(place) or (isinstance(place, Mapping) and name != "tables") or _is_resource(place):
        return
    choice = "a folder, a file" + ("" if name == "tables" else ", a dict") + " or a package resource"
    raise TypeError(f"{name}: {choice}, not {type(place).__name__}")


def _is_resource(place: object) -> bool:
    # Every Traversable has these; to ask for the class would import much, and its module has moved twice.
    return all(hasattr(place, name) for name in ("iterdir", "is_file", "joinpath", "read_bytes", "name"))


class Resource:
    """A file or folder among a package's resources, as far as loading takes it for a `Path`."""

    def __init__(self, found: Traversable, parent: Resource | None = None) -> None:
        self._found = found
        self._parent = parent

    def __str__(self) -> str:
        if self._parent is not None:
            return f"{self._parent}/{self.name}"
        return str(self._found).rstrip("/")

    def __truediv__(self, name: str) -> Resource:
        # Traversable promises joinpath() with "/" between the parts, and nothing about "..".
        resource = self
        for part in PurePosixPath(name).parts:
            resource = resource.parent if part == ".." else Resource(resource._found.joinpath(part), resource)
        return resource

    @property
    def name(self) -> str:
        return self._found.name

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix

    @property
    def parent(self) -> Resource:
        """The folder it was found in; of a file that was given by itself, where its archive can tell."""
        return self._parent or Resource(getattr(self._found, "parent", self._found))

    def is_file(self) -> bool:
        return self._found.is_file()

    def exists(self) -> bool:
        return self._found.is_file() or self._found.is_dir()

    def files(self) -> Iterator[Resource]:
        """Every file below this folder, in the order of their names."""
        inside = sorted(self._found.iterdir(), key=lambda found: found.name) if self._found.is_dir() else []
        for found in inside:
            resource = Resource(found, self)
            if found.is_file():
                yield resource
            else:
                yield from resource.files()

    def read_bytes(self) -> bytes:
        """What it holds; OSError when that cannot be read, whatever the archive's own error is."""
        try:
            return self._found.read_bytes()
        except (KeyError, ValueError, EOFError, RuntimeError) as error:  # of zipfile; RuntimeError: encrypted
            raise OSError(str(error)) from error
        except Exception as error:
            if isinstance(error, OSError) or type(error).__name__ not in ("BadZipFile", "error"):
                raise
            raise OSError(str(error)) from error

    def read_text(self, encoding: str = "utf-8") -> str:
        return io.TextIOWrapper(io.BytesIO(self.read_bytes()), encoding).read()


class Made:
    """What would be in one YAML file, as a program has made it."""

    suffix = ".yaml"
    parent = Path()
    """Where its tables lie unless told otherwise: a dict is in no folder, so the working directory."""

    def __init__(self, content: Mapping[str, Any], name: str) -> None:
        self.content = dict(content)
        self.name = f"<{name}>"

    def __str__(self) -> str:
        return self.name
