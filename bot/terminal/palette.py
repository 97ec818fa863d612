"""
The colours, by name, for dark and for light backgrounds.

Which background a terminal has cannot be asked of all of them, so the colours taken without being told are those that
can be read on both: of middling lightness, four and a half times as light as black and as dark as white (WCAG's AA).
Whatever is told by colour is told in another way too, as `NO_COLOR` takes the colours and leaves the underlining.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

THEMES: dict[str, dict[str, str]] = {
    "both": {
        "entity": "#3b77c3", "value": "#a06a00", "topic": "#15863f", "operation": "#a851c7", "unknown": "#d33d3b",
        "quiet": "#767676",
    },
    "dark": {
        "entity": "#7ab8ff", "value": "#f0b860", "topic": "#7fd88f", "operation": "#d39cf0", "unknown": "#ff8080",
        "quiet": "#9a9a9a",
    },
    "light": {
        "entity": "#0a4fa8", "value": "#7f4f00", "topic": "#0b6030", "operation": "#7b1fa2", "unknown": "#b00020",
        "quiet": "#5f5f5f",
    },
}  # fmt: skip


def theme_for(setting: str, environ: Mapping[str, str] = os.environ) -> str:
    """
    The theme to use: the one set, or what the terminal says of its background (`COLORFGBG`), or one for both.

    >>> theme_for("light"), theme_for("auto", {"COLORFGBG": "15;0"}), theme_for("auto", {})
    ('light', 'dark', 'both')
    """
    if setting in THEMES:
        return setting
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    if not background.isdecimal():
        return "both"
    return "light" if int(background) in (7, 15) else "dark"


def styles(theme: str) -> dict[str, str]:
    """Style names and what prompt_toolkit should make of them."""
    colours = THEMES[theme]
    quiet = colours["quiet"]
    return {
        **{name: colour for name, colour in colours.items() if name != "unknown"},
        "unknown": f"underline {colours['unknown']}",
        "prompt": f"bold {colours['topic']}",
        "heading": "bold",
        "number": f"bold {colours['entity']}",
        "bar": colours["entity"],
        "problem": colours["unknown"],
        "source": f"italic {quiet}",
        "bottom-toolbar": f"noreverse {quiet}",
        "bottom-toolbar.text": f"noreverse {quiet}",
        "preview": "noreverse bold",
        "auto-suggestion": quiet,
        "placeholder": quiet,
        "selected-option": f"bold {colours['entity']}",
        "completion-menu": "bg:default fg:default",
        "completion-menu.completion": "bg:default fg:default",
        "completion-menu.completion.current": "bg:default fg:default bold reverse",
        "completion-menu.meta.completion": f"bg:default {quiet}",
        "completion-menu.meta.completion.current": "bg:default fg:default reverse",
        "completion-menu.completion fuzzymatch.outside": "fg:default",
        "completion-menu.completion fuzzymatch.inside": "fg:default nobold",
        "completion-menu.completion fuzzymatch.inside.character": "fg:default bold underline",
        "scrollbar.background": "bg:default",
        "scrollbar.button": f"bg:{quiet}",
    }
