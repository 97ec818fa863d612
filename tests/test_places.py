"""Domains from folders, files, resources of packages (also in a zip archive) and dicts."""

import importlib
import importlib.resources
import pickle
import sys
import zipfile
from pathlib import Path

import pytest

from bot import Bot, LoadError

EXAMPLES = Path(__file__).parent.parent / "examples"
PLANETS = EXAMPLES / "planets"
QUESTION = "What is the largest moon of the planet with the most moons?"
KNOWLEDGE = {
    "about": "the libraries of a small town",
    "documents": {"leaflet": {"label": "Visitors' leaflet", "kind": "leaflet"}},
    "reference": {"document": "leaflet"},
    "types": {"library": {"label": "library", "plural": "libraries", "is": "place"}},
    "entities": {
        "main": {"label": "the Main Library", "type": "library"},
        "harbour": {"label": "the Harbour Library", "type": "library", "aliases": ["the branch"]},
    },
    "properties": {
        "opened": {
            "label": "opening",
            "roles": {"library": "library", "time": "time"},
            "subject": "library",
            "value": "time",
            "event": True,
            "sentence": "{library} opened in {time}.",
        }
    },
    "statements": {"opened": [{"library": "main", "time": 1911}, {"library": "harbour", "time": 1987}]},
}
INTENTS = {
    "name": "librarybot",
    "intents": {"opened": {"about": "opened", "patterns": ["{library} begin in {time}"]}},
}


@pytest.fixture(params=["folder", "zip"])
def package(request, tmp_path, monkeypatch):
    """The resources of a package that holds the planets, installed or still in its archive."""
    name = f"with_planets_in_a_{request.param}"
    if request.param == "zip":
        with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
            archive.writestr(f"{name}/__init__.py", "")
            for file in sorted(PLANETS.rglob("*.*")):
                archive.write(file, f"{name}/{file.relative_to(PLANETS).as_posix()}")
        monkeypatch.syspath_prepend(str(tmp_path / "packed.zip"))
    else:
        for file in sorted(PLANETS.rglob("*.*")):
            copy = tmp_path / name / file.relative_to(PLANETS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
        (tmp_path / name / "__init__.py").touch()
        monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module(name)
    yield importlib.resources.files(name)
    del sys.modules[name]


@pytest.fixture(scope="module")
def planets():
    return Bot.load(PLANETS / "intents", PLANETS / "knowledge").ask(QUESTION)


def test_folders_among_a_packages_resources(package, planets):
    bot = Bot.load(package / "intents", package / "knowledge")
    assert bot.ask(QUESTION) == planets
    assert planets.references == ("moons.csv, row 15",)
    assert pickle.loads(pickle.dumps(bot)).ask(QUESTION) == planets


def test_single_files_among_a_packages_resources(package, planets):
    intents, knowledge = package / "intents" / "words.yaml", package / "knowledge" / "planets.yaml"
    assert Bot.load(intents, knowledge).ask(QUESTION) == planets
    assert Bot.load(intents, knowledge, tables=package / "knowledge").ask(QUESTION) == planets


def test_a_resource_that_is_not_there_is_a_problem_with_its_place(package):
    with pytest.raises(LoadError) as caught:
        Bot.load(package / "intnets", package / "knowledge")
    (problem,) = caught.value.problems
    assert problem.position.file.replace("\\", "/").endswith("/intnets")
    assert (problem.what, problem.mend) == ("no such folder", "name a folder that holds .yaml files")


def test_a_fault_in_an_archive_is_shown_with_its_line(tmp_path):
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("intents/a.yaml", "intents:\n  one: {examples: [Why?], says: No., sasy: No.}\n")
    with pytest.raises(LoadError) as caught:
        Bot.load(zipfile.Path(tmp_path / "packed.zip", "intents/"), {})
    place = f"{tmp_path}/packed.zip/intents/a.yaml"
    assert f"{place}:2:38: unknown key 'sasy'" in str(caught.value).replace("\\", "/")


def test_a_table_outside_the_folder_of_resources_is_found(tmp_path, planets):
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        for file in sorted(PLANETS.rglob("*.*")):
            content = file.read_text(encoding="utf-8").replace("file: ", "file: ../data/")
            folder = "data" if file.suffix in (".csv", ".tsv") else file.parent.name
            archive.writestr(f"planets/{folder}/{file.name}", content)
    root = zipfile.Path(tmp_path / "packed.zip", "planets/")
    assert Bot.load(root / "intents", root / "knowledge").ask(QUESTION) == planets


def test_dicts_that_a_program_has_made():
    bot = Bot.load(INTENTS, KNOWLEDGE)
    answer = bot.ask("did the main library open in 1912?")
    assert (bot.name, answer.text) == ("librarybot", "No. The Main Library opened in 1911.")
    assert answer.references == ("leaflet “Visitors' leaflet”",)
    assert pickle.loads(pickle.dumps(bot)).ask("When did the branch open?").values == (1987,)


def test_a_dict_is_not_kept_and_may_change_afterwards(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    knowledge = {**KNOWLEDGE, "statements": {"opened": [{"library": "main", "time": 1911}]}}
    bot = Bot.load(INTENTS, knowledge)
    knowledge["statements"]["opened"][0]["time"] = 1912
    assert bot.ask("When did the main library open?").values == (1911,)
    assert Bot.load(INTENTS, knowledge).ask("When did the main library open?").values == (1912,)
    assert list(tmp_path.rglob("*.domain")) == []


def test_a_fault_in_a_dict_is_shown_with_its_path():
    intents = {"intents": {"opened": {"abuot": "opened"}}}
    with pytest.raises(LoadError) as caught:
        Bot.load(intents, KNOWLEDGE)
    assert "<intents>.intents.opened: unknown key 'abuot' [unknown-key]" in str(caught.value)
    assert "mend: did you mean 'about'?" in str(caught.value)


def test_a_dict_may_stand_beside_a_folder(tmp_path):
    (tmp_path / "facts.yaml").write_text("about: nothing much\n", encoding="utf-8")
    intents = {"intents": {"lost": {"says": "Tell us.", "examples": ["I lost my card", "my card was stolen"]}}}
    assert Bot.load(intents, tmp_path).ask("I lost my card").text == "Tell us."


@pytest.mark.parametrize(
    "places, message",
    [
        ({"intents": 7}, "intents: a folder, a file, a dict or a package resource, not int"),
        ({"knowledge": ["a.yaml"]}, "knowledge: a folder, a file, a dict or a package resource, not list"),
        ({"tables": {"a.csv": ""}}, "tables: a folder, a file or a package resource, not dict"),
        ({"clock": "2026-01-01"}, "clock: a datetime.date, not str"),
    ],
)
def test_what_is_no_place_is_a_type_error(places, message):
    with pytest.raises(TypeError) as caught:
        Bot.load(**places)
    assert str(caught.value) == message
