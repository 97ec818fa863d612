"""What an installed package promises. That a wheel holds it all is tried in .ci/run, in an empty environment."""

import os
import pickle
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bot
from bot import paths

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
