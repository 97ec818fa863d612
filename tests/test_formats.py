"""The formats are described once: what the loader takes and what the schemas take is the same, key by key."""

import copy
import json
import re
from pathlib import Path

import jsonschema
import pytest

from bot import formats, grading, json_schema
from bot.errors import InputError
from bot.formats import Record
from bot.loading import load_sources
from bot.source import Problems, parse_yaml

ABOUT_FORMS = {"unknown-key", "missing-key", "missing-value", "wrong-type", "unknown-value", "empty-intent"}
"""What the formats speak of; names that nothing declares, and the like, are another matter."""
SAID = {"text": "k", "number": 0.5, "boolean": True}


def whole(value, variant=0):
    """A value with every key that it may have; *variant* says which of several shapes is taken."""
    if isinstance(value, Record):
        found = {name: whole(spec.shape, variant) for name, spec in value.fields.items()}
        return found | ({"k": whole(value.others.shape, variant)} if value.others else {})
    if value.kind == "choice":
        return value.choices[0]
    if value.kind == "many":
        return [whole(value.of[0], variant)]
    if value.kind == "map":
        return {"k": whole(value.of[0], variant)}
    if value.kind == "either":
        return whole(value.of[min(variant, len(value.of) - 1)], variant)
    return SAID[value.kind]


def whole_file(kind, variant):
    tree = whole(formats.FILES[kind], variant)
    if kind == "knowledge":  # a sum makes a property of its own
        tree["vocabulary"]["properties"] = {"total": tree["vocabulary"]["properties"]["k"]}
    return tree


def places(value, path=()):
    """The path of every value within *value*, with itself."""
    yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def changed(tree, path, value):
    tree = copy.deepcopy(tree)
    if not path:
        return value
    node = tree
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return tree


def without(tree, path):
    tree = copy.deepcopy(tree)
    node = tree
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    return tree


def variants(kind):
    """Whole files, and each with one thing wrong in one place, or perhaps wrong."""
    seen = set()
    for variant in (0, 1):
        tree = whole_file(kind, variant)
        for path, value in places(tree):
            where = f"{variant}: {'.'.join(map(str, path))}"
            if (path, str(value)) in seen:
                continue
            seen.add((path, str(value)))
            if path:
                yield f"{where} left out", without(tree, path)
                yield f"{where} a record", changed(tree, path, {"zz": {"zz": {"zz": "k"}}})
                yield f"{where} lists", changed(tree, path, [[["k"]]])
                yield f"{where} a word", changed(tree, path, "k")
            if isinstance(value, dict) and "note" not in value:  # a statement may have what its property declares
                yield f"{where} one key more", changed(tree, path, {**value, "zz-unknown": "k"})


def loads(kind, tree, folder):
    """The codes of what the loader finds wrong with the form of a file of *kind*, and of what it finds else."""
    for name in ("intents", "knowledge", "language"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "file.yaml").write_text("{}", encoding="utf-8")
    (folder / "knowledge" / "k").write_text("k\n7\n", encoding="utf-8")
    text = json.dumps(tree)
    if kind == "tests":
        file = folder / "tests.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            grading.read_cases(str(file))
        except InputError as error:
            codes = set(re.findall(r"\[([a-z-]+)\]$", str(error), re.MULTILINE))
            return codes & ABOUT_FORMS, codes - ABOUT_FORMS
        return set(), set()
    (folder / kind / "file.yaml").write_text(text, encoding="utf-8")
    _, _, problems = load_sources(folder / "intents", folder / "knowledge", folder / "language")
    found = {(problem.code, problem.what) for problem in problems}
    return {code for code, _ in found} & ABOUT_FORMS, {pair for pair in found if pair[0] not in ABOUT_FORMS}


BY_DECLARATION = (
    "statements.k.0.k left out",
    "statements.k.0.k.0 left out",
    "properties left out",
    "properties.k left out",
)
"""Which roles a statement must have is said by the property that a file declares, not by the format."""


@pytest.mark.parametrize("kind", formats.FILES)
def test_the_loader_and_the_schema_take_and_refuse_the_same(kind, tmp_path):
    validator = jsonschema.Draft202012Validator(json_schema.schema(kind))
    usual = set().union(*(loads(kind, whole_file(kind, variant), tmp_path)[1] for variant in (0, 1)))
    differences, refused, passed = [], 0, 0
    for name, tree in variants(kind):
        if name.endswith(BY_DECLARATION):
            continue
        wrong, more = loads(kind, tree, tmp_path)
        valid = validator.is_valid(tree)
        refused += bool(wrong)
        if not wrong and not valid and more - usual:
            passed += 1  # an unknown name, below which the loader does not read on
        elif bool(wrong) == valid:
            differences.append((name, wrong))
    assert differences == []
    assert refused > 20 * max(passed, 1)  # else they agree in little


@pytest.mark.parametrize("kind", formats.FILES)
def test_a_file_with_every_key_is_taken(kind, tmp_path):
    assert [loads(kind, whole_file(kind, variant), tmp_path)[0] for variant in (0, 1)] == [set(), set()]


def test_a_key_that_is_not_described_cannot_be_read():
    problems = Problems()
    node = parse_yaml("{label: Oslo}", problems, name="x.yaml")
    with pytest.raises(TypeError, match="a document: 'size' is read but not described"):  # noqa: SIM117
        with node.fields(problems, formats.DOCUMENT) as fields:
            fields.text("size", None)


def test_a_key_is_read_as_what_it_is_described():
    problems = Problems()
    node = parse_yaml("{label: Oslo}", problems, name="x.yaml")
    with pytest.raises(TypeError, match="a document: 'label' is described as text, and read as many"):  # noqa: SIM117
        with node.fields(problems, formats.DOCUMENT) as fields:
            fields.texts("label")


def test_a_key_that_is_described_has_to_be_read():
    problems = Problems()
    node = parse_yaml("{label: Oslo}", problems, name="x.yaml")
    with pytest.raises(TypeError, match="a document: kind described but not read"):  # noqa: SIM117
        with node.fields(problems, formats.DOCUMENT) as fields:
            fields.text("label")


def test_what_tests_may_expect_is_what_the_grading_knows():
    assert formats.STATUSES == grading.STATUSES
    assert tuple(grading.EXPECTS) == formats.EXPECTATIONS


def records(value, seen):
    if isinstance(value, Record):
        if value.what not in seen:
            seen[value.what] = value
            for spec in value.fields.values():
                records(spec.shape, seen)
    else:
        for inner in value.of:
            records(inner, seen)
    return seen


def test_every_key_is_described_in_a_sentence_and_shown_by_an_example_that_fits():
    seen = {}
    for root in formats.FILES.values():
        records(root, seen)
    shared = {name: spec for kind in formats.FILES for name, spec in json_schema.schema(kind)["$defs"].items()}
    for what, record in seen.items():
        assert record.says.endswith("."), what
        for name, spec in record.fields.items():
            assert spec.says.endswith(".") or ":" in spec.says, (what, name)
            if spec.example:
                schema = {"$defs": shared, **json_schema._field(spec, {})}
                problems = Problems()
                node = parse_yaml(f"x: {spec.example}", problems, name="example")
                assert not list(problems), (what, name)
                assert jsonschema.Draft202012Validator(schema).is_valid(node.plain()["x"]), (what, name)


def test_the_module_is_the_only_place_that_names_the_keys_of_files():
    """A loader that read a record without its description could take keys that no schema knows."""
    bot = Path(formats.__file__).parent
    for module in ("loading", "tables", "grading"):
        text = (bot / f"{module}.py").read_text(encoding="utf-8")
        calls = text.count(".fields(")
        assert calls == text.count(".fields(problems, formats.") + text.count(".fields(self.problems, formats.")
