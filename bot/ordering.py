"""
Putting things in order: the statements that one question is about, or several things that it names.

"List the visits in reverse order" sorts what an intent finds; "which was last: A, B or C" has each of the named
things matched by itself, so they may be about anything that has a date, or amounts of one unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import operations
from bot.analysis import Utterance
from bot.composing import Composer, capital
from bot.knowledge import Time
from bot.operations import Operand, Outcome

WORDS = frozenset(("order", "descending"))
"""The operations that ask for an order."""

_OF_SEVERAL = frozenset((*WORDS, "timeline", "first", "last", "earlier", "later", "max", "min", "greater", "less"))
_SIDES = frozenset(("earlier", "later"))
_BY_TIME = frozenset(("first", "last", "earlier", "later", "timeline"))
_MOST_PARTS = 6
_LONGEST_LEAD = 12


@dataclass(frozen=True, slots=True)
class Series:
    """Things named one after another: where each begins and ends."""

    start: int
    parts: tuple[tuple[int, int], ...]


def ordered(operands: Sequence[Operand], said: frozenset[str] | set[str]) -> Outcome | None:
    """The operands by time, or by amount where they have no times of their own; None when there is nothing to order."""
    by_amount = operations.comparable(operands) and len({o.time.start for o in operands if o.time}) < 2
    if len(operands) < 2 or not (by_amount or all(o.time for o in operands)):
        return None
    found = sorted(operands, key=_amount if by_amount else _time, reverse="descending" in said)
    facts = operations.sentence_list(found)
    values = tuple((o.quantity if by_amount else o.time) for o in found)
    return Outcome(facts, values, None, "order")  # type: ignore[arg-type]


def attributes(said: frozenset[str]) -> tuple[str, ...]:
    """By what named things are to be compared, `time` or `quantity`, the likelier first."""
    if not said.isdisjoint(_BY_TIME):
        return ("time",)
    return ("time", "quantity") if not said.isdisjoint(WORDS) else ("quantity",)


def among(operands: Sequence[Operand], said: frozenset[str], attribute: str, composer: Composer) -> Outcome | None:
    """What several named things come to: all of them in order, or the one that is first, last, most or least."""
    by_time = attribute == "time"
    key = _time if by_time else _amount
    if not by_time and not operations.comparable(operands):
        return None
    shown = {o.name: str(o.time) if by_time else composer.quantity(o.quantity) for o in operands}  # type: ignore[arg-type]
    if not said.isdisjoint(WORDS):
        found = sorted(operands, key=key, reverse="descending" in said)
        names = tuple(o.name for o in found)
        return Outcome(capital("; ".join(f"{name}: {shown[name]}" for name in names)) + ".", names, None, "order")
    backwards = not said.isdisjoint(("last", "later") if by_time else ("max", "greater"))
    found = sorted(operands, key=key, reverse=backwards)
    if key(found[0]) == key(found[1]):
        return None
    if by_time:
        verdict, operation = "came last" if backwards else "came first", "order"
    else:
        verdict, operation = "is the largest" if backwards else "is the smallest", "compare"
    first, *rest = [o.name for o in found]
    others = "; ".join(f"{name}: {shown[name]}" for name in rest)
    return Outcome(f"{capital(first)} {verdict} ({shown[first]}); {others}.", (first,), None, operation)


def either_way(utterance: Utterance) -> int:
    """Where it asks on which side in time, "before or after", "sooner or later than", ends; 0 where it does not."""
    items = utterance.items
    for i in range(1, len(items) - 1):
        one, other = items[i - 1].operations & _SIDES, items[i + 1].operations & _SIDES
        if items[i].joins == "or" and len(one) == len(other) == 1 and one != other:
            return i + 2
    return 0


def side(time: Time, other: Time) -> str:
    """
    Whether *time* is surely `earlier` or `later` than *other*; empty where they overlap.

    >>> side(Time.years(2013), Time.years(2017)), side(Time.years(2013), Time.years(2002, 2018))
    ('earlier', '')
    """
    return "earlier" if time.end < other.start else "later" if time.start > other.end else ""


def series(utterance: Utterance) -> list[Series]:
    """
    The ways in which *utterance* may name several things: what it opens with, then parts between commas, "and", "or".

    Three parts or more, or two behind a wish for an order; two of a comparison are cut elsewhere, more freely.
    """
    if utterance.operations.isdisjoint(_OF_SEVERAL):
        return []
    items = utterance.items
    breaks = [i for i, item in enumerate(items) if item.mark == "," or item.joins or "versus" in item.operations]
    wish = not utterance.operations.isdisjoint(WORDS)
    found = []
    for start in range(min(_LONGEST_LEAD, len(items))):
        if not _only_leads(utterance, start):
            break
        said = any(not item.operations.isdisjoint(_OF_SEVERAL) for item in items[:start])
        if not said and not (wish and not items[-1].operations.isdisjoint(WORDS)):
            continue
        least = 2 if wish or (start and items[start - 1].mark == ",") else 3
        inside = [i for i in breaks if i >= start]
        ends = [*inside, len(items)]
        parts, begin = [], start
        for end in ends:
            if any(utterance.content(k) for k in range(begin, end)):
                parts.append((begin, end))
            begin = end + 1
        if least <= len(parts) <= _MOST_PARTS:
            found.append(Series(start, tuple(parts)))
    return found


def _only_leads(utterance: Utterance, start: int) -> bool:
    """Whether what stands before *start* says only that several things are to be ordered."""
    return all(
        item.filler
        or item.mark
        or item.asks
        or item.operations & _OF_SEVERAL
        or item.operations & {"list", "happen", "both"}
        or item.auxiliary
        or item.pronoun
        or item.preposition
        or (item.time is None and not (item.entities or item.senses) and item.known)
        for item in utterance.items[:start]
    )


def _time(operand: Operand) -> float:
    return operand.time.start if operand.time else 0


def _amount(operand: Operand) -> float:
    return operand.quantity.amount if operand.quantity else 0.0
