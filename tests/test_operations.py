"""What can be made of facts: figures that follow from them, and None where nothing does."""

from datetime import date

import pytest

from bot import operations
from bot.composing import Composer
from bot.domain import Domain
from bot.knowledge import KnowledgeBase, Property, Quantity, Reference, Role, Statement
from bot.language import Lexicon
from bot.operations import Operand
from bot.values import parse_time

PROPERTY = Property("stock", "stock", {"amount": Role("amount", ("quantity",))}, "amount", "amount")
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def composer():
    lexicon = Lexicon()
    lexicon.unit_labels = {"book": "book", "USD": "dollar"}
    return Composer(Domain("library", KnowledgeBase(), lexicon, {}))


def operand(name, amount=None, unit="book", time=None):
    quantity = None if amount is None else Quantity(float(amount), unit)
    fact = Statement(name, PROPERTY, {}, Reference("ledger"))
    return Operand(fact, name, f"Fact of {name}.", quantity, parse_time(time) if time else None)


A, B, ZERO = operand("a's stock", 300), operand("b's stock", 200), operand("an empty shelf", 0)
MONEY = operand("a fine", 5, "USD")
DATED = operand("the opening", time="1999")


def test_the_difference_has_the_unit_and_shows_its_inputs(composer):
    for pair in ((A, B), (B, A)):
        outcome = operations.difference(*pair, composer)
        assert outcome.values == (Quantity(100.0, "book"),)
        assert (outcome.unit, outcome.operation) == ("book", "difference")
        assert outcome.text.startswith("The difference is 100 books.")
        assert "Fact of a's stock." in outcome.text
        assert "Fact of b's stock." in outcome.text


def test_a_ratio_is_the_larger_over_the_smaller(composer):
    for pair in ((A, B), (B, A)):
        outcome = operations.ratio(*pair, composer)
        assert outcome.values == (1.5,)
        assert outcome.unit is None
        assert outcome.text.startswith("By a factor of 1.5 (50 % more).")


def test_a_share_is_the_part_of_the_whole_in_percent(composer):
    outcome = operations.share(B, A, composer)
    assert outcome.values == (66.67,)
    assert outcome.unit == "percent"
    assert outcome.text.startswith("About 67 % (66.67 %).")


def test_a_total_adds_all_and_says_each_fact_once(composer):
    outcome = operations.total((A, B, ZERO), composer)
    assert outcome.values == (Quantity(500.0, "book"),)
    assert outcome.text == "Together 500 books. Fact of a's stock. Fact of b's stock. Fact of an empty shelf."


@pytest.mark.parametrize("operation", [operations.difference, operations.ratio, operations.share, operations.larger])
@pytest.mark.parametrize("pair", [(A, MONEY), (MONEY, A), (A, DATED), (DATED, DATED), (A, operand("c", 1, None))])
def test_units_are_never_mixed(composer, operation, pair):
    assert operation(*pair, composer) is None


def test_nothing_is_added_across_units(composer):
    assert operations.total((A, B, MONEY), composer) is None
    assert operations.total((A, DATED), composer) is None


def test_nothing_is_divided_by_zero(composer):
    assert operations.ratio(A, ZERO, composer) is None
    assert operations.share(ZERO, ZERO, composer) is None


def test_the_larger_is_named_with_the_gap(composer):
    outcome = operations.larger(B, A, composer)
    assert outcome.values == ("a's stock",)
    assert outcome.text == "A's stock (300 books) is the larger of the two, by 100 books: b's stock was 200 books."


def test_the_smaller_is_named_when_asked_for(composer):
    assert operations.larger(A, B, composer, smaller=True).values == ("b's stock",)


def test_equal_amounts_have_no_larger_one(composer):
    assert operations.larger(A, operand("c's stock", 300), composer).values == ("equal",)


@pytest.mark.parametrize(
    "one, other, later, first",
    [
        ("1991", "2017", False, "one"),
        ("2017", "1991", False, "other"),
        ("1991", "2017", True, "other"),
        ("11 April 2005", "2005", False, "other"),
        ("2000s", "2002–2018", False, "one"),
    ],
)
def test_which_came_first_or_later(one, other, later, first):
    outcome = operations.earlier(operand("one", time=one), operand("other", time=other), later=later)
    assert outcome.values[0] == first


def test_events_of_the_same_time_have_no_order():
    assert operations.earlier(operand("one", time="1991"), operand("other", time="1991")).values == ("equal",)


def test_order_needs_two_times():
    assert operations.earlier(DATED, A) is None
    assert operations.duration_between(A, DATED) is None


@pytest.mark.parametrize(
    "one, other, value, unit",
    [
        ("1991", "2017", 26, "year"),
        ("2017", "1991", 26, "year"),
        ("11–12 April 2005", "5–6 November 2013", 8, "year"),
        ("5 May 1999", "25 May 1999", 20, "day"),
        ("1999", "1999", 0, "year"),
        ("1999", "2000", 1, "year"),
    ],
)
def test_time_between_in_years_or_in_days_within_one(one, other, value, unit):
    outcome = operations.duration_between(operand("one", time=one), operand("other", time=other))
    assert (outcome.values, outcome.unit) == ((value,), unit)


def test_one_year_is_singular():
    assert operations.duration_between(DATED, operand("x", time="2000")).text.startswith("1 year: from 1999 to 2000.")


@pytest.mark.parametrize(
    "time, value, unit, text",
    [
        ("5 May 1999", 1, "day", "1 day: 5 May 1999."),
        ("5–6 May 1999", 2, "day", "2 days: 5–6 May 1999."),
        ("2002–2018", 16, "year", "16 years, 2002–2018."),
    ],
)
def test_length_counts_both_days_and_the_years_between(time, value, unit, text):
    outcome = operations.length(operand("x", time=time))
    assert (outcome.values, outcome.unit) == ((value,), unit)
    assert outcome.text.startswith(text)


@pytest.mark.parametrize("time", ["1999", "October 2021", "2000s", None])
def test_what_is_told_coarsely_has_no_length(time):
    assert operations.length(operand("x", time=time)) is None


@pytest.mark.parametrize("time, years", [("1926", 100), ("2025", 1), ("2026", 0), ("11–12 April 2005", 21)])
def test_elapsed_years_are_counted_to_the_clock(time, years):
    outcome = operations.elapsed(operand("x", time=time), TODAY)
    assert (outcome.values, outcome.unit) == ((years,), "year")
    assert ("1 year," in outcome.text) is (years == 1)


def test_the_future_is_not_ago():
    assert operations.elapsed(operand("x", time="2030"), TODAY) is None
    assert operations.elapsed(A, TODAY) is None


def test_an_anniversary_is_a_year():
    assert operations.anniversary(DATED, 100).values == (2099,)
    assert operations.anniversary(A, 100) is None


def test_an_average_goes_over_every_year_of_the_period(composer):
    outcome = operations.average_per_year(operand("loans", 170, time="2002–2018"), composer)
    assert outcome.values == (Quantity(10.0, "book"),)
    assert outcome.text.startswith("On average 10 books a year, over 17 years.")
    assert operations.average_per_year(A, composer) is None
    assert operations.average_per_year(DATED, composer) is None
