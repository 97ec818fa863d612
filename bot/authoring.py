"""
`bot new` and `bot schema`: a domain to start from, and what editors need to help with its files.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from bot import json_schema
from bot.errors import InputError
from bot.rendering import printable

STARTER = Path(__file__).parent / "starter"
SCHEMAS = "schemas"
"""The folder of a new domain that holds the schemas its files name."""


def add_new_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="the folder to make")
    parser.add_argument("--force", action="store_true", help="also in a folder that is not empty; no file is replaced")


def add_schema_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = ", ".join(json_schema.KINDS)
    parser.add_argument("kind", metavar="KIND", nargs="?", choices=json_schema.KINDS, help=f"one of {kinds}; else all")
    parser.add_argument("--write", metavar="DIR", help="write them into DIR, one file each, instead of printing")


def new(args: argparse.Namespace) -> None:
    """Make the folder with a small domain in it, and say what to do with it."""
    folder = Path(args.folder)
    made = make_domain(folder, force=args.force)
    shown = _quoted(args.folder)
    for path in made:
        print(printable(str(path)))
    print(
        printable(
            f"\nA whole subject, small enough to read at once. Try it:\n\n"
            f"    bot check --domain {shown}\n"
            f"    bot test --domain {shown} {_quoted(str(folder / 'tests.yaml'))}\n"
            f'    bot ask --domain {shown} "Which lighthouse has more steps?"\n\n'
            f"Then put your own facts into {folder / 'knowledge'}, and your own questions into {folder / 'intents'}."
        )
    )


def schema(args: argparse.Namespace) -> None:
    """Print a schema, or write all of them with the line that names each of them to editors."""
    if args.write is None:
        every = {kind: json_schema.schema(kind) for kind in json_schema.KINDS}
        found = json_schema.text(args.kind) if args.kind else json.dumps(every, indent=2, ensure_ascii=False) + "\n"
        print(found, end="")
        return
    folder = Path(args.write)
    kinds = (args.kind,) if args.kind else json_schema.KINDS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind in kinds:
            (folder / f"{kind}.json").write_text(json_schema.text(kind), encoding="utf-8")
    except OSError as error:
        raise InputError(f"bot: cannot write into {args.write!r}: {error.strerror or error}") from error
    print("Begin a file with the line for its kind, the path taken from where the file lies:\n")
    for kind in kinds:
        path = f"{folder.as_posix().rstrip('/')}/{kind}.json"
        print(printable(f"{json_schema.HEADER}{path}"))


def make_domain(folder: Path, *, force: bool = False) -> list[Path]:
    """
    Write the starter domain into *folder* and return the files made, in order.

    InputError when the folder is not empty, unless *force*: then the files that are there already stay as they are.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"bot: {str(folder)!r} is a file; name a folder that is to be made")
    try:
        if folder.is_dir() and any(folder.iterdir()) and not force:
            mend = "name another one, or write --force to add what is missing and replace nothing"
            raise InputError(f"bot: the folder {str(folder)!r} is not empty; {mend}")
        texts = {
            file.relative_to(STARTER): file.read_text(encoding="utf-8") for file in sorted(STARTER.rglob("*.yaml"))
        }
        texts |= {Path(SCHEMAS) / f"{kind}.json": json_schema.text(kind) for kind in json_schema.KINDS}
        made = []
        for name, text in texts.items():
            path = folder / name
            if not os.path.lexists(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
                made.append(path)
    except OSError as error:
        raise InputError(f"bot: cannot make {str(folder)!r}: {error.strerror or error}") from error
    return made


def _quoted(word: str) -> str:
    from shlex import quote

    return quote(word)
