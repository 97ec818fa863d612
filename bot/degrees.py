"""
"heavier", "cheapest": adjectives that say an amount and compare it at once.

A wording such as `{loaf} (weight|heavy)` finds the intent by them; which way they compare is the language's to say,
so that no intent has to name each of their forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.schema import degrees

ADJECTIVES = ("much", "little")
"""The groups of the language's composition that list them: they are no small words."""
_OPERATIONS = {True: ("greater", "max"), False: ("less", "min")}


def forms(grammar: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """
    Comparatives and superlatives of the language's adjectives of amounts, each with the operation that it asks for.

    >>> found = forms({"much": ("heavy",), "little": ("cheap",)})
    >>> found["heavier"], found["heaviest"], found["cheaper"], found["cheapest"]
    ('greater', 'max', 'less', 'min')
    """
    return _forms(grammar.get("much", ()), grammar.get("little", ()))


@lru_cache(maxsize=8)
def _forms(much: Iterable[str], little: Iterable[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for adjectives, more in ((much, True), (little, False)):
        for adjective in adjectives:
            comparative, superlative = degrees(adjective)
            if " " not in comparative:
                found[comparative], found[superlative] = _OPERATIONS[more]
    return found
