"""
Problems as SARIF 2.1.0, which code hosts and editors show beside the lines they are about.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from bot import __version__
from bot.codes import CODES
from bot.errors import Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "%SRCROOT%"
"""What relative files are relative to: the folder that the check ran in, wherever it is shown."""


def log(problems: Iterable[Problem]) -> dict[str, Any]:
    """The SARIF log of one run of `bot check`, as plain data for JSON."""
    problems = tuple(problems)
    codes = sorted({problem.code for problem in problems})
    rules = [
        {"id": code, "shortDescription": {"text": CODES.get(code, code)}, "help": {"text": CODES.get(code, code)}}
        for code in codes
    ]
    driver = {
        "name": "citebot",
        "semanticVersion": __version__,
        "version": __version__,
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    said = [problem.what, problem.why and f"why: {problem.why}", problem.mend and f"mend: {problem.mend}"]
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": "\n".join(filter(None, said))},
        "locations": [{"physicalLocation": {"artifactLocation": _file(problem.position.file), **_region(problem)}}],
    }
    if problem.edit and not problem.edit.removes:
        place = problem.edit.position
        deleted = _span(place.line, place.column, problem.edit.width)
        replacement = {"deletedRegion": deleted, "insertedContent": {"text": problem.edit.text}}
        change = {"artifactLocation": _file(place.file), "replacements": [replacement]}
        result["fixes"] = [{"description": {"text": problem.mend}, "artifactChanges": [change]}]
    return result


def _file(name: str) -> dict[str, str]:
    path = PurePath(name)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(name.replace(os.sep, "/")), "uriBaseId": _BASE}


def _region(problem: Problem) -> dict[str, Any]:
    """Nothing for a problem of a file as a whole."""
    line, column = problem.position.line, problem.position.column
    if not line:
        return {}
    region: dict[str, Any] = _span(line, column, problem.width) if column else {"startLine": line}
    if problem.excerpt:
        region["snippet"] = {"text": problem.excerpt}
    return {"region": region}


def _span(line: int, column: int, width: int) -> dict[str, Any]:
    return {"startLine": line, "startColumn": column, "endColumn": column + max(width, 1)}
