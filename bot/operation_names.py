"""
The operations by name: what each does, and what answers call it where that is another word.

Authors write a name in an intent's `operation`, tests and answer records hold one, and the language data list the words
that ask for each. This is the one list that the loader, `bot test` and the manual share.
"""

from __future__ import annotations

OPERATIONS: dict[str, str] = {
    "sum": "Adds the amounts of the facts up.",
    "average": "The mean of several amounts, or of one over the years that it is for.",
    "difference": "How far two amounts, or two times, are apart.",
    "percent_difference": "By how many percent the larger of two amounts is more.",
    "ratio": "By what factor the larger of two amounts is more.",
    "share": "How many percent a part is of its whole; `part_of` says of what.",
    "greater": "Which has more, or what is above an amount.",
    "less": "Which has less, or what is below an amount.",
    "max": "Which has the most.",
    "min": "Which has the least.",
    "earlier": "Which came before, or what came before a time.",
    "later": "Which came after, or what came after a time.",
    "first": "The earliest of the facts.",
    "last": "The latest of the facts.",
    "ago": "How many years ago it was.",
    "duration": "How long it lasted, or how long lies between two.",
    "anniversary": "The year in which it was a hundred (or so many) years ago.",
    "order": "All of them in order of time, or of amount.",
    "descending": "The same the other way round.",
    "timeline": "The events one after the other.",
    "list": "All values.",
    "describe": "All that is known of it.",
    "happen": "What happened at a time.",
    "notable": "The same, asked as what was new or important.",
    "together": "Of all that was named, not of each.",
    "except": "All but what is named.",
    "not": "What it is not true of.",
    "equal": "Whether two are the same.",
    "versus": "Two set against each other.",
    "both": "Two at once.",
    "only": "That and nothing else.",
}
"""What each operation does that an intent, or the words of a question, may ask for."""

OF_INTENTS = tuple(OPERATIONS)[: tuple(OPERATIONS).index("list")]
"""Those that an intent may have as its own `operation`; the others say what a question wants of any of these."""

NEED_AMOUNT = frozenset(("sum", "average", "difference", "percent_difference", "ratio", "share"))
NEED_TIME = frozenset(("earlier", "later", "first", "last", "ago", "anniversary", "duration", "timeline"))
"""Operations that make something of amounts, and of times."""

ANSWERED_AS: dict[str, str] = {
    "ago": "elapsed",
    "first": "earliest",
    "last": "latest",
    "earlier": "earliest",
    "later": "latest",
    "greater": "compare",
    "less": "compare",
    "max": "compare",
    "min": "compare",
    "percent_difference": "ratio",
    "together": "sum",
    "timeline": "order",
    "descending": "order",
}
"""What answers and `bot explain` call it, where that is another name. Tests may hold either."""

_MEANT = {"elapsed": "ago", "earliest": "first", "latest": "last"}
"""Names of answers that mean one operation of an intent, and are taken for it."""


def canonical(name: str) -> str:
    """
    The operation that an author means by *name*, which may be what answers call it.

    >>> canonical("elapsed"), canonical("sum")
    ('ago', 'sum')
    """
    return _MEANT.get(name, name)


def is_same(expected: str, answered: str | None) -> bool:
    """
    Whether a test that expects *expected* is content with an answer whose operation is *answered*.

    >>> is_same("ago", "elapsed"), is_same("earliest", "earliest"), is_same("sum", "average")
    (True, True, False)
    """
    return answered in (expected, ANSWERED_AS.get(expected))


def mend(name: str, known: list[str]) -> str:
    """
    What to write instead of an unknown *name*: all of *known*, after the one that it is a slip of.

    >>> mend("differnce", ["difference", "sum"])
    "did you mean 'difference'?"
    >>> mend("more", ["order", "sum"])
    "use one of 'order', 'sum'"
    >>> mend("compare", ["greater", "less", "max", "min", "sum"])
    "answers call so what 'greater', 'less', 'max', 'min' ask for: write one of these"
    """
    from bot.source import nearest  # here, as most files have no such mistake

    asked = [operation for operation in known if ANSWERED_AS.get(operation) == name]
    if asked:
        return f"answers call so what {', '.join(map(repr, asked))} ask for: write one of these"
    near = [operation for operation in known if len(name) > 4 and operation[:1] == name[:1]]
    meant = nearest(name, near)
    return f"did you mean {meant!r}?" if meant else "use one of " + ", ".join(map(repr, known))
