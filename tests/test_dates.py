"""Dates in figures: in the ways in which people write them, and not where they only look like one."""

import pytest

from bot.dates import written_date


@pytest.mark.parametrize(
    "typed", ["2013-11-05", "2013/11/5", "2013.11.05", "05.11.2013", "5.11.2013", "05/11/2013", "5-11-2013"]
)
def test_a_day_is_read_with_the_day_before_the_month(typed):
    assert str(written_date(typed)) == "5 November 2013"


def test_a_month_that_cannot_be_one_is_the_day():
    assert str(written_date("11/13/2013")) == "13 November 2013"


def test_a_month_and_its_year_are_a_month():
    assert str(written_date("11/2013")) == "November 2013"


@pytest.mark.parametrize("typed", ["31.02.2013", "13.13.2013", "1.270.000", "13/2013", "5.11.13", "2013-11", "2013"])
def test_what_is_no_date_is_none(typed):
    assert written_date(typed) is None
