"""Times and amounts in YAML: what is taken, and what is refused rather than guessed."""

import pytest

from bot.knowledge import Quantity, Time
from bot.values import parse_quantity, parse_time


@pytest.mark.parametrize(
    "text, said, first, last, precision",
    [
        ("1926", "1926", 1926, 1926, "year"),
        (" 1926 ", "1926", 1926, 1926, "year"),
        ("980", "980", 980, 980, "year"),
        ("2000s", "2000s", 2000, 2009, "decade"),
        ("1920s", "1920s", 1920, 1929, "decade"),
        ("2002–2018", "2002–2018", 2002, 2018, "period"),
        ("2002-2018", "2002–2018", 2002, 2018, "period"),
        ("2002 to 2018", "2002–2018", 2002, 2018, "period"),
        ("October 2021", "October 2021", 2021, 2021, "month"),
        ("february 2024", "February 2024", 2024, 2024, "month"),
        ("11 April 2005", "11 April 2005", 2005, 2005, "day"),
        ("11–12 April 2005", "11–12 April 2005", 2005, 2005, "day"),
        ("11-12 April 2005", "11–12 April 2005", 2005, 2005, "day"),
        ("2005-04-11", "11 April 2005", 2005, 2005, "day"),
        ("2005-04-30/2005-05-02", "30 April 2005 – 2 May 2005", 2005, 2005, "day"),
        ("29 February 2024", "29 February 2024", 2024, 2024, "day"),
    ],
)
def test_times_are_read(text, said, first, last, precision):
    time = parse_time(text)
    assert time is not None
    assert (str(time), time.first_year, time.last_year, time.precision) == (said, first, last, precision)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "0",
        "-44",
        "12345",
        "2018–2002",
        "2018-2018",
        "31 February 2005",
        "29 February 2023",
        "0 April 2005",
        "12–11 April 2005",
        "April",
        "11 April",
        "Aprill 2005",
        "2005-13-01",
        "2005-04-31",
        "2005-04-12/2005-04-11",
        "April 0000",
        "2005-04",
        "11/04/2005",
        "2005s",
        "1926 or 1927",
        "about 1926",
    ],
)
def test_what_is_no_time_is_refused(text):
    assert parse_time(text) is None


@pytest.mark.parametrize(
    "text, amount",
    [
        ("0", 0),
        ("10", 10),
        ("765000000", 765e6),
        ("765 million", 765e6),
        ("765 Million", 765e6),
        ("1.27 billion", 1.27e9),
        ("1,278,000,000", 1.278e9),
        ("1_000", 1000),
        ("2 thousand", 2000),
        ("1.5 trillion", 1.5e12),
        ("-5", -5),
        ("1e3", 1000),
    ],
)
def test_amounts_are_read_exactly(text, amount):
    assert parse_quantity(text, "USD") == Quantity(amount, "USD")


@pytest.mark.parametrize(
    "text", ["", "much", "5 apples", "five", "1.2.3", "$5", "5 %", "1 270 000", "..", "million", "nan", "inf"]
)
def test_what_is_no_amount_is_refused(text):
    assert parse_quantity(text) is None


def test_an_amount_without_a_unit_has_none():
    assert parse_quantity("10") == Quantity(10.0, None)


def test_scale_words_leave_no_rounding_dust():
    assert parse_quantity("1.1 billion") == Quantity(1_100_000_000.0)
    assert parse_quantity("0.3 million") == Quantity(300_000.0)


def test_a_month_ends_with_its_last_day():
    assert parse_time("February 2024") == Time.month(2024, 2)
    assert Time.month(2024, 2).end - Time.month(2024, 2).start == 28
    assert Time.month(2023, 2).end - Time.month(2023, 2).start == 27
