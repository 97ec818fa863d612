"""
Question files in, rows out, whatever the format and however damaged.

A row that cannot be read is a row all the same: it carries what is wrong with it, and the rows after it are
read as if it were fine. Only a file that holds no rows at all (missing, binary, no `question` column, broken
gzip) is an `InputError`. Nothing is held but the block that is being read, so memory does not grow with the
file, with its longest line, nor with a quote that is never closed.

Rows come in chunks, and where a chunk ends depends on the input alone: not on the clock, the number of
workers or where an earlier run was interrupted. Everything that must come out the same twice is built on that.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import json
import math
import os
import re
import stat
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol, cast

from bot.errors import InputError

if TYPE_CHECKING:
    from _csv import Reader

FORMATS = ("txt", "csv", "tsv", "jsonl", "md")
EXTENSIONS = {**{f".{name}": name for name in FORMATS}, ".ndjson": "jsonl", ".markdown": "md"}

MAX_LINE = 1 << 20
"""Bytes of one line, or of one CSV row over several lines; nobody asks a question of a million characters."""
MAX_QUESTION = 10_000
"""Characters. Longer ones are pasted documents, which would keep a bot busy for minutes to no end."""
MAX_NAME = 1_000
"""Characters of an id or a session."""
SHOWN = 200
"""Characters of an unreadable row that its record repeats, so that it can be recognised."""

CHUNK_ROWS = 256
"""Enough that handing a chunk to another process costs little for each row, few enough to share out evenly."""
BLOCK = 1 << 18

COLUMNS = {"question": "question", "q": "question", "id": "id", "session": "session"}
DELIMITERS = ",;\t"
"""Excel separates by `;` where the comma is the decimal sign, as in Norway and Turkey, and still says `.csv`."""

GZIP = b"\x1f\x8b"
BINARY = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an Excel or Word document (save it as CSV UTF-8)",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word document (save it as CSV UTF-8)",
    b"\x7fELF": "a program",
    b"BZh": "bzip2-compressed (only gzip is read)",
    b"\xfd7zXZ": "xz-compressed (only gzip is read)",
    b"\x28\xb5\x2f\xfd": "zstd-compressed (only gzip is read)",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet file",
}
CONTROLS = bytes({*range(9), *range(14, 32)} - {27})

ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?(.*)")
FENCE = re.compile(r"\s{0,3}(```|~~~)")


class Row(NamedTuple):
    """One question to ask; or, when `problem` is set, a row that cannot be asked and why."""

    id: str
    session: str | None
    question: str
    problem: str = ""


@dataclass(slots=True)
class Chunk:
    """Rows that are answered together, and what is known of the input up to their end."""

    rows: list[Row]
    end: int
    """How many rows the input has up to here."""
    digest: str
    """Of all lines up to here: the same again tells that the input has not changed since."""
    read: float | None
    """The part of the input that has been read, 0 to 1; None when its size is not known."""
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    """File and line, and what is wrong there."""


class Questions:
    """
    An open question file: see `open_questions`.

    `large` tells that it is worth several processes.
    """

    def __init__(self, source: _Source, rows: Callable[[_Lines], Iterator[_Parsed]], encoding: str) -> None:
        self.name = source.name
        self.large = source.large
        self._source = source
        self._lines = _Lines(source, encoding)
        with _Named(self.name):
            self._parsed = _begun(rows(self._lines))

    def chunks(
        self, *, strict: bool = False, eager: bool = False, before: int = 0, among: bool = False
    ) -> Iterator[Chunk]:
        """
        The rows in their order, `CHUNK_ROWS` at a time.

        *strict* raises for the first row that cannot be read. *eager* ends a chunk where the next row is not
        there yet, for somebody who waits for each answer; it makes chunks depend on the clock. *before* is how many
        rows other files had; *among* others, a row that cannot be read names its own.
        """
        lines, number = self._lines, before
        rows: list[Row] = []
        unreadable: list[tuple[str, str]] = []

        def chunk() -> Chunk:
            return Chunk(rows, number, lines.digest(), self._source.read_so_far(), unreadable)

        with _Named(self.name):
            for id_, session, question, problem, line in self._parsed:
                number += 1
                if problem or (problem := _unfit(id_, session, question)):
                    if strict:
                        raise InputError(f"{self.name}:{line}: {problem}")
                    unreadable.append((f"{self.name}:{line}", problem))
                    place = f"line {line} of {self.name}" if among else f"line {line}"
                    rows.append(_unreadable_row(number, place, id_, session, question, problem))
                else:
                    rows.append(Row(id_ or str(number), session or None, question))
                if len(rows) == CHUNK_ROWS or (eager and not lines.buffered):
                    yield chunk()
                    rows, unreadable = [], []
        if rows:
            yield chunk()

    def close(self) -> None:
        self._source.close()


def open_questions(path: str, *, format: str | None = None, encoding: str = "utf-8") -> Questions:
    """
    The question file at *path*, `-` being standard input; raises `InputError` when it is none.

    Its name tells the format, standard input being `txt`, unless *format* does. What is gzip-compressed is
    unpacked, whatever its name.
    """
    chosen = format or ("txt" if path == "-" else format_of(path, "--input-format"))
    try:
        "".encode(encoding)  # unlike codecs.lookup(), also refuses those that are not for text
    except LookupError:
        raise InputError(f"--encoding: there is no encoding {encoding!r}") from None
    source = _Source(path)
    try:
        return Questions(source, _READERS[chosen], encoding)
    except BaseException:
        source.close()
        raise


def format_of(path: str, option: str) -> str:
    """
    The format that the file's name tells; raises `InputError`, naming *option* as the way out.

    >>> format_of("questions.CSV.gz", "--input-format")
    'csv'
    """
    name = path[:-3] if is_gzip(path) else path
    extension = os.path.splitext(name)[1].lower()
    if extension not in EXTENSIONS:
        raise InputError(f"{path}: cannot tell its format from its name: add {option} with one of {', '.join(FORMATS)}")
    return EXTENSIONS[extension]


def is_gzip(path: str) -> bool:
    return path.lower().endswith(".gz")


# A row as its format gives it: id, session, question, what is wrong ("" if nothing), and its line.
_Parsed = tuple[str | None, str | None, str, str, int]


class _Unreadable(Exception):
    """A row that cannot be read; says why."""


class _NoRows(Exception):
    """A file in which no rows can be found; says where and why."""

    def __init__(self, line: int, why: str) -> None:
        self.line, self.why = line, why


def _unfit(id_: str | None, session: str | None, question: str) -> str:
    if not question or question.isspace():
        return "the question is empty"
    if len(question) > MAX_QUESTION:
        return f"the question is longer than {MAX_QUESTION:,} characters"
    if "\0" in question:
        return "the question contains a NUL character"
    for name, text in (("id", id_), ("session", session)):
        if text and len(text) > MAX_NAME:
            return f"the {name} is longer than {MAX_NAME:,} characters"
        if text and "\0" in text:
            return f"the {name} contains a NUL character"
    return ""


def _unreadable_row(
    number: int, place: str, id_: str | None, session: str | None, question: str, problem: str
) -> Row:  # fmt: skip
    names = [name if name and len(name) <= MAX_NAME and "\0" not in name else None for name in (id_, session)]
    shown = question if len(question) <= SHOWN else question[:SHOWN] + "…"
    text = f"Row {number} ({place}) could not be read: {problem}."
    return Row(names[0] or str(number), names[1], shown.replace("\0", "\ufffd"), text)


# Bytes


class _Source:
    """The bytes of a file or of standard input, unpacked; knows how much of them has been read."""

    def __init__(self, path: str) -> None:
        self.name = "standard input" if path == "-" else path
        with _Named(self.name):
            self._file = _standard_input() if path == "-" else open(path, "rb")  # noqa: SIM115 - closed by close()
            packed = self._file.peek(2)[:2] == GZIP
            self._size = _regular_size(self._file)
        if is_gzip(path) and not packed:
            self._file.close()
            raise InputError(f"{path}: not gzip-compressed, although its name says so")
        self._stream: BinaryIO | io.BufferedReader = self._file
        if packed:
            import gzip

            self._stream = cast(BinaryIO, gzip.GzipFile(fileobj=self._file))
        self.large = (self._size or 0) > (100_000 if packed else 500_000)  # some seconds of work for one process

    def read(self) -> bytes:
        """The next bytes as soon as there are some; none at the end."""
        return cast(io.BufferedReader, self._stream).read1(BLOCK)

    def read_so_far(self) -> float | None:
        return min(self._file.tell() / self._size, 1.0) if self._size else None

    def close(self) -> None:
        if self.name != "standard input":
            self._file.close()


def _standard_input() -> io.BufferedReader:
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise InputError("standard input: it is closed")
    return cast(io.BufferedReader, stream if hasattr(stream, "peek") else io.BufferedReader(stream))


def _regular_size(file: io.BufferedReader) -> int | None:
    try:
        status = os.fstat(file.fileno())
    except (OSError, ValueError):  # not a file of the system's
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


class _Named:
    """Gives errors of reading the name of what was being read."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        # By name, for gzip and zlib are not imported unless the input needs them.
        broken = type(error).__name__ in ("BadGzipFile", "EOFError") or type(error).__module__ == "zlib"
        if error is not None and broken:
            raise InputError(f"{self._name}: damaged or cut off gzip data ({error})") from error
        if isinstance(error, OSError):
            raise InputError(f"{self._name}: cannot be read: {error.strerror or error}") from error
        if isinstance(error, UnicodeError):
            raise InputError(f"{self._name}: cannot be decoded: {error}") from error
        if isinstance(error, _NoRows):
            raise InputError(f"{self._name}:{error.line}: {error.why}") from error


class _Lines:
    """
    The lines of a source as UTF-8 without their ends, and a digest of those handed out.

    A line longer than `MAX_LINE` is cut to one byte more than that.
    """

    def __init__(self, source: _Source, encoding: str) -> None:
        self.number = 0
        """How many lines have been handed out: the number of the last one."""
        self._hash = hashlib.blake2b(digest_size=16)
        self._taken: list[bytes] = []
        self._ready: list[bytes] = []  # from last to first
        self._rest = b""
        with _Named(source.name):
            first = source.read()
            while first[:1] in (b"\xef", b"\xfe", b"\xff") and len(first) < 4 and (more := source.read()):
                first += more
        self._read, first = _utf8(source.read, first, encoding)
        _refuse_binary(first, source.name)
        # Lines that end in a lone CR are what "CSV (Macintosh)" still means in Excel.
        self._end = b"\r" if b"\r" in first.rstrip(b"\r") and b"\n" not in first else b"\n"
        self._absorb(first)

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> bytes:
        if not self._ready and not self._fill():
            raise StopIteration
        line = self._ready.pop()
        self._taken.append(line)
        self.number += 1
        return line

    @property
    def buffered(self) -> bool:
        """Whether there is a line that need not be waited for."""
        return bool(self._ready)

    def digest(self) -> str:
        self._hash_taken()
        return self._hash.hexdigest()

    def _fill(self) -> bool:
        self._hash_taken()
        while not self._ready:
            block = self._read()
            if not block:
                if self._rest:
                    self._ready, self._rest = [self._rest], b""
                break
            self._absorb(block)
        return bool(self._ready)

    def _absorb(self, block: bytes) -> None:
        parts = block.split(self._end)
        if len(self._rest) <= MAX_LINE:  # else what belongs to this line can go
            parts[0] = self._rest + parts[0]
        else:
            parts[0] = self._rest
        self._rest = parts.pop()[: MAX_LINE + 1]
        parts.reverse()
        self._ready = parts

    def _hash_taken(self) -> None:
        if self._taken:
            self._taken.append(b"")
            self._hash.update(b"\n".join(self._taken))
            self._taken = []


def _utf8(read: Callable[[], bytes], first: bytes, encoding: str) -> tuple[Callable[[], bytes], bytes]:
    """*read* and what it has already read, as UTF-8 without a byte order mark."""
    name = codecs.lookup(encoding).name
    if name in ("utf-8", "utf-8-sig"):
        if first.startswith(codecs.BOM_UTF8):
            return read, first[3:]
        if not first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return read, first
        name = "utf-16"  # Excel's "Unicode text"
    # What cannot be decoded becomes bytes that are no UTF-8 either, so that it shows in its own row.
    decoder = codecs.getincrementaldecoder(name)("surrogatepass" if name.startswith("utf-") else "surrogateescape")

    def recoded(block: bytes) -> bytes:
        return decoder.decode(block).encode("utf-8", "surrogatepass")

    def read_recoded() -> bytes:
        while block := read():
            if text := recoded(block):  # empty when the block holds only half a character
                return text
        return b""

    return read_recoded, recoded(first).removeprefix(codecs.BOM_UTF8)


def _refuse_binary(first: bytes, name: str) -> None:
    for magic, what in BINARY.items():
        if first.startswith(magic):
            raise InputError(f"{name}: this is {what}, not a file of questions")
    sample = first[:8192]
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    if controls * 50 > len(sample) and (controls * 3 > len(sample) or not _is_utf8(sample)):
        raise InputError(f"{name}: this is binary data, not text (if it is UTF-16, add --encoding utf-16-le)")


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # a character cut off at the end is fine
    except UnicodeDecodeError:
        return False
    return True


def _text(raw: bytes) -> str:
    """*raw* as text; raises `_Unreadable` when it is none."""
    if len(raw) > MAX_LINE:
        raise _Unreadable(_TOO_LONG)
    if b"\0" in raw:
        raise _Unreadable("it contains a NUL byte")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise _Unreadable(_not_utf8(raw, error.start)) from None


_TOO_LONG = f"it is longer than {MAX_LINE:,} bytes"


def _not_utf8(raw: bytes, position: int) -> str:
    return f"byte {position + 1} (0x{raw[position]:02x}) is not UTF-8; if the file is not, say so with --encoding"


def _shown(raw: bytes) -> str:
    return raw[: SHOWN * 4].decode("utf-8", "replace").strip()


# Formats: each a generator of `_Parsed` over lines. The first of all they yield is a dummy, by which time they
# have read what stands before the rows and raised if it is not right.

_BEGUN: _Parsed = (None, None, "", "", 0)


def _begun(rows: Iterator[_Parsed]) -> Iterator[_Parsed]:
    next(rows)
    return rows


def _txt_rows(lines: _Lines) -> Iterator[_Parsed]:
    yield _BEGUN
    for raw in lines:
        try:
            question = _text(raw).strip()
        except _Unreadable as error:
            yield None, None, _shown(raw), str(error), lines.number
        else:
            if question:
                yield None, None, question, "", lines.number


def _md_rows(lines: _Lines) -> Iterator[_Parsed]:
    """List items, numbered or not, outside code blocks; all else is taken for prose around them."""
    yield _BEGUN
    fence, found = "", False
    for raw in lines:
        text = raw.decode("utf-8", "replace")
        if marker := FENCE.match(text):
            fence = marker[1] if not fence else "" if marker[1] == fence else fence
        elif not fence and (item := ITEM.match(text)):
            found, problem = True, ""
            try:
                _text(raw)
            except _Unreadable as error:
                problem = str(error)
            yield None, None, item[1].strip(), problem, lines.number
    if not found:
        raise _NoRows(max(lines.number, 1), "no list item in the whole file; a question is one: '- When …?'")


def _jsonl_rows(lines: _Lines) -> Iterator[_Parsed]:
    yield _BEGUN
    loads = json.loads
    for raw in lines:
        try:
            text = _text(raw)
            try:
                row = loads(text)
            except ValueError as error:  # also for a number of more digits than Python converts
                if not text or text.isspace():
                    continue
                raise _Unreadable(_invalid_json(error)) from None
            except RecursionError:
                raise _Unreadable("invalid JSON: nested too deeply") from None
            if type(row) is not dict:
                raise _Unreadable(f"a JSON object is needed, and this is {_kind(row)}")
        except _Unreadable as error:
            yield None, None, _shown(raw), str(error), lines.number
            continue
        question = row.get("question", row.get("q"))
        id_, session = row.get("id"), row.get("session")
        plain = isinstance(id_, str | None) and isinstance(session, str | None) and "\\u" not in text
        if plain and isinstance(question, str):
            yield id_, session, question, "", lines.number
        else:
            yield (*_checked(row, id_, session, question), lines.number)


def _checked(row: dict[str, Any], id_: Any, session: Any, question: Any) -> tuple[str | None, str | None, str, str]:
    problem = ""
    if question is None and row.keys().isdisjoint(("question", "q")):
        keys = ", ".join(repr(key[:SHOWN]) for key in list(row)[:5]) or "none at all"
        question, problem = "", f"it has no 'question'; its keys are {keys}"
    elif type(question) is not str:
        question, problem = json.dumps(question)[:SHOWN], f"'question' is {_kind(question)}, not text"
    names: list[str | None] = []
    for key, name in (("id", id_), ("session", session)):
        if type(name) is int or (type(name) is float and math.isfinite(name)):
            name = str(name)
        elif name is not None and type(name) is not str:
            name, problem = None, problem or f"'{key}' is {_kind(name)}, not text"
        names.append(name)
    texts = [names[0], names[1], question]
    for index, text in enumerate(texts):
        if text and (whole := text.encode("utf-8", "replace").decode()) != text:
            texts[index] = whole
            problem = problem or "it contains half a character (a lone surrogate such as \\ud800)"
    return texts[0], texts[1], texts[2] or "", problem


def _invalid_json(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"invalid JSON: {error.msg} at column {error.colno}"
    return f"invalid JSON: {str(error).partition(';')[0]}"


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _csv_rows(lines: _Lines) -> Iterator[_Parsed]:
    return _table_rows(lines, ",")


def _tsv_rows(lines: _Lines) -> Iterator[_Parsed]:
    return _table_rows(lines, "\t")


def _table_rows(lines: _Lines, delimiter: str) -> Iterator[_Parsed]:
    """
    Rows as Excel, LibreOffice and pandas read them: quotes may span lines, blank lines do not count.

    A quote that nobody closes would take the rest of the file into one cell. So a row that does not end
    within `MAX_LINE` bytes costs its first line only, and reading goes on with the second.
    """
    table = _Table(lines, delimiter)
    columns = table.columns
    where = {COLUMNS[name]: index for index, name in reversed(list(enumerate(columns))) if name in COLUMNS}
    at_question, at_id, at_session, width = where["question"], where.get("id"), where.get("session"), len(columns)
    yield _BEGUN
    for cells, problem, line in table:
        count = len(cells)
        if problem or count != width:
            if count > width and not problem and any(cells[width:]):
                problem = f"it has {count} cells where the header has {width}; is a {table.delimiter!r} not quoted?"
            elif count <= at_question and not problem:
                problem = f"it has {count} of {width} cells, and none is the question"
            cells += [""] * (width - count)
        yield (
            cells[at_id] if at_id is not None else None,
            cells[at_session] if at_session is not None else None,
            cells[at_question],
            problem,
            line,
        )


_UNCLOSED = "a quote is opened here and not closed"


class _Unclosed(Exception):
    """The lines so far are no whole row, and there will be none."""


class _Table:
    """`csv.reader` over lines, going on where that one gives up. Yields cells, what is wrong, and the line."""

    def __init__(self, lines: _Lines, delimiter: str) -> None:
        self._lines = lines
        self._again: deque[tuple[int, bytes]] = deque()
        self._row: list[tuple[int, bytes]] = []
        self._row_size = 0
        self._problem = ""
        self.delimiter, self.columns = self._header(delimiter)
        self._reader = self._new_reader()

    def _header(self, delimiter: str) -> tuple[str, list[str]]:
        import csv

        for raw in self._lines:
            text = raw.decode("utf-8", "replace").strip("\r")
            if text.lower().startswith("sep=") and len(text) == 5 and self._lines.number == 1:
                delimiter = text[4]  # Excel's own way to say so
            elif text.strip():
                break
        else:
            raise _NoRows(1, "the file is empty; a column named 'question' is needed")
        for candidate in dict.fromkeys(delimiter + DELIMITERS):
            try:
                columns = [cell.strip().lower() for cell in next(csv.reader([text], delimiter=candidate), [])]
            except csv.Error:
                continue
            if "question" in columns or "q" in columns:
                if "question" in columns:
                    columns = ["" if name == "q" else name for name in columns]
                return candidate, columns
        shown = text if len(text) <= SHOWN else text[:SHOWN] + "…"
        raise _NoRows(self._lines.number, f"no column is named 'question'; the header is: {shown}")

    def __iter__(self) -> Iterator[tuple[list[str], str, int]]:
        import csv

        while True:
            self._row.clear()
            self._row_size = 0
            self._problem = ""
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except _Unclosed:
                yield self._given_up(_UNCLOSED)
            except csv.Error as error:
                yield self._given_up(self._said_clearly(str(error)))
            else:
                if self._problem:
                    yield self._filled(_shown(self._row[0][1])), self._problem, self._row[0][0]
                elif cells:
                    yield cells, "", self._row[0][0]

    def _new_reader(self) -> Reader:
        import csv

        return csv.reader(_Feed(self._next), delimiter=self.delimiter)

    def _next(self) -> str:
        """The next line for the reader, noting whether it can be used."""
        if self._row_size > MAX_LINE:
            raise _Unclosed
        if self._again:
            line, raw = self._again.popleft()
        else:
            following = next(self._lines, None)
            if following is None:
                if self._row:
                    raise _Unclosed
                raise StopIteration
            line, raw = self._lines.number, following
        self._row.append((line, raw))
        self._row_size += len(raw) + 1
        try:
            return _text(raw) + "\n"
        except _Unreadable as error:
            if len(self._row) > 1 and len(raw) > MAX_LINE:
                raise _Unclosed from None
            self._problem = self._problem or str(error)
            # What quotes it has still say where the row ends, unless there is too much of it to look at.
            return "-\n" if len(raw) > MAX_LINE else raw.decode("utf-8", "replace").replace("\0", "\ufffd") + "\n"

    def _said_clearly(self, error: str) -> str:
        if "new-line character" in error:
            return "a carriage return stands outside quotes"
        if "field limit" in error:
            return _UNCLOSED if len(self._row) > 1 else "a cell is too long"
        return error

    def _given_up(self, why: str) -> tuple[list[str], str, int]:
        (line, raw), *others = self._row
        self._again.extendleft(reversed(others))
        self._reader = self._new_reader()
        return self._filled(_shown(raw)), why if others else self._problem or why, line

    def _filled(self, shown: str) -> list[str]:
        """Cells of which the question is *shown*, for a row whose cells are not known."""
        return [shown if COLUMNS.get(name) == "question" else "" for name in self.columns]


class _Feed:
    """An iterator that calls a function, which raises `StopIteration` when done."""

    def __init__(self, call: Callable[[], str]) -> None:
        self._call = call

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        return self._call()


class _Rows(Protocol):
    def __call__(self, lines: _Lines) -> Iterator[_Parsed]: ...


_READERS: dict[str, _Rows] = {
    "txt": _txt_rows,
    "csv": _csv_rows,
    "tsv": _tsv_rows,
    "jsonl": _jsonl_rows,
    "md": _md_rows,
}
