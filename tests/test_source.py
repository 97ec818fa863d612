"""Files as people write them, and as they should not: what is read, and what is said about the rest."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from bot import source
from bot.errors import LoadError, Position, Problem
from bot.source import Node, Problems, from_python, load_yaml, parse_yaml


@pytest.fixture(params=["libyaml", "python"])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML as it comes with libyaml, and as it comes without."""
    if request.param == "python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("this PyYAML was built without libyaml")


@pytest.fixture
def problems() -> Problems:
    return Problems()


def read(text: str | bytes, problems: Problems) -> Node:
    node = parse_yaml(text, problems, name="x.yaml")
    assert node is not None, told(problems)
    return node


def told(problems: Problems) -> str:
    return "\n".join(map(str, problems))


def told_about(text: str | bytes) -> str:
    problems = Problems()
    parse_yaml(text, problems, name="x.yaml")
    return told(problems)


def codes(problems: Problems) -> list[str]:
    return [problem.code for problem in problems]


# Reading the tree


@pytest.mark.usefixtures("either_parser")
def test_scalars_stay_the_text_that_was_typed(problems: Problems) -> None:
    node = read("[NO, 1.10, 12:30, 2018-03-01, 0o17, 1_000, yes, 'x', null]", problems)
    assert node.plain() == ["NO", "1.10", "12:30", "2018-03-01", "0o17", "1_000", "yes", "x", "null"]


@pytest.mark.usefixtures("either_parser")
def test_every_key_and_value_knows_its_place(problems: Problems) -> None:
    text = (
        "é: 😀 x\n"
        "trade:\r\n"
        "  patterns:\n"
        "    - 'it''s {year}'  # said often\n"
        "    - [a, {b: c}]\n"
        "  note: |\n"
        "    two\n"
        "    lines\n"
        "\n"
        "  long: in\n"
        "    several\n"
        "  none:\n"
    )
    places = []

    def walk(node: Node) -> None:
        places.append((node.plain(), node.line, node.column, node.width))
        if isinstance(node.content, dict):
            for key, value in node.content.values():
                walk(key)
                walk(value)
        elif isinstance(node.content, tuple):
            for item in node.content:
                walk(item)

    walk(read("\ufeff" + text, problems))
    assert [place[1:] for place in places if isinstance(place[0], dict)] == [(1, 1, 1), (3, 3, 8), (5, 11, 6)]
    assert [place[1:] for place in places if isinstance(place[0], list)] == [(4, 5, 1), (5, 7, 11)]
    assert [place for place in places if not isinstance(place[0], dict | list)] == [
        ("é", 1, 1, 1),
        ("😀 x", 1, 4, 3),
        ("trade", 2, 1, 5),
        ("patterns", 3, 3, 8),
        ("it's {year}", 4, 7, 14),
        ("a", 5, 8, 1),
        ("b", 5, 12, 1),
        ("c", 5, 15, 1),
        ("note", 6, 3, 4),
        ("two\nlines", 6, 9, 0),
        ("long", 10, 3, 4),
        ("in several", 10, 9, 0),
        ("none", 12, 3, 4),
        (None, 12, 8, 1),
    ]


@pytest.mark.usefixtures("either_parser")
def test_quoted_and_plain_are_told_apart(problems: Problems) -> None:
    items = read("[a, 'a', \"a\"]\n", problems).as_list() + read("- |\n  a\n- >\n  a\n", problems).as_list()
    assert [item.quoted for item in items] == [False, True, True, True, True]
    assert {item.plain() for item in items} == {"a"}


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("text", ["", "# only a comment\n", "\n \n", "---\n", "\ufeff"])
def test_an_empty_file_reads_as_nothing_at_all(text: str, problems: Problems) -> None:
    node = read(text, problems)
    assert (node.plain(), node.as_list(), node.as_mapping(problems), len(problems)) == (None, (), (), 0)


def test_bytes_may_begin_with_a_bom(problems: Problems) -> None:
    assert read(b"\xef\xbb\xbfk\xc3\xa9: v\n", problems).plain() == {"ké": "v"}


def test_a_file_is_read_under_its_own_name_or_a_given_one(tmp_path: Path, problems: Problems) -> None:
    path = tmp_path / "visits.yaml"
    path.write_text("a: b\n", encoding="utf-8")
    nodes = load_yaml(path, problems), load_yaml(path, problems, name="knowledge/visits.yaml")
    assert [node and node.position for node in nodes] == [
        Position(str(path), 1, 1),
        Position("knowledge/visits.yaml", 1, 1),
    ]


# Reading values


@pytest.mark.parametrize(
    ("text", "number"),
    [("2018", 2018), ("-5", -5), ("+5", 5), ("007", 7), ("010", 10), ("1_250_000", 1_250_000), ("'12'", 12)],
)
def test_whole_numbers_are_decimal(text: str, number: int, problems: Problems) -> None:
    assert read(text, problems).as_integer(problems) == number
    assert read(text, problems).as_number(problems) == number


@pytest.mark.parametrize(("text", "number"), [("1.10", 1.1), ("1.250", 1.25), ("1e6", 1e6), ("-2.5e-3", -0.0025)])
def test_numbers_have_a_point_before_decimals(text: str, number: float, problems: Problems) -> None:
    assert read(text, problems).as_number(problems) == number


@pytest.mark.parametrize(
    "text", ["soon", "1,000", "1 000", "1.000.000", "5%", "0x1F", "1__0", "٣", "1e999", "9" * 41, "[]", "a: b", ""]
)
def test_what_is_no_number_is_reported(text: str, problems: Problems) -> None:
    assert read(text, problems).as_number(problems) is None
    assert read(text, problems).as_integer(problems) is None
    assert codes(problems) == ["wrong-type", "wrong-type"]


def test_decimals_are_no_whole_number(problems: Problems) -> None:
    assert read("5.0", problems).as_integer(problems) is None
    assert codes(problems) == ["wrong-type"]


def test_a_grouped_number_is_told_why(problems: Problems) -> None:
    ((_, value),) = read("volume: 1,250\n", problems).as_mapping(problems)
    value.as_number(problems)
    assert told(problems) == (
        "x.yaml:1:9: expected a number, found '1,250' [wrong-type]\n"
        "    volume: 1,250\n"
        "            ^~~~~\n"
        "  why:  commas, spaces and points part thousands for some readers and decimals for others\n"
        "  mend: write digits alone, such as 1250000, 1_250_000 or 12.5"
    )


@pytest.mark.parametrize(("text", "truth"), [("true", True), ("Yes", True), ("false", False), ("NO", False)])
def test_truth_values(text: str, truth: bool, problems: Problems) -> None:
    assert read(text, problems).as_boolean(problems) is truth


@pytest.mark.parametrize("text", ["on", "1", "y", "[true]", ""])
def test_nothing_else_is_a_truth_value(text: str, problems: Problems) -> None:
    assert read(text, problems).as_boolean(problems) is None
    assert codes(problems) == ["wrong-type"]


def test_a_slot_without_quotes_is_told_to_be_quoted(problems: Problems) -> None:
    ((_, value),) = read("answer: {year}\n", problems).as_mapping(problems)
    assert value.as_text(problems) is None
    assert told(problems) == (
        "x.yaml:1:9: expected text, found keys and values [wrong-type]\n"
        "    answer: {year}\n"
        "            ^~~~~~\n"
        "  mend: put quotation marks around a text that begins with '{' or has ': ' in it"
    )


def test_a_bare_null_is_not_taken_for_a_word(problems: Problems) -> None:
    bare, tilde, quoted, capital = read("[null, ~, 'null', Null]\n", problems).as_list()
    nothing = read("", problems)
    assert (quoted.as_text(problems), capital.as_text(problems), len(problems)) == ("null", "Null", 0)
    assert [node.as_text(problems) for node in (bare, tilde, nothing)] == [None, None, None]
    assert [problem.what for problem in problems] == [
        "expected text, found 'null'",
        "expected text, found '~'",
        "expected text, found nothing",
    ]


def test_a_value_that_is_no_list_counts_as_a_list_of_one(problems: Problems) -> None:
    assert [node.plain() for node in read("[a, b]", problems).as_list()] == ["a", "b"]
    assert [node.plain() for node in read("a", problems).as_list()] == ["a"]
    assert [node.plain() for node in read("a: b", problems).as_list()] == [{"a": "b"}]


def test_a_choice_offers_the_nearest(problems: Problems) -> None:
    node = read("cuont", problems)
    assert read("list", problems).as_choice(problems, ("count", "list")) == "list"
    assert node.as_choice(problems, ("count", "list"), "operation") is None
    assert told(problems) == (
        "x.yaml:1:1: unknown operation 'cuont' [unknown-value]\n    cuont\n    ^~~~~\n  mend: did you mean 'count'?"
    )


# Reading records


def test_a_record_gives_its_fields_and_defaults(problems: Problems) -> None:
    node = read("id: oslo\naliases: Kristiania\nyear: 1048\ncapital: yes\nkind: city\nnote:\n", problems)
    with node.fields(problems, "a place") as fields:
        assert fields.text("id") == "oslo"
        assert fields.text("note", None) is None
        assert fields.text("unit", "people") == "people"
        assert fields.texts("aliases") == ("Kristiania",)
        assert fields.texts("spellings", ()) == ()
        assert fields.integer("year") == 1048
        assert fields.number("area", None) is None
        assert fields.boolean("capital", False) is True
        assert fields.choice("kind", ("town", "city")) == "city"
        assert fields.mapping("names", ()) == ()
        assert fields.at("year").position == Position("x.yaml", 3, 7)
        assert fields.at("area").position == Position("x.yaml", 1, 1)
    assert told(problems) == ""


def test_every_problem_of_a_record_is_collected(problems: Problems) -> None:
    node = read("- lable: Oslo\n  year: soon\n  aliases: [a, '', [b]]\n  kind:\n  zzz: 1\n  year: 2\n", problems)
    (record,) = node.as_list()
    with record.fields(problems, "a place") as fields:
        assert fields.text("label") == ""
        assert fields.integer("year") == 0
        assert fields.integer("size") == 0
        assert fields.texts("aliases") == ("a",)
        assert fields.choice("kind", ("town", "city")) == "town"
    with pytest.raises(LoadError) as caught:
        problems.raise_errors()
    assert str(caught.value) == (
        "x.yaml:1:3: unknown key 'lable' [unknown-key]\n"
        "    - lable: Oslo\n"
        "      ^~~~~\n"
        "  why:  a place may have 'label', 'year', 'size', 'aliases', 'kind'; another key would be lost in silence\n"
        "  mend: did you mean 'label'?\n"
        "x.yaml:1:3: a place needs the key 'size' [missing-key]\n"
        "    - lable: Oslo\n"
        "      ^~~~~\n"
        "  mend: add a line 'size: …'\n"
        "x.yaml:2:9: expected a whole number, found 'soon' [wrong-type]\n"
        "    year: soon\n"
        "          ^~~~\n"
        "  mend: write digits alone, such as 2018 or 1_250_000\n"
        "x.yaml:3:16: the text is empty [missing-value]\n"
        "    aliases: [a, '', [b]]\n"
        "                 ^~\n"
        "  mend: write a text, or remove it\n"
        "x.yaml:3:20: expected text, found a list [wrong-type]\n"
        "    aliases: [a, '', [b]]\n"
        "                     ^~~\n"
        "  mend: write one value; put quotation marks around a text that begins with '['\n"
        "x.yaml:4:3: 'kind' has no value [missing-value]\n"
        "    kind:\n"
        "    ^~~~\n"
        "  mend: write its value after the colon\n"
        "x.yaml:5:3: unknown key 'zzz' [unknown-key]\n"
        "    zzz: 1\n"
        "    ^~~\n"
        "  why:  a place may have 'label', 'year', 'size', 'aliases', 'kind'; another key would be lost in silence\n"
        "  mend: remove it, or use one of those keys\n"
        "x.yaml:6:3: duplicate key 'year' [duplicate-key]\n"
        "    year: 2\n"
        "    ^~~~\n"
        "  why:  it is on line 2 already, and only one of the two could count\n"
        "  mend: remove one of them, or write one key with a list"
    )


def test_a_record_that_is_a_text_is_reported_once(problems: Problems) -> None:
    with read("label:Oslo\n", problems).fields(problems, "a place") as fields:
        assert fields.text("label") == ""
    assert told(problems) == (
        "x.yaml:1:1: expected keys and values, found 'label:Oslo' [wrong-type]\n"
        "    label:Oslo\n"
        "    ^~~~~~~~~~\n"
        "  mend: write 'key: value', with a space after the colon"
    )


@pytest.mark.parametrize("text", ["ids: []\nnames: {}\n", "ids:\nnames:\n"])
def test_a_required_list_or_mapping_is_not_empty(text: str, problems: Problems) -> None:
    with read(text, problems).fields(problems, "a place") as fields:
        assert fields.texts("ids") == ()
        assert fields.mapping("names") == ()
    assert codes(problems) == ["missing-value", "missing-value"]


def test_keys_that_the_author_chooses_are_what_is_left(problems: Problems) -> None:
    with read("id: oslo\nmayor: Anne\nfounded: 1048\n", problems).fields(problems, "a place") as fields:
        fields.text("id")
        assert [(key.plain(), value.plain()) for key, value in fields.rest()] == [
            ("mayor", "Anne"),
            ("founded", "1048"),
        ]
    assert len(problems) == 0


def test_warnings_alone_raise_nothing(problems: Problems) -> None:
    problems.add(read("a", problems).problem("odd", severity="warning"))
    problems.raise_errors()
    assert len(problems) == 1


def test_a_file_of_nothing_but_faults_is_given_up() -> None:
    text = "".join(f"k{number}: {{a: 1, a: 2}}\n" for number in range(100_000))
    with pytest.raises(LoadError) as caught:
        told_about(text)
    assert len(caught.value.problems) == source.MAX_PROBLEMS + 1
    assert caught.value.problems[-1].code == "too-many-problems"


# What YAML allows and these files do not


@pytest.mark.usefixtures("either_parser")
def test_tags_are_refused_and_resolve_nothing() -> None:
    assert told_about("- !!python/object/apply:os.system ['true']\n") == (
        "x.yaml:1:3: tag '!!python/object/apply:os.system' [yaml-tag]\n"
        "    - !!python/object/apply:os.system ['true']\n"
        "      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        "  why:  a value is read by itself here: tags, and names for what is written elsewhere, have no meaning\n"
        "  mend: write the value out; a text that begins with '!' needs quotation marks around it"
    )


@pytest.mark.usefixtures("either_parser")
def test_anchors_and_aliases_are_refused(problems: Problems) -> None:
    laughs = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert parse_yaml(laughs, problems, name="x.yaml") is not None
    assert codes(problems) == ["yaml-alias"] * 25
    assert told_about("- *important\n") == (
        "x.yaml:1:3: alias '*important' [yaml-alias]\n"
        "    - *important\n"
        "      ^~~~~~~~~~\n"
        "  why:  a value is read by itself here: tags, and names for what is written elsewhere, have no meaning\n"
        "  mend: write the value out; a text that begins with '*' needs quotation marks around it"
    )


@pytest.mark.usefixtures("either_parser")
def test_a_second_document_is_refused() -> None:
    assert told_about("a: 1\n---\nb: 2\n") == (
        "x.yaml:2:1: a second document [several-documents]\n"
        "    ---\n"
        "    ^~~\n"
        "  mend: remove the line '---', or divide the file into several"
    )


@pytest.mark.parametrize("text", ["%YAML 1.2\n---\na: 1\n", "a: 50%\n", "a: |\n  %x\n"])
def test_a_line_is_a_directive_only_when_it_begins_with_a_percent_sign(text: str) -> None:
    assert [line.split("[")[-1] for line in told_about(text).splitlines()[:1]] == ["yaml-directive]"] * (text[0] == "%")


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("text", ["{year}: x\n", "? [a]\n: b\n"])
def test_a_key_is_text(text: str, problems: Problems) -> None:
    assert read(text, problems).plain() == {}
    assert codes(problems) == ["wrong-type"]


# Broken YAML


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("a:\n\tb: 1\n", "2:1", "a tab where only spaces may stand"),
        ("a:\n  b: 1\n\tc: 1\n", "3:1", "a tab where only spaces may stand"),
        ("a: |\n\tb\n", "2:1", "a tab where only spaces may stand"),
        ('a: "\\d"\n', "1:5", "a backslash that stands for nothing"),
        ('a: "\\xZZ"\n', "1:7", "a backslash that stands for nothing"),
        ('a: "x\nb: y\n', "1:4", 'a quotation mark " that is never closed'),
        ("a: it\nb: 'x\n", "2:4", "a quotation mark ' that is never closed"),
        ("- when: where: x\n", "1:14", "a second ': ' in one line"),
        ("a: - b\n", "1:4", "a '- ' in the middle of a line"),
        ("a: [1, 2\nb: 3\n", "1:4", "a '[' that cannot be read up to its closing bracket"),
        ("a: [1, 2", "1:4", "a '[' that cannot be read up to its closing bracket"),
        ("a: {b: c: d}\n", "1:4", "a '{' that cannot be read up to its closing bracket"),
        ("- {year} is what\n", "1:10", "text after a closing quotation mark or bracket"),
        ('a: "Has" Norway\n', "1:10", "text after a closing quotation mark or bracket"),
        ("a: 'don't know'\n", "1:9", "text after a closing quotation mark or bracket"),
        ("- @home\n", "1:3", "a text that begins with '@'"),
        ("a: % of\n", "1:4", "a text that begins with '%'"),
        ("- * star\n", "1:3", "a text that begins with '*'"),
        ("a: >50 items\n", "1:4", "a text that begins with '>'"),
        ("a: ]\n", "1:4", "a text that begins with ']'"),
        ("a:\n  b: 1\n c: 2\n", "3:2", "this line does not fit in with those above it"),
        ("a: 1\n  b: 2\n", "2:3", "this line does not fit in with those above it"),
        ("a:1\nb: 2\n", "2:1", "this line does not fit in with those above it"),
        ("a: 1\nb\nc: 2\n", "2:1", "this line does not fit in with those above it"),
        ("- a\nb: 1\n", "2:1", "this line does not fit in with those above it"),
        ("- - [", "1:6", "the file ends in the middle of a value"),
    ],
)
def test_a_fault_of_syntax_is_told_in_plain_words(text: str, place: str, what: str) -> None:
    assert told_about(text).splitlines()[0] == f"x.yaml:{place}: {what} [yaml-syntax]"


@pytest.mark.usefixtures("either_parser")
def test_a_fault_of_syntax_shows_its_line_and_how_to_mend_it() -> None:
    assert told_about("patterns:\n  - is this: a question\n  - what: is: this\n") == (
        "x.yaml:3:13: a second ': ' in one line [yaml-syntax]\n"
        "    - what: is: this\n"
        "              ^\n"
        "  why:  in 'key: value' the value can only have ': ' in it when it is quoted\n"
        "  mend: put the text after the first ': ' in quotation marks"
    )


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("text", ['"\\UFFFFFFFF"', '"\\ud800"', "!%FF x", "a: |0\n x", "\n? [", "[a, , b", "&", "!<"])
def test_odd_syntax_is_a_problem_and_no_traceback(text: str) -> None:
    assert told_about(text).startswith("x.yaml")


# Bytes and characters


def test_a_byte_that_is_not_utf8_is_shown() -> None:
    assert told_about("a: b\nname: Håkon\n".encode("latin-1")) == (
        "x.yaml:2:8: not UTF-8: byte 12 is 0xE5 [not-utf8]\n"
        "    name: H\ufffdkon\n"
        "           ^\n"
        "  why:  files are read as UTF-8, with which older encodings share only the letters of English\n"
        "  mend: save it as UTF-8 in your editor"
    )


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("a: b".encode("utf-16"), "the file is in UTF-16, not UTF-8"),
        ("a: b".encode("utf-16-le"), "not a text file in UTF-8: byte 1 is zero"),
        (b"\x7fELF\x02\x00", "not a text file in UTF-8: byte 5 is zero"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, what: str) -> None:
    assert (
        told_about(data)
        == f"x.yaml: {what} [not-utf8]\n  mend: save it as UTF-8 in your editor, or remove it from the folder"
    )


def test_a_control_character_is_refused_and_never_shown() -> None:
    assert told_about("a: b\nc: x\x1b[31mred\x1b[0m\n") == (
        "x.yaml:2:5: control character U+001B, the first of 2 such characters [control-character]\n"
        "    c: x\ufffd[31mred\ufffd[0m\n"
        "        ^\n"
        "  why:  it cannot be seen here, and the terminal of whoever reads the answer might obey it\n"
        "  mend: delete it; it may have come along with pasted text"
    )


@pytest.mark.usefixtures("either_parser")
def test_a_control_character_is_refused_in_disguise_too() -> None:
    assert told_about('c: "x\\e[31m"\n').splitlines()[:3] == [
        "x.yaml:1:4: control character U+001B [control-character]",
        '    c: "x\\e[31m"',
        "       ^~~~~~~~~",
    ]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("character", "\x00\x08\x0b\x7f\x85\x9b\u2028\u202e\u2066\ufeff\ud800\uffff")
def test_characters_that_nobody_sees_are_refused(character: str, problems: Problems) -> None:
    assert parse_yaml(f"a: b{character}c\n", problems, name="x.yaml") is None
    assert codes(problems) == ["control-character"]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("character", "\u00a0\u200d\u200f\u00e9\u0130\U0001f600\ufe0f")
def test_characters_of_languages_are_not(character: str, problems: Problems) -> None:
    assert read(f"a: b{character}c\n", problems).plain() == {"a": f"b{character}c"}


# Limits


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "{a: ", "[{a: "])
def test_deep_nesting_is_refused(opening: str, problems: Problems) -> None:
    assert parse_yaml(opening * 100_000, problems, name="x.yaml") is None
    assert codes(problems) == ["too-deep"]


@pytest.mark.usefixtures("either_parser")
def test_nesting_up_to_the_limit_is_read(problems: Problems) -> None:
    read("[" * source.MAX_DEPTH + "]" * source.MAX_DEPTH, problems)
    assert len(problems) == 0


def test_a_file_above_the_limit_is_not_read(tmp_path: Path, problems: Problems) -> None:
    path = tmp_path / "huge.yaml"
    with open(path, "wb") as file:
        file.truncate(100_000_000)
    assert load_yaml(path, problems, name="huge.yaml") is None
    assert told(problems) == (
        "huge.yaml: the file has 100,000,000 bytes, more than 33,554,432 [file-too-big]\n"
        "  mend: divide it into several files"
    )


def test_a_file_of_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch, problems: Problems) -> None:
    monkeypatch.setattr(source, "MAX_NODES", 10)
    assert parse_yaml("-\n" * 11, problems, name="x.yaml") is None
    assert str(next(iter(problems))).splitlines()[0] == ("x.yaml:11:2: more than 10 keys and values [too-many-values]")


def test_a_long_line_is_shown_around_its_fault(problems: Problems) -> None:
    read("[" + "a, " * 100 + "{b: c, b: d}, " + "a, " * 100 + "]", problems)
    lines = told(problems).splitlines()
    caret = lines[2].index("^")
    assert lines[0] == "x.yaml:1:309: duplicate key 'b' [duplicate-key]"
    assert len(lines[1]) < 180
    assert (lines[1][4], lines[1][-1]) == ("…", "…")
    assert lines[1][caret : caret + 4] == "b: d"


# Files


@pytest.mark.parametrize(
    ("name", "what", "code"),
    [
        ("missing.yaml", "no such file", "missing-file"),
        (".", "expected a file, found a folder", "not-a-file"),
        ("nul\0.yaml", "the file cannot be read: embedded null byte", "unreadable-file"),
        ("n" * 5000, "the file cannot be read: File name too long", "unreadable-file"),
    ],
)
def test_what_cannot_be_opened_is_a_problem(
    name: str, what: str, code: str, tmp_path: Path, problems: Problems
) -> None:
    assert load_yaml(f"{tmp_path}/{name}", problems, name="x.yaml") is None
    assert str(next(iter(problems))).splitlines()[0] == f"x.yaml: {what} [{code}]"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path, problems: Problems) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert load_yaml(tmp_path / "pipe.yaml", problems) is None
    assert codes(problems) == ["not-a-file"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_problem(tmp_path: Path, problems: Problems) -> None:
    path = tmp_path / "secret.yaml"
    path.touch(mode=0)
    assert load_yaml(path, problems) is None
    assert codes(problems) == ["unreadable-file"]


# Values that a program made


def test_python_values_read_like_a_file() -> None:
    problems = Problems()
    value = {
        "label": "Oslo",
        "year": 1048,
        "area": Decimal("480.75"),
        "capital": True,
        "note": None,
        "since": date(1814, 5, 17),
        2018: ["a", ("b",)],
    }
    node = from_python(value, problems, name="<place>")
    assert node.plain() == {
        "label": "Oslo",
        "year": "1048",
        "area": "480.75",
        "capital": "true",
        "note": None,
        "since": "1814-05-17",
        "2018": ["a", ["b"]],
    }
    with node.fields(problems, "a place") as fields:
        assert (fields.integer("year"), fields.number("area"), fields.boolean("capital")) == (1048, 480.75, True)
        assert fields.at("2018").position == Position("<place>.2018")
        fields.rest()
    assert len(problems) == 0


def test_a_problem_with_a_python_value_names_its_path(problems: Problems) -> None:
    node = from_python({"trade": {"patterns": ["a", {"b": 1}], "x\x1b": "\x1b"}}, problems, name="<intents>")
    with node.fields(problems, "an intent") as fields:
        fields.text("trade")
        fields.text("id")
    assert [(str(problem.position), problem.code, problem.excerpt) for problem in problems] == [
        ("<intents>.trade", "control-character", ""),
        ("<intents>.trade.x\ufffd", "control-character", ""),
        ("<intents>.trade", "wrong-type", ""),
        ("<intents>", "missing-key", ""),
    ]


def test_a_list_within_itself_is_refused(problems: Problems) -> None:
    endless: list[object] = []
    endless.append(endless)
    from_python(endless, problems, name="<x>")
    assert codes(problems) == ["too-deep"]


def test_keys_that_become_the_same_text_are_duplicates(problems: Problems) -> None:
    assert from_python({2018: "a", "2018": "b", None: "c"}, problems, name="<x>").plain() == {"2018": "a"}
    assert codes(problems) == ["duplicate-key", "wrong-type"]


def test_a_problem_is_a_plain_value(problems: Problems) -> None:
    assert read("ab: c\n", problems).problem("odd", why="w", mend="m", code="c", severity="warning") == Problem(
        Position("x.yaml", 1, 1), "odd", "w", "m", "c", "ab: c", 2, "warning"
    )
