"""
A conversation as a file, Markdown to read or JSONL for programs, and back again.

Back again means asking its questions anew: a conversation is what was asked, and the answers follow from the
knowledge as it is now. So a file of either kind that somebody wrote by hand, or that `bot batch` read or wrote, can
be taken up too.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.rendering import printable, source_lines

if TYPE_CHECKING:
    from bot import Answer

MARKDOWN, JSONL = (".md", ".markdown"), (".jsonl", ".ndjson")
KINDS = "a name that ends in .md or .jsonl"
MAX_BYTES = 50_000_000
"""No conversation is longer; a file that is was named by mistake."""


class TranscriptError(Exception):
    """A file that cannot be written or read as a conversation; the message says why and how to mend it."""


def save(turns: Sequence[Answer], file: Path, *, title: str, overwrite: bool = False) -> None:
    """Write *turns* to *file*, whole or not at all, for this user's eyes only."""
    suffix = file.suffix.casefold()
    if suffix in MARKDOWN:
        text = as_markdown(turns, title)
    elif suffix in JSONL:
        text = as_jsonl(turns)
    else:
        raise TranscriptError(f"{file}: what kind of file is that? Give {KINDS}.")
    if not overwrite and file.exists():
        raise TranscriptError(f"{file} exists already; choose another name.")
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(unfinished, file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise TranscriptError(f"{file}: cannot be written: {error.strerror}") from error


def load(file: Path) -> list[str]:
    """The questions of the conversation in *file*, in order."""
    suffix = file.suffix.casefold()
    if suffix not in MARKDOWN + JSONL:
        raise TranscriptError(f"{file}: what kind of file is that? Give {KINDS}.")
    try:
        if file.stat().st_size > MAX_BYTES:
            raise TranscriptError(f"{file} has more than {MAX_BYTES // 1_000_000} MB; that is no conversation.")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TranscriptError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TranscriptError(f"{file}: is no UTF-8 text, from byte {error.start}.") from error
    questions = list(_from_jsonl(text, file) if suffix in JSONL else _from_markdown(text))
    if not questions:
        raise TranscriptError(
            f"{file}: holds no question; {'a' if suffix in JSONL else 'in Markdown, a'} {_form(suffix)}"
        )
    return questions


def as_jsonl(turns: Iterable[Answer]) -> str:
    """A line for each turn, with the keys of `bot batch`."""
    return "".join(printable(json.dumps(turn.record(), ensure_ascii=False)) + "\n" for turn in turns)


def as_markdown(turns: Iterable[Answer], title: str) -> str:
    """A heading for each question, its answer below."""
    parts = [f"# {printable(title)}"]
    for turn in turns:
        parts.append("## " + " ".join(printable(turn.question).split()))
        parts.append(_escaped(turn.text))
        if turn.suggestions:
            parts.append("\n".join(f"- {_escaped(suggestion)}" for suggestion in turn.suggestions))
        parts += [f"*{_escaped(line)}*" for line in source_lines(turn)]
    return "\n\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is: no heading, no tag, no emphasis."""
    return re.sub(r"([\\`*_<>\[\]])|^(\s*)([#+-])", r"\2\\\1\3", printable(text), flags=re.MULTILINE)


def _from_markdown(text: str) -> Iterable[str]:
    return [line[3:].strip() for line in text.splitlines() if line.startswith("## ") and line[3:].strip()]


def _from_jsonl(text: str, file: Path) -> Iterable[str]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise TranscriptError(f"{file}:{number}: no valid JSON: {error}") from error
        question = record.get("question") if isinstance(record, dict) else None
        if not isinstance(question, str):
            raise TranscriptError(f'{file}:{number}: no question; a line looks like {{"question": "…"}}')
        yield question


def _form(suffix: str) -> str:
    return 'line looks like {"question": "…"}.' if suffix in JSONL else "question is a line that begins with ##."
