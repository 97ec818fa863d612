"""One value added to a YAML file, and nothing else changed."""

import os
import stat

import pytest
import yaml

from bot.editing import CannotEdit, add, changed_lines, read_text, write_text


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        ("a: [x, y]  # two\n", ["a"], "z", "a: [x, y, z]  # two\n"),
        ("a: [x, y,]\n", ["a"], "z", "a: [x, y, z,]\n"),
        ("a: [x,\n    y]  # two\nb: c\n", ["a"], "z", "a: [x,\n    y, z]  # two\nb: c\n"),
        ("a: []\n", ["a"], "z", "a: [z]\n"),
        ("a:\n", ["a"], "z", "a: [z]\n"),
        ("a:\nb: c\n", ["a"], "z", "a: [z]\nb: c\n"),
        ("a: x  # one\n", ["a"], "z", "a: [x, z]  # one\n"),
        ("a: 'x, y'\n", ["a"], "z", "a: ['x, y', z]\n"),
        ("a:\n  - x  # one\n  # more\nb: c\n", ["a"], "z", "a:\n  - x  # one\n  - z\n  # more\nb: c\n"),
        ("a:\n- x\n- y\nb: c\n", ["a"], "z", "a:\n- x\n- y\n- z\nb: c\n"),
        ("a:\n  - x", ["a"], "z", "a:\n  - x\n  - z\n"),
        ("a:\n  - {x: 1}\n", ["a"], "{x: 2}", "a:\n  - {x: 1}\n  - {x: 2}\n"),
        ("a:\n  - x: 1\n    y: 2\nb: c\n", ["a"], "{x: 2}", "a:\n  - x: 1\n    y: 2\n  - {x: 2}\nb: c\n"),
        ("a:\n  - |\n    long\n    text\n\nb: c\n", ["a"], "z", "a:\n  - |\n    long\n    text\n  - z\n\nb: c\n"),
        (
            "a:\n  b:\n    c: d  # here\n\n# end\n",
            ["a", "b", "e"],
            "z",
            "a:\n  b:\n    c: d  # here\n    e: [z]\n\n# end\n",
        ),
        ("a: {b: c}\n", ["a", "e"], "z", "a: {b: c, e: [z]}\n"),
        ("a: {b: {c: d}}\n", ["a", "e", "f"], "z", "a: {b: {c: d}, e: {f: [z]}}\n"),
        ("a: b\n", ["senses", "x"], "z", "a: b\nsenses:\n  x: [z]\n"),
        ("# nothing yet\n", ["senses", "x"], "z", "# nothing yet\nsenses:\n  x: [z]\n"),
        ("", ["a"], "z", "a: [z]\n"),
        ("a: [x]\r\nb: c\r\n", ["d"], "z", "a: [x]\r\nb: c\r\nd: [z]\r\n"),
        ("\ufeffa: [å, ö]\n", ["a"], "z", "\ufeffa: [å, ö, z]\n"),
        ("a:\n  b:\n", ["a", "c"], "z", "a:\n  b:\n  c: [z]\n"),
    ],
)
def test_a_value_is_put_in_and_the_rest_stays(before, path, value, after):
    assert add(before, path, value) == after
    yaml.safe_load(after)


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("a: |\n  text\n", ["a"], "what stands there is no list"),
        ("a: {b: c}\n", ["a"], "what stands there is no list"),
        ("a: [b]\n", ["a", "c"], "'c' is looked for in what is no mapping"),
        ("a: {}\n", ["a", "c"], "an empty mapping where 'c' should go"),
        ("a:\n", ["a", "c"], "there is nothing under the key before 'c'"),
        ("a: [x]\n", ["a"], "a: the value cannot be put in without changing something else"),
    ],
)
def test_what_cannot_be_edited_safely_is_refused(text, path, message):
    value = "y, z" if "without" in message else "z"
    with pytest.raises(CannotEdit) as refused:
        add(text, path, value)
    assert str(refused.value) == message


def test_a_file_that_is_no_yaml_is_refused():
    with pytest.raises(CannotEdit):
        add("a: [x", ["a"], "z")


def test_the_lines_that_changed_are_told_with_their_numbers():
    assert changed_lines("a\nb\nc\n", "a\nb\nx\nc\n") == [(3, "x")]
    assert changed_lines("a\nb\nc\n", "a\nB\nc\n") == [(2, "B")]
    assert changed_lines("a\na\n", "a\na\na\n") == [(3, "a")]
    assert changed_lines("a\n", "a\n") == []


def test_a_file_is_replaced_with_its_line_ends_and_permissions(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: [x]\r\n")
    path.chmod(0o640)
    write_text(str(path), add(read_text(str(path)), ["a"], "y"))
    assert path.read_bytes() == b"a: [x, y]\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.yaml"]


def test_a_file_that_cannot_be_written_is_an_error_that_names_it(tmp_path):
    with pytest.raises(CannotEdit) as refused:
        write_text(str(tmp_path / "nowhere" / "a.yaml"), "a: b\n")
    assert str(refused.value).endswith("nowhere/a.yaml: cannot be written: No such file or directory")
