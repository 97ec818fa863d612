"""
Answer records out: each output format as a function from one record to its text.

JSONL is the contract; it keeps everything as it is. CSV and TSV hold the same columns so that Excel,
LibreOffice and pandas read them alike, and so that nothing in them is run as a formula. Markdown and text
are for reading: they leave out what only programs need.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from typing import Any

from bot.answer import RECORD_KEYS

Record = dict[str, Any]

LISTED = ("values", "slots", "references", "suggestions")
"""The columns that hold JSON in CSV, being lists or objects; when these are empty, so is the cell."""

FORMULA = re.compile(r"[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n']")
"""
How a cell begins that a spreadsheet might run: OWASP's list, also behind spaces and with East Asian widths.

Such a cell gets a `'` in front, as one would type it in Excel. So does a cell that begins with `'`, and
therefore taking one leading `'` off every cell that has one gives back exactly what was there.
"""

MARKUP = re.compile(r"([\\`*_{}\[\]<>|~#&$])")
BREAKS = re.compile(r"\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


def encoder(format: str) -> Callable[[Record], str]:
    """The function that turns a record into its part of a file of *format*, line end included."""
    return {
        "jsonl": jsonl,
        "csv": _table_row(","),
        "tsv": _table_row("\t"),
        "md": markdown,
        "txt": text,
    }[format]


def beginning(format: str) -> str:
    """What stands before the first record: for tables a header, and the mark by which Excel knows UTF-8."""
    if format in ("csv", "tsv"):
        return "\ufeff" + ("," if format == "csv" else "\t").join(RECORD_KEYS) + "\r\n"
    return ""


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=str).encode


def jsonl(record: Record) -> str:
    r"""
    One line of JSON.

    >>> jsonl({"id": "1", "values": [1926], "text": "« 1926 »"})
    '{"id": "1", "values": [1926], "text": "« 1926 »"}\n'
    """
    return _encode(record) + "\n"


def text(record: Record) -> str:
    r"""
    The text of the answer alone, on one line, so that line 7 answers question 7.

    >>> text({"text": "In 1926.\nSee also 1923."})
    'In 1926. See also 1923.\n'
    """
    return BREAKS.sub(" ", record["text"]) + "\n"


def markdown(record: Record) -> str:
    """
    A section for each question, with where the answer comes from, or what could be asked instead.

    >>> print(markdown({"id": "1", "session": None, "question": "When?", "status": "answered", "text": "1926.",
    ...                 "references": ["article, paragraph 2"], "suggestions": []}), end="")
    ## 1 · When?
    <BLANKLINE>
    1926.
    <BLANKLINE>
    Source: article, paragraph 2
    <BLANKLINE>
    """
    session = f" ({_plain(record['session'])})" if record["session"] else ""
    parts = [f"## {_plain(record['id'])}{session} · {_plain(record['question'])}"]
    if record["status"] not in ("answered", "social"):
        parts.append(f"*{record['status'].replace('_', ' ')}*")
    parts.append(MARKUP.sub(r"\\\1", record["text"]))
    if record["references"]:
        parts.append("Source: " + "; ".join(map(_plain, record["references"])))
    if record["suggestions"]:
        parts.append("\n".join(f"- {_plain(suggestion)}" for suggestion in record["suggestions"]))
    return "\n\n".join(parts) + "\n\n"


def _plain(text: str) -> str:
    return MARKUP.sub(r"\\\1", BREAKS.sub(" ", text))


def _table_row(delimiter: str) -> Callable[[Record], str]:
    # csv.writer.writerow() returns what the file's write() returns: here the row itself.
    write = csv.writer(_Returned(), delimiter=delimiter, lineterminator="\r\n").writerow

    def table_row(record: Record) -> str:
        cells = []
        for key, value in record.items():
            if value is None:
                cell = ""
            elif key in LISTED:
                cell = _encode(value) if value else ""
            elif key == "confidence":
                cell = repr(value)
            else:
                cell = harmless(str(value))
            cells.append(cell)
        line: Any = write(cells)
        return str(line)

    return table_row


def harmless(cell: str) -> str:
    """
    *cell* as no spreadsheet runs it: see `FORMULA`.

    >>> harmless("=1+1"), harmless("'tis"), harmless("since 1926")
    ("'=1+1", "''tis", 'since 1926')
    """
    return "'" + cell if FORMULA.match(cell) else cell


class _Returned:
    def write(self, text: str) -> str:
        return text
