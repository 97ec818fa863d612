"""Whether the files of a subject have changed: by their times and sizes, looked at now and then."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

SECONDS = 0.5
"""Between two looks: soon enough for somebody who has just saved a file and turns to the chat."""
MAX_FILES = 10_000
SUFFIXES = (".yaml", ".yml", ".csv", ".tsv", ".tab", ".txt")

Stamp = frozenset[tuple[str, int, int]]


def stamp(places: Iterable[str]) -> Stamp:
    """What can be known of the files at *places*, folders or single files, without reading them."""
    return frozenset(_files(places))


def _files(places: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    seen = 0
    for place in places:
        if os.path.isfile(place):
            yield from _stat(place)
        for folder, _, names in os.walk(place):
            for name in names:
                if name.endswith(SUFFIXES):
                    seen += 1
                    if seen > MAX_FILES:
                        return
                    yield from _stat(os.path.join(folder, name))


def _stat(path: str) -> Iterator[tuple[str, int, int]]:
    try:
        found = os.stat(path)
    except OSError:  # gone since
        return
    yield path, found.st_mtime_ns, found.st_size
