"""
The formats of the YAML files as JSON Schemas (2020-12), so that editors complete and validate what authors type.

Made from `bot.formats`, which the loader reads by. Where YAML guesses types the schema follows the loader and not the
guess: a text may look like a number or a truth value, `yes` is one, and a single value stands for a list of it.
"""

from __future__ import annotations

import json
from typing import Any

from bot import formats
from bot.formats import Field, Record, Shape, Value

DIALECT = "https://json-schema.org/draft/2020-12/schema"
KINDS = ("intents", "knowledge", "language", "tables", "tests")
HEADER = "# yaml-language-server: $schema="
"""What stands before the path of a schema in the first line of a file that editors shall validate."""

_NUMBER = r"^[-+]?[0-9]+(_[0-9]+)*(\.[0-9]+)?([eE][-+]?[0-9]+)?$"
_BOOLEAN = "^([Tt][Rr][Uu][Ee]|[Yy][Ee][Ss]|[Ff][Aa][Ll][Ss][Ee]|[Nn][Oo])$"
_SCALAR = ["string", "number", "boolean"]


def schema(kind: str) -> dict[str, Any]:
    """The schema of one of `KINDS`; `tables` is the schema of a knowledge file that has tables."""
    root = formats.FILES["knowledge" if kind == "tables" else kind]
    definitions: dict[str, Any] = {}
    body = _record(root, definitions)
    if kind == "tables":
        body["required"] = ["tables"]
        body["description"] = "Knowledge of citebot in tables: what their columns mean, and how people speak of them."
    head = {"$schema": DIALECT, "$id": f"urn:citebot:{kind}", "title": f"citebot {kind}"}
    return {**head, **body, "$defs": dict(sorted(definitions.items()))}


def text(kind: str) -> str:
    """The schema of one of `KINDS` as a file holds it."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


def _record(record: Record, definitions: dict[str, Any]) -> dict[str, Any]:
    properties = {name: _field(spec, definitions) for name, spec in record.by_name.items()}
    out: dict[str, Any] = {"type": "object", "description": record.says, "properties": properties}
    out["additionalProperties"] = _field(record.others, definitions) if record.others else False
    needed = [name for name, spec in record.fields.items() if spec.required and not (spec.also or spec.unless)]
    if needed:
        out["required"] = needed
    choices = [(name, *spec.also, *filter(None, [spec.unless])) for name, spec in record.fields.items()
               if spec.required and (spec.also or spec.unless)]  # fmt: skip
    choices += [record.needs_one] if record.needs_one else []
    if choices:
        out["allOf"] = [{"anyOf": [{"required": [name]} for name in names]} for names in choices]
    return out


def _field(spec: Field, definitions: dict[str, Any]) -> dict[str, Any]:
    out = _value(spec.shape, definitions, filled=spec.required)
    if not spec.required:
        out = _or_nothing(out)
    if spec.example:
        out["examples"] = [spec.example]
    return {**out, "description": spec.says}


def _value(value: Value, definitions: dict[str, Any], *, filled: bool = False) -> dict[str, Any]:
    """The schema of a value; *filled* when it must hold something."""
    if isinstance(value, Record):
        return _reference(value, definitions)
    return _SCHEMAS[value.kind](value, definitions, filled)


def _reference(record: Record, definitions: dict[str, Any]) -> dict[str, Any]:
    name = record.what.removeprefix("a ").removeprefix("an ").removeprefix("the ").replace(" ", "_").replace("'s", "")
    if name not in definitions:
        definitions[name] = {}  # so that a record within itself is not made for ever
        definitions[name] = _record(record, definitions)
    reference = {"$ref": f"#/$defs/{name}"}
    return reference if any(spec.required for spec in record.fields.values()) else _or_nothing(reference)


def _text(shape: Shape, definitions: dict[str, Any], filled: bool) -> dict[str, Any]:
    return {"type": _SCALAR, "pattern": r"\S"} if filled else {"type": _SCALAR}


def _number(shape: Shape, definitions: dict[str, Any], filled: bool) -> dict[str, Any]:
    return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _NUMBER}]}


def _boolean(shape: Shape, definitions: dict[str, Any], filled: bool) -> dict[str, Any]:
    return {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": _BOOLEAN}]}


def _choice(shape: Shape, definitions: dict[str, Any], filled: bool) -> dict[str, Any]:
    return {"enum": list(shape.choices)}


def _many(shape: Shape, definitions: dict[str, Any], filled: bool) -> dict[str, Any]:
    item = _value(shape.of[0], definitions, filled=True)
    several: dict[str, Any] = {"type": "array", "items": item}
    if filled:
        several["minItems"] = 1
    return {"anyOf": [several, item]}


def _map(shape: Shape, definitions: dict[str, Any], filled: bool) -> dict[str, Any]:
    out: dict[str, Any] = {
        "type": "object",
        "additionalProperties": _value(shape.of[0], definitions, filled=shape.filled),
    }
    if isinstance(shape.of[0], Shape) and shape.of[0].kind in ("many", "map"):
        out["additionalProperties"] = _or_nothing(out["additionalProperties"])
    if filled:
        out["minProperties"] = 1
    return out


def _either(shape: Shape, definitions: dict[str, Any], filled: bool) -> dict[str, Any]:
    return {"anyOf": [_value(value, definitions, filled=filled) for value in shape.of]}


def _or_nothing(schema: dict[str, Any]) -> dict[str, Any]:
    """The same, or a value left out: `words:` with nothing after it."""
    return {"anyOf": [schema, {"type": "null"}]}


_SCHEMAS = {"text": _text, "number": _number, "boolean": _boolean, "choice": _choice, "many": _many, "map": _map,
            "either": _either}  # fmt: skip
