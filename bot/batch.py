"""
`bot batch`: a file of questions in, a file of answers out.

This module has the arguments and the exit codes; what it takes to do the work is imported when there is some:

    batch_rows      the input's formats: rows, also of what is damaged
    batch_inputs    several files as if they were one
    batch_records   the output's formats
    batch_work      rows answered, in this process or in several; conversations kept whole
    batch_files     the output file, and going on after an interruption
    batch_summary   what a run came to
    batch_progress  what a person sees meanwhile
    batch_job       all of this in order
    batch_dask      the same on the machines of a Dask cluster
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.errors import BotError, InputError

if TYPE_CHECKING:
    from bot.batch_work import Load

UNUSABLE = 2
INTERRUPTED = 130
PIPE_CLOSED = 141

MOST_WORKERS = 1_024
MOST_PARTITIONS = 100_000
FORMATS = ("txt", "csv", "tsv", "jsonl", "md")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `main` needs to *parser*."""
    parser.add_argument(
        "inputs",
        metavar="INPUT",
        nargs="+",
        help="the questions: .txt (one a line), .csv or .tsv (column 'question'; 'id' and 'session' if there are), "
        ".jsonl (the same keys) or .md (list items), also with .gz behind; several files, or a pattern such as "
        "'asked/*.csv', are read in order as if they were one; - reads standard input",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="the answers: .jsonl, .csv, .tsv, .md or .txt, also with .gz behind; without it JSON lines go to "
        "standard output. The file appears when it is complete; until then it is FILE.part",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the unfinished run that has left FILE.part, if there is one"
    )
    parser.add_argument(
        "--workers",
        metavar="N",
        type=_up_to(MOST_WORKERS),
        help="processes to use (default: every core for a large file, else one)",
    )
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="answer on the Dask cluster whose scheduler is at tcp://HOST:PORT, or that this scheduler file names; "
        "FILE is then a folder with a file for each partition",
    )
    parser.add_argument(
        "--partitions",
        metavar="N",
        type=_up_to(MOST_PARTITIONS),
        help="with --dask: how many (default: one for each MiB of input)",
    )
    parser.add_argument(
        "--strict", action="store_true", help="stop at a row that cannot be read, instead of saying so in its record"
    )
    parser.add_argument("--summary", metavar="FILE", help="write what it came to, as .json or as .html with charts")
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress")
    parser.add_argument("--input-format", choices=FORMATS, help="instead of what INPUT's name says; - is txt")
    parser.add_argument("--format", choices=FORMATS, help="instead of what FILE's name says")
    parser.add_argument("--encoding", metavar="NAME", default="utf-8", help="of the input (default: utf-8)")


def _up_to(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = 0
        if not 1 <= number <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {most}")
        return number

    return number


def main(args: argparse.Namespace, load: Load) -> int:
    """
    Do what *args* say, with the bot that *load* makes, and return the exit code.

    0 when done; 1 when the bot itself failed on a question; 2 when the input, the output or the bot cannot be
    used; 130 after Ctrl-C; 141 when the reader of standard output has gone. *load* is given today as `clock`.
    Several workers need one that can be pickled, such as `functools.partial(Bot.load, intents, knowledge)`.
    Where *args* has `intents` and `knowledge`, `--resume` notices when what they name has changed; without, it
    looks at the bundled ones.
    """
    from bot.batch_files import OutputClosed
    from bot.batch_inputs import expand
    from bot.batch_job import Job, Run
    from bot.batch_progress import say

    kept = ""
    try:
        if args.dask is None and args.partitions is not None:
            raise InputError("--partitions goes with --dask")
        if args.dask is not None and args.workers is not None:
            raise InputError("--workers is for this machine; with --dask the cluster has its own")
        make: type[Run] = Run
        if args.dask is not None:
            from bot.batch_dask import ClusterRun

            make = ClusterRun
        run = make(
            Job(
                inputs=expand(args.inputs),
                output=args.output,
                input_format=args.input_format,
                format=args.format,
                encoding=args.encoding,
                workers=args.workers,
                resume=args.resume,
                strict=args.strict,
                quiet=args.quiet,
                summary=args.summary,
                intents=getattr(args, "intents", None),
                knowledge=getattr(args, "knowledge", None),
                tables=getattr(args, "tables", None),
                today=getattr(args, "today", None),
                dask=args.dask,
                partitions=args.partitions,
            ),
            load,
        )
        try:
            return run()
        finally:
            if run.kept:
                kept = f"; {run.done.rows:,} answers are kept, and --resume goes on from there"
    except KeyboardInterrupt:
        say(f"bot batch: interrupted{kept}")
        return INTERRUPTED
    except OutputClosed as error:
        say(f"bot batch: {error}")
        return PIPE_CLOSED
    except BotError as error:
        say(f"bot batch: {error}{kept}")
        return UNUSABLE
    except Exception as error:
        import logging

        logging.getLogger("bot.batch").debug("bot batch has failed", exc_info=True)
        say(f"bot batch: this should not happen, please report it: {type(error).__name__}: {error}{kept}")
        return UNUSABLE
