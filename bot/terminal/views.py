"""
Answers to look at: the statements that an answer used, as a table, a bar chart or a timeline.

A view says nothing that the statements do not. Which one shows an answer best is told by the statements alone: events
of several kinds make a timeline, figures of one kind and unit a chart, statements of one property that differ in more
than one respect a table. Anything else is said well enough by a sentence.

The bars are drawn here: the plot libraries at hand draw axes and curves, and bring more code than this program has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.composing import Composer, capital, join
from bot.knowledge import Property, Quantity, Statement, Time, Value
from bot.terminal.cells import clip, pad, width, wrap
from bot.terminal.look import Fragments, Look

GAP = 2
"""Cells between columns."""
NARROW = 16
"""A column is as wide as its longest word, or this; where not even that fits, each row becomes a list of its own."""
SHORTEST_BAR = 8
"""With less room than this for the bars, labels and figures stand above them."""

_EIGHTHS = "▏▎▍▌▋▊▉█"


def automatic(statements: Sequence[Statement], composer: Composer, look: Look) -> tuple[str, Fragments]:
    """The name and the fragments of the view that shows *statements* best; two empty things when none does."""
    kinds = {statement.property.id for statement in statements}
    if len(statements) < 2:
        return "", []
    if len(kinds) > 1:
        if all(_is_event(statement) for statement in statements):
            return "timeline", timeline(statements, composer, look)
        return "", []
    if chart := bars(statements, composer, look):
        return "plot", chart
    if len(_varying(statements)) > 1 and len(_merged(statements)) > 1:
        return "table", table(statements, composer, look)
    return "", []


# Tables


def table(statements: Sequence[Statement], composer: Composer, look: Look) -> Fragments:
    """A table for each property among *statements*; empty when there are none."""
    groups: dict[str, list[Statement]] = {}
    for statement in statements:
        groups.setdefault(statement.property.id, []).append(statement)
    out: Fragments = []
    for group in groups.values():
        heads, rows = _cells(group, composer, look)
        if out:
            out.append(("", "\n\n"))
        if len(groups) > 1:
            out.append(("class:quiet", look.text(capital(group[0].property.label)) + "\n"))
        out += rows_and_columns(heads, rows, look)
    return out


def rows_and_columns(heads: Sequence[str], rows: Sequence[Sequence[str]], look: Look) -> Fragments:
    """Texts that are harmless already, in columns as wide as they need and the screen allows."""
    widths = [max(width(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    least = [
        min(NARROW, max(width(word) for row in [heads, *rows] for word in row[column].split() or [""]))
        for column in range(len(heads))
    ]
    room = look.columns - GAP * (len(heads) - 1)
    if sum(least) > room:
        return _one_by_one(heads, rows, look)
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda column: (widths[column] > least[column], widths[column]))
        widths[widest] -= 1
    out = _row(heads, widths, "class:heading")
    out += [("", "\n"), ("class:quiet", (" " * GAP).join(look.text("─") * wide for wide in widths))]
    wrapped = any(width(cell) > wide for row in rows for cell, wide in zip(row, widths, strict=True))
    for number, row in enumerate(rows):
        out.append(("", "\n\n" if wrapped and number else "\n"))
        out += _row(row, widths, "")
    return out


def _row(cells: Sequence[str], widths: Sequence[int], style: str) -> Fragments:
    columns = [wrap(cell, wide) for cell, wide in zip(cells, widths, strict=True)]
    lines = []
    for number in range(max(map(len, columns))):
        pieces = [column[number] if number < len(column) else "" for column in columns]
        lines.append((" " * GAP).join(map(pad, pieces, widths)).rstrip())
    return [(style, "\n".join(lines))]


def _one_by_one(heads: Sequence[str], rows: Sequence[Sequence[str]], look: Look) -> Fragments:
    """For a screen too narrow for columns: each row as lines of its own."""
    wide = min(max(map(width, heads)), look.columns // 2)
    out: Fragments = []
    for number, row in enumerate(rows):
        if number:
            out.append(("", "\n"))
        for head, cell in zip(heads, row, strict=True):
            if not cell:
                continue
            lines = wrap(cell, look.columns - wide - GAP)
            out += [("class:heading", ("\n" if out else "") + pad(clip(head, wide), wide + GAP)), ("", lines[0])]
            out += [("", "\n" + " " * (wide + GAP) + line) for line in lines[1:]]
    return out


def _cells(statements: Sequence[Statement], composer: Composer, look: Look) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: the roles that differ, or all when none does. What differs in the value alone is one row."""
    property_ = statements[0].property
    roles = _varying(statements) or [role for role in property_.roles if any(s.get(role) for s in statements)]
    merged = _merged(statements)
    groups = merged if len(merged) > 1 else [[statement] for statement in statements]
    rows = [[look.text(join(_values(group, role, composer))) for role in roles] for group in groups]
    return [look.text(_head(role)) for role in roles], rows


def _merged(statements: Sequence[Statement]) -> list[list[Statement]]:
    """Statements that differ in nothing but the value are told as one."""
    value = statements[0].property.value
    keys = [role for role in _varying(statements) if role != value]
    groups: dict[object, list[Statement]] = {}
    for statement in statements:
        groups.setdefault(tuple(statement.get(role) for role in keys), []).append(statement)
    return list(groups.values())


def _varying(statements: Sequence[Statement]) -> list[str]:
    """The roles in which *statements* of one property differ, in the order in which it declares them."""
    if len(statements) < 2:
        return []
    return [role for role in statements[0].property.roles if len({statement.get(role) for statement in statements}) > 1]


def _values(statements: Iterable[Statement], role: str, composer: Composer) -> list[str]:
    return list(dict.fromkeys(label(value, composer) for statement in statements for value in statement.get(role)))


def _head(role: str) -> str:
    return capital(role.replace("_", " "))


# Bar charts


def bars(statements: Sequence[Statement], composer: Composer, look: Look) -> Fragments:
    """
    The figures of *statements* as bars from zero; empty unless they are two or more of one property and unit.

    They stand in the order of time when each has its own, and otherwise as they come.
    """
    figures = figures_of(statements)
    if len(figures) < 2:
        return []
    statements = [statement for statement, _ in figures]
    if len({str(statement.time) for statement in statements}) == len(statements) and all(s.time for s in statements):
        figures.sort(key=lambda figure: figure[0].time or Time(0, 0, ""))
    labels = [look.text(text) for text in _labels([statement for statement, _ in figures], composer)]
    amounts = [quantity.amount for _, quantity in figures]
    shown = [look.text(composer.quantity(quantity)) for _, quantity in figures]
    wide_label, wide_figure = max(map(width, labels)), max(map(width, shown))
    room = look.columns - wide_label - wide_figure - 2 * GAP
    above = room < SHORTEST_BAR
    if above:
        room = look.columns
    low, high = min(0.0, *amounts), max(0.0, *amounts)
    out: Fragments = [("class:heading", "\n".join(wrap(look.text(_title(statements, composer)), look.columns)))]
    for text, amount, figure in zip(labels, amounts, shown, strict=True):
        bar = _bar(amount, low, high, room, look)
        if above:
            lines = wrap(f"{text}  {figure}", look.columns)
            out += [("", "\n" + "\n".join(lines) + "\n"), ("class:bar", bar)]
        else:
            out += [("", "\n" + pad(text, wide_label + GAP)), ("class:bar", bar)]
            out.append(("", (" " * GAP if bar else "") + figure))
    return out


def figures_of(statements: Sequence[Statement]) -> list[tuple[Statement, Quantity]]:
    """Each statement with its figure, if they are all of one property and unit; else none."""
    figures = []
    for statement in statements:
        amounts = [value for value in statement.get(statement.property.value) if isinstance(value, Quantity)]
        if len(amounts) != 1:
            return []
        figures.append((statement, amounts[0]))
    alike = {(statement.property.id, quantity.unit) for statement, quantity in figures}
    return figures if len(alike) == 1 else []


def _bar(amount: float, low: float, high: float, room: int, look: Look) -> str:
    """The bar of *amount* on a scale from *low* (never above 0) to *high* in *room* cells."""
    span = high - low or 1.0
    zero = round(-low / span * room)
    if amount < 0:
        start = round((amount - low) / span * room)
        return " " * start + look.text("█") * (zero - start)
    eighths = round(amount / span * room * 8)
    if amount > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    if not look.can_show(_EIGHTHS):
        return " " * zero + look.text("█") * (full + (rest > 3) or (amount > 0))
    return " " * zero + "█" * full + (_EIGHTHS[rest - 1] if rest else "")


def _labels(statements: Sequence[Statement], composer: Composer) -> list[str]:
    """What tells *statements* apart: the subject, then the time, then whatever else it takes."""
    property_ = statements[0].property
    varying = [role for role in _varying(statements) if role != property_.value]
    first = [role for role in varying if role == property_.subject or "time" in property_.roles[role].types]
    roles: list[str] = []
    labels = [""] * len(statements)
    for role in [*first, *(role for role in varying if role not in first)]:
        roles.append(role)
        labels = [", ".join(join(_values([s], role, composer)) for role in roles) for s in statements]
        if len(set(labels)) == len(labels):
            break
    return labels


def _title(statements: Sequence[Statement], composer: Composer) -> str:
    times = {str(statement.time) for statement in statements if statement.time}
    title = capital(statements[0].property.label)
    return f"{title}, {times.pop()}" if len(times) == 1 else title


# Timelines


def timeline(statements: Iterable[Statement], composer: Composer, look: Look) -> Fragments:
    """*statements* that have a time, earliest first, each as a sentence; empty when none has one."""
    dated = sorted(
        ((statement.time, statement) for statement in statements if statement.time is not None),
        key=lambda pair: (pair[0].start, pair[0].end),
    )
    if not dated:
        return []
    times = [look.text(str(time)) for time, _ in dated]
    wide = min(max(map(width, times)), max(9, look.columns // 4))
    point, line = look.text("●"), look.text("│")
    out: Fragments = []
    for number, ((_, statement), time) in enumerate(zip(dated, times, strict=True)):
        when = wrap(time, wide)
        what = wrap(look.text(composer.sentence(statement)), look.columns - wide - 4)
        if number:
            out.append(("", "\n"))
        last = number == len(dated) - 1
        for index in range(max(len(when), len(what))):
            if index:
                out.append(("", "\n"))
            out.append(("class:value", pad(when[index] if index < len(when) else "", wide) + " "))
            out.append(("class:bar", point if not index else " " if last else line))
            out.append(("", " " + what[index] if index < len(what) else ""))
    return out


def _is_event(statement: Statement) -> bool:
    return statement.property.event and statement.time is not None


def label(value: Value, composer: Composer) -> str:
    """A value as it stands in a cell: an entity's label, a date, an amount with its unit."""
    return composer.quantity(value) if isinstance(value, Quantity) else composer.domain.kb.label(value)


def sentences_of(statements: Iterable[Statement], composer: Composer) -> list[str]:
    return [composer.sentence(statement) for statement in statements]


def events(properties: Iterable[Property]) -> list[str]:
    """The ids of those of *properties* whose statements are events."""
    return [property_.id for property_ in properties if property_.event]
