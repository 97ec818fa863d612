"""The schemas are JSON Schemas, every file in the project fits its own, and what does not fit is refused."""

import datetime
import os
from pathlib import Path

import jsonschema
import pytest
import yaml

from bot import json_schema

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "bot" / "schemas"
FILES = sorted(
    path for folder in ("intents", "knowledge", "examples", "bot/starter") for path in (ROOT / folder).rglob("*.yaml")
)


def validator(kind):
    return jsonschema.Draft202012Validator(json_schema.schema(kind))


def plain(value):
    """What a library made of YAML as JSON has it: keys are texts, and so are dates."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def kind_of(path):
    """The kind that the first line of a file says, which has to lead to a schema."""
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    assert first.startswith(json_schema.HEADER)
    return Path(first.removeprefix(json_schema.HEADER)).stem, first.removeprefix(json_schema.HEADER)


@pytest.mark.parametrize("kind", json_schema.KINDS)
def test_a_schema_is_a_json_schema_of_2020_12(kind):
    jsonschema.Draft202012Validator.check_schema(json_schema.schema(kind))
    assert json_schema.schema(kind)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("kind", json_schema.KINDS)
def test_the_shipped_schemas_are_those_that_the_formats_make(kind):
    """After a change of a format: bot schema --write bot/schemas"""
    assert (SCHEMAS / f"{kind}.json").read_text(encoding="utf-8") == json_schema.text(kind)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.CBaseLoader], ids=["types guessed", "texts"])
def test_every_file_of_the_project_fits_the_schema_that_it_names(path, loader):
    kind, _ = kind_of(path)
    data = plain(yaml.load(path.read_text(encoding="utf-8"), loader))
    assert [error.message for error in validator(kind).iter_errors(data)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_of_the_project_leads_editors_to_its_schema(path):
    kind, name = kind_of(path)
    expected = path.relative_to(ROOT).parts
    assert kind in ("tables", "knowledge") if "knowledge" in expected else kind != "knowledge"
    if "starter" not in expected:  # there `bot new` writes the schemas
        assert Path(os.path.normpath(path.parent / name)) == SCHEMAS / f"{kind}.json"


AGE = {"label": "age", "roles": {"a": "b"}, "subject": "a", "value": "b"}
BROKEN = [
    ("knowledge", {"entities": {"oslo": {"type": "city"}}}),
    ("knowledge", {"entities": {"oslo": {"label": "Oslo", "type": "city", "alias": "Kristiania"}}}),
    ("knowledge", {"properties": {"age": {**AGE, "roles": {}}}}),
    ("knowledge", {"properties": {"age": {**AGE, "event": "perhaps"}}}),
    ("knowledge", {"statments": {}}),
    ("tables", {"types": {"city": {"label": "city"}}}),
    ("tables", {"tables": [{"file": "x.csv", "type": "city", "name": "name", "columns": {"a": {"unit": "m"}}}]}),
    ("intents", {"intents": {"age": {"patterns": ["age"]}}}),
    ("intents", {"intents": {"age": {"about": "age", "where": ["a"]}}}),
    ("intents", {"faq": {"threshold": "high"}}),
    ("language", {"numbers": {"twelve": "dozen"}}),
    ("language", {"social": {"greeting": {"say": ["hello"]}}}),
    ("tests", {"tests": [{"answer": 1926}]}),
    ("tests", {"tests": [{"ask": "When?", "expect": "silence"}]}),
    ("tests", {}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "data"), BROKEN)
def test_a_broken_file_is_refused(kind, data):
    assert not validator(kind).is_valid(data)
