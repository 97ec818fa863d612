"""
One value added to a YAML file, everything else in it left as it stands: comments, order, line ends.

Nothing is written anew but the place itself: PyYAML's marks say where a list or mapping ends, and the value is
put in there as text. Whether that was right is not assumed. The file is parsed again, and must hold exactly what
it held before and the new value; else `CannotEdit` is raised and nothing is changed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.errors import BotError

if TYPE_CHECKING:
    import yaml

_PLAIN = re.compile(r"[^\W\d_][\w'’-]*( [\w'’-]+)*")
_RESERVED = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))


class CannotEdit(BotError):
    """A value that cannot be put into a file without touching the rest of it."""


def quoted(text: str) -> str:
    """
    *text* as a YAML value, in quotation marks where it needs them.

    >>> quoted("reading room"), quoted("no"), quoted("what: this?")
    ('reading room', '"no"', '"what: this?"')
    """
    plain = _PLAIN.fullmatch(text) and text.lower() not in _RESERVED
    return text if plain else json.dumps(text, ensure_ascii=False)


def add(text: str, path: Sequence[str], value: str) -> str:
    """
    The YAML *text* with *value*, itself YAML, at the end of the list at *path*.

    Keys of the path that are missing are made; a single value becomes a list of two. Raises CannotEdit.

    >>> print(add("senses:\\n  shelf: [shelf, rack]  # furniture\\n", ["senses", "shelf"], "gondola"), end="")
    senses:
      shelf: [shelf, rack, gondola]  # furniture
    >>> print(add("intents:\\n  opened:\\n    about: opened\\n", ["intents", "opened", "words"], "grand"), end="")
    intents:
      opened:
        about: opened
        words: [grand]
    """
    import yaml

    # As the files are loaded: PyYAML's own parser takes the end of [When?, Who?] for something else.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    base = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    try:
        edited = _insert(body, yaml.compose(body, loader), list(path), value)
        before, after = (yaml.load(source, base) for source in (body, edited))  # noqa: S506
        expected = _added(before, list(path), yaml.load(value, base))  # noqa: S506
    except yaml.YAMLError as error:
        raise CannotEdit(f"{'.'.join(path)}: {error}") from error
    if after != expected:
        raise CannotEdit(f"{'.'.join(path)}: the value cannot be put in without changing something else")
    return mark + edited


def changed_lines(old: str, new: str) -> list[tuple[int, str]]:
    """The lines of *new* that are not in *old*, with their numbers, which count from 1."""
    from difflib import SequenceMatcher

    before, after = old.splitlines(), new.splitlines()
    changed = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(n + 1, after[n]) for tag, _, _, start, end in changed if tag != "equal" for n in range(start, end)]


def read_text(path: str) -> str:
    """The file's text with its own line ends. Raises CannotEdit."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotEdit(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def write_text(path: str, text: str) -> None:
    """Replace the file's text, whole or not at all, its permissions kept. Raises CannotEdit."""
    path = os.path.realpath(path)  # a link stays one
    part = f"{path}.{os.getpid()}.part"
    try:
        mode = os.stat(path).st_mode
        with open(part, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(part, mode & 0o7777)
        os.replace(part, path)
    except OSError as error:
        if os.path.exists(part):
            os.remove(part)
        raise CannotEdit(f"{path}: cannot be written: {error.strerror or error}") from error


def _insert(text: str, node: Any, path: list[str], value: str) -> str:
    """*text* with the value below *node*, where *path* leads on from it."""
    import yaml

    line_end = "\r\n" if "\r\n" in text else "\n"
    if node is None:  # nothing but comments
        joint = "" if not text or text.endswith("\n") else line_end
        return text + joint + _block(path, value, 0, line_end) + line_end
    if not path:
        return _append(text, node, value, line_end)
    if isinstance(node, yaml.ScalarNode) and not node.value and not node.style:
        raise CannotEdit(f"there is nothing under the key before {path[0]!r}")
    if not isinstance(node, yaml.MappingNode):
        raise CannotEdit(f"{path[0]!r} is looked for in what is no mapping")
    for key, found in node.value:
        if key.value == path[0]:
            return _insert(text, found, path[1:], value)
    if not node.value:
        raise CannotEdit(f"an empty mapping where {path[0]!r} should go")
    end = _end(text, node.value[-1][1], node.value[-1][0])
    if node.flow_style:
        return text[:end] + ", " + _flow(path, value) + text[end:]
    return _below(text, end, _block(path, value, node.start_mark.column, line_end), line_end)


def _append(text: str, node: yaml.Node, value: str, line_end: str) -> str:
    import yaml

    start = node.start_mark.index
    if isinstance(node, yaml.SequenceNode) and not node.value:
        return text[: start + 1] + value + text[start + 1 :]
    if isinstance(node, yaml.SequenceNode):
        end = _end(text, node.value[-1])
        if node.flow_style:
            return text[:end] + ", " + value + text[end:]
        dash = text.rindex("-", 0, node.value[-1].start_mark.index)
        column = dash - (text.rfind("\n", 0, dash) + 1)
        return _below(text, end, " " * column + "- " + value, line_end)
    if isinstance(node, yaml.ScalarNode) and node.style not in ("|", ">"):
        end = node.end_mark.index
        if not node.value and not node.style:
            return text[:start].rstrip(" ") + f" [{value}]" + text[end:]
        return f"{text[:start]}[{text[start:end]}, {value}]{text[end:]}"
    raise CannotEdit("what stands there is no list")


def _end(text: str, node: yaml.Node, key: yaml.Node | None = None) -> int:
    """Where *node* really ends: the marks of what has no closing bracket lie behind the comments that follow."""
    import yaml

    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1], last[0]) if isinstance(last, tuple) else _end(text, last)
    end = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and not node.value and not node.style and key is not None:
        return max(end, text.index(":", key.end_mark.index) + 1)
    return len(text[:end].rstrip()) if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">") else end


def _below(text: str, end: int, lines: str, line_end: str) -> str:
    """*lines* on lines of their own below the one that holds the place *end*, behind any comment on it."""
    stop = text.find("\n", end)
    if stop < 0:
        return text + line_end + lines + line_end
    return text[: stop + 1] + lines + line_end + text[stop + 1 :]


def _block(path: list[str], value: str, column: int, line_end: str) -> str:
    keys = [f"{' ' * (column + 2 * depth)}{quoted(key)}:" for depth, key in enumerate(path)]
    return line_end.join(keys) + f" [{value}]"


def _flow(path: list[str], value: str) -> str:
    head, *rest = path
    return f"{quoted(head)}: " + (f"{{{_flow(rest, value)}}}" if rest else f"[{value}]")


def _added(tree: Any, path: list[str], value: Any) -> Any:
    """What the edited file must hold."""
    if path:
        tree = tree if isinstance(tree, dict) else {}
        return {**tree, path[0]: _added(tree.get(path[0]), path[1:], value)}
    if isinstance(tree, list):
        return [*tree, value]
    return [value] if tree in (None, "") else [tree, value]
