"""
What is a copy of something knows it for as long as it is the same.

The module's name comes first, as mypyc translates modules in the order of their names: an assignment that it translates
before the class's `__setattr__` goes past that. A compiled build looks for such, and fails.
"""

from __future__ import annotations

_COMPILED = not __file__.endswith(".py")

OF_PLACE = frozenset(("text", "start", "end", "respelled"))
"""What differs between the places where a word is said, and does not change what it means."""


class Copy:
    """Forgets its `origin` when anything else of it is set than where it stands."""

    def __setattr__(self, name: str, value: object) -> None:
        if _COMPILED:  # when it has no `__dict__`
            object.__setattr__(self, name, value)
            if name not in OF_PLACE:
                object.__setattr__(self, "origin", None)
            return
        attributes = self.__dict__
        attributes[name] = value
        if name not in OF_PLACE:
            attributes["origin"] = None
