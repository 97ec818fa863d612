"""What `bot check --fix` writes: the edits and nothing else."""

import os
from pathlib import Path

import pytest

from bot.errors import Edit, InputError, Position, Problem
from bot.fixing import apply_edits, edited


def removal(text, item, nth=0):
    """The edit that takes the *nth* *item* of *text* out of its list."""
    place = -1
    for _ in range(nth + 1):
        place = text.index(item, place + 1)
    line = text.count("\n", 0, place) + 1
    return Edit(Position("x.yaml", line, place - (text.rfind("\n", 0, place) + 1) + 1), len(item), "", removes=True)


LISTS = [
    ("a: [cup, mug, jug]\n", "cup", "a: [mug, jug]\n"),
    ("a: [cup, mug, jug]\n", "mug", "a: [cup, jug]\n"),
    ("a: [cup, mug, jug]  # vessels\n", "jug", "a: [cup, mug]  # vessels\n"),
    ("a: [cup,\n    mug, jug]\n", "cup", "a: [\n    mug, jug]\n"),
    ("a: [cup, mug,\n    jug]\n", "mug", None),
    ("a: [cup,\n    mug, jug]\n", "mug", "a: [cup,\n    jug]\n"),
    ("a: [cup,  # the first\n    jug]\n", "jug", None),
    ("a: [cup,\n    jug]\n", "jug", "a: [cup]\n"),
    ("a:\n  - cup\n  - mug\nb: 1\n", "mug", "a:\n  - cup\nb: 1\n"),
    ("a:\n  - cup\n  - mug", "mug", "a:\n  - cup\n"),
    ("a:\n  - cup\n  - mug   # dear\n", "mug", None),
    ("a:\r\n  - cup\r\n  - mug\r\n", "cup", "a:\r\n  - mug\r\n"),
]


@pytest.mark.parametrize(("text", "item", "expected"), LISTS)
def test_an_item_goes_with_its_comma_or_its_line_and_no_comment_is_lost(text, item, expected):
    edit = removal(text, item)
    assert edited(text, [edit]) == ((text, []) if expected is None else (expected, [edit]))


def test_several_edits_of_one_line_are_made_together():
    text = "a: [cup, mug, pot, jug]\n"
    assert edited(text, [removal(text, "jug"), removal(text, "cup")])[0] == "a: [mug, pot]\n"


def test_of_two_edits_that_meet_the_first_is_made():
    text = "a: [cup, mug]\n"
    first, second = (Edit(Position("x.yaml", 1, 5), 3, text) for text in ("jug", "pot"))
    assert edited(text, [first, second]) == ("a: [jug, mug]\n", [first])


def problem(edit):
    return Problem(edit.position, "wrong", edit=edit)


def test_a_file_keeps_its_mark_its_mode_and_its_link(tmp_path):
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_bytes("\ufeffa: cpu\r\n".encode())
    real.chmod(0o640)
    link.symlink_to(real)
    found = problem(Edit(Position(str(link), 1, 4), 3, "cup"))
    assert apply_edits([found]) == [found]
    assert real.read_bytes() == "\ufeffa: cup\r\n".encode()
    assert (real.stat().st_mode & 0o777, link.is_symlink()) == (0o640, True)
    assert sorted(os.listdir(tmp_path)) == ["link.yaml", "real.yaml"]


def test_a_problem_without_an_edit_is_left(tmp_path):
    assert apply_edits([Problem(Position("nowhere.yaml", 1, 1), "wrong")]) == []


def test_a_file_that_went_away_is_told():
    with pytest.raises(InputError, match=r"^nowhere.yaml: cannot be mended: No such file or directory$"):
        apply_edits([problem(Edit(Position("nowhere.yaml", 1, 1), 3, "cup"))])
    assert not Path("nowhere.yaml").exists()
