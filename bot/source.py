"""
YAML whose keys and values know their Position.

    load_yaml(), parse_yaml(), from_python()  →  Node  →  Fields  →  plain values, and every Problem met on the way

The people who write these files do not program, so a fault in one is told, never guessed around. YAML guesses
types (`NO` → false, `1.10` → 1.1, `12:30` → 750); here a scalar stays the text that was typed until a field asks
for a number or a truth value. Only a value left out is nothing; `null` is a word (Norwegian for zero), which a
field of text wants quoted. Nothing is raised for a faulty file: problems go into the `Problems` that every
function here takes, and reading goes on with a neutral value, so that authors see all of them at once.

A loader names each key once, with its type. A key without a default must be there; a key that nobody asked
for is unknown. Both are reported when the `with` block ends:

>>> problems = Problems()
>>> document = parse_yaml("- label: Oslo\\n  aliases: Kristiania\\n  popluation: 1,2\\n", problems, name="places.yaml")
>>> for node in document.as_list():
...     with node.fields(problems, "a place") as fields:
...         fields.text("label"), fields.texts("aliases", ()), fields.number("population", None)
('Oslo', ('Kristiania',), None)
>>> for problem in problems:
...     print(problem)
places.yaml:3:3: unknown key 'popluation' [unknown-key]
    popluation: 1,2
    ^~~~~~~~~~
  why:  a place may have 'label', 'aliases', 'population'; another key would be lost in silence
  mend: did you mean 'population'?

The tree is built from PyYAML's events in a loop, not by its recursive composer, and no tag is ever resolved: deep
nesting cannot exhaust the stack and a file cannot name Python objects. Anchors and aliases are refused altogether:
a few lines of them can stand for billions of values, and an entry then means what is written somewhere else.
yaml is imported when the first file is parsed, because a domain that comes from the cache needs none of it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from bot.errors import Edit, LoadError, Position, Problem

if TYPE_CHECKING:
    import yaml

    from bot.formats import Record

MAX_BYTES = 32 * 1024 * 1024
"""Some 600,000 lines: far above what people write by hand, and still read in memory without harm."""

MAX_DEPTH = 40
"""Real files nest to about 8."""

MAX_NODES = 500_000
"""Keys and values in one file, some 150,000 lines. 32 MiB of `-` would otherwise become gigabytes of empty values."""

MAX_PROBLEMS = 1000
"""Nobody reads more, and a hostile file could cause millions."""

EXCERPT_WIDTH = 160
"""Characters shown of a long line, around the place that is meant."""

# What no file needs and a terminal might obey or an editor not show: C0 but tab and line ends, DEL, C1, line and
# paragraph separators (line numbers would be in doubt), overrides of writing direction, BOM, halves of characters.
# It holds all that either of PyYAML's two readers refuses, so that the words about it are ours.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
# A line of `%TAG` takes libyaml as long as there are such lines before it, so that a megabyte of them takes minutes.
_DIRECTIVE = re.compile(r"%(?<![^\r\n]%)")
_LINE_END = re.compile("\r\n|\r|\n")
_INTEGER = re.compile(r"[-+]?[0-9]+(_[0-9]+)*")
_NUMBER = re.compile(_INTEGER.pattern + r"(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_MAX_NUMBER = 40
_PLAIN = re.compile(r"\w+")
"""What can stand for a name without quotation marks."""
_BOOLEANS = {"true": True, "yes": True, "false": False, "no": False}
_QUOTE = "put the whole text in quotation marks"

# Faults that show where something began, not where PyYAML gave up.
_BEGAN_WRONG = re.compile(
    "flow sequence|flow mapping|simple key|an alias|an anchor|a tag|a directive"
    "|end of stream|document (separator|indicator)|comment or a? ?line break|chomping"
)

# What PyYAML says (its two parsers use different words, so only what they share), what comes before the place in
# its line, and what stands there; then what, why and mend. The first row that fits is taken.
_SYNTAX = (
    ("", "", "\t", "a tab where only spaces may stand", "", "replace it with spaces; most editors can do that"),
    ("quoted.*(escape|hex)", "", ".?", "a backslash that stands for nothing",
     "in double quotation marks a backslash and what follows it mean another character",
     "write it twice, or use single quotation marks"),
    ("quoted", "", ".", "a quotation mark CHAR that is never closed", "", "write CHAR where the text ends"),
    ("mapping values", ": ", ".", "a second ': ' in one line",
     "in 'key: value' the value can only have ': ' in it when it is quoted",
     "put the text after the first ': ' in quotation marks"),
    ("sequence entries", "", "-", "a '- ' in the middle of a line",
     "the first item of a list begins on the line below its key", "begin a new line, or " + _QUOTE),
    ("flow (sequence|mapping)", "", r"[\[{]", "a 'CHAR' that cannot be read up to its closing bracket",
     "a value that begins with 'CHAR' has ', ' between its parts and ends where the bracket is closed",
     "check the commas, quotation marks and brackets in it; if it is meant as text, " + _QUOTE),
    ("expected", "[]\"'}]$", ".", "text after a closing quotation mark or bracket",
     "a value that begins with a quotation mark, '[' or '{' ends where that is closed",
     _QUOTE + "; in '…' an apostrophe is written twice: 'don''t'"),
    ("", "", r"[]@`%*&!>|},[{]", "a text that begins with 'CHAR'", "YAML gives that character a meaning", _QUOTE),
    ("mapping values|simple key|expected", "", ".", "this line does not fit in with those above it",
     "keys of one record begin in the same column and are followed by ': '; items of one list all begin with '- '",
     "line it up, and check the colon and the space in it and in the line above"),
    ("", "", "", "the file ends in the middle of a value", "", "close every bracket"),
)  # fmt: skip

D = TypeVar("D")
T = TypeVar("T")
C = TypeVar("C", bound=str)


class _Required(Enum):
    REQUIRED = "required"


REQUIRED: Final = _Required.REQUIRED

Content: TypeAlias = "str | tuple[Node, ...] | dict[str, tuple[Node, Node]] | None"


def load_yaml(path: str | os.PathLike[str], problems: Problems, *, name: str | None = None) -> Node | None:
    """
    The tree of the file at *path*; None when it cannot be read, which *problems* then says.

    An empty file gives a node that reads as an empty mapping and as an empty list. Duplicate keys, tags and aliases
    are reported, and the tree still returned. *name* is what problems call the file: *path* itself unless given.
    """
    name = _printable(os.fspath(path) if name is None else name)
    try:
        return _build(_Source(name, _decode(_read(path, name), name)), problems)
    except _Refused as refused:
        problems.add(refused.problem)
        return None


def parse_yaml(data: str | bytes, problems: Problems, *, name: str) -> Node | None:
    """
    The tree of the YAML text *data*, bytes being UTF-8 with or without a BOM; otherwise as `load_yaml()`.

    >>> problems = Problems()
    >>> parse_yaml("{code: NO, price: 1.10, note: , tags: [a, 'b']}", problems, name="x.yaml").plain()
    {'code': 'NO', 'price': '1.10', 'note': None, 'tags': ['a', 'b']}
    >>> parse_yaml("a: [1", problems, name="x.yaml"), len(problems)
    (None, 1)
    """
    try:
        return _build(_Source(name, _decode(data, name)), problems)
    except _Refused as refused:
        problems.add(refused.problem)
        return None


def from_python(value: object, problems: Problems, *, name: str) -> Node:
    """
    The same tree from dicts, lists, tuples, str, numbers, dates, bool and None that a program made.

    Having no lines, each value is named by its path, which starts with *name*. Text counts as quoted.

    >>> problems = Problems()
    >>> node = from_python({"trade": {"patterns": ["exports", 7, b"x"]}}, problems, name="<intents>")
    >>> node.plain()
    {'trade': {'patterns': ['exports', '7', None]}}
    >>> print(*problems)
    <intents>.trade.patterns[2]: expected text, a number, a list or a dict, found bytes [wrong-type]
    """
    return _convert(value, problems, name, 0)


class Problems:
    """
    Every problem that a load meets, in the order met. Pass one along, then call `raise_errors()`.

    With `MAX_PROBLEMS` errors, a LoadError is raised at once.
    """

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._errors = 0

    def add(self, problem: Problem) -> None:
        self._found.append(problem)
        self._errors += problem.severity == "error"
        if self._errors >= MAX_PROBLEMS:
            last = Problem(problem.position, f"{MAX_PROBLEMS} errors: not looked further", code="too-many-problems")
            raise LoadError([*self._found, last])

    def raise_errors(self) -> None:
        """Raise a LoadError that holds all of them, unless there are none or only warnings."""
        if self._errors:
            raise LoadError(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """
    One key or value, and where it stands. Compares by identity; `plain()` is for comparing what it holds.

    The `as_…` methods give None for what is not of that type, and report it. For numbers and truth values, quotes
    make no difference: the field says what it is.
    """

    content: Content
    """Text as typed, items, (key, value) by key, or None where nothing was written."""
    source: _Source
    line: int = 0
    column: int = 0
    width: int = 0
    """Characters from the column on; 0 when it goes on below, for the rest of the line."""
    quoted: bool = False
    """In quotation marks or a `|` or `>` block: text without doubt, not a number or a date."""

    @property
    def position(self) -> Position:
        return Position(self.source.name, self.line, self.column)

    def replacement(self, text: str) -> Edit | None:
        """The edit that puts *text* here; None for what goes over several lines, is quoted or would have to be."""
        plain = isinstance(self.content, str) and not self.quoted and _PLAIN.fullmatch(text)
        return Edit(self.position, self.width, text) if plain and self.width else None

    def removal(self) -> Edit | None:
        """The edit that takes this item out of its list; None for one that goes over several lines."""
        return Edit(self.position, self.width, "", removes=True) if self.width and self.line else None

    def problem(
        self,
        what: str,
        *,
        why: str = "",
        mend: str = "",
        code: str = "",
        severity: str = "error",
        edit: Edit | None = None,
    ) -> Problem:
        """A Problem that points at this node, with its line of the file and a caret."""
        excerpt = self.source.excerpt(self.line, self.column)
        room = max(len(excerpt) - self.column + 1, 1)
        width = min(self.width or room, room) if excerpt else 0
        return Problem(self.position, what, why, mend, code, excerpt, width, severity, edit)

    def plain(self) -> Any:
        """The tree as dicts, lists, str and None."""
        if isinstance(self.content, dict):
            return {key: value.plain() for key, (_, value) in self.content.items()}
        if isinstance(self.content, tuple):
            return [item.plain() for item in self.content]
        return self.content

    def as_text(self, problems: Problems) -> str | None:
        """
        The text, exactly; a block (`|`, `>`) without the line ends after it.

        A bare `null` or `~` is refused: some mean nothing by it, some the word.
        """
        if isinstance(self.content, str) and (self.quoted or self.content not in ("null", "~")):
            return self.content
        if isinstance(self.content, str):
            mend = f'leave the value out, or quote the word: "{self.content}"'
        elif isinstance(self.content, dict):
            mend = "put quotation marks around a text that begins with '{' or has ': ' in it"
        elif isinstance(self.content, tuple):
            mend = "write one value; put quotation marks around a text that begins with '['"
        else:
            mend = "write a text, or remove the line"
        self._wrong("text", problems, mend=mend)
        return None

    def as_integer(self, problems: Problems) -> int | None:
        """The whole number, always decimal: `2018`, `-5`, `007` is 7, `1_000` is a thousand. Not `1,000` nor `5.0`."""
        if isinstance(self.content, str) and len(self.content) <= _MAX_NUMBER and _INTEGER.fullmatch(self.content):
            return int(self.content)
        self._wrong_number("a whole number", "2018 or 1_250_000", problems)
        return None

    def as_number(self, problems: Problems) -> int | float | None:
        """
        The number: int when whole, else float, as answers and JSON hold them; `content` keeps the digits as typed.

        The point is for decimals: `1.250` is 1.25. A comma is refused, being decimals in Oslo and thousands in London.
        """
        if isinstance(self.content, str) and len(self.content) <= _MAX_NUMBER and _NUMBER.fullmatch(self.content):
            number = int(self.content) if _INTEGER.fullmatch(self.content) else float(self.content)
            if isfinite(number):
                return number
        self._wrong_number("a number", "1250000, 1_250_000 or 12.5", problems)
        return None

    def as_boolean(self, problems: Problems) -> bool | None:
        """True for `true` and `yes`, False for `false` and `no`, in any case."""
        truth = _BOOLEANS.get(self.content.lower()) if isinstance(self.content, str) else None
        if truth is None:
            self._wrong("true or false", problems, mend="write true, false, yes or no")
        return truth

    def as_choice(self, problems: Problems, choices: Iterable[C], what: str = "value") -> C | None:
        """The one of *choices* that is written here; *what* names them in the problem otherwise."""
        text = self.as_text(problems)
        choices = tuple(choices)
        for choice in choices:
            if choice == text:
                return choice
        if text is not None:
            mend = suggest(text, choices)
            problems.add(self.problem(f"unknown {what} {_clip(text)}", mend=mend, code="unknown-value"))
        return None

    def as_list(self) -> tuple[Node, ...]:
        """The items. A value that is no list counts as a list of one, and nothing as an empty one."""
        if isinstance(self.content, tuple):
            return self.content
        return () if self.content is None else (self,)

    def as_mapping(self, problems: Problems) -> tuple[tuple[Node, Node], ...]:
        """Each key and its value, in the order written; empty for nothing, and for what is no mapping."""
        if isinstance(self.content, dict):
            return tuple(self.content.values())
        if self.content is not None:
            mend = "write 'key: value', with a space after the colon"
            self._wrong("keys and values", problems, mend=mend)
        return ()

    @contextmanager
    def fields(self, problems: Problems, what: str | Record, *, named: str = "") -> Iterator[Fields]:
        """
        Read a mapping whose keys are known; *what* names its kind, `"an entity"`, or describes it.

        When the block ends, keys that are missing and keys that were not asked for are reported. With a Record,
        reading it in another way than it is described is an error of the program; *named* replaces its name.
        """
        record = None if isinstance(what, str) else what
        fields = Fields(self, problems, named or (what if isinstance(what, str) else what.what), record)
        yield fields
        fields._close()

    def _kind(self) -> str:
        if isinstance(self.content, str):
            return _clip(self.content)
        return "keys and values" if isinstance(self.content, dict) else "nothing" if self.content is None else "a list"

    def _wrong(self, wanted: str, problems: Problems, *, why: str = "", mend: str = "") -> None:
        what = f"expected {wanted}, found {self._kind()}"
        problems.add(self.problem(what, why=why, mend=mend, code="wrong-type"))

    def _wrong_number(self, wanted: str, examples: str, problems: Problems) -> None:
        grouped = isinstance(self.content, str) and re.fullmatch(r"[-+]?[0-9]+([,.'\s][0-9]+)+", self.content)
        why = "commas, spaces and points part thousands for some readers and decimals for others" if grouped else ""
        self._wrong(wanted, problems, why=why, mend=f"write digits alone, such as {examples}")


class Fields:
    """
    A mapping being read key by key; made by `Node.fields()`.

    Without a default a key is required: where it is missing, empty or of a wrong type, that is reported and a
    neutral value returned. With one, the default stands in for a key that is missing, empty or (reported) wrong.
    """

    def __init__(self, record: Node, problems: Problems, what: str, described: Record | None = None) -> None:
        self.record = record
        self.problems = problems
        self._what = what
        self._described = described
        self._entries = {str(key.content): (key, value) for key, value in record.as_mapping(problems)}
        self._asked: dict[str, None] = {}
        self._missing: dict[str, None] = {}

    def text(self, key: str, default: D | _Required = REQUIRED) -> str | D:
        """The text of *key*; a required one must have something to read in it."""
        self._agree(key, default, "text")
        convert = self._full_text if default is REQUIRED else lambda node: node.as_text(self.problems)
        return self._read(key, default, "", convert)

    def integer(self, key: str, default: D | _Required = REQUIRED) -> int | D:
        self._agree(key, default, "integer")
        return self._read(key, default, 0, lambda node: node.as_integer(self.problems))

    def number(self, key: str, default: D | _Required = REQUIRED) -> int | float | D:
        self._agree(key, default, "number")
        zero: int | float = 0
        return self._read(key, default, zero, lambda node: node.as_number(self.problems))

    def boolean(self, key: str, default: D | _Required = REQUIRED) -> bool | D:
        self._agree(key, default, "boolean")
        return self._read(key, default, False, lambda node: node.as_boolean(self.problems))

    def choice(self, key: str, choices: Sequence[C], default: D | _Required = REQUIRED) -> C | D:
        """The one of *choices* that *key* has; the first of them when it is required and has none."""
        self._agree(key, default, "choice")
        return self._read(key, default, choices[0], lambda node: node.as_choice(self.problems, choices, key))

    def texts(self, key: str, default: tuple[()] | _Required = REQUIRED) -> tuple[str, ...]:
        """The texts of *key*, one or a list of them; empty ones are reported and left out."""
        self._agree(key, default, "many")
        found = (self._full_text(item) for item in self.nodes(key, default))
        return tuple(text for text in found if text is not None)

    def nodes(self, key: str, default: tuple[()] | _Required = REQUIRED) -> tuple[Node, ...]:
        """The items of *key*, one or a list of them; when required, at least one."""
        self._agree(key, default, "many")
        node = self.node(key, REQUIRED if default is REQUIRED else None)
        if node and node.content == () and default is REQUIRED:
            self._report_empty(key)
        return node.as_list() if node else ()

    def mapping(self, key: str, default: tuple[()] | _Required = REQUIRED) -> tuple[tuple[Node, Node], ...]:
        """Each key and value below *key*, for keys that the author chooses; when required, at least one."""
        self._agree(key, default, "map")
        node = self.node(key, REQUIRED if default is REQUIRED else None)
        if node and node.content == {} and default is REQUIRED:
            self._report_empty(key)
        return node.as_mapping(self.problems) if node else ()

    def node(self, key: str, default: _Required | None = REQUIRED) -> Node | None:
        """The value of *key* as it is; None when it is missing or empty."""
        self._agree(key, default, "")
        self._asked[key] = None
        if key not in self._entries:
            if default is REQUIRED:
                self._missing[key] = None
            return None
        value = self._entries[key][1]
        if value.content is None and default is REQUIRED:
            self._report_empty(key)
        return None if value.content is None else value

    def rest(self) -> tuple[tuple[Node, Node], ...]:
        """Each key and value that was not asked for so far; they count as known from here on."""
        rest = {key: entry for key, entry in self._entries.items() if key not in self._asked}
        self._asked.update(dict.fromkeys(rest))
        return tuple(rest.values())

    def at(self, key: str) -> Node:
        """Where to point for a problem with *key*: its value, or the whole record when there is none."""
        return self._entries[key][1] if key in self._entries else self.record

    def _read(self, key: str, default: D | _Required, neutral: T, convert: Callable[[Node], T | None]) -> T | D:
        node = self.node(key, REQUIRED if default is REQUIRED else None)
        value = convert(node) if node else None
        if value is not None:
            return value
        return neutral if default is REQUIRED else default

    def _full_text(self, node: Node) -> str | None:
        text = node.as_text(self.problems)
        if text is None or text.strip():
            return text
        self.problems.add(node.problem("the text is empty", mend="write a text, or remove it", code="missing-value"))
        return None

    def _report_empty(self, key: str) -> None:
        mend = "write its value after the colon"
        self.problems.add(self._entries[key][0].problem(f"{key!r} has no value", mend=mend, code="missing-value"))

    def _agree(self, key: str, default: object, kind: str) -> None:
        """Refuse to read *key* otherwise than its record is described: what is told to authors would be wrong."""
        described = self._described
        if described is None:
            return
        spec = described.by_name.get(key) or described.others
        if spec is None:
            raise TypeError(f"{self._what}: {key!r} is read but not described")
        if key in self._asked or not kind:
            return  # read before, as what it is; again only for where it stands
        found = getattr(spec.shape, "kind", "record")
        if found != kind:
            raise TypeError(f"{self._what}: {key!r} is described as {found}, and read as {kind}")
        if spec is not described.others and spec.required != (default is REQUIRED) and not spec.unless:
            raise TypeError(f"{self._what}: {key!r} is required in its description or its reading, not both")

    def _unread(self) -> list[str]:
        """The keys that its record describes and nobody read."""
        specs = self._described.fields.items() if self._described else ()
        return [name for name, spec in specs if self._asked.keys().isdisjoint((name, *spec.also))]

    def _close(self) -> None:
        if unread := self._unread():
            raise TypeError(f"{self._what}: {', '.join(unread)} described but not read")
        if not isinstance(self.record.content, dict | None):
            return  # not a mapping: reported already, and what it lacks would be noise
        asked = ", ".join(map(repr, self._asked))
        why = f"{self._what} may have {asked}; another key would be lost in silence"
        for key, _ in self.rest():
            word = str(key.content)
            meant = nearest(word, [name for name in self._asked if name not in self._entries])
            if meant in self._missing:
                del self._missing[meant]  # one slip, one problem
            mend = f"did you mean {meant!r}?" if meant else "remove it, or use one of those keys"
            edit = key.replacement(meant) if meant else None
            problem = key.problem(f"unknown key {_clip(word)}", why=why, mend=mend, code="unknown-key", edit=edit)
            self.problems.add(problem)
        for name in self._missing:
            mend = f"add a line '{name}: …'"
            self.problems.add(
                self.record.problem(f"{self._what} needs the key {name!r}", mend=mend, code="missing-key")
            )


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """
    The one of *choices* that *word* is likely a misspelling of, or None. Case and `_`, `-`, space do not count.

    >>> nearest("hed-of-State", ["head_of_state", "state_visit"]), nearest("zebra", ["label"])
    ('head_of_state', None)
    """
    from difflib import get_close_matches

    if len(word) > 60:  # difflib compares every letter with every other
        return None
    folded = {re.sub("[ _-]+", "_", choice).casefold(): choice for choice in choices}
    found = get_close_matches(re.sub("[ _-]+", "_", word).casefold(), list(folded), n=1, cutoff=0.65)
    return folded[found[0]] if found else None


def suggest(word: str, choices: Iterable[str]) -> str:
    """
    The `mend` for an unknown *word*: the nearest of *choices*, or a list of them, the first ten in their order.

    >>> suggest("cuont", ["count", "list"]), suggest("zebra", ["count", "list"])
    ("did you mean 'count'?", "use one of 'count', 'list'")
    """
    choices = list(choices)
    if meant := nearest(word, choices):
        return f"did you mean {meant!r}?"
    if not choices:
        return "declare it first: there is none yet"
    more = f" and {len(choices) - 10} more" if len(choices) > 10 else ""
    return "use one of " + ", ".join(map(repr, choices[:10])) + more


class _Source:
    """A file's name and text; its lines are found when the first problem needs one."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        return _LINE_END.split(self.text)

    def excerpt(self, line: int, column: int) -> str:
        """The line, fit for a terminal; of a long one a window, blanks before it keeping its columns."""
        if not 0 < line <= len(self.lines):
            return ""
        text = self.lines[line - 1]
        if len(text) > EXCERPT_WIDTH:
            start = max(column - EXCERPT_WIDTH // 2, 0)
            end = start + EXCERPT_WIDTH
            if start > 10_000:
                return ""
            text = (" " * start + "…" + text[start + 1 : end] if start else text[:end]) + "…" * (end < len(text))
        return _printable(text.replace("\t", " ")) if text.strip() else ""


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)


def _clip(text: str) -> str:
    """*text* quoted, and cut short when long."""
    return repr(text if len(text) <= 60 else text[:59] + "…")


class _Refused(Exception):
    """A problem that leaves no tree; caught where the tree was asked for."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _refused(name: str, what: str, mend: str, code: str) -> _Refused:
    """For a file as a whole."""
    return _Refused(Problem(Position(name), what, mend=mend, code=code))


def _read(path: str | os.PathLike[str], name: str) -> bytes:
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):  # a pipe might never end, a device never answer
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "something else"
            raise _refused(name, f"expected a file, found {kind}", "name a YAML file", "not-a-file")
        _check_size(status.st_size, name)
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise _refused(name, "no such file", "check the spelling of its name and folder", "missing-file") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        what = f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
        raise _refused(name, what, "check its name, and who may read it", "unreadable-file") from error


def _check_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        what = f"the file has {size:,} bytes, more than {MAX_BYTES:,}"
        raise _refused(name, what, "divide it into several files", "file-too-big")


def _decode(data: str | bytes, name: str) -> str:
    """*data* as text that either of PyYAML's parsers takes, without a BOM."""
    _check_size(len(data), name)
    text = data if isinstance(data, str) else _decode_utf8(data, name)
    text = text.removeprefix("\ufeff")
    if found := _UNPRINTABLE.findall(text):
        place = _place(_Source(name, text), text[: text.index(found[0])])
        raise _Refused(_control_problem(place, found))
    if directive := _DIRECTIVE.search(text):
        place = _place(_Source(name, text), text[: directive.start()])
        why = "YAML takes it for an instruction to itself, and none is needed here"
        mend = "remove it; if it is meant as text, put it in quotation marks or further right"
        raise _Refused(place.problem("a line that begins with '%'", why=why, mend=mend, code="yaml-directive"))
    return text


def _control_problem(node: Node, found: Sequence[str]) -> Problem:
    more = f", the first of {len(found):,} such characters" if len(found) > 1 else ""
    return node.problem(
        f"control character U+{ord(found[0]):04X}{more}",
        why="it cannot be seen here, and the terminal of whoever reads the answer might obey it",
        mend="delete it; it may have come along with pasted text",
        code="control-character",
    )


def _decode_utf8(data: bytes, name: str) -> str:
    zero = data.find(b"\0")
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if utf16 or zero >= 0:
        what = "the file is in UTF-16, not UTF-8" if utf16 else f"not a text file in UTF-8: byte {zero} is zero"
        mend = "save it as UTF-8 in your editor, or remove it from the folder"
        raise _refused(name, what, mend, "not-utf8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").removeprefix("\ufeff")
        source = _Source(name, before + data[error.start : error.start + 500].decode("utf-8", "replace"))
        problem = _place(source, before).problem(
            f"not UTF-8: byte {error.start} is 0x{data[error.start]:02X}",
            why="files are read as UTF-8, with which older encodings share only the letters of English",
            mend="save it as UTF-8 in your editor",
            code="not-utf8",
        )
        raise _Refused(problem) from error


def _place(source: _Source, before: str) -> Node:
    """The one character of *source* that comes after the text *before*."""
    lines = _LINE_END.split(before)
    return Node(None, source, len(lines), len(lines[-1]) + 1, 1)


def _build(source: _Source, problems: Problems) -> Node:
    """The tree of the one document in *source*."""
    import yaml

    # libyaml where PyYAML was built with it: five times as fast, with the same marks. The other parser refuses some
    # of what it takes: a tab between words, a '?' inside brackets.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(source, problems)
    try:
        for event in yaml.parse(source.text, Loader=loader):
            if isinstance(event, yaml.NodeEvent):
                builder.check(event)
            if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
                builder.place(builder.scalar(event), event)
            elif isinstance(event, yaml.CollectionStartEvent):
                builder.start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                builder.place(builder.collection(event, is_list=isinstance(event, yaml.SequenceEndEvent)), event)
            elif isinstance(event, yaml.DocumentStartEvent):
                builder.start_document(event)
    except yaml.MarkedYAMLError as error:
        raise _Refused(_syntax_problem(error, source)) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two from odd escapes and directives
        raise _Refused(Problem(Position(source.name), f"not valid YAML: {error}", code="yaml-syntax")) from error
    return builder.root


class _Builder:
    """The tree so far. Events are `Any`, because their marks are never None, whatever the type stubs say."""

    def __init__(self, source: _Source, problems: Problems) -> None:
        self.root = Node(None, source)
        self.source = source
        self.problems = problems
        self.documents = 0
        self.count = 0
        self.unfinished: list[tuple[Any, list[Node]]] = []

    def start_document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            mend = "remove the line '---', or divide the file into several"
            raise self.refused(event, "a second document", mend, "several-documents")

    def start(self, event: Any) -> None:
        self.unfinished.append((event, []))
        if len(self.unfinished) > MAX_DEPTH:
            raise self.refused(event, f"nested more than {MAX_DEPTH} levels deep", "nest less deeply", "too-deep")

    def place(self, node: Node, event: Any) -> None:
        self.count += 1
        if self.count > MAX_NODES:
            mend = "divide the file into several"
            raise self.refused(event, f"more than {MAX_NODES:,} keys and values", mend, "too-many-values")
        if self.unfinished:
            self.unfinished[-1][1].append(node)
        else:
            self.root = node

    def refused(self, event: Any, what: str, mend: str, code: str) -> _Refused:
        return _Refused(self.node(None, event, event).problem(what, mend=mend, code=code))

    def node(self, content: Content, start: Any, end: Any, *, quoted: bool = False) -> Node:
        first, last = start.start_mark, end.end_mark
        width = max(last.column - first.column, 1) if first.line == last.line else 0
        return Node(content, self.source, first.line + 1, first.column + 1, width, quoted)

    def scalar(self, event: Any) -> Node:
        content = getattr(event, "value", "")  # an alias has none
        quoted = bool(getattr(event, "style", None))  # for a plain one, one parser says "", the other None
        if quoted and event.style in "|>":
            content = content.rstrip("\n")
        node = self.node(content if content or quoted else None, event, event, quoted=quoted)
        if quoted and (found := _UNPRINTABLE.findall(content)):
            self.problems.add(_control_problem(node, found))
        return node

    def collection(self, end: Any, *, is_list: bool) -> Node:
        """A list or mapping; one in block style is pointed at by its first character or key."""
        start, nodes = self.unfinished.pop()
        content: Content = tuple(nodes)
        if not is_list:
            content = _entries(zip(nodes[::2], nodes[1::2], strict=True), self.problems)
        if start.flow_style:
            return self.node(content, start, end)
        first = start.start_mark
        return Node(content, self.source, first.line + 1, first.column + 1, 1 if is_list else nodes[0].width)

    def check(self, event: Any) -> None:
        """Report what YAML lets stand before a value, or instead of it."""
        tag: Any = getattr(event, "tag", None)  # an alias has none
        if tag is None and event.anchor is None:
            return
        sign = "!" if tag is not None else "&" if hasattr(event, "implicit") else "*"
        kind = {"!": "tag", "&": "anchor", "*": "alias"}[sign]
        why = "a value is read by itself here: tags, and names for what is written elsewhere, have no meaning"
        mend = f"write the value out; a text that begins with {sign!r} needs quotation marks around it"
        written = sign + event.anchor if tag is None else tag.replace("tag:yaml.org,2002:", "!!")
        code = "yaml-tag" if sign == "!" else "yaml-alias"
        node = self.node(None, event, event)
        self.problems.add(node.problem(f"{kind} {_clip(written)}", why=why, mend=mend, code=code))


def _entries(pairs: Iterable[tuple[Node, Node]], problems: Problems) -> dict[str, tuple[Node, Node]]:
    """Pairs by the text of their key; the first of equal ones counts."""
    entries: dict[str, tuple[Node, Node]] = {}
    for key, value in pairs:
        if not isinstance(key.content, str):
            mend = "write 'key: value'; put a text that begins with '{' or '[' in quotation marks"
            problems.add(key.problem(f"a key must be text, found {key._kind()}", mend=mend, code="wrong-type"))
        elif key.content in entries:
            line = entries[key.content][0].line
            why = f"it is on line {line} already, and only one of the two could count" if line else ""
            mend = "remove one of them, or write one key with a list"
            problems.add(key.problem(f"duplicate key {_clip(key.content)}", why=why, mend=mend, code="duplicate-key"))
        else:
            entries[key.content] = (key, value)
    return entries


def _syntax_problem(error: yaml.MarkedYAMLError, source: _Source) -> Problem:
    """Where PyYAML stumbled and over what, in terms of what people meant to write."""
    said = f"{error.context}: {error.problem}"
    mark = error.context_mark if error.context_mark and _BEGAN_WRONG.search(said) else error.problem_mark
    if mark is None:
        return Problem(Position(source.name), f"not valid YAML: {said}", code="yaml-syntax")
    line, column = mark.line, mark.column
    if line >= len(source.lines):  # one parser puts the end of the file on a line of its own
        line, column = len(source.lines) - 1, len(source.lines[-1])
    text = source.lines[line]
    if "unknown escape" in said and text[column : column + 1] != "\\":
        column -= 1  # one points at the backslash, the other behind it
    elif "mapping values" in said and ": " not in text[:column]:
        column = len(text) - len(text.lstrip(" "))  # not the colon is wrong, but the line
    before, char = text[:column].rstrip(), text[column : column + 1]
    what, why, mend = f"not valid YAML: {said}", "", ""
    for said_like, before_like, char_like, *words in _SYNTAX:
        if re.search(said_like, said) and re.search(before_like, before) and re.fullmatch(char_like, char):
            what, why, mend = (word.replace("CHAR", char) for word in words)
            break
    return Node(None, source, line + 1, column + 1, 1).problem(what, why=why, mend=mend, code="yaml-syntax")


def _convert(value: object, problems: Problems, path: str, depth: int) -> Node:
    content: Content
    quoted = isinstance(value, str)
    source = _Source(_printable(path), "")
    if isinstance(value, dict | list | tuple) and depth >= MAX_DEPTH:
        content = None
        what = f"nested more than {MAX_DEPTH} levels deep, or within itself"
        problems.add(Node(None, source).problem(what, mend="nest less deeply", code="too-deep"))
    elif isinstance(value, dict):
        pairs = [
            (_convert(key, problems, path, depth + 1), _convert(item, problems, f"{path}.{key}", depth + 1))
            for key, item in value.items()
        ]
        content = _entries(pairs, problems)
    elif isinstance(value, list | tuple):
        items = enumerate(value)
        content = tuple(_convert(item, problems, f"{path}[{index}]", depth + 1) for index, item in items)
    elif isinstance(value, str):
        content = str(value)
        if found := _UNPRINTABLE.findall(content):
            problems.add(_control_problem(Node(None, source), found))
    elif isinstance(value, bool):
        content = "true" if value else "false"
    elif isinstance(value, int | float | Decimal | date):
        content = str(value)
    else:
        content = None
        if value is not None:
            found_type = type(value).__name__
            what = f"expected text, a number, a list or a dict, found {found_type}"
            problems.add(Node(None, source).problem(what, code="wrong-type"))
    return Node(content, source, quoted=quoted)
