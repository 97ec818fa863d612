"""The manual: it builds without a warning, its samples run, and every code is in it."""

import ast
import doctest
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot import formats
from bot.cli import main
from bot.source import Problems, parse_yaml

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
_spec = importlib.util.spec_from_file_location("manual_tables", DOCS / "tables.py")
tables = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tables)
PAGES = sorted(page.name for page in DOCS.glob("*.md"))
BLOCK = re.compile(r"^```(yaml|text|console|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def blocks(page):
    return BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))


def put(text):
    """Write a sample that begins with its path; the line with the path goes with it only where it is a comment."""
    first, rest = text.split("\n", 1)
    path = Path(first.removeprefix("# "))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if path.suffix == ".yaml" else rest, encoding="utf-8")


def run(command, capsys):
    """What *command* prints to standard output."""
    capsys.readouterr()
    if command.startswith("bot ") and not re.search(r"[|<>]", command):
        main(shlex.split(command)[1:])
        return capsys.readouterr().out
    environment = {**os.environ, "PATH": f"{os.getcwd()}/.bin{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, shell=True, capture_output=True, text=True, env=environment, check=False).stdout


def matches(shown, output):
    """Whether *shown* is the *output*, a line of three dots standing for any lines."""
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)]
    return re.fullmatch(r"(?:.*\n)*".join(parts), output) is not None


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """The folder of somebody who has followed the first page."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("CITEBOT_MISSES", raising=False)
    shim = tmp_path / ".bin" / "bot"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bot "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    for language, text in blocks("first.md"):
        if language in ("yaml", "text"):
            put(text)
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)])
def test_every_sample_of_a_page_runs_as_shown(page, reader, capsys, request):
    wrong = []
    for language, text in blocks(page):
        if language in ("yaml", "text"):
            assert re.match(r"# [\w/-]+\.\w+\n", text), f"a sample without the path of its file: {text}"
            put(text)
        elif language == "pycon":
            test = doctest.DocTestParser().get_doctest(text, {}, page, None, 0)
            assert doctest.DocTestRunner().run(test).failed == 0
        else:
            for command, shown in COMMAND.findall(text):
                output = run(command, capsys)
                if not matches(shown, output):
                    wrong.append((f"$ {command}\n{shown}", f"$ {command}\n{output}"))
    if request.config.getoption("--update-goldens"):
        content = (DOCS / page).read_text(encoding="utf-8")
        for shown, output in wrong:
            content = content.replace(shown, output)
        (DOCS / page).write_text(content, encoding="utf-8")
    else:
        assert "".join(shown for shown, _ in wrong) == "".join(output for _, output in wrong)


def test_the_manual_builds_without_a_warning(tmp_path):
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    built = subprocess.run(
        [*command, "-d", str(tmp_path / "trees"), str(DOCS), str(tmp_path / "html")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (built.stdout, built.stderr, built.returncode) == ("", "", 0)
    page = (tmp_path / "html" / "formats-knowledge.html").read_text(encoding="utf-8")
    assert all(f">{key}</span>" in page for key in formats.ENTITY.fields), "the tables are made"


# the tables


@pytest.mark.parametrize("page", PAGES)
def test_the_tables_in_a_page_are_those_of_the_program(page, request):
    text = (DOCS / page).read_text(encoding="utf-8")
    if request.config.getoption("--update-goldens"):
        (DOCS / page).write_text(tables.filled(text), encoding="utf-8")
    else:
        assert tables.filled(text) == text, "write them anew: pytest tests/test_docs.py --update-goldens"


def test_a_table_that_is_stale_is_written_anew():
    fresh = tables.filled("before\n\n<!-- table: problems -->\n<!-- end -->\n\nafter\n")
    assert "| `no-answer` | An intent with nothing but examples has no answer. |" in fresh
    assert tables.filled(fresh.replace("nothing but examples", "some examples")) == fresh


def test_every_operation_of_the_language_is_in_the_manual():
    shown = tables.operations()
    missing = [name for name in tables._language()["operations"] if not any(f"| `{name}` |" in row for row in shown)]
    assert missing == []


# the formats


def records():
    return {id(value): (name, value) for name, value in vars(formats).items() if isinstance(value, formats.Record)}


def test_every_record_of_the_formats_has_its_table():
    shown = {name for page in PAGES for name in tables.names((DOCS / page).read_text(encoding="utf-8"))}
    assert shown == {name for name, _ in records().values()}


@pytest.mark.parametrize(
    ("record", "key"), [(record, key) for _, record in records().values() for key in record.fields if key != "sum"]
)
def test_every_field_has_an_example_that_is_yaml_or_a_table_of_its_own(record, key):
    field = record.fields[key]
    if not field.example:
        assert id(_innermost(field.shape)) in records(), "it has neither an example nor a table"
        return
    problems = Problems()
    node = parse_yaml(f"{key}: {field.example}\n", problems, name="example")
    assert node is not None
    assert list(problems) == []


def _innermost(shape):
    while isinstance(shape, formats.Shape) and shape.of:
        shape = shape.of[0]
    return shape


# the codes


CODE = re.compile(r"[a-z]+(-[a-z]+)*")


def codes_of_the_source():
    """Every code that a reason or a candidate may have, as far as it is written out where it is given."""
    reasons, outcomes = set(), set()
    for file in (ROOT / "bot").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("reasons.append"):
                reasons |= _codes(node.args)
            elif isinstance(node, ast.keyword) and node.arg == "reasons":
                reasons |= _codes([node.value])
            elif isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = {ast.unparse(target).rpartition(".")[2] for target in targets}
                if names & {"reasons", "reason"} and file.name in ("deciding.py", "engine.py", "following.py"):
                    reasons |= _codes([node.value])
                elif ("CODES" in names and file.name == "matching.py") or (
                    "outcome" in names
                    and file.name in ("deciding.py", "engine.py")
                    and "perations." not in ast.unparse(node.value)  # there it is what an operation gives
                    and "Outcome(" not in ast.unparse(node.value)
                ):
                    outcomes |= _constants(node.value)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "CandidateNote":
                outcomes |= _constants(node.args[2])
    return reasons, outcomes


def _codes(nodes):
    """The constants that stand first in a tuple of two below *nodes*."""
    found = set()
    for node in nodes:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Tuple) and len(inner.elts) == 2:
                found |= _constants(inner.elts[0])
    return found


def _constants(node):
    if isinstance(node, ast.Compare):
        return set()
    if isinstance(node, ast.IfExp):
        return _constants(node.body) | _constants(node.orelse)
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) and CODE.fullmatch(node.value) else set()
    return set().union(*(_constants(child) for child in ast.iter_child_nodes(node)))


def codes_of_the_manual(section):
    text = (DOCS / "codes.md").read_text(encoding="utf-8")
    body = text.partition(f"## {section}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([a-z-]+)` \|", body, re.MULTILINE))


def test_every_reason_of_the_source_is_in_the_manual_and_no_other():
    reasons, outcomes = codes_of_the_source()
    given = reasons | (outcomes & {"within-margin"})  # that one is both
    assert codes_of_the_manual("Reasons") == given


def test_every_outcome_of_a_candidate_is_in_the_manual_and_no_other():
    assert codes_of_the_manual("Candidates") == codes_of_the_source()[1]


def test_every_kind_of_word_is_in_the_manual_and_no_other():
    source = (ROOT / "bot" / "engine.py").read_text(encoding="utf-8")
    body = source.partition("def _word(item: Item)")[2]
    kinds = set(re.findall(r'kind(?:, meaning)? = "(\w+)"', body)) | {"example"}
    text = (DOCS / "codes.md").read_text(encoding="utf-8").partition("## Words\n")[2].partition("## ")[0]
    assert set(re.findall(r"`(\w+)`", text)) == kinds


def test_every_command_is_in_the_manual():
    from bot.cli import COMMANDS

    text = "".join((DOCS / page).read_text(encoding="utf-8") for page in PAGES)
    assert [name for name in COMMANDS if f"bot {name}" not in text] == []


def test_pages_are_short_enough_to_be_read():
    assert [page for page in PAGES if len(tables.without_tables((DOCS / page).read_text()).split()) > 900] == []
