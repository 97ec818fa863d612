"""
Where records go, and how nothing of them is lost.

A file grows under another name, `OUTPUT.part`, and gets its own when it is complete. Beside it lies
`OUTPUT.resume`: how many rows of the input are in the first so many bytes of it. Bytes first, then the note of
them, both on disk before the next; so whatever is killed whenever, the note tells the truth, and what stands
behind its bytes is cut off and written again.

Compressed output is one gzip stream of blocks that do not refer to each other, which is what makes it
possible to go on in the middle and still arrive at the same bytes.
"""

from __future__ import annotations

import json
import os
import stat
import struct
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

from bot.batch_rows import is_gzip
from bot.errors import BotError, InputError

VERSION = 2
GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Without a time or a name, which would differ between runs."""


class OutputClosed(BotError):
    """Whoever read the output has stopped reading."""


@dataclass(slots=True)
class Checkpoint:
    """How far a run has come; the content of `OUTPUT.resume`."""

    settings: dict[str, str] = field(default_factory=dict)
    """What else decides about the bytes; must be the same when going on."""
    rows: int = 0
    digest: str = ""
    size: int = 0
    """Bytes of the output that hold these rows."""
    crc: int = 0
    unpacked: int = 0
    """The checksum and the number of bytes before compression."""
    finished: int | None = None
    """Bytes of the complete output, once it is complete."""
    seconds: float = 0.0
    tally: dict[str, Any] = field(default_factory=dict)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    version: int = VERSION

    def state(self) -> dict[str, Any]:
        """As plain values. Unlike `asdict`, which copies everything, and each `Counter` wrongly (CPython 103000)."""
        return {name: getattr(self, name) for name in (f.name for f in fields(self))}


class Output(Protocol):
    """Something that takes the bytes of each chunk, in order."""

    name: str
    resumable: bool
    resumed: Checkpoint | None
    """What an earlier run has left; None when there is nothing to go on with."""
    dropped: int
    """Rows of an earlier run that has not been gone on with."""
    settings: dict[str, str]
    """Those that hold, the earlier run's where nobody chose."""

    def write(self, data: bytes) -> None: ...
    def save(self, checkpoint: Checkpoint) -> None:
        """Make it possible to go on from here, even if the power fails."""

    def finish(self, checkpoint: Checkpoint) -> None:
        """All is written: let the output appear."""

    def forget(self) -> None:
        """Nothing is left to go on with."""

    def close(self, *, keep: bool) -> None:
        """Let go; *keep* what has been written if it is not finished."""


def open_output(
    path: str | None, *, settings: dict[str, str], resume: bool, unless: dict[str, str] | None = None
) -> Output:
    """
    The output at *path*, None and `-` being standard output. Raises `InputError` when it cannot be written.

    *unless* are settings that nobody chose: those of a run that is gone on with count for more.
    """
    unless = unless or {}
    packed = path is not None and is_gzip(path)
    if path in (None, "-") or _is_device(str(path)):
        if resume:
            raise InputError(f"--resume needs a file to go on with: add -o FILE (not {path or 'standard output'})")
        return Stream(None if path in (None, "-") else path, packed=packed, settings={**unless, **settings})
    return File(str(path), packed=packed, settings=settings, resume=resume, unless=unless)


def _is_device(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def write_whole(path: str, content: str | bytes) -> None:
    """Let the file at *path* hold *content*, or what it held before, but nothing in between."""
    part = path + ".part"
    try:
        with open(part, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(name: str, error: OSError) -> InputError:
    return InputError(f"{name}: cannot be written: {error.strerror or error}")


class Packing:
    """gzip, or nothing at all. A block is compressed by itself; only checksum and length run through."""

    def __init__(self, packed: bool) -> None:
        self._packed = packed
        self.crc = self.unpacked = 0

    def header(self) -> bytes:
        return GZIP_HEADER if self._packed else b""

    def block(self, data: bytes) -> bytes:
        if not self._packed:
            return data
        self.crc = zlib.crc32(data, self.crc)
        self.unpacked += len(data)
        deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        return deflate.compress(data) + deflate.flush(zlib.Z_FULL_FLUSH)

    def trailer(self) -> bytes:
        if not self._packed:
            return b""
        end = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS).flush()
        return end + struct.pack("<LL", self.crc, self.unpacked & 0xFFFFFFFF)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:  # a pipe that another program has made non-blocking
            import select

            select.select([], [descriptor], [])


class Stream:
    """Standard output, a pipe or a device: what is written is gone."""

    resumable = False
    resumed: Checkpoint | None = None
    dropped = 0

    def __init__(self, path: str | None, *, packed: bool, settings: dict[str, str]) -> None:
        self.name = path or "standard output"
        self.settings = settings
        self._opened: int | None = None
        self._write = self._standard_output() if path is None else self._open(path)
        self._packing = Packing(packed)
        self._put(self._packing.header())

    def write(self, data: bytes) -> None:
        self._put(self._packing.block(data))

    def save(self, checkpoint: Checkpoint) -> None:
        pass

    def finish(self, checkpoint: Checkpoint) -> None:
        self._put(self._packing.trailer())

    def forget(self) -> None:
        pass

    def close(self, *, keep: bool) -> None:
        if self._opened is not None:
            os.close(self._opened)
            self._opened = None

    def _open(self, path: str) -> Callable[[bytes], None]:
        try:
            opened = self._opened = os.open(path, os.O_WRONLY)
        except OSError as error:
            raise cannot_write(self.name, error) from error
        return lambda data: _write_all(opened, data)

    def _standard_output(self) -> Callable[[bytes], None]:
        if sys.stdout is None:
            raise InputError("standard output: cannot be written: it is closed")
        try:
            sys.stdout.flush()
            descriptor = sys.stdout.fileno()
        except (OSError, ValueError):  # replaced by something without a descriptor
            buffer = sys.stdout.buffer
            return lambda data: (buffer.write(data), buffer.flush())[1]
        # Past Python's buffer, which would fail once more when it is flushed at the end.
        return lambda data: _write_all(descriptor, data)

    def _put(self, data: bytes) -> None:
        try:
            if data:
                self._write(data)
        except BrokenPipeError as error:
            raise OutputClosed(f"{self.name}: closed by its reader") from error
        except OSError as error:
            raise cannot_write(self.name, error) from error


class File:
    """A file that appears when it is complete, and can be gone on with until then."""

    resumable = True

    def __init__(
        self, path: str, *, packed: bool, settings: dict[str, str], resume: bool, unless: dict[str, str] | None = None
    ) -> None:
        self.name = path
        self.resumed: Checkpoint | None = None
        self.dropped = 0
        self._final = os.path.realpath(path)  # so that a link stays one
        self._part = self._final + ".part"
        self._note = self._final + ".resume"
        self._unless = unless or {}
        self.settings = {**self._unless, **settings}
        self._packing = Packing(packed)
        self._size = 0
        self._descriptor: int | None = None
        try:
            self._begin(resume)
        except OSError as error:
            self.close(keep=True)
            raise cannot_write(path, error) from error
        except BaseException:
            self.close(keep=True)
            raise

    def write(self, data: bytes) -> None:
        packed = self._packing.block(data)
        self._put(packed)
        self._size += len(packed)

    def save(self, checkpoint: Checkpoint) -> None:
        checkpoint.settings = self.settings
        checkpoint.size, checkpoint.crc, checkpoint.unpacked = self._size, self._packing.crc, self._packing.unpacked
        try:
            os.fsync(self._opened())
        except OSError as error:
            raise cannot_write(self._part, error) from error
        write_whole(self._note, json.dumps(checkpoint.state(), ensure_ascii=False))

    def finish(self, checkpoint: Checkpoint) -> None:
        trailer = self._packing.trailer()
        self._put(trailer)
        checkpoint.finished = self._size + len(trailer)
        self.save(checkpoint)
        try:
            if os.path.exists(self._final):
                os.chmod(self._part, stat.S_IMODE(os.stat(self._final).st_mode))
            os.replace(self._part, self._final)
            _sync_folder(self._final)
        except OSError as error:
            raise cannot_write(self.name, error) from error

    def forget(self) -> None:
        remove(self._note)

    def close(self, *, keep: bool) -> None:
        if self._descriptor is not None:
            if not keep:
                remove(self._part)
                remove(self._note)
            os.close(self._descriptor)
            self._descriptor = None

    def _begin(self, resume: bool) -> None:
        if os.path.isdir(self._final):
            raise IsADirectoryError(21, "it is a folder")
        earlier = self._earlier()
        if earlier is not None and resume:
            if earlier.finished is not None and not os.path.exists(self._part):
                if os.path.exists(self._final) and os.path.getsize(self._final) == earlier.finished:
                    self.resumed = earlier  # killed between its last two steps
                    return
                earlier = None
            else:
                take_settings(self.name, self.settings, earlier.settings, self._unless)
        self._descriptor = open_locked(self._part, self.name)
        size = os.fstat(self._descriptor).st_size
        if resume and earlier is not None:
            if size < earlier.size:
                raise InputError(f"{self._part}: shorter than {self._note} says; delete both to start anew")
            earlier.finished = None
            self.resumed = earlier
            self._size, self._packing.crc, self._packing.unpacked = earlier.size, earlier.crc, earlier.unpacked
        else:
            self.dropped = earlier.rows if earlier else 0
            remove(self._note)
        os.ftruncate(self._descriptor, self._size)
        os.lseek(self._descriptor, 0, os.SEEK_END)
        if not self._size:
            header = self._packing.header()
            self._put(header)
            self._size = len(header)

    def _earlier(self) -> Checkpoint | None:
        try:
            with open(self._note, encoding="utf-8") as file:
                checkpoint = Checkpoint(**json.load(file))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise InputError(f"{self._note}: damaged, or of another version; delete it to start anew") from error
        if checkpoint.version != VERSION:
            raise InputError(f"{self._note}: of another version of this program; delete it to start anew")
        checkpoint.unreadable = [(place, problem) for place, problem in checkpoint.unreadable]
        return checkpoint

    def _opened(self) -> int:
        assert self._descriptor is not None
        return self._descriptor

    def _put(self, data: bytes) -> None:
        try:
            _write_all(self._opened(), data)
        except OSError as error:
            raise cannot_write(self._part, error) from error


def take_settings(name: str, settings: dict[str, str], earlier: dict[str, str], unless: dict[str, str]) -> None:
    """Let those of *settings* that nobody chose be the *earlier* run's; raise InputError when others differ."""
    settings.update((key, earlier[key]) for key in unless if key in earlier)
    if settings != earlier:
        raise InputError(f"{name}: {_difference(earlier, settings)}")


def _difference(earlier: dict[str, str], now: dict[str, str]) -> str:
    for key in sorted({*earlier, *now}):
        if earlier.get(key) != now.get(key):
            return (
                f"the unfinished run was made with another {key} ({earlier.get(key)}, now {now.get(key)}); "
                "use the same, or leave out --resume to start anew"
            )
    return "the unfinished run was made with other settings"


def open_locked(path: str, name: str) -> int:
    """Open *path* for writing, so that no second run writes to it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        try:
            if not _lock(descriptor):
                raise InputError(f"{name}: another run is writing it")
            if _is_still(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the other run has just finished, and this is its output


def _lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without locks
    return True


def _is_still(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _sync_folder(path: str) -> None:
    """Make a renaming last. Systems that cannot open a folder have no need to."""
    try:
        descriptor = os.open(os.path.dirname(path), os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)


def remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
