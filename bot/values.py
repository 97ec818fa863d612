"""Times and amounts as authors write them in YAML: strict, so that a slip is reported and not guessed around."""

from __future__ import annotations

import re
from calendar import month_name
from datetime import date

from bot.knowledge import Quantity, Time

_MONTHS = {name.lower(): number for number, name in enumerate(month_name) if name}
_MONTH = "|".join(_MONTHS)
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_YEAR = re.compile(r"(-?\d{1,4})")
_DECADE = re.compile(r"(\d{3}0)s")
_PERIOD = re.compile(r"(\d{4})\s*(?:–|-|to)\s*(\d{4})")
_MONTH_YEAR = re.compile(rf"({_MONTH}) (\d{{4}})", re.IGNORECASE)
_DAYS = re.compile(rf"(\d{{1,2}})(?:\s*[–-]\s*(\d{{1,2}}))? ({_MONTH}) (\d{{4}})", re.IGNORECASE)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:–|/|to)\s*(\d{4}-\d{2}-\d{2}))?")
_QUANTITY = re.compile(r"(-?[\d,_]*\d(?:\.\d+)?(?:[eE][-+]?\d+)?)(?:\s+(\w+))?")


def parse_time(text: str) -> Time | None:
    """
    The time that *text* tells, None when it is none of the forms below.

    >>> [str(parse_time(t)) for t in ("1926", "2000s", "2002–2018", "October 2021", "11–12 April 2005", "2005-04-11")]
    ['1926', '2000s', '2002–2018', 'October 2021', '11–12 April 2005', '11 April 2005']
    >>> parse_time("31 February 2005") is None
    True
    """
    text = text.strip()
    try:
        if m := _DECADE.fullmatch(text):
            return Time.years(int(m[1]), int(m[1]) + 9, "decade")
        if m := _PERIOD.fullmatch(text):
            return Time.years(int(m[1]), int(m[2])) if m[1] < m[2] else None
        if m := _MONTH_YEAR.fullmatch(text):
            return Time.month(int(m[2]), _MONTHS[m[1].lower()])
        if m := _DAYS.fullmatch(text):
            month, year = _MONTHS[m[3].lower()], int(m[4])
            start = date(year, month, int(m[1])).toordinal()
            end = date(year, month, int(m[2])).toordinal() if m[2] else start
            return Time(start, end, "day") if start <= end else None
        if m := _ISO.fullmatch(text):
            start = date.fromisoformat(m[1]).toordinal()
            end = date.fromisoformat(m[2]).toordinal() if m[2] else start
            return Time(start, end, "day") if start <= end else None
        if m := _YEAR.fullmatch(text):
            return Time.years(int(m[1])) if int(m[1]) > 0 else None
    except ValueError:  # 31 February
        pass
    return None


def parse_quantity(text: str, unit: str | None = None) -> Quantity | None:
    """
    The amount that *text* tells, in *unit*; None when it is not a number with an optional scale word.

    >>> parse_quantity("1.27 billion", "USD")
    Quantity(amount=1270000000.0, unit='USD')
    """
    match = _QUANTITY.fullmatch(text.strip())
    if not match or (match[2] and match[2].lower() not in _SCALES):
        return None
    amount = float(match[1].replace(",", "").replace("_", ""))
    return Quantity(round(amount * _SCALES[match[2].lower()], 6) if match[2] else amount, unit)
