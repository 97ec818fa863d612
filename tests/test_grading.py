"""Grading: what is right, wrong or missed, and what a report says of it."""

import json

import pytest

from bot import InputError
from bot.answer import Answer
from bot.grading import Report, grade, grade_answer, read_cases, says


def case(tmp_path, **row):
    file = tmp_path / "one.jsonl"
    file.write_text(json.dumps({"q": "q", **row}), encoding="utf-8")
    return read_cases(str(file))[0]


def answered(text="1926", **fields):
    return Answer("q", fields.pop("status", "answered"), text, **fields)


def problems(tmp_path, content, name="bad.yaml"):
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_cases(str(file))
    return str(caught.value).replace(str(tmp_path) + "/", "")


@pytest.mark.parametrize(
    "text, words, found",
    [
        ("Ties began in 1926.", "1926", True),
        ("Some 11926 ties", "1926", False),
        ("1.27 billion", "1.27", True),
        ("1.275 billion", "1.27", False),
        ("1,270 million", "270", False),
        ("İSKENDERUN", "iskenderun", True),
        ("Erdoğan", "Erdogan", True),
        ("11–12 April", "11-12 april", True),
        ("it didn’t", "didn't", True),
        ("World\nTrade  Organization", "World Trade Organization", True),
        ("nowhere", "no", False),
        ("US$862 million", "$862", False),
        ("about $862 million", "$862", True),
    ],
)
def test_words_are_found_whole_and_whatever_their_spelling(text, words, found):
    assert says(text, words) is found


@pytest.mark.parametrize(
    "expect, status, text, verdict",
    [
        ("answer", "answered", "1926", "right"),
        ("answer", "answered", "1927", "wrong"),
        ("answer", "answered", "not 1923 but 1926", "wrong"),
        ("answer", "social", "1926", "right"),
        ("answer", "social", "Hello!", "missed"),
        ("answer", "no_data", "1926", "missed"),
        ("answer", "clarify", "1926?", "missed"),
        ("social", "social", "Hello!", "right"),
        ("social", "not_understood", "", "missed"),
        ("social", "answered", "1926", "wrong"),
        ("decline", "no_data", "", "right"),
        ("decline", "clarify", "", "right"),
        ("decline", "answered", "1926", "wrong"),
        ("decline", "social", "Hello!", "wrong"),
        ("clarify", "clarify", "", "right"),
        ("clarify", "no_data", "", "missed"),
        ("clarify", "answered", "1926", "wrong"),
        ("decline_or_correct", "not_understood", "", "right"),
        ("decline_or_correct", "answered", "1926", "right"),
        ("decline_or_correct", "answered", "1927", "wrong"),
        ("answer_or_clarify", "clarify", "", "right"),
        ("answer_or_clarify", "answered", "1926", "right"),
        ("answer_or_clarify", "answered", "1927", "wrong"),
        ("answer_or_clarify", "no_data", "", "missed"),
    ],
)
def test_declining_is_missed_and_a_false_answer_wrong(tmp_path, expect, status, text, verdict):
    expected = case(tmp_path, expect=expect, must=[["1926"]], must_not=["1923"])
    assert grade_answer(expected, Answer("q", status, text)).verdict == verdict


@pytest.mark.parametrize(
    "row, answer, reason",
    [
        ({"must": [["1926"]]}, answered("1927"), "it lacks '1926'"),
        ({"must": [["ties", "relations"]]}, answered(), "it lacks one of 'ties', 'relations'"),
        ({"must_not": ["1926"]}, answered(), "it says '1926'"),
        ({"values": [1926]}, answered(values=(1927,)), "its values are [1927], not ['1926']"),
        ({"values": []}, answered(values=(1,)), "its values are [1], not []"),
        ({"intent": "ties"}, answered(intent="trade"), "its intent is trade, not ties"),
        ({"operation": "count"}, answered(operation="list"), "its operation is list, not count"),
        ({"status": "no_data"}, answered(), "it is answered, not no_data"),
        ({"status": ["no_data", "clarify"]}, answered(), "it is answered, not clarify or no_data"),
        ({"status": "no_data", "must": ["2015"]}, answered("No.", status="no_data"), "it lacks '2015'"),
    ],
)
def test_what_falls_short_is_told(tmp_path, row, answer, reason):
    graded = grade_answer(case(tmp_path, **row), answer)
    assert (graded.verdict, graded.reasons) == ("wrong", (reason,))


@pytest.mark.parametrize(
    "expected, found",
    [([1926], (1926.0,)), (["Oslo", "ankara"], ("Ankara", "Oslo")), ([0.3], (0.1 + 0.2,)), (["No"], ("no",))],
)
def test_values_are_compared_by_amount_and_without_their_order(tmp_path, expected, found):
    assert grade_answer(case(tmp_path, values=expected), answered(values=found)).verdict == "right"


def test_equal_values_count_as_often_as_they_stand(tmp_path):
    assert grade_answer(case(tmp_path, values=[5, 5]), answered(values=(5,))).verdict == "wrong"


AUTHORS_FILE = """\
tests:
  - ask: When did ties begin?
    answer: 1926
    not: [1923]
  - ask: Is NO a country code?
    answer: [NO, [yes, indeed]]
    values: [NO]
    intent: code
    note: YAML would make a truth value of it
  - id: talk
    turns:
      - ask: And trade in 2015?
        status: no_data
      - ask: In 2018?
        status: [answered, clarify]
"""


def test_authors_write_yaml(tmp_path):
    file = tmp_path / "tests.yaml"
    file.write_text(AUTHORS_FILE)
    first, second, third, fourth = read_cases(str(file))
    assert (first.must, first.must_not, first.values, first.position.line) == ((("1926",),), ("1923",), None, 2)
    assert (second.must, second.values, second.intent) == ((("NO",), ("yes", "indeed")), ("NO",), "code")
    assert (third.id, third.checked, third.position.line) == ("talk/1", {"no_data"}, 12)
    assert (fourth.id, fourth.kind) == ("talk/2", "answered or clarify")
    assert first.dialogue is None
    assert third.dialogue == fourth.dialogue is not None


def test_programs_write_jsonl_with_keys_of_their_own(tmp_path):
    file = tmp_path / "tests.jsonl"
    file.write_text(
        '\ufeff{"id": "a", "q": "x", "facts": ["f"], "kind": "who", "notes": "\u2028"}\n'
        '\n{"id": "d", "turns": [{"question": "y", "expect": "decline"}, {"q": "z"}]}\n',
        encoding="utf-8",
    )
    cases = read_cases(str(file))
    assert [(one.id, one.question, one.kind, one.position.line) for one in cases] == [
        ("a", "x", "who", 1),
        ("d/1", "y", "decline", 3),
        ("d/2", "z", "answer", 3),
    ]


def test_every_bad_row_is_told_with_its_place(tmp_path):
    bad = (
        '{"q": "x", "must": [[]]}\n{"must": [["y"]]}\n[1]\n{"q": "x",}\n{"q": "x", "must_nto": ["y"]}\n{"q": {}}\n'
        '{"q": "x", "expect": "anser"}\n{"turns": []}\n{"turns": [7]}\n'
    )
    message = problems(tmp_path, bad, "bad.jsonl")
    for number in range(1, 10):
        assert f"bad.jsonl:{number}" in message
    assert "did you mean 'must_not'?" in message
    assert "did you mean 'answer'?" in message


def test_a_slip_in_an_authors_file_is_shown_where_it_stands(tmp_path):
    message = problems(tmp_path, "tests:\n  - ask: x\n    anwser: y\n")
    assert message.startswith("bad.yaml:3:5: unknown key 'anwser' [unknown-key]\n    anwser: y\n    ^~~~~~\n")
    assert message.endswith("  mend: did you mean 'answer'?")


@pytest.mark.parametrize(
    "content, name, message",
    [
        ("", "a.jsonl", "a.jsonl: there are no tests in it"),
        ("{}", "a.csv", "a.csv: tests are read from .jsonl, .yaml, .yml"),
        ("tests: [", "a.yaml", "a.yaml:1:"),
        ("asks: []", "a.yaml", "a.yaml:1:1: unknown key 'asks'"),
        ("[" * 100_000, "a.jsonl", "a.jsonl:1:"),
        ("tests: [{ask: x, expect: decline, status: no_data}]", "a.yaml", "a.yaml:1:26: 'expect' and 'status' say"),
    ],
)
def test_a_file_without_tests_is_told(tmp_path, content, name, message):
    assert problems(tmp_path, content, name).startswith(message)


def test_a_file_that_is_no_text_is_told(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"q": "\xff"}')
    with pytest.raises(InputError, match="not UTF-8: byte 7"):
        read_cases(str(tmp_path / "a.jsonl"))


class Echo:
    """Answers with the turns so far, and as confident as the question is long; declines when told to."""

    def __init__(self):
        self.said = []

    def ask(self, text):
        self.said.append(text)
        status = "no_data" if "2015" in text else "answered"
        return Answer(text, status, " ".join(self.said), intent=text.split()[0], confidence=len(text) / 20)

    def session(self):
        return Echo()


class Bot:
    def ask(self, text):
        return Echo().ask(text)

    session = Echo


def test_turns_share_a_session_and_questions_do_not(tmp_path):
    file = tmp_path / "tests.yaml"
    file.write_text("tests: [ask: a, ask: b, {turns: [ask: c, ask: d]}, {turns: [ask: e]}]")
    answers = [one.answer.text for one in grade(Bot(), read_cases(str(file))).grades]
    assert answers == ["a", "b", "c", "c d", "e"]


@pytest.fixture
def report(tmp_path):
    file = tmp_path / "tests.yaml"
    file.write_text(
        "tests:\n"
        "  - {ask: trade in 2018, answer: 2018, intent: trade, kind: fact}\n"
        "  - {ask: trade in 2015, answer: 2015, intent: trade, kind: fact}\n"
        "  - {ask: visits of kings, intent: visit, kind: fact}\n"
        "  - {ask: why, expect: decline}\n"
        "  - {ask: why 2015, expect: decline}\n"
    )
    return grade(Bot(), read_cases(str(file)))


def test_a_report_counts_by_kind_intent_refusal_and_confidence(report):
    record = report.record()
    short = record.pop("fell_short")
    assert record == {
        "total": 5,
        "right": 2,
        "wrong": 2,
        "missed": 1,
        "kinds": {
            "decline": {"right": 1, "wrong": 1, "missed": 0},
            "fact": {"right": 1, "wrong": 1, "missed": 1},
        },
        "refusals": {"due": 2, "declined": 1, "answerable": 3, "declined_wrongly": 1},
        "calibration": [
            {"confidence": 0.1, "answered": 1, "right": 0},
            {"confidence": 0.6, "answered": 1, "right": 1},
            {"confidence": 0.7, "answered": 1, "right": 0},
        ],
        "confusion": [{"expected": "visit", "found": "visits", "times": 1}],
    }
    assert [(row["line"], row["verdict"]) for row in short] == [(3, "missed"), (4, "wrong"), (5, "wrong")]
    json.dumps(short)


def test_a_report_ends_with_what_matters_most(report, tmp_path):
    text = report.text().replace(str(tmp_path) + "/", "")
    assert text == (
        "tests.yaml:3: missed: trade in 2015\n"
        "  no_data: trade in 2015\n"
        "  it is no_data, not answered or social\n"
        "\n"
        "tests.yaml:4: wrong: visits of kings\n"
        "  answered: visits of kings\n"
        "  its intent is visits, not visit\n"
        "\n"
        "tests.yaml:5: wrong: why\n"
        "  answered: why\n"
        "  it is answered, not clarify or no_data or not_understood\n"
        "\n"
        "kind     n  right  wrong  missed\n"
        "decline  2      1      1       0\n"
        "fact     3      1      1       1\n"
        "\n"
        "intents taken for another\n"
        "  visit -> visits  1\n"
        "\n"
        "confidence  answered  right\n"
        "0.1 to 0.2         1      0    0.0%\n"
        "0.6 to 0.7         1      1  100.0%\n"
        "0.7 to 0.8         1      0    0.0%\n"
        "\n"
        "declined 1 of 2 that had to be declined, and 1 of 3 that had to be answered\n"
        "\n"
        "2 right (40.0%), 2 wrong, 1 missed"
    )


@pytest.mark.parametrize("percentage, reached", [(0, True), (40, True), (40.01, False), (100, False)])
def test_a_bar_is_reached_or_not(report, percentage, reached):
    assert report.reaches(percentage) is reached


def test_an_empty_report_can_be_shown():
    assert Report(()).text().endswith("0 right (none), 0 wrong, 0 missed")
