import csv
import io
import json

import pytest

from bot.answer import RECORD_KEYS, Answer
from bot.batch_records import LISTED, beginning, encoder

ANSWER = Answer(
    "=When, \"exactly\"?\nAnd why?",
    "answered",
    "- 1926;\tsince\r\n*then*",
    values=("Türkiye", 1926, 0.5),
    slots={"year": 1926},
    confidence=0.875,
    references=("article; 2", "table\n1"),
    id="+1",
    session="'s",
)  # fmt: skip


def cells(format, *answers):
    """The rows of the table, as any CSV reader sees them."""
    text = beginning(format) + "".join(encoder(format)(answer.record()) for answer in answers)
    delimiter = "," if format == "csv" else "\t"
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter))


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_a_table_holds_what_the_record_holds(format):
    (row,) = cells(format, ANSWER)
    record = {}
    for key, cell in row.items():
        if key in LISTED:
            record[key] = json.loads(cell) if cell else {} if key == "slots" else []
        elif key == "confidence":
            record[key] = float(cell)
        else:
            record[key] = cell[1:] if cell.startswith("'") else cell or None
    assert record == ANSWER.record()
    assert tuple(row) == RECORD_KEYS


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx", " =1", "\u00a0=1", "＝1", "＠x"])
@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_no_cell_begins_as_a_formula_does(format, begins):
    answer = Answer(begins, "answered", begins, unit=begins, intent=begins, operation=begins, id=begins, session=begins)
    (row,) = cells(format, answer)
    for key in ("id", "session", "question", "text", "unit", "intent", "operation"):
        assert row[key] == "'" + begins


def test_a_table_begins_with_the_mark_that_excel_needs_and_ends_lines_as_excel_does():
    assert beginning("csv") == "\ufeff" + ",".join(RECORD_KEYS) + "\r\n"
    assert encoder("csv")(Answer("a", "no_data", "b, c").record()) == ',,a,no_data,"b, c",,,,,,0.0,,\r\n'
    assert encoder("tsv")(Answer("a", "no_data", "b, c").record()) == "\t\ta\tno_data\tb, c\t\t\t\t\t\t0.0\t\t\r\n"


def test_a_line_of_json_is_the_record_itself():
    line = encoder("jsonl")(ANSWER.record())
    assert json.loads(line) == ANSWER.record()
    assert tuple(json.loads(line)) == RECORD_KEYS
    assert line.count("\n") == 1
    assert "Türkiye" in line


def test_markdown_cannot_be_broken_by_what_somebody_typed():
    record = Answer("<b>*a*</b>\n# no", "not_understood", "[x](y)", suggestions=("`c`",), id="1", session="s").record()
    assert encoder("md")(record) == (
        "## 1 (s) · \\<b\\>\\*a\\*\\</b\\> \\# no\n\n*not understood*\n\n\\[x\\](y)\n\n- \\`c\\`\n\n"
    )


def test_text_has_one_line_for_each_question_whatever_the_answer():
    assert encoder("txt")(Answer("a", "answered", "one\r\n two\u2028three\n").record()) == "one two three \n"
