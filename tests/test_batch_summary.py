import json
from html.parser import HTMLParser

import pytest

from bot import batch_summary
from bot.answer import Answer, CandidateNote, Explanation, WordReading
from bot.batch_summary import Tally, page, report


def refused(*words, status="not_understood", reason="unknown-word"):
    readings = (*(WordReading(word, 0, 1, "unknown") for word in words), WordReading("the", 0, 1, "filler"))
    candidates = (CandidateNote("visits", 0.4, "left-over-word"), CandidateNote("trade", 0.2, "missing-word"))
    return Answer("q", status, "", explanation=Explanation(readings, candidates, reasons=((reason, "detail"),)))


@pytest.fixture
def tally():
    tally = Tally()
    tally.add(Answer("a", "answered", "", intent="trade"), "1", None, 1_000_000)
    tally.add(Answer("b", "answered", "", intent="trade"), "2", "s", 3_000_000)
    tally.add(Answer("hi", "social", "", intent="greeting"), "3", None, 2_000_000)
    tally.add(refused("Sweden", "population"), "4", None, 1_000_000)
    tally.add(refused("sweden", status="no_data", reason="no-statement"), "5", None, 1_000_000)
    tally.add_unreadable()
    tally.add_failed()
    return tally


def test_a_report_counts_what_was_asked_and_what_came_of_it(tally):
    result = report(tally, source="q.txt", seconds=2.0)
    milliseconds = result.pop("milliseconds")
    assert milliseconds == {"median": pytest.approx(1, rel=0.1), "p99": pytest.approx(3, rel=0.1), "slowest": 3.0}
    slowest = result.pop("slowest_questions")
    assert slowest[0] == {"milliseconds": 3.0, "id": "2", "session": "s", "question": "b"}
    assert [slow["id"] for slow in slowest] == ["2", "3", "1", "4", "5"]
    assert result == {
        "input": "q.txt",
        "questions": 7,
        "unreadable_rows": 1,
        "failures": 1,
        "seconds": 2.0,
        "questions_per_second": 3.5,
        "by_status": {"answered": 2, "clarify": 0, "no_data": 1, "not_understood": 3, "social": 1},
        "answered_by_intent": {"trade": 2},
        "refusals_by_reason": {"no-statement": 1, "the bot failed": 1, "unknown-word": 1, "unreadable row": 1},
        "unknown_words": {"sweden": 2, "population": 1},
        "nearest_intents": {"visits": 2},
    }


def test_parts_add_up_to_the_whole_in_any_order(tally):
    one, other = Tally(), Tally()
    one.merge(tally)
    one.merge(Tally())
    other.merge(Tally())
    other.merge(tally)
    assert one == other == tally


def test_a_tally_survives_being_written_down(tally):
    assert Tally.from_state(json.loads(json.dumps(tally.state()))) == tally


def test_counts_of_unknown_words_stay_small_and_keep_the_frequent_ones(monkeypatch):
    monkeypatch.setattr(batch_summary, "MOST", 50)
    whole = Tally()
    for number in range(500):
        part = Tally()
        part.add(refused("often", f"word{number}"), "1", None, 1)
        whole.merge(part)
    assert len(whole.unknown_words) <= 101
    assert whole.unknown_words["often"] == 500


def test_only_the_slowest_questions_are_kept(tally):
    for number in range(100):
        tally.add(Answer("c", "answered", ""), str(number), None, number)
    assert len(tally.slowest) == batch_summary.SLOWEST
    assert tally.slowest[0][0] == 3_000_000


class Checker(HTMLParser):
    """Notes tags left open, and whatever the page would fetch."""

    def __init__(self):
        super().__init__()
        self.open, self.fetched, self.bars = [], [], 0

    def handle_starttag(self, tag, attributes):
        self.fetched += [value for name, value in attributes if name in ("src", "href")]
        self.bars += tag == "rect"
        if tag not in ("meta", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_needs_nothing_else_and_shows_charts(tally):
    checker = Checker()
    html = page(report(tally, source="<q>.txt", seconds=2.0))
    checker.feed(html)
    assert checker.open == []
    assert checker.fetched == []
    assert checker.bars == 5 + 1 + 4 + 2 + 1 + 5
    assert "<script" not in html
    assert "Summary of &lt;q&gt;.txt" in html


def test_what_somebody_typed_cannot_break_the_page():
    tally = Tally()
    tally.add(refused("<script>alert(1)</script>&\"'"), "<i>", None, 1)
    html = page(report(tally, source="q", seconds=0))
    assert "<script" not in html
    assert "<i>" not in html


def test_an_empty_run_has_a_page_too():
    html = page(report(Tally(), source="q", seconds=0))
    assert "No question was answered." in html
    assert "<svg" not in html
