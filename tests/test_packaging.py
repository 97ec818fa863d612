"""What an installed package promises. That a wheel holds it all is tried in .ci/run, in an empty environment."""

import importlib.util
import os
import pickle
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import bot
from bot import cli, paths

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_promised_name_can_be_imported():
    for name in bot.__all__:
        assert getattr(getattr(bot, name), "__name__", name) == name
    assert set(bot.__all__) <= set(dir(bot))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'bot' has no attribute 'Robot'"):
        bot.Robot  # noqa: B018


def test_importing_the_package_imports_none_of_its_modules():
    program = "import sys, bot; sys.exit(any(name.startswith('bot.') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def test_errors_can_cross_processes():
    error = bot.LoadError([])
    assert pickle.loads(pickle.dumps(error)).problems == ()


def test_bundled_data_are_found():
    for kind in ("intents", "knowledge"):
        assert any(paths.bundled(kind).rglob("*.yaml"))


def test_a_wheel_carries_the_data_where_the_package_looks(project):
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert carried == {"intents": "bot/data/intents", "knowledge": "bot/data/knowledge"}
    assert (ROOT / "bot" / "py.typed").exists()


def test_the_changelog_has_this_version():
    assert f"## {bot.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_only_the_prompt_imports_prompt_toolkit():
    importers = [
        file.relative_to(ROOT / "bot").as_posix()
        for file in sorted((ROOT / "bot").rglob("*.py"))
        if re.search(r"^\s*(from|import) prompt_toolkit", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert importers == ["terminal/completing.py", "terminal/menus.py", "terminal/prompt.py"]


@pytest.mark.parametrize(
    "variable, find",
    [("XDG_STATE_HOME", paths.state_dir), ("XDG_CACHE_HOME", paths.cache_dir), ("XDG_CONFIG_HOME", paths.config_dir)],
)
def test_the_platform_place_can_be_chosen(variable, find, monkeypatch, tmp_path):
    monkeypatch.setenv(variable, str(tmp_path))
    assert find() == tmp_path / "citebot"
    monkeypatch.setenv(variable, "not/absolute")
    assert "not" not in find().parts


def test_a_place_is_named_even_without_a_home(monkeypatch):
    for variable in ("HOME", "XDG_STATE_HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.delenv(variable, raising=False)
    if sys.platform != "win32":
        monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)  # a container's user that no passwd names
    assert paths.state_dir().name == "citebot"


def test_the_package_holds_what_bot_new_and_editors_need():
    package = ROOT / "bot"  # all of it goes into a wheel
    assert {path.name for path in (package / "starter").rglob("*.yaml")} == {
        "facts.yaml",
        "questions.yaml",
        "tests.yaml",
    }
    assert len(list((package / "schemas").glob("*.json"))) == 5


@pytest.fixture
def hook(project):
    """The module of a wheel's build."""
    path = project["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["path"]
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def building(project, hook, monkeypatch):
    """Its hook, as pyproject.toml has it; the argument says what CITEBOT_COMPILE is set to."""
    config = project["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]
    for name in ("mypyc", "mypyc.build"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))

    def prepare(wanted):
        monkeypatch.setenv("CITEBOT_COMPILE", wanted)
        return hook.CompiledModules(str(ROOT), config, None, None, "", "wheel")

    return prepare


def test_the_modules_that_may_be_compiled_are_there_once_each_and_import(building):
    modules = building("1").config["modules"]
    assert modules == sorted(set(modules))
    for name in modules:
        assert (ROOT / "bot" / f"{name}.py").exists(), name
        assert import_module(f"bot.{name}").__name__ == f"bot.{name}"


def test_no_module_that_may_be_compiled_has_a_cached_property(building):
    """Compiled, it is worked out anew each time."""
    paths = [ROOT / "bot" / f"{name}.py" for name in building("1").config["modules"]]
    assert [path.stem for path in paths if "cached_property" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("wanted", ["", "0", "no", "False"])
def test_a_wheel_is_pure_python_unless_a_compiled_one_is_asked_for(building, wanted):
    hook, data = building(wanted), {"force_include": {}, "pure_python": True}
    hook.initialize("standard", data)
    assert data == {"force_include": {}, "pure_python": True}
    assert hook.dependencies() == []


def test_a_compiled_build_needs_what_compiles(building):
    assert [re.split("[<>=]", needed)[0] for needed in building("1").dependencies()] == ["mypy", "setuptools"]


def test_an_installation_for_editing_is_never_compiled(building):
    data = {"force_include": {}}
    building("1").initialize("editable", data)
    assert data == {"force_include": {}}


@pytest.mark.skipif(sys.platform == "win32", reason="there setuptools looks for the compiler by itself")
def test_a_compiled_build_without_a_compiler_says_so(building, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    with pytest.raises(SystemExit) as caught:
        building("1").initialize("standard", {"force_include": {}})
    assert str(caught.value) == (
        "citebot: CITEBOT_COMPILE is set, but there is no C compiler: install one (on Debian: apt install gcc), "
        "or leave CITEBOT_COMPILE out"
    )


def test_a_compiled_build_without_mypyc_says_so(building, monkeypatch):
    hook = building("1")
    monkeypatch.setitem(sys.modules, "mypyc.build", None)
    with pytest.raises(SystemExit) as caught:
        hook.initialize("standard", {"force_include": {}})
    assert str(caught.value) == (
        "citebot: CITEBOT_COMPILE is set, but mypyc is not there: pip install mypy setuptools, "
        "or leave CITEBOT_COMPILE out"
    )


@pytest.mark.parametrize("file, compiled", [("matching.py", False), ("matching.cpython-311-x86_64-linux-gnu.so", True)])
def test_it_runs_compiled_where_the_matching_is_an_extension(file, compiled, monkeypatch, capsys):
    spec = importlib.util.spec_from_file_location("bot.matching", ROOT / "bot" / file)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    assert paths.is_compiled() == compiled
    with pytest.raises(SystemExit) as caught:
        cli.main(["--version"])
    assert caught.value.code in (None, 0)
    assert capsys.readouterr().out == f"citebot {bot.__version__}{' (compiled)' if compiled else ''}\n"


needs_mypyc = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("mypyc", "setuptools"))),
    reason="mypyc is not installed: pip install mypy setuptools",
)


@needs_mypyc
def test_mypyc_takes_all_modules_that_may_be_compiled(project, hook, tmp_path):
    modules = project["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]["modules"]
    assert hook.translated(ROOT, modules, tmp_path) == ""
    made = (tmp_path / "build" / "__native_internal_citebot.h").read_text(encoding="utf-8")
    assert [name for name in modules if f"CPyStatic_{name}___globals" not in made] == []


@needs_mypyc
def test_what_mypyc_does_not_take_is_told_with_its_place(hook, tmp_path):
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "odd.py").write_text("def sum_of(numbers: list[int]) -> str:\n    return sum(numbers)\n")
    problem = hook.translated(tmp_path, ["odd"], tmp_path / "build")
    assert problem.startswith("bot/odd.py:2: error: Incompatible return value type")


@needs_mypyc
def test_an_assignment_past_the_attributes_of_an_item_is_told(hook, tmp_path):
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").touch()
    (tmp_path / "bot" / "first.py").write_text(
        "from bot.reading import Item\n\ndef change(item: Item) -> None:\n    item.number = None\n"
    )
    (tmp_path / "bot" / "reading.py").write_text(
        "class Item:\n    number: object\n\n"
        "    def __setattr__(self, name: str, value: object) -> None:\n        object.__setattr__(self, name, value)\n"
    )
    problem = hook.translated(tmp_path, ["first", "reading"], tmp_path / "build")
    assert problem.startswith("first___change: sets an attribute past Item.__setattr__: ((bot___reading___ItemObj")
