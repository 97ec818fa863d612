"""
Tables of fields, made from the description by which the loader reads them: ```{fields} ENTITY```.

Also ```{problems}```, the codes of `bot check`. What stands on a page like this cannot part from what the program does.
"""

from docutils import nodes
from myst_parser.mocking import MockState
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bot import codes, formats


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


def table(record: formats.Record) -> list[str]:
    """The record's fields as a table in Markdown."""
    lines = ["| key | what it is | what it is for | example |", "|---|---|---|---|"]
    for name, field in record.fields.items():
        names = " or ".join(f"`{one}`" for one in (name, *field.also))
        needed = ", required" if field.required else ""
        if field.unless:
            needed = f", required without `{field.unless}`"
        example = f"`{cell(field.example)}`" if field.example else "below"
        lines.append(f"| {names} | {cell(shape(field.shape))}{needed} | {cell(field.says)} | {example} |")
    if record.others:
        example = f"`{cell(record.others.example)}`"
        lines.append(f"| any other | {cell(shape(record.others.shape))} | {cell(record.others.says)} | {example} |")
    return lines


class Fields(SphinxDirective):
    """The fields of the record of `bot.formats` that the argument names."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        record = getattr(formats, self.arguments[0])
        lines = [record.says, "", *table(record)]
        if record.needs_one:
            keys = ", ".join(f"`{key}`" for key in record.needs_one)
            lines += ["", f"At least one of {keys} must be there."]
        return parsed(self, lines)


class ProblemCodes(SphinxDirective):
    """The codes of problems with what they mean."""

    def run(self) -> list[nodes.Node]:
        rows = [f"| `{code}` | {cell(says)} |" for code, says in codes.CODES.items()]
        return parsed(self, ["| code | meaning |", "|---|---|", *rows])


def parsed(directive: SphinxDirective, lines: list[str]) -> list[nodes.Node]:
    """*lines* of Markdown as nodes."""
    container = nodes.container()
    state: MockState = directive.state
    state.nested_parse(lines, directive.content_offset, container)
    return list(container.children)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("fields", Fields)
    app.add_directive("problems", ProblemCodes)
    return {"parallel_read_safe": True}
