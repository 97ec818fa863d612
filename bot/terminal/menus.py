"""
A question back as a menu: prompt_toolkit's `choice`, which the arrow keys and digits answer, and plain words too.

Whoever begins to type does not want to pick: the menu gives way, and what was typed stands on the next line.
"""

from __future__ import annotations

from typing import NamedTuple

from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.shortcuts.choice_input import ChoiceInput
from prompt_toolkit.styles import BaseStyle

from bot.rendering import UNSAFE
from bot.terminal.cells import clip, wrap
from bot.terminal.commands import Offer
from bot.terminal.look import Look

HINT = "↑↓ or a digit chooses · Enter asks · Esc, or typing, leaves · ← edits"
INDENT = 10
"""Cells that prompt_toolkit puts before and behind an option."""


class Picked(NamedTuple):
    """What came of a menu: a line to be asked, or the beginning of one that is being typed."""

    line: str = ""
    typed: str = ""


def pick(offer: Offer, look: Look, style: BaseStyle, *, question: str = "") -> Picked:
    """
    Let one of *offer* be picked; *question* is what can be taken up again.

    Raises KeyboardInterrupt for Ctrl-C and EOFError for Ctrl-D.
    """
    options = [(str(number), _label(label, look)) for number, (label, _) in enumerate(offer.options)]
    menu: ChoiceInput[str | Picked] = ChoiceInput(
        message=offer.message,
        options=list(options),
        style=style,
        symbol=look.text(">"),
        bottom_toolbar=" " + clip(look.text(HINT), look.columns - 2, look.text("…")),
        key_bindings=_keys(question, len(options)),
    )
    chosen = menu.prompt()
    return chosen if isinstance(chosen, Picked) else Picked(line=offer.options[int(chosen)][1])


def _label(label: str, look: Look) -> str:
    return ("\n" + " " * 6).join(wrap(label, look.columns - INDENT))


def _keys(question: str, options: int) -> KeyBindings:
    keys = KeyBindings()
    digits = ""

    @Condition
    def is_text() -> bool:
        """A letter, or a digit that goes on with a number such as a year."""
        pressed = [key.key for key in get_app().key_processor.key_buffer]
        last = pressed[-1] if pressed else ""
        if isinstance(last, Keys) or len(last) != 1 or not last.isprintable() or last.isspace():
            return False
        return bool(digits) or not last.isdecimal() or not 1 <= int(last) <= min(options, 9)

    @keys.add(Keys.Any, filter=is_text, eager=True)
    def _type(event: KeyPressEvent) -> None:
        event.app.exit(result=Picked(typed=digits + event.data))

    for digit in "123456789"[:options]:

        @keys.add(digit, filter=~is_text, eager=True)
        def _digit(event: KeyPressEvent) -> None:
            nonlocal digits
            digits = event.data
            select = event.app.layout.current_control
            bindings = select.get_key_bindings()
            assert bindings is not None
            bindings.get_bindings_for_keys((event.data,))[-1].call(event)

    @keys.add("up", eager=False)
    @keys.add("down", eager=False)
    def _move(event: KeyPressEvent) -> None:
        nonlocal digits
        digits = ""

    @keys.add(Keys.BracketedPaste, eager=True)
    def _paste(event: KeyPressEvent) -> None:
        event.app.exit(result=Picked(typed=pasted(event.data)))

    @keys.add("left", eager=True)
    @keys.add("backspace", eager=True)
    def _again(event: KeyPressEvent) -> None:
        event.app.exit(result=Picked(typed=question))

    @keys.add("escape", eager=True)
    def _close(event: KeyPressEvent) -> None:
        event.app.exit(result=Picked())

    @keys.add("c-d", eager=True)
    def _leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError())

    return keys


def pasted(data: str) -> str:
    r"""
    What was pasted, without what a terminal would obey; its lines stay.

    >>> pasted("one\r\ntwo \x1b[31m")
    'one\ntwo [31m'
    """
    return UNSAFE.sub("", data.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
