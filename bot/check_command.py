"""
`bot check` at the command line: what was found, as lines, JSON or SARIF, and mended where that is safe.

The exit code is 0 without errors, 1 with errors (with `--strict`, with warnings too), or when `--mutate` stays below
its bar, and 2 for wrong usage. Warnings do not stop a domain from being used.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from time import monotonic
from typing import Any

from bot.arguments import percentage, positive
from bot.checks import TOLERANCE, Checked, check
from bot.errors import InputError, Problem
from bot.fixing import apply_edits
from bot.mutating import Report, mutate
from bot.paths import bundled, is_installed
from bot.rendering import printable, say

_ROUNDS = 10
"""What one edit brings to light is mended in the next round; this many only in a file made for it."""
_BAR = 20
_SECONDS = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON instead of text")
    form.add_argument("--sarif", action="store_true", help="print SARIF 2.1.0, for code hosts and editors")
    parser.add_argument(
        "--fix", action="store_true", help="mend what can be mended safely in the files, then check them again"
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 for warnings too")
    parser.add_argument(
        "--tolerance",
        metavar="PCT",
        type=percentage,
        default=100 * TOLERANCE,
        help=f"how many %% two amounts may differ without contradicting each other (default: {100 * TOLERANCE:g})",
    )
    group = parser.add_argument_group("changed questions")
    group.add_argument(
        "--mutate",
        action="store_true",
        help="make questions of the knowledge, change them, and see whether the answers hold or give way",
    )
    group.add_argument("--seed", metavar="N", type=int, default=0, help="choose other changes (default: 0)")
    group.add_argument("--limit", metavar="N", type=positive, help="at most N questions for each intent")
    group.add_argument("--verbose", action="store_true", help="list what failed")
    group.add_argument(
        "--fail-under",
        metavar="PCT",
        type=percentage,
        default=97.0,
        help="exit with 1 when fewer than PCT %% are answered the same (default: 97)",
    )


def main(args: argparse.Namespace) -> bool:
    """Whether all is well, so that nothing fell short."""
    found = _check(args)
    mended: list[Problem] = []
    if args.fix:
        found, mended = _fix(args, found)
    report = _mutate(args, found) if args.mutate and found.bot is not None else None
    if args.sarif:
        from bot import sarif

        _print_json(sarif.log(found.problems))
    elif args.json:
        record: dict[str, Any] = {
            "errors": found.errors,
            "warnings": found.warnings,
            "problems": [problem_record(problem) for problem in found.problems],
        }
        if args.fix:
            record["mended"] = [problem_record(problem) for problem in mended]
        if report is not None:
            record["mutations"] = report.record()
        _print_json(record)
    else:
        _print_text(args, found, mended, report)
    if report is not None and not report.reaches(args.fail_under):
        bar = f"the bars are {args.fail_under:g} % and none"
        say(f"bot: {report.percent:.1f} % answered the same, {report.violations} with the old fact; {bar}")
        return False
    return not found.errors and not (args.strict and found.warnings)


def problem_record(problem: Problem) -> dict[str, Any]:
    """A problem as plain values, fit for JSON."""
    position = problem.position
    return {
        "file": position.file,
        "line": position.line,
        "column": position.column,
        "severity": problem.severity,
        "code": problem.code,
        "what": problem.what,
        "why": problem.why,
        "mend": problem.mend,
        "fixable": problem.edit is not None,
    }


def _check(args: argparse.Namespace) -> Checked:
    bar = _Bar()
    bar.show("reading the files")
    own = args.intents or (None if args.knowledge else bundled("intents"))
    found = check(
        Path(own) if own else None,
        Path(args.knowledge or bundled("knowledge")),
        bundled("intents") / "language" / "en",
        Path(args.tables) if args.tables else None,
        may_skip=bool(args.intents and not args.knowledge),
        tolerance=args.tolerance / 100,
        progress=bar.update,
    )
    bar.close()
    return found


def _fix(args: argparse.Namespace, found: Checked) -> tuple[Checked, list[Problem]]:
    """What is left after mending, and what was mended; nothing where mending would bring new errors."""
    if is_installed() and not (args.intents or args.knowledge):
        raise InputError("bot: the bundled subject cannot be mended: name your own with --domain")
    mended: list[Problem] = []
    for _ in range(_ROUNDS):
        files = {problem.edit.position.file for problem in found.problems if problem.edit}
        before = {file: Path(file).read_bytes() for file in files if os.path.isfile(file)}
        done = apply_edits(found.problems)
        if not done:
            break
        after = _check(args)
        if after.errors > found.errors:
            for file, data in before.items():
                Path(file).write_bytes(data)
            say("bot: mending brought new errors, so the files are as they were")
            break
        mended += done
        found = after
    return found, mended


def _print_text(args: argparse.Namespace, found: Checked, mended: list[Problem], report: Report | None) -> None:
    for problem in mended:
        print(printable(f"{problem.position}: mended: {problem.what} [{problem.code}]"))
    for problem in found.problems:
        severity = "" if problem.severity == "error" else f"{problem.severity}: "
        place, _, rest = str(problem).partition(f"{problem.position}: ")
        print(printable(f"{place}{problem.position}: {severity}{rest}"))
    if found.bot is None:
        print("Unused names, conflicts and what no question reaches are looked for once there are no errors.")
    fixable = sum(problem.edit is not None for problem in found.problems)
    parts = [_counted(found.errors, "error"), _counted(found.warnings, "warning")]
    parts += [f"{len(mended)} mended"] if args.fix else [f"{fixable} for --fix"] if fixable else []
    print(", ".join(parts))
    if report is not None:
        print(printable("\n" + report.text(verbose=args.verbose)))


def _mutate(args: argparse.Namespace, found: Checked) -> Report:
    assert found.bot is not None
    bar = _Bar()
    report = mutate(
        found.bot,
        seed=args.seed,
        limit=args.limit,
        progress=lambda done, total: bar.update(done, total, "questions of the bot's own making"),
    )
    bar.close()
    return report


class _Bar:
    """How far it is, in one line on a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._next = 0.0
        self._width = 0

    def show(self, line: str) -> None:
        if self._shown:
            sys.stderr.write("\r" + line.ljust(self._width))
            sys.stderr.flush()
            self._width = len(line)

    def update(self, done: int, total: int, what: str = "patterns") -> None:
        if not self._shown or (monotonic() < self._next and done < total):
            return
        self._next = monotonic() + _SECONDS
        share = done / total if total else 1.0
        self.show(f"{'#' * round(share * _BAR):.<{_BAR}} {share:4.0%}  {what}: {done:,} of {total:,}")

    def close(self) -> None:
        if self._shown:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _print_json(record: dict[str, Any]) -> None:
    # JSON leaves DEL, C1 and bidirectional controls as they are; written out as \uXXXX they mean the same.
    print(printable(json.dumps(record, ensure_ascii=False)))
