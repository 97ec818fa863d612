"""
The build of a compiled wheel, for those who ask for it: `CITEBOT_COMPILE=1 pip install .`.

Without that, this does nothing: the wheel is pure Python, and no compiler is needed. With it, mypyc makes C of the
modules that `pyproject.toml` names, which are those that a question spends its time in. Their source goes into the
wheel beside them, for tracebacks and for people.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_MAY_SET = ("reading___Item____copied", "reading___Item___said", "reading___Item_____mypyc_defaults_setup")
"""The functions that may go past `Item.__setattr__`: mypyc lets others do it too, by the order of the modules."""

_OFF = ("", "0", "false", "no", "off")

_TRANSLATE = """
import sys
from mypyc.build import mypycify
options = ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent", "--no-warn-no-return"]
extensions = mypycify([*options, *sys.argv[1:]], group_name="citebot", debug_level="0", opt_level="2")
"""
_COMPILE = """
from setuptools import setup
setup(name="citebot", ext_modules=extensions, packages=[],
      script_args=["--quiet", "build_ext", "--build-lib", "lib", "--build-temp", "temp"])
"""
"""A process of its own: mypyc writes into the folder that it runs in, and setuptools reads what lies there."""


class CompiledModules(BuildHookInterface):  # type: ignore[type-arg]
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return list(self.config["compile-with"]) if self._wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not self._wanted() or version == "editable":  # a module that is being edited is not to be compiled
            return
        if problem := _missing():
            raise SystemExit(f"citebot: CITEBOT_COMPILE is set, but {problem}")
        self._folder = Path(tempfile.mkdtemp(prefix="citebot-"))
        for extension in _compiled(Path(self.root), self.config["modules"], self._folder):
            build_data["force_include"][str(extension)] = extension.relative_to(self._folder / "lib").as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if hasattr(self, "_folder"):
            shutil.rmtree(self._folder, ignore_errors=True)

    def _wanted(self) -> bool:
        return self.target_name == "wheel" and os.environ.get("CITEBOT_COMPILE", "").lower() not in _OFF


def _missing() -> str:
    """What a compiled build needs and does not find, and what to do; empty when nothing is missing."""
    try:
        import mypyc.build  # noqa: F401
    except ImportError:
        return "mypyc is not there: pip install mypy setuptools, or leave CITEBOT_COMPILE out"
    if sys.implementation.name != "cpython":
        return f"{sys.implementation.name} cannot load what mypyc makes: leave CITEBOT_COMPILE out"
    compiler = os.environ.get("CC", "").split(" ")[0]
    if sys.platform != "win32" and not any(map(shutil.which, [compiler] if compiler else ["cc", "gcc", "clang"])):
        return (
            f"there is no C compiler{f' {compiler!r}' if compiler else ''}: "
            "install one (on Debian: apt install gcc), or leave CITEBOT_COMPILE out"
        )
    return ""


def translated(root: Path, modules: list[str], folder: Path, then: str = "") -> str:
    """
    Have mypyc make C of *modules* below `build` in *folder*, *then* run more Python.

    Returns what is wrong: what mypyc does not take, or translates otherwise than it is meant; empty when nothing is.
    """
    shutil.copytree(root / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-c", _TRANSLATE + then, *(f"bot/{module}.py" for module in modules)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        return f"{done.stdout}{done.stderr}"
    source = folder / "build" / "__native_citebot.c"
    past = {function: line for function, line in assignments(source, "reading___Item") if function not in _MAY_SET}
    return "".join(f"{function}: sets an attribute past Item.__setattr__: {line}\n" for function, line in past.items())


def assignments(source: Path, name: str) -> Iterator[tuple[str, str]]:
    """The places in C where attributes of the class *name* are set past its `__setattr__`: function and line."""
    function = ""
    for line in source.read_text(encoding="utf-8").splitlines():
        if line.endswith(") {") and (began := re.search(r"\bCPyDef_(\w+)\(", line)):
            function = began[1]
        elif re.search(rf"\(\(bot___{name}Object \*\)\w+\)->\w+ = ", line):
            yield function, line.strip()


def _compiled(root: Path, modules: list[str], folder: Path) -> list[Path]:
    """The extensions made of *modules*, below `lib` in *folder*."""
    if problem := translated(root, modules, folder, _COMPILE):
        shutil.rmtree(folder, ignore_errors=True)
        raise SystemExit(
            f"citebot: the modules could not be compiled; leave CITEBOT_COMPILE out, or mend this:\n{problem}"
        )
    return sorted(path for path in (folder / "lib").rglob("*") if path.suffix in (".so", ".pyd"))
