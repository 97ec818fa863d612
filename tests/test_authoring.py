"""`bot new` makes a domain that is sound and tested at once; `bot schema` prints what editors need."""

import json
from pathlib import Path

import pytest

from bot import cli, json_schema
from bot.authoring import make_domain
from bot.errors import InputError

MADE = [
    "intents/questions.yaml",
    "knowledge/facts.yaml",
    "tests.yaml",
    "schemas/intents.json",
    "schemas/knowledge.json",
    "schemas/language.json",
    "schemas/tables.json",
    "schemas/tests.json",
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_new_domain_passes_check_and_test_at_once(capsys):
    assert cli.main(["new", "mine"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("".join(f"mine/{name}\n" for name in MADE))
    assert cli.main(["check", "--domain", "mine", "--strict"]) == 0
    assert capsys.readouterr().out == "0 errors, 0 warnings\n"
    assert cli.main(["test", "--domain", "mine", "mine/tests.yaml"]) == 0


def test_what_it_says_to_try_works(capsys):
    cli.main(["new", "my own"])
    commands = [line.strip() for line in capsys.readouterr().out.splitlines() if line.startswith("    bot ")]
    assert len(commands) == 3
    import shlex

    for command in commands:
        assert cli.main(shlex.split(command)[1:]) == 0


def test_its_files_name_schemas_that_are_there():
    make_domain(Path("mine"))
    for name in MADE[:3]:
        first = Path("mine", name).read_text(encoding="utf-8").split("\n", 1)[0]
        schema = Path("mine", name).parent / first.removeprefix(json_schema.HEADER)
        assert json.loads(schema.read_text(encoding="utf-8"))["$schema"] == json_schema.DIALECT


def test_a_folder_that_is_not_empty_is_refused_and_left_as_it_is(capsys):
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    assert cli.main(["new", "mine"]) == 2
    assert capsys.readouterr() == (
        "",
        "bot: the folder 'mine' is not empty; name another one, or write --force to add what is missing and replace"
        " nothing\n",
    )
    assert [path.name for path in Path("mine").iterdir()] == ["notes.txt"]


def test_force_adds_what_is_missing_and_replaces_nothing():
    Path("mine/knowledge").mkdir(parents=True)
    Path("mine/knowledge/facts.yaml").write_text("about: my own\n")
    made = make_domain(Path("mine"), force=True)
    assert Path("mine/knowledge/facts.yaml") not in made
    assert Path("mine/knowledge/facts.yaml").read_text() == "about: my own\n"
    assert Path("mine/intents/questions.yaml") in made


def test_an_empty_folder_will_do():
    Path("mine").mkdir()
    assert len(make_domain(Path("mine"))) == len(MADE)


def test_a_file_in_its_place_is_told():
    Path("mine").write_text("")
    with pytest.raises(InputError, match=r"^bot: 'mine' is a file; name a folder that is to be made$"):
        make_domain(Path("mine"))


def test_a_place_that_cannot_be_written_is_told():
    Path("file").write_text("")
    with pytest.raises(InputError, match=r"^bot: cannot make 'file/mine': Not a directory$"):
        make_domain(Path("file/mine"))


@pytest.mark.parametrize("kind", json_schema.KINDS)
def test_schema_prints_the_schema_of_a_kind(capsys, kind):
    assert cli.main(["schema", kind]) == 0
    assert capsys.readouterr().out == json_schema.text(kind)


def test_schema_prints_all_of_them(capsys):
    assert cli.main(["schema"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == list(json_schema.KINDS)


def test_schema_writes_them_and_says_which_line_names_them(capsys):
    assert cli.main(["schema", "--write", "schemas"]) == 0
    assert capsys.readouterr().out == (
        "Begin a file with the line for its kind, the path taken from where the file lies:\n\n"
        + "".join(f"# yaml-language-server: $schema=schemas/{kind}.json\n" for kind in json_schema.KINDS)
    )
    assert Path("schemas/intents.json").read_text(encoding="utf-8") == json_schema.text("intents")


def test_a_place_for_schemas_that_cannot_be_written_is_told(capsys):
    Path("file").write_text("")
    assert cli.main(["schema", "--write", "file"]) == 2
    assert capsys.readouterr().err == "bot: cannot write into 'file': File exists\n"


@pytest.mark.parametrize("command", ["check", "ask", "test"])
def test_a_domain_needs_both_folders(capsys, command):
    Path("mine/knowledge").mkdir(parents=True)
    with pytest.raises(SystemExit) as stopped:
        cli.main([command, "--domain", "mine", *([] if command == "check" else ["x"])])
    assert stopped.value.code == 2
    assert "--domain: there is no folder 'mine/intents'; `bot new` makes a domain\n" in capsys.readouterr().err
