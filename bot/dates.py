"""
Dates written in figures alone: 2013-11-05, 05.11.2013, 5/11/2013, 11/2013.

Where day and month could be either way round, the day comes first: only the United States writes it otherwise, and
what was understood is shown.
"""

from __future__ import annotations

import re
from datetime import date

from bot.knowledge import Time

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_MONTH = re.compile(r"(\d{1,2})/(\d{4})")


def written_date(text: str) -> Time | None:
    """
    The day or month that *text* writes in figures; None when it is no such date.

    >>> [str(written_date(text)) for text in ("2013-11-05", "5.11.2013", "05/11/2013", "11/13/2013", "11/2013")]
    ['5 November 2013', '5 November 2013', '5 November 2013', '13 November 2013', 'November 2013']
    >>> written_date("31.02.2013"), written_date("1.270.000")
    (None, None)
    """
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _day(int(found[1]), int(found[3]), int(found[4]))
    found = _YEAR_LAST.fullmatch(text)
    if found:
        day, month, year = int(found[1]), int(found[3]), int(found[4])
        return _day(year, month, day) or (_day(year, day, month) if found[2] == "/" else None)
    found = _MONTH.fullmatch(text)
    if found and 1 <= int(found[1]) <= 12:
        return Time.month(int(found[2]), int(found[1]))
    return None


def _day(year: int, month: int, day: int) -> Time | None:
    try:
        ordinal = date(year, month, day).toordinal()
    except ValueError:
        return None
    return Time(ordinal, ordinal, "day")
