"""
What can be asked of facts beyond looking them up: counting, comparing, adding, how long, how long ago.

Each operation takes the facts that one or two readings found and gives words and values. Units are kept
apart: amounts of different units never meet, and neither do amounts and times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.composing import Composer, capital, number, years_between
from bot.knowledge import Quantity, Statement, Time, Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation made of its inputs."""

    text: str
    values: tuple[Value | int | float, ...]
    unit: str | None = None
    operation: str = "lookup"


@dataclass(frozen=True, slots=True)
class Operand:
    """One input: a fact's quantity or time, and its fact in words."""

    statement: Statement
    name: str
    """Whose it is, for the sentence: `Norway's exports to Turkey in 2018`."""
    sentence: str
    quantity: Quantity | None
    time: Time | None


def quantity_of(statement: Statement) -> Quantity | None:
    for values in statement.values.values():
        for value in values:
            if isinstance(value, Quantity):
                return value
    return None


def sentence_list(operands: Sequence[Operand]) -> str:
    return " ".join(dict.fromkeys(operand.sentence for operand in operands))


def comparable(operands: Sequence[Operand]) -> bool:
    """Whether all have amounts of one unit."""
    units = {operand.quantity.unit for operand in operands if operand.quantity}
    return len(units) == 1 and all(operand.quantity for operand in operands)


def difference(a: Operand, b: Operand, composer: Composer) -> Outcome | None:
    if not comparable((a, b)):
        return None
    assert a.quantity and b.quantity
    gap = Quantity(abs(a.quantity.amount - b.quantity.amount), a.quantity.unit)
    text = f"The difference is {composer.quantity(gap)}. {sentence_list((a, b))}"
    return Outcome(text, (gap,), gap.unit, "difference")


def ratio(a: Operand, b: Operand, composer: Composer, *, percent: bool = False) -> Outcome | None:
    """How many times the larger is the smaller, or by what *percent* it is more."""
    if not comparable((a, b)):
        return None
    assert a.quantity and b.quantity
    large, small = sorted((a.quantity.amount, b.quantity.amount), reverse=True)
    if small == 0:
        return None
    times = large / small
    if percent:
        more = (times - 1) * 100
        text = f"{number(more)} % more, a factor of {number(times)}. {sentence_list((a, b))}"
        return Outcome(text, (round(more, 2),), "percent", "ratio")
    text = f"By a factor of {number(times)} ({number((times - 1) * 100)} % more). {sentence_list((a, b))}"
    return Outcome(text, (round(times, 2),), None, "ratio")


def share(part: Operand, whole: Operand, composer: Composer) -> Outcome | None:
    if not comparable((part, whole)):
        return None
    assert part.quantity and whole.quantity
    if whole.quantity.amount == 0:
        return None
    if part.quantity.amount > whole.quantity.amount:
        part, whole = whole, part
    assert part.quantity and whole.quantity
    percent = part.quantity.amount / whole.quantity.amount * 100
    rounded = round(percent)
    exactly = f" ({number(percent)} %)" if number(percent) != str(rounded) else ""
    text = f"About {rounded} %{exactly}. {sentence_list((part, whole))}"
    return Outcome(text, (round(percent, 2),), "percent", "share")


def total(operands: Sequence[Operand], composer: Composer) -> Outcome | None:
    if not comparable(operands):
        return None
    unit = operands[0].quantity.unit if operands[0].quantity else None
    whole = Quantity(sum(operand.quantity.amount for operand in operands if operand.quantity), unit)
    text = f"Together {composer.quantity(whole)}. {sentence_list(operands)}"
    return Outcome(text, (whole,), unit, "sum")


def average_per_year(operand: Operand, composer: Composer) -> Outcome | None:
    if not operand.quantity or not operand.time:
        return None
    years = operand.time.last_year - operand.time.first_year + 1
    mean = Quantity(operand.quantity.amount / years, operand.quantity.unit)
    text = f"On average {composer.quantity(mean)} a year, over {years} years. {operand.sentence}"
    return Outcome(text, (mean,), mean.unit, "average")


def mean(operands: Sequence[Operand], composer: Composer) -> Outcome | None:
    if not comparable(operands):
        return None
    amounts = [operand.quantity.amount for operand in operands if operand.quantity]
    unit = operands[0].quantity.unit if operands[0].quantity else None
    middle = Quantity(sum(amounts) / len(amounts), unit)
    text = f"On average {composer.quantity(middle)}, over {len(amounts)} figures. {sentence_list(operands)}"
    return Outcome(text, (middle,), unit, "average")


def larger(a: Operand, b: Operand, composer: Composer, *, smaller: bool = False) -> Outcome | None:
    """Which of two amounts is the larger (or *smaller*) one."""
    if not comparable((a, b)):
        return None
    assert a.quantity and b.quantity
    first, second = (a, b) if (a.quantity.amount > b.quantity.amount) != smaller else (b, a)
    assert first.quantity and second.quantity
    if first.quantity.amount == second.quantity.amount:
        return Outcome(f"They are equal. {sentence_list((a, b))}", ("equal",), None, "compare")
    word = "smaller" if smaller else "larger"
    gap = Quantity(abs(a.quantity.amount - b.quantity.amount), a.quantity.unit)
    text = (
        f"{capital(first.name)} ({composer.quantity(first.quantity)}) is the {word} of the two, "
        f"by {composer.quantity(gap)}: "
        f"{second.name} was {composer.quantity(second.quantity)}."
    )
    return Outcome(text, (first.name,), None, "compare")


def earlier(a: Operand, b: Operand, *, later: bool = False) -> Outcome | None:
    """Which of two events came first (or *later*)."""
    if not a.time or not b.time:
        return None
    if a.time.start == b.time.start:
        return Outcome(f"They fall in the same time. {sentence_list((a, b))}", ("equal",), None, "order")
    first, second = (a, b) if (a.time.start < b.time.start) != later else (b, a)
    word = "later" if later else "first"
    text = f"{capital(first.name)} came {word} ({first.time}); {second.name}: {second.time}."
    return Outcome(text, (first.name, *((first.time,) if first.time else ())), None, "order")


def duration_between(a: Operand, b: Operand) -> Outcome | None:
    if not a.time or not b.time:
        return None
    first, second = (a, b) if a.time.start <= b.time.start else (b, a)
    assert first.time and second.time
    years = years_between(first.time, second.time)
    if years == 0 and first.time.precision == second.time.precision == "day":
        days = second.time.start - first.time.start
        return Outcome(f"{days} days. {sentence_list((first, second))}", (days,), "day", "duration")
    noun = "year" if years == 1 else "years"
    text = f"{years} {noun}: from {first.time} to {second.time}. {sentence_list((first, second))}"
    return Outcome(text, (years,), "year", "duration")


def duration_to(operand: Operand, end: Time) -> Outcome | None:
    """How long lies between an event and a time that was said."""
    if not operand.time:
        return None
    first, last = sorted((operand.time, end))
    years = years_between(first, last)
    noun = "year" if years == 1 else "years"
    return Outcome(f"{years} {noun}: from {first} to {last}. {operand.sentence}", (years,), "year", "duration")


def length(operand: Operand) -> Outcome | None:
    """How long one event or period lasted."""
    time = operand.time
    if not time:
        return None
    if time.precision == "day":
        days = time.end - time.start + 1
        noun = "day" if days == 1 else "days"
        return Outcome(f"{days} {noun}: {time}. {operand.sentence}", (days,), "day", "duration")
    if time.precision == "period":
        years = time.last_year - time.first_year + (operand.quantity is not None)  # an amount is of all its years
        noun = "year" if years == 1 else "years"
        return Outcome(f"{years} {noun}, {time}. {operand.sentence}", (years,), "year", "duration")
    return None


def lengths(operands: Sequence[Operand]) -> Outcome | None:
    """How long each of several events lasted."""
    each = [found for operand in operands if (found := length(operand))]
    if len(each) != len(operands):
        return None
    return Outcome(" ".join(o.text for o in each), tuple(v for o in each for v in o.values), each[0].unit, "duration")


def length_together(operands: Sequence[Operand]) -> Outcome | None:
    """How long several events lasted in all."""
    times = [operand.time for operand in operands if operand.time and operand.time.precision == "day"]
    if len(times) != len(operands):
        return None
    days = sum(time.end - time.start + 1 for time in times)
    return Outcome(f"{days} days in all. {sentence_list(operands)}", (days,), "day", "duration")


def elapsed(operand: Operand, today: date) -> Outcome | None:
    """How long ago, against the clock *today*."""
    if not operand.time:
        return None
    years = today.year - operand.time.first_year
    if years < 0:
        return None
    noun = "year" if years == 1 else "years"
    text = f"{years} {noun}, counted to {today.year}. {operand.sentence}"
    return Outcome(text, (years,), "year", "elapsed")


def longer(operands: Sequence[Operand], *, shorter: bool = False) -> Outcome | None:
    """Which of several events lasted longer (or *shorter*)."""
    each = [(found, operand) for operand in operands if (found := length(operand))]
    if len(each) != len(operands) or len({found.unit for found, _ in each}) > 1:
        return None
    each.sort(key=lambda pair: float(pair[0].values[0]), reverse=not shorter)  # type: ignore[arg-type]
    told = " ".join(found.text for found, _ in each)
    if each[0][0].values == each[1][0].values:
        return Outcome(f"They lasted equally long. {told}", ("equal",), None, "compare")
    name = each[0][1].name
    return Outcome(f"{capital(name)}. {told}", (name,), None, "compare")


def compare_share(part: Operand, whole: Operand, fraction: float, *, less: bool) -> Outcome | None:
    """Whether *part* is more (or *less*) than a *fraction* of *whole*."""
    if not comparable((part, whole)) or not part.quantity or not whole.quantity or not whole.quantity.amount:
        return None
    reached = part.quantity.amount / whole.quantity.amount
    yes = reached < fraction if less else reached > fraction
    text = f"{'Yes' if yes else 'No'}. It is {number(reached * 100)} %. {sentence_list((part, whole))}"
    return Outcome(text, ("yes" if yes else "no",), None, "verify")


def anniversary(operand: Operand, years: int) -> Outcome | None:
    if not operand.time:
        return None
    year = operand.time.first_year + years
    text = f"In {year}, {years} years after {operand.time}. {operand.sentence}"
    return Outcome(text, (year,), None, "anniversary")
