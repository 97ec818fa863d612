"""
What a run reads: one file, several, or all that a pattern names, as if they were one file.

Files are read in the order in which they are named, those of a pattern in the order of their names. Rows are
counted through, and a conversation may go on in the next file. All files are opened once before the first is
read, so that a mistyped name costs nothing.
"""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Protocol

from bot.batch_rows import Chunk, is_gzip, open_questions
from bot.errors import InputError


class Input(Protocol):
    """Questions, be they from one file or from many."""

    name: str
    large: bool
    """Whether it is worth several processes."""

    def chunks(self, *, strict: bool = False, eager: bool = False) -> Iterator[Chunk]: ...
    def close(self) -> None: ...


def expand(names: Sequence[str]) -> list[str]:
    """
    The files that *names* stand for, patterns such as `2026-*.csv` and `**/*.txt` included; each once.

    Raises InputError when a pattern fits none.
    """
    found: dict[str, None] = {}
    for name in names:
        if glob.has_magic(name) and not os.path.lexists(name):
            inside = sorted(path for path in glob.iglob(name, recursive=True) if os.path.isfile(path))
            if not inside:
                raise InputError(f"{name}: no file has such a name")
            found.update(dict.fromkeys(inside))
        else:
            found[name] = None
    if "-" in found and len(found) > 1:
        raise InputError("standard input (-) cannot be read together with files")
    return list(found)


def open_input(paths: Sequence[str], *, format: str | None = None, encoding: str = "utf-8") -> Input:
    """The questions in *paths*, as `expand` gives them. Raises InputError when one of them holds none."""
    if len(paths) == 1:
        return open_questions(paths[0], format=format, encoding=encoding)
    return _Series(paths, format, encoding)


def named(paths: Sequence[str]) -> str:
    """*paths* in a few words."""
    if paths == ["-"]:
        return "standard input"
    return paths[0] if len(paths) == 1 else f"{len(paths):,} files from {paths[0]} on"


def total_size(paths: Sequence[str]) -> int:
    """Bytes of all *paths*, compressed ones taken for five times as large; 0 for what is no file."""
    return sum(os.path.getsize(path) * (5 if is_gzip(path) else 1) for path in paths if os.path.isfile(path))


class _Series:
    """Several files, one after another."""

    def __init__(self, paths: Sequence[str], format: str | None, encoding: str) -> None:
        self.name = named(paths)
        self._paths = paths
        self._format, self._encoding = format, encoding
        self._sizes = []
        large = False
        for path in paths:
            with closing(open_questions(path, format=format, encoding=encoding)) as questions:
                large = large or questions.large
            self._sizes.append(total_size([path]))
        self._total = sum(self._sizes)
        self.large = large or self._total > 500_000

    def chunks(self, *, strict: bool = False, eager: bool = False) -> Iterator[Chunk]:
        rows, size_before, digest = 0, 0, ""
        for path, size in zip(self._paths, self._sizes, strict=True):
            digest_before = digest
            with closing(open_questions(path, format=self._format, encoding=self._encoding)) as questions:
                for chunk in questions.chunks(strict=strict, eager=eager, before=rows, among=True):
                    digest = hashlib.blake2b(f"{digest_before} {chunk.digest}".encode(), digest_size=16).hexdigest()
                    chunk.digest = digest
                    if chunk.read is not None and self._total:
                        chunk.read = (size_before + chunk.read * size) / self._total
                    rows = chunk.end
                    yield chunk
            size_before += size

    def close(self) -> None:
        pass
