"""
The tables that the manual takes from the program, written into its pages: `python docs/tables.py`.

Fields come from the description by which the loader reads them, problem codes and operations from their lists, units
and words from the language data. In a page each table stands between `<!-- table: fields ENTITY -->` and
`<!-- end -->`, so that it can be read in the file as it lies. The tests fail when a page is not what `filled` makes.
"""

import re
import sys
from pathlib import Path
from typing import Any

import yaml

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from bot import codes, formats, operation_names  # noqa: E402  # found only once the folder above is on the path

MARKED = re.compile(r"^<!-- table: (\w+)(?: (\w+))? -->\n(?:.*?\n)??<!-- end -->$", re.MULTILINE | re.DOTALL)
LANGUAGE = DOCS.parent / "intents" / "language" / "en"
_WORDS = 6
"""Words shown of those that ask for an operation."""


def filled(text: str) -> str:
    """*text*, a page, with each of its tables as the program has it now."""
    return MARKED.sub(lambda found: _block(found[1], found[2]), text)


def without_tables(text: str) -> str:
    return MARKED.sub("", text)


def names(text: str) -> list[str]:
    """What tables of fields a page has."""
    return [found[2] for found in MARKED.finditer(text) if found[1] == "fields"]


def _block(kind: str, name: str | None) -> str:
    lines = TABLES[kind](*([name] if name else []))
    return "\n".join([f"<!-- table: {kind}{' ' + name if name else ''} -->", "", *lines, "", "<!-- end -->"])


def fields(name: str) -> list[str]:
    """The fields of the record of `bot.formats` called *name*."""
    record = getattr(formats, name)
    lines = [record.says, "", "| key | what it is | what it is for | example |", "|---|---|---|---|"]
    for key, field in record.fields.items():
        keys = " or ".join(f"`{one}`" for one in (key, *field.also))
        needed = ", required" if field.required else ""
        if field.unless:
            needed = f", required without `{field.unless}`"
        example = f"`{cell(field.example)}`" if field.example else "below"
        lines.append(f"| {keys} | {cell(shape(field.shape))}{needed} | {cell(field.says)} | {example} |")
    if record.others:
        example = f"`{cell(record.others.example)}`"
        lines.append(f"| any other | {cell(shape(record.others.shape))} | {cell(record.others.says)} | {example} |")
    if record.needs_one:
        lines += ["", f"At least one of {', '.join(f'`{key}`' for key in record.needs_one)} must be there."]
    return lines


def problems() -> list[str]:
    """The codes of `bot check` with what they mean."""
    return ["| code | meaning |", "|---|---|", *(f"| `{code}` | {cell(says)} |" for code, says in codes.CODES.items())]


def operations() -> list[str]:
    """The operations: what each does, what answers call it, and the first of its words."""
    language = _language()
    lines = ["| operation | what it does | in answers | asked by |", "|---|---|---|---|"]
    for name, says in operation_names.OPERATIONS.items():
        words = language["operations"].get(name) or language["questions"][name]
        shown = ", ".join(str(word) for word in words[:_WORDS])
        more = f" … ({len(words)})" if len(words) > _WORDS else ""
        called = f"`{operation_names.ANSWERED_AS.get(name, name)}`" if name in operation_names.OF_INTENTS else ""
        lines.append(f"| `{name}` | {cell(says)} | {called} | {cell(shown)}{more} |")
    return lines


def units() -> list[str]:
    """The units that questions can name, by kind."""
    lines = ["| kind | units, each with a word for it |", "|---|---|"]
    for kind, group in _language()["units"].items():
        shown = ", ".join(f"`{unit}`" + (f" ({words[0]})" if words[0] != unit else "") for unit, words in group.items())
        lines.append(f"| {kind} | {cell(shown)} |")
    return lines


TABLES: dict[str, Any] = {"fields": fields, "problems": problems, "operations": operations, "units": units}


def shape(value: formats.Value) -> str:
    """What a value is, in words."""
    if isinstance(value, formats.Record):
        return value.what
    inner = [shape(one) for one in value.of]
    match value.kind:
        case "many":
            return f"{inner[0]}, or a list of them" if "," not in inner[0] else f"one or more: {inner[0]}"
        case "map":
            return f"by name: {inner[0]}"
        case "either":
            return " or ".join(inner)
        case "choice":
            return "one of " + ", ".join(f"`{choice}`" for choice in value.choices)
        case "boolean":
            return "yes or no"
    return value.kind


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _language() -> dict[str, Any]:
    """The language data, all files together."""
    merged: dict[str, Any] = {}
    for file in sorted(LANGUAGE.glob("*.yaml")):
        for key, value in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).items():
            if isinstance(value, dict):
                merged.setdefault(key, {}).update(value)
    return merged


def main() -> None:
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if (new := filled(text)) != text:
            page.write_text(new, encoding="utf-8")
            sys.stdout.write(f"{page.name}\n")


if __name__ == "__main__":
    main()
