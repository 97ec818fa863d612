"""
The command line: arguments, streams, exit codes.

Scripts rely on three things. Answers go to standard output and everything else to standard error. Output
is UTF-8 whatever the locale. The exit code is 0 when done, 1 when something fell short (`check` found
errors, `test` stayed below its bar, `ask` got no answer), 2 for wrong usage or input that cannot be read.

A question at the command line pays for the start of a process, so each command imports what it needs when
it runs, and only the arguments of the command that is used are built.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bot import __version__
from bot.arguments import day, percentage
from bot.rendering import printable, render, say

if TYPE_CHECKING:
    from datetime import date

    from bot import Bot
    from bot.answer import Answer
    from bot.coverage import Coverage
    from bot.grading import Case
    from bot.grading import Report as Graded

DONE, FELL_SHORT, UNUSABLE = 0, 1, 2
INTERRUPTED = 130
"""128 + SIGINT, as a shell reports a program that Ctrl-C ended."""
PIPE_CLOSED = 141
"""128 + SIGPIPE, as a shell reports a program whose reader went away."""

GOT_ANSWER = ("answered", "social")
JSON_HELP = "print JSON instead of text"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that *argv* names (by default this process's arguments) and return its exit code."""
    _use_utf8()
    owns_process = argv is None
    argv = sys.argv[1:] if argv is None else list(argv)
    try:
        code = _run(argv)
        if owns_process:
            gc.freeze()  # else the interpreter looks through every object on its way out, for 8 ms
        if sys.stdout is not None:
            sys.stdout.flush()  # a closed pipe or a full disk should show here, where it can be answered
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _discard_stdout()
        return PIPE_CLOSED
    except OSError as error:
        # Every file is opened where OSError has a better name; what comes this far is the output's.
        _discard_stdout()
        say(f"bot: cannot write the output: {error.strerror or error}")
        return UNUSABLE


def _use_utf8() -> None:
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # absent when closed, or replaced by a caller of main()
            reconfigure(encoding="utf-8", errors=errors)


def _discard_stdout() -> None:
    """Point standard output at nothing, or the interpreter fails once more when it flushes it on the way out."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass


def _run(argv: list[str]) -> int:
    parser = _parser(argv)
    args = parser.parse_args(argv)
    _take_domain(parser, args)
    for option, folder in (("--intents", args.intents), ("--knowledge", args.knowledge), ("--tables", args.tables)):
        if folder is not None and not os.path.exists(folder):
            parser.error(f"{option}: there is no folder {folder!r}")

    from bot.errors import BotError

    try:
        code: int = args.run(args)
    except BotError as error:
        say(str(error))
        return UNUSABLE
    return code


def _take_domain(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Let --domain stand for the two folders in it, as far as they are not named themselves."""
    if args.domain is None:
        return
    for kind in ("intents", "knowledge"):
        folder = os.path.join(args.domain, kind)
        if getattr(args, kind) is None:
            if not os.path.isdir(folder):
                parser.error(f"--domain: there is no folder {folder!r}; `bot new` makes a domain")
            setattr(args, kind, folder)


# Arguments


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal. argparse asks shutil for that, which takes 2 ms to import, even without help."""

    def __init__(self, prog: str) -> None:
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size(1).columns)
        except (ValueError, OSError):
            columns = 80
        super().__init__(prog, width=(columns if columns > 0 else 80) - 2)


class _Version(argparse.Action):
    """Looks at how this was installed only when that is asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from bot.paths import is_compiled

        print(f"citebot {__version__}{' (compiled)' if is_compiled() else ''}")
        parser.exit()


def _parser(argv: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bot",
        description="Answer questions from curated knowledge, and say where each answer comes from.",
        epilog="Without a command it chats. Exit codes: 0 done, 1 fell short, 2 wrong usage or unreadable input.",
        allow_abbrev=False,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version, and whether it runs compiled")
    _add_folders(parser, default=None)
    parser.set_defaults(run=_chat)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog="bot")  # to work out prog costs 2 ms
    for name, (run, arguments, summary) in COMMANDS.items():
        command = commands.add_parser(
            name, help=summary, description=summary.capitalize() + ".", allow_abbrev=False, formatter_class=_Help
        )
        if name in argv:  # a command that is not named is not used
            arguments(command)
            _add_folders(command, default=argparse.SUPPRESS)  # so as not to undo one given before the command
            command.set_defaults(run=run)
    return parser


def _add_folders(parser: argparse.ArgumentParser, *, default: Any) -> None:
    group = parser.add_argument_group("your own subject")
    group.add_argument(
        "--domain", metavar="DIR", default=default, help="a folder that has both in it, as `bot new` makes"
    )
    for kind in ("intents", "knowledge"):
        group.add_argument(f"--{kind}", metavar="DIR", default=default, help=f"{kind} to use instead of the bundled")
    group.add_argument("--tables", metavar="DIR", default=default, help="where the tables lie that the knowledge names")
    parser.add_argument(
        "--today", metavar="DATE", type=day, default=default, help="the day that “how long ago” counts to, 2026-11-23"
    )


def _chat_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--watch", action="store_true", help="read intents and knowledge anew when their files change")
    _add_log_misses(parser)


def _add_log_misses(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--log-misses",
        action="store_true",
        help="keep the questions that cannot be answered, for `bot review`; CITEBOT_MISSES=1 does so always",
    )


def _ask_arguments(parser: argparse.ArgumentParser) -> None:
    _question_arguments(parser)
    _add_log_misses(parser)


def _question_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", metavar="QUESTION", nargs="+", help="the question; - reads it from standard input")
    parser.add_argument("--json", action="store_true", help=JSON_HELP)


def _batch_arguments(parser: argparse.ArgumentParser) -> None:
    from bot import batch

    batch.add_arguments(parser)
    _add_log_misses(parser)


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    from bot import check_command

    check_command.add_arguments(parser)


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    from bot import authoring

    authoring.add_new_arguments(parser)


def _schema_arguments(parser: argparse.ArgumentParser) -> None:
    from bot import authoring

    authoring.add_schema_arguments(parser)


def _test_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="questions with expected answers: .jsonl or .yaml")
    parser.add_argument("--json", action="store_true", help=JSON_HELP)
    parser.add_argument(
        "--coverage", action="store_true", help="tell which facts, intents, patterns and words no test reaches"
    )
    parser.add_argument("--html", metavar="PAGE", help="with --coverage: write it as a page, too")
    parser.add_argument(
        "--tune",
        action="store_true",
        help="choose threshold and margin for intents told by examples; FILE: .jsonl, .csv or .tsv with intents",
    )
    parser.add_argument(
        "--oos", metavar="FILE", nargs="+", action="extend", default=[], help="with --tune: questions of no intent"
    )
    parser.add_argument(
        "--fail-under",
        metavar="PCT",
        type=percentage,
        default=100.0,
        help="exit with 1 when fewer than PCT %% of the answers are right (default: 100)",
    )


def _diff_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Exit codes: 0 all answers are the same, 1 some changed, 2 something cannot be read."
    parser.add_argument("old", metavar="OLD", help="the folder that holds the intents and knowledge of one version")
    parser.add_argument("new", metavar="NEW", help="the same of the other version")
    parser.add_argument("files", metavar="QUESTIONS", nargs="+", help="questions, as for batch, or tests, as for test")
    parser.add_argument("--json", action="store_true", help=JSON_HELP)


def _review_arguments(parser: argparse.ArgumentParser) -> None:
    from bot import review

    review.add_arguments(parser)


# Commands


def _load(args: argparse.Namespace) -> Bot:
    collects = gc.isenabled()
    gc.disable()  # modules and a domain are thousands of objects, none of them garbage
    try:
        from bot import Bot

        watched: dict[str, Any] = {"progress": _compiling} if sys.stderr is not None and sys.stderr.isatty() else {}
        if (path := _misses(args)) is not None:
            watched["misses"] = path
        return Bot.load(args.intents, args.knowledge, tables=args.tables, clock=args.today, **watched)
    finally:
        if collects:
            gc.enable()


def _misses(args: argparse.Namespace) -> str | None:
    """The path of the log of misses, for the commands that keep one and when it is wanted."""
    asked = getattr(args, "log_misses", False)
    if args.run not in (_chat, _ask, _batch) or not (asked or "CITEBOT_MISSES" in os.environ):
        return None
    from bot import misses

    return misses.wanted(asked=asked)


def _announce_misses(args: argparse.Namespace) -> None:
    """Say what is kept: to everybody who chats, and else once for each log."""
    path = _misses(args)
    if path is None:
        return
    from bot import misses

    if args.run is _chat or not misses.is_announced(path):
        say(misses.NOTICE.format(path=path))
        misses.note_announced(path)


def _compiling(share: float) -> None:
    """A bar at a terminal while large knowledge is compiled, which happens once and may take a minute."""
    line = f"Compiling the knowledge, once: {'#' * round(20 * share):.<20} {share:4.0%}"
    try:
        sys.stderr.write("\r" + (line if share < 1 else " " * len(line) + "\r"))
        sys.stderr.flush()
    except OSError:
        pass  # nobody listening is no reason to stop


def _chat(args: argparse.Namespace) -> int:
    from functools import partial

    from bot import repl
    from bot.paths import bundled_path

    _announce_misses(args)
    intents, knowledge = args.intents or bundled_path("intents"), args.knowledge or bundled_path("knowledge")
    places = [place for place in (intents, knowledge, args.tables) if place is not None]
    repl.chat(_load(args), load=partial(_load, args), places=places, watch=getattr(args, "watch", False))
    return DONE


def _ask(args: argparse.Namespace) -> int:
    _announce_misses(args)
    bot = _load(args)
    answer: Answer = bot.ask(_question(args))
    if args.json:
        _print_json(answer.record())
    else:
        print(render(answer))
    if _misses(args) is not None and bot.misses and bot.misses.failure:
        say(f"bot: the question could not be kept in {bot.misses.path}: {bot.misses.failure}")
    return DONE if answer.status in GOT_ANSWER else FELL_SHORT


def _explain(args: argparse.Namespace) -> int:
    explanation = _load(args).explain(_question(args))
    if args.json:
        _print_json(explanation.record())
    else:
        print(printable(explanation.text()))
    return DONE


def _question(args: argparse.Namespace) -> str:
    words: list[str] = args.question
    if words == ["-"]:
        return _standard_input()
    # Bytes of an argument that are no text in this locale arrive as surrogates, which nothing can encode.
    return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _standard_input() -> str:
    from bot import InputError

    if sys.stdin is None:
        raise InputError("bot: cannot read standard input: it is closed")
    try:
        return sys.stdin.read().removeprefix("\ufeff").strip()
    except OSError as error:
        raise InputError(f"bot: cannot read standard input: {error.strerror or error}") from error


def _batch(args: argparse.Namespace) -> int:
    from functools import partial

    from bot import batch

    _announce_misses(args)
    return batch.main(args, partial(_load_on, args))  # several workers pickle it, which no lambda survives


def _load_on(args: argparse.Namespace, *, clock: date) -> Bot:
    args.today = clock
    return _load(args)


def _check(args: argparse.Namespace) -> int:
    from bot import check_command

    return DONE if check_command.main(args) else FELL_SHORT


def _new(args: argparse.Namespace) -> int:
    from bot import authoring

    authoring.new(args)
    return DONE


def _schema(args: argparse.Namespace) -> int:
    from bot import authoring

    authoring.schema(args)
    return DONE


def _test(args: argparse.Namespace) -> int:
    from bot import grading

    if args.tune or args.oos:
        return _tune(args)
    cases = [case for file in args.files for case in grading.read_cases(file)]
    coverage: Coverage | None = None
    if args.coverage or args.html:
        report, coverage = _cover(args, cases)
    else:
        report = grading.grade(_load(args), cases)
    if args.json:
        _print_json(report.record() | ({"coverage": coverage.record()} if coverage else {}))
    else:
        print(printable(report.text() if coverage is None else f"{coverage.text()}\n\n{report.text()}"))
    if report.reaches(args.fail_under):
        return DONE
    say(f"bot: {report.right} of {report.total} right, which is below {args.fail_under:g} %")
    return FELL_SHORT


def _cover(args: argparse.Namespace, cases: list[Case]) -> tuple[Graded, Coverage]:
    """The grades of *cases*, and what of the domain they reach; the page, when one is asked for, is written."""
    from bot import InputError, coverage, grading
    from bot.batch_files import write_whole

    if not args.coverage:
        raise InputError("bot: --html goes with --coverage")
    bot, listed = coverage.load(args.intents, args.knowledge, args.tables)
    watcher = coverage.Watcher(bot)
    report = grading.grade(bot, cases, watch=watcher.watch)
    found = coverage.Coverage(watcher.entries(listed))
    if args.html:
        write_whole(args.html, found.page())
    return report, found


def _diff(args: argparse.Namespace) -> int:
    from bot import InputError, differences

    if args.intents or args.knowledge or args.tables:
        raise InputError("bot: diff takes each version as one folder; --intents, --knowledge and --tables are not used")
    questions = differences.read_questions(args.files)
    old, new = differences.load_version(args.old), differences.load_version(args.new)
    found = differences.compare(old, new, questions, names=(args.old, args.new))
    if args.json:
        _print_json(found.record())
    else:
        print(printable(found.text()))
    return FELL_SHORT if found.changed else DONE


def _review(args: argparse.Namespace) -> int:
    from bot import review

    return review.main(args)


def _tune(args: argparse.Namespace) -> int:
    from bot import InputError, tuning

    if not args.tune:
        raise InputError("bot: --oos goes with --tune")
    bot = _load(args)
    questions = tuning.read_questions(args.files, bot.weighed_intents)
    questions += tuning.read_questions(args.oos, bot.weighed_intents, outside=True)
    tuned = tuning.tune(bot, questions)
    if args.json:
        _print_json(tuned.record())
    else:
        print(printable(tuned.text()))
    return DONE


def _print_json(record: dict[str, Any]) -> None:
    import json

    # JSON leaves DEL, C1 and bidirectional controls as they are; written out as \uXXXX they mean the same.
    print(printable(json.dumps(record, ensure_ascii=False)))


COMMANDS: dict[
    str,
    tuple[Callable[[argparse.Namespace], int], Callable[[argparse.ArgumentParser], None], str],
] = {
    "chat": (_chat, _chat_arguments, "talk to the bot; what it does when no command is given"),
    "ask": (_ask, _ask_arguments, "answer one question"),
    "batch": (_batch, _batch_arguments, "answer a file of questions"),
    "explain": (_explain, _question_arguments, "show how an answer to a question comes about"),
    "check": (_check, _check_arguments, "look for mistakes in intents and knowledge"),
    "diff": (_diff, _diff_arguments, "tell which answers changed between two versions of a subject"),
    "review": (_review, _review_arguments, "go through the questions that could not be answered, and mend them"),
    "new": (_new, _new_arguments, "make a folder with a small subject to start from"),
    "schema": (_schema, _schema_arguments, "print the JSON Schemas by which editors complete and validate the files"),
    "test": (_test, _test_arguments, "grade the answers to questions with expected answers"),
}
