import gzip
import io
import json
import sys
from contextlib import closing

import pytest

from bot import batch
from bot.batch_rows import CHUNK_ROWS, FORMATS, MAX_LINE, open_questions
from bot.errors import InputError


def chunks_of(path, *, strict=False, **options):
    with closing(open_questions(str(path), **options)) as questions:
        return list(questions.chunks(strict=strict))


@pytest.fixture
def read(tmp_path):
    """Rows of a file with this content, each as (id, session, question), or (id, question, problem) if unreadable."""

    def read(content, name="q.txt", **options):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        rows = [row for chunk in chunks_of(path, **options) for row in chunk.rows]
        return [
            (row.id, row.question, row.problem) if row.problem else (row.id, row.session, row.question) for row in rows
        ]

    return read


@pytest.fixture
def refusal(tmp_path):
    """The message with which a file of this content is refused, without the folder."""

    def refusal(content, name="q.txt", **options):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(InputError) as caught:
            chunks_of(path, **options)
        return str(caught.value).replace(str(tmp_path) + "/", "")

    return refusal


def problem(rows, index=0):
    return rows[index][2]


def test_the_command_offers_every_format_there_is():
    assert batch.FORMATS == FORMATS


# Text


def test_text_is_a_question_a_line_and_blank_lines_do_not_count(read):
    assert read("When?\n\n  Where?  \r\n\t\nWho?") == [("1", None, "When?"), ("2", None, "Where?"), ("3", None, "Who?")]


def test_an_empty_text_file_has_no_rows(read):
    assert read("") == []
    assert read("\n\n") == []


def test_a_byte_order_mark_is_no_part_of_the_first_question(read):
    assert read(b"\xef\xbb\xbfWhen?\n") == [("1", None, "When?")]


def test_utf_16_is_recognised_by_its_byte_order_mark(read):
    assert read("Når?\nHvor?".encode("utf-16")) == [("1", None, "Når?"), ("2", None, "Hvor?")]


def test_lines_may_end_as_on_an_old_macintosh(read):
    assert read("When?\rWhere?\r") == [("1", None, "When?"), ("2", None, "Where?")]


def test_only_line_feeds_end_lines(read):
    assert read("one\u2028two\x85three\x0bfour\n") == [("1", None, "one\u2028two\x85three\x0bfour")]


def test_bytes_that_are_not_utf_8_cost_one_row(read):
    rows = read(b"When?\nN\xe5r?\nWhere?\n")
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[1] == (
        "2",
        "N\ufffdr?",
        "Row 2 (line 2) could not be read: byte 2 (0xe5) is not UTF-8; if the file is not, say so with --encoding.",
    )
    assert rows[2] == ("3", None, "Where?")


def test_another_encoding_can_be_named(read):
    assert read("Når kom Støre til Türkiye’ye?".encode("cp1252"), encoding="cp1252") == [
        ("1", None, "Når kom Støre til Türkiye’ye?")
    ]


def test_what_another_encoding_cannot_decode_costs_one_row(read):
    rows = read(b"a\n\xff\nb\n", encoding="ascii")
    assert (rows[0], rows[2]) == (("1", None, "a"), ("3", None, "b"))
    assert "is not UTF-8" in problem(rows, 1)


def test_a_nul_byte_costs_one_row(read):
    rows = read("When?\nWh\0re?\nWho?\n")
    assert rows[1] == ("2", "Wh\ufffdre?", "Row 2 (line 2) could not be read: it contains a NUL byte.")
    assert rows[2] == ("3", None, "Who?")


@pytest.mark.parametrize("ending", ["\n", ""])
def test_a_line_of_ten_megabytes_costs_one_row(read, ending):
    rows = read(b"When?\n" + b"x" * 10_000_000 + b"\nWhere?\n" + b"y" * MAX_LINE + ending.encode())
    assert [len(row[1]) for row in rows if row[1]] == [201, 201]
    assert problem(rows, 1) == "Row 2 (line 2) could not be read: it is longer than 1,048,576 bytes."
    assert rows[2] == ("3", None, "Where?")
    assert problem(rows, 3).endswith("the question is longer than 10,000 characters.")


# JSON lines


def test_json_lines_have_a_question_and_may_have_an_id_and_a_session(read):
    content = (
        '{"question": "a", "id": "x", "session": "s"}\n{"q": "b", "id": 7, "session": 1.5}\n\n'
        '{"question": "c", "q": "d", "id": null, "other": []}\n{"question": "e", "id": "", "session": ""}'
    )
    expected = [("x", "s", "a"), ("7", "1.5", "b"), ("3", None, "c"), ("4", None, "e")]
    assert read(content, "q.jsonl") == expected
    assert read(content, "q.ndjson") == expected


@pytest.mark.parametrize(
    "line, why",
    [
        ('{"question": "a"', "invalid JSON: Expecting ',' delimiter at column 17"),
        ("When?", "invalid JSON: Expecting value at column 1"),
        ("[" * 100_000, "invalid JSON: nested too deeply"),
        ('{"question": ' + "1" * 5000 + "}", "invalid JSON: Exceeds the limit (4300 digits) for integer string "
         "conversion: value has 5000 digits"),
        ('["a"]', "a JSON object is needed, and this is a list"),
        ('"a"', "a JSON object is needed, and this is text"),
        ("{}", "it has no 'question'; its keys are none at all"),
        ('{"text": "a", "id": 1}', "it has no 'question'; its keys are 'text', 'id'"),
        ('{"question": 1}', "'question' is a number, not text"),
        ('{"question": null}', "'question' is null, not text"),
        ('{"question": ["a"]}', "'question' is a list, not text"),
        ('{"question": "a", "id": true}', "'id' is true or false, not text"),
        ('{"question": "a", "id": NaN}', "'id' is a number, not text"),
        ('{"question": "a", "id": 1e999}', "'id' is a number, not text"),
        ('{"question": "a", "session": {}}', "'session' is an object, not text"),
        ('{"question": "  "}', "the question is empty"),
        ('{"question": "a\\u0000b"}', "the question contains a NUL character"),
        ('{"question": "a", "session": "\\u0000"}', "the session contains a NUL character"),
        ('{"question": "a\\ud800b"}', "it contains half a character (a lone surrogate such as \\ud800)"),
        ('{"question": "a", "id": "\\udfff"}', "it contains half a character (a lone surrogate such as \\ud800)"),
        (json.dumps({"question": "a", "id": "i" * 1001}), "the id is longer than 1,000 characters"),
        (json.dumps({"question": "a" * 10_001}), "the question is longer than 10,000 characters"),
    ],
)  # fmt: skip
def test_a_line_that_holds_no_question_costs_itself_and_says_why(read, line, why):
    rows = read(f'{{"q": "before"}}\n{line}\n{{"q": "after"}}\n', "q.jsonl")
    assert rows[0] == ("1", None, "before")
    assert problem(rows, 1) == f"Row 2 (line 2) could not be read: {why}."
    assert rows[2] == ("3", None, "after")
    json.dumps(rows).encode()


def test_a_whole_character_written_as_two_surrogates_is_fine(read):
    assert read('{"question": "\\ud83d\\ude00?"}', "q.jsonl") == [("1", None, "😀?")]


def test_an_unreadable_row_keeps_its_id_where_it_has_one(read):
    assert read('{"id": "x", "session": "s"}', "q.jsonl")[0][0] == "x"


# Tables


def test_a_table_is_read_by_its_column_names(read):
    content = "Session, Question ,note,ID\r\ns,When?,n,x\r\n,Where?,,\r\n"
    assert read(content, "q.csv") == [("x", "s", "When?"), ("2", None, "Where?")]


def test_a_column_may_be_named_q(read):
    assert read("id,q\nx,When?\n", "q.csv") == [("x", None, "When?")]
    assert read("q,question\nno,yes\n", "q.csv") == [("1", None, "yes")]


@pytest.mark.parametrize("name, content", [
    ("q.csv", "id;question\nx;When, and where?\n"),
    ("q.csv", "sep=;\r\nid;question\r\nx;When, and where?\r\n"),
    ("q.csv", "sep=|\r\nid|question\r\nx|When, and where?\r\n"),
    ("q.csv", "id\tquestion\nx\tWhen, and where?\n"),
    ("q.tsv", "id\tquestion\nx\tWhen, and where?\n"),
    ("q.tsv", '\ufeffid\tquestion\r\nx\t"When, and where?"\r\n'),
    ("q.csv", '\ufeff"id","question"\r\n"x","When, and where?"\r\n'),
    ("q.csv", '\nid,question\n\nx,"When, and where?",,\n,,\n'),
])  # fmt: skip
def test_tables_are_read_as_spreadsheets_write_them(read, name, content):
    assert read(content, name)[0] == ("x", None, "When, and where?")


def test_a_cell_may_hold_quotes_and_lines(read):
    content = 'question,id\r\n"He said ""when"", and\nwhere?",x\r\n"plain",y\r\n'
    assert read(content, "q.csv") == [("x", None, 'He said "when", and\nwhere?'), ("y", None, "plain")]


def test_lone_carriage_returns_end_the_rows_of_an_old_macintosh(read):
    assert read("id,question\rx,When?\ry,Where?\r", "q.csv") == [("x", None, "When?"), ("y", None, "Where?")]


def test_the_same_row_is_read_as_its_line_says(read):
    rows = read('question\n"a\nb\nc"\n\n""\nd\n', "q.csv")
    assert problem(rows, 1) == "Row 2 (line 6) could not be read: the question is empty."
    assert rows[2] == ("3", None, "d")


@pytest.mark.parametrize("line, why", [
    ("y,When, and where?", "it has 3 cells where the header has 2; is a ',' not quoted?"),
    ("y", "it has 1 of 2 cells, and none is the question"),
    ("y,", "the question is empty"),
    ("y,a\0b", "it contains a NUL byte"),
    ("y,a\rb", "a carriage return stands outside quotes"),
    ("y,a\udce5b", "byte 4 (0xe5) is not UTF-8; if the file is not, say so with --encoding"),
    ('y,"a\udce5\nb', "a quote is opened here and not closed"),
    ("y," + "a" * 200_000, "a cell is too long"),
    ("y," + "a" * 2_000_000, "it is longer than 1,048,576 bytes"),
])  # fmt: skip
def test_a_row_that_holds_no_question_costs_itself_and_says_why(read, line, why):
    content = f"id,question\nx,before\n{line}\nz,after\n".encode("utf-8", "surrogateescape")
    rows = read(content, "q.csv")
    assert rows[0] == ("x", None, "before")
    assert problem(rows, 1) == f"Row 2 (line 3) could not be read: {why}."
    assert rows[-1] == ("z", None, "after")


def test_a_quote_that_is_never_closed_costs_one_line_and_not_the_rest_of_the_file(read):
    content = "question\nbefore\n" + '"open\n' + "".join(f"row {number}\n" for number in range(50_000))
    rows = read(content, "q.csv")
    assert len(rows) == 50_002
    assert rows[1] == ("2", '"open', "Row 2 (line 3) could not be read: a quote is opened here and not closed.")
    assert rows[-1] == ("50002", None, "row 49999")


def test_a_quote_that_is_not_closed_before_an_overlong_line_costs_two_rows(read):
    rows = read('question\n"open\n' + "x" * (MAX_LINE + 5) + "\nafter\n", "q.csv")
    assert problem(rows, 0).endswith("(line 2) could not be read: a quote is opened here and not closed.")
    assert problem(rows, 1).endswith("(line 3) could not be read: it is longer than 1,048,576 bytes.")
    assert rows[2] == ("3", None, "after")


def test_bad_bytes_in_a_cell_of_several_lines_cost_that_row_alone(read):
    rows = read(b'question\n"a\nb\xff\nc"\nafter\n', "q.csv")
    assert [row[0] for row in rows] == ["1", "2"]
    assert "byte 2 (0xff)" in problem(rows)
    assert rows[1] == ("2", None, "after")


# Markdown


def test_markdown_gives_its_list_items(read):
    content = (
        "# Ours\n\nSome prose.\n\n- When?\n* [ ] Where?\n 1. Who?\n  - [x] Why?\n2) How?\n```\n- not this\n```\n+ So?\n"
    )
    assert [row[2] for row in read(content, "q.md")] == ["When?", "Where?", "Who?", "Why?", "How?", "So?"]


def test_markdown_without_a_list_is_refused(refusal):
    assert refusal("When?\n", "q.md") == "q.md:1: no list item in the whole file; a question is one: '- When …?'"


# Files


@pytest.mark.parametrize("name", ["q.txt.gz", "Q.TXT.GZ", "q.txt"])
def test_gzip_is_unpacked(read, name):
    assert read(gzip.compress(b"When?\n"), name) == [("1", None, "When?")]


def test_a_format_can_be_named(read):
    assert read("id,question\nx,When?\n", "q.dat", format="csv") == [("x", None, "When?")]


def test_files_that_hold_no_questions_are_refused_in_one_line(refusal, tmp_path):
    packed = gzip.compress(b"When?\n" * 1000)
    assert refusal("x", "q.dat") == (
        "q.dat: cannot tell its format from its name: add --input-format with one of txt, csv, tsv, jsonl, md"
    )
    assert refusal(b"\x89PNG\r\n\x1a\n\0\0", "q.txt") == "q.txt: this is a PNG image, not a file of questions"
    assert refusal(b"PK\x03\x04\x14\0", "q.csv") == (
        "q.csv: this is a ZIP archive or an Excel or Word document (save it as CSV UTF-8), not a file of questions"
    )
    assert refusal(bytes(range(256)) * 9, "q.jsonl") == (
        "q.jsonl: this is binary data, not text (if it is UTF-16, add --encoding utf-16-le)"
    )
    assert refusal("When?\nWhere?\n".encode("utf-16-le")).startswith("q.txt: this is binary data")
    assert refusal("id,text\n1,When?\n", "q.csv") == "q.csv:1: no column is named 'question'; the header is: id,text"
    assert refusal("\n\n", "q.csv") == "q.csv:1: the file is empty; a column named 'question' is needed"
    assert refusal("When?\n", "q.txt.gz") == "q.txt.gz: not gzip-compressed, although its name says so"
    assert refusal(packed[:-9], "q.txt.gz").startswith("q.txt.gz: damaged or cut off gzip data")
    assert refusal(packed[:20] + b"\xff\xff" + packed[22:], "q.txt.gz").startswith("q.txt.gz: damaged or cut off gzip")
    assert refusal(packed[:-4] + b"\0\0\0\0", "q.txt.gz").startswith("q.txt.gz: damaged or cut off gzip")
    assert refusal("x", encoding="klingon") == "--encoding: there is no encoding 'klingon'"
    assert refusal("x", encoding="hex") == "--encoding: there is no encoding 'hex'"
    (tmp_path / "folder.txt").mkdir()
    for name, why in (("missing.txt", "No such file or directory"), ("folder.txt", "Is a directory")):
        with pytest.raises(InputError) as caught:
            open_questions(str(tmp_path / name))
        assert str(caught.value) == f"{tmp_path / name}: cannot be read: {why}"


def test_standard_input_is_text_unless_told_otherwise(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"q": "When?"}\n')))
    assert [chunk.rows[0].question for chunk in chunks_of("-")] == ['{"q": "When?"}']
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"q": "When?"}\n')))
    assert [chunk.rows[0].question for chunk in chunks_of("-", format="jsonl")] == ["When?"]
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="standard input: it is closed"):
        open_questions("-")


def test_strict_names_file_and_line(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text('{"q": "a"}\n\n{"x": "b"}\n')
    with pytest.raises(InputError) as caught:
        chunks_of(path, strict=True)
    assert str(caught.value) == f"{path}:3: it has no 'question'; its keys are 'x'"


# Chunks


def test_chunks_depend_on_the_input_alone(tmp_path):
    path = tmp_path / "q.txt"
    path.write_text("".join(f"question {number}\n" for number in range(3 * CHUNK_ROWS + 7)))
    packed = tmp_path / "p.txt"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    one = [(chunk.end, chunk.digest) for chunk in chunks_of(path)]
    other = [(chunk.end, chunk.digest) for chunk in chunks_of(packed)]
    assert one == other
    assert [end for end, _ in one] == [CHUNK_ROWS, 2 * CHUNK_ROWS, 3 * CHUNK_ROWS, 3 * CHUNK_ROWS + 7]


def test_a_digest_tells_of_a_change_before_it_and_not_of_one_behind(tmp_path):
    path = tmp_path / "q.txt"
    lines = [f"question {number}\n" for number in range(2 * CHUNK_ROWS)]

    def digests():
        path.write_text("".join(lines))
        return [chunk.digest for chunk in chunks_of(path)]

    before = digests()
    lines[CHUNK_ROWS] = "another\n"
    after = digests()
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_how_much_is_read_is_known_of_a_file(tmp_path):
    path = tmp_path / "q.txt"
    path.write_text("When?\n" * 300)
    assert [chunk.read for chunk in chunks_of(path)] == [1.0, 1.0]
