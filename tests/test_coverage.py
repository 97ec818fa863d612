"""What the tests of a domain reach, each thing by its place: facts, intents, patterns, words, names, operations."""

import json
import re
from pathlib import Path

import pytest

from bot.cli import main
from bot.coverage import KINDS, Coverage, Watcher, load
from bot.grading import grade, read_cases

FOLDERS = ["--intents", "town/intents", "--knowledge", "town/knowledge"]
TESTS = """\
tests:
  - ask: When did the Main Library open?
    answer: [1911]
  - turns:
      - ask: how many volumes does the branch hold
        answer: ["12,500"]
      - ask: and the main library?
        answer: ["84,000"]
  - ask: when did the harbour library close?
    status: not_understood
"""


@pytest.fixture
def covered(town):
    """What `TESTS` reach of the town."""
    Path("tests.yaml").write_text(TESTS, encoding="utf-8")
    bot, listed = load("town/intents", "town/knowledge", None)
    watcher = Watcher(bot)
    assert grade(bot, read_cases("tests.yaml"), watch=watcher.watch).right == 4
    return Coverage(watcher.entries(listed))


def never(coverage, kind):
    return [f"{e.position.file}:{e.position.line} {e.text}" for e in coverage.never() if e.kind == kind]


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        ("fact", ["town/knowledge/facts.yaml:32 The Harbour Library opened in 1987."]),
        ("intent", []),
        ("pattern", ["town/intents/questions.yaml:17 {library} (shelf|bookcase)"]),
        ("word", ["town/intents/questions.yaml:18 have", "town/intents/questions.yaml:18 collection"]),
        ("synonym", ["town/intents/questions.yaml:4 shelf", "town/intents/questions.yaml:4 rack"]),
        ("name", ["town/knowledge/facts.yaml:12 the Harbour Library"]),
    ],
)
def test_what_no_test_reaches_is_told_with_its_place(covered, kind, left):
    assert never(covered, kind) == left


def test_turns_of_a_dialogue_reach_what_they_ask_for(covered):
    times = {entry.text: entry.times for entry in covered.entries if entry.kind == "fact"}
    assert times["The Main Library holds 84,000 books."] == 1


def test_a_question_that_is_refused_reaches_nothing(town):
    Path("tests.yaml").write_text("tests: [{ask: When did it close?, expect: decline}]", encoding="utf-8")
    bot, listed = load("town/intents", "town/knowledge", None)
    watcher = Watcher(bot)
    grade(bot, read_cases("tests.yaml"), watch=watcher.watch)
    assert Coverage(watcher.entries(listed)).counts()["fact"] == (0, 4)
    assert not watcher.used


def test_an_operation_is_reached_when_a_question_asks_for_it(town):
    Path("tests.yaml").write_text(
        "tests: [{ask: How many books do they have together?, answer: ['96,500']}]", encoding="utf-8"
    )
    bot, listed = load("town/intents", "town/knowledge", None)
    watcher = Watcher(bot)
    grade(bot, read_cases("tests.yaml"), watch=watcher.watch)
    operations = {e.text: e.times for e in watcher.entries(listed) if e.kind == "operation"}
    assert operations["together"] == 1
    assert operations["ratio"] == 0
    assert all(e.position.file.endswith("grammar.yaml") for e in watcher.entries(listed) if e.kind == "operation")


def test_rows_of_tables_are_facts_with_their_line(town):
    table = Path("town/knowledge/towns.csv")
    table.write_text("town,people\nOslo,700000\nBergen,290000\n", encoding="utf-8")
    Path("town/knowledge/towns.yaml").write_text(
        "tables:\n  - file: towns.csv\n    type: town\n    name: [town]\n    columns:\n"
        "      people: {property: population, type: number}\n",
        encoding="utf-8",
    )
    try:
        _, listed = load("town/intents", "town/knowledge", None)
    except Exception as error:
        pytest.fail(str(error))
    places = {str(one.position) for one in listed if one.kind == "fact" and one.owner == "population"}
    assert places == {"town/knowledge/towns.csv:2:1", "town/knowledge/towns.csv:3:1"}


def test_the_command_prints_what_is_left_then_the_totals_then_the_grades(covered, capsys):
    assert main(["test", "tests.yaml", "--coverage", *FOLDERS]) == 0
    printed = capsys.readouterr().out
    shown = printed.split("\n\n")[0].splitlines()
    assert shown.pop().startswith(
        "operations that could be asked for and no test does (not counted): list, describe, sum"
    )
    assert shown == [
        "never reached by a test",
        "town/knowledge/facts.yaml:32:7: fact “The Harbour Library opened in 1987.” of opened",
        "town/intents/questions.yaml:17:9: pattern “{library} (shelf|bookcase)” of books",
        "town/intents/questions.yaml:18:19: word “have” of books",
        "town/intents/questions.yaml:18:25: word “collection” of books",
        "town/intents/questions.yaml:4:11: synonym “shelf” of shelf",
        "town/intents/questions.yaml:4:18: synonym “rack” of shelf",
        "town/knowledge/facts.yaml:12:20: name “the Harbour Library” of harbour",
    ]
    assert "facts                     3          4    75 %" in printed
    assert printed.rstrip().endswith("4 right (100.0%), 0 wrong, 0 missed")


def test_json_has_every_entry_with_its_place(covered, capsys):
    main(["test", "tests.yaml", "--coverage", "--json", *FOLDERS])
    record = json.loads(capsys.readouterr().out)["coverage"]
    assert record["kinds"]["pattern"] == {"reached": 2, "total": 3}
    assert {
        "kind": "pattern",
        "owner": "books",
        "text": "{library} (shelf|bookcase)",
        "file": "town/intents/questions.yaml",
        "line": 17,
        "column": 9,
        "times": 0,
    } in record["entries"]


def test_the_page_stands_alone_and_marks_each_line(covered, capsys):
    main(["test", "tests.yaml", "--coverage", "--html", "page.html", *FOLDERS])
    page = Path("page.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img)|https?://|url\(", page)
    assert '<tr class="no"><td>32</td><td>✗</td><td><code>    - {library: harbour, time: 1987}</code>' in page
    assert '<tr class="yes"><td>31</td><td>✓ 1</td>' in page
    assert '<tr class="part"><td>18</td><td>◐</td>' in page
    assert "<small>✗ word “collection” of books</small>" in page


def test_what_files_say_cannot_become_markup(town, capsys):
    facts = Path("town/knowledge/facts.yaml")
    facts.write_text(facts.read_text().replace("the branch", "<b>the branch</b>"), encoding="utf-8")
    Path("tests.yaml").write_text(TESTS, encoding="utf-8")
    main(["test", "tests.yaml", "--coverage", "--html", "page.html", *FOLDERS])
    page = Path("page.html").read_text(encoding="utf-8")
    assert "<b>the branch" not in page
    assert "&lt;b&gt;the branch" in page


def test_a_page_without_coverage_is_refused(covered, capsys):
    assert main(["test", "tests.yaml", "--html", "page.html", *FOLDERS]) == 2
    assert capsys.readouterr().err == "bot: --html goes with --coverage\n"


def test_a_page_that_cannot_be_written_is_an_error_not_a_traceback(covered, capsys):
    assert main(["test", "tests.yaml", "--coverage", "--html", "nowhere/page.html", *FOLDERS]) == 2
    assert capsys.readouterr().err == "nowhere/page.html: cannot be written: No such file or directory\n"


def test_every_kind_has_a_name_to_be_told_with(covered):
    assert {entry.kind for entry in covered.entries} == {*KINDS, "operation"}
    assert set(covered.counts()) == set(KINDS), "operations are the language's, and not the author's to cover"


def test_operations_that_the_facts_do_not_allow_are_not_asked_for(tmp_path):
    (tmp_path / "knowledge.yaml").write_text(
        "types: {hut: {label: hut}, person: {label: person, is: agent}}\n"
        "entities: {birk: {label: Birk Hut, type: hut}, ada: {label: Ada, type: person}}\n"
        "properties:\n"
        "  warden: {label: warden, roles: {person: person, hut: hut}, subject: hut, value: person}\n"
        "statements: {warden: [{hut: birk, person: ada}]}\n",
        encoding="utf-8",
    )
    (tmp_path / "intents.yaml").write_text(
        'intents: {warden: {about: warden, patterns: ["{hut} warden"]}}\n', encoding="utf-8"
    )
    bot, listed = load(str(tmp_path / "intents.yaml"), str(tmp_path / "knowledge.yaml"), None)
    operations = {entry.text for entry in Watcher(bot).entries(listed) if entry.kind == "operation"}
    assert operations == {"list", "describe", "except", "not", "both", "only"}
