"""
A picture of a real session: the chat is driven in a pseudo-terminal, and what stands on its screen is drawn as SVG.

    python tools/picture.py docs/session.svg

Nothing in it is made up: if the chat changes, so does the picture. Text stays text, so that it can be read aloud and
copied.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from driver import DOWN, ENTER, Terminal
from wcwidth import wcwidth

COLUMNS, ROWS = 92, 43
CELL, LINE, SIZE, MARGIN = 8.4, 19, 14, 16
BACKGROUND, FOREGROUND = "#1d2027", "#d7dae0"
FONT = "'DejaVu Sans Mono', Menlo, Consolas, monospace"
NAMED = {
    "black": "#3b4048", "red": "#e06c75", "green": "#98c379", "brown": "#d19a66", "blue": "#61afef",
    "magenta": "#c678dd", "cyan": "#56b6c2", "white": "#d7dae0",
}  # fmt: skip


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    file = Path(sys.argv[1])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(svg(session()), encoding="utf-8")
    print(f"wrote {file}")
    return 0


def session() -> Terminal:
    """A chat that stopped in the middle of a line."""
    with tempfile.TemporaryDirectory() as home:
        own = {
            "XDG_STATE_HOME": home,
            "XDG_CONFIG_HOME": home,
            "COLORFGBG": "15;0",
            "PROMPT_TOOLKIT_COLOR_DEPTH": "DEPTH_24_BIT",
        }
        with Terminal("chat", columns=COLUMNS, rows=ROWS, environment=own) as terminal:
            terminal.until("/help").until(_ready)
            ask(terminal, "list all visits")
            terminal.until("Guest post").until(_ready)
            ask(terminal, "what did they export to Sweden in 2018")
            terminal.until(">  1.")
            terminal.type(DOWN + ENTER)
            terminal.until("Source:").until(_ready)
            ask(terminal, "and the other way round?")
            terminal.until("765 million dollars").until(_ready)
            ask(terminal, "by how much?")
            terminal.until("█").until(_ready)
            terminal.type("how much did Norway invest in Turkey and ")
            terminal.settle()
            terminal.type("Sweden between 2002 and 2018 ")
            terminal.until("I do not know about “Sweden”").settle()
            return terminal


def ask(terminal: Terminal, question: str) -> None:
    """Type *question*, look at what the chat makes of it, and press Enter."""
    terminal.type(question)
    terminal.settle()
    terminal.type(ENTER)


def svg(terminal: Terminal) -> str:
    """What stands on the screen of *terminal*."""
    screen = terminal.screen
    wide, high = COLUMNS * CELL + 2 * MARGIN, ROWS * LINE + 2 * MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" '
        f'role="img" aria-label="A chat with citebot in a terminal">',
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
        f'<g font-family="{FONT}" font-size="{SIZE}" fill="{FOREGROUND}" xml:space="preserve">',
    ]
    for row in range(ROWS):
        out += _row(screen, row)
    cursor_x, cursor_y = MARGIN + screen.cursor.x * CELL, MARGIN + screen.cursor.y * LINE
    out.append(
        f'<rect x="{cursor_x:g}" y="{cursor_y:g}" width="{CELL:g}" height="{LINE}" fill="{FOREGROUND}" opacity=".8"/>'
    )
    return "\n".join([*out, "</g>", "</svg>", ""])


def _row(screen, row):
    """The words of one line, each placed by its cell, so that no font can push them out of line."""
    line, column = screen.buffer[row], 0
    while column < COLUMNS:
        style = _style(line[column])
        begin, text = column, ""
        while column < COLUMNS and _style(line[column]) == style:
            text += line[column].data
            column += 1
        if not text.strip() and "background" not in style:
            continue
        x, y, wide = MARGIN + begin * CELL, MARGIN + row * LINE, (column - begin) * CELL
        if ground := style.get("background"):
            yield _rect(x, y, wide, LINE, ground)
        if not text.strip():
            continue
        if set(text) <= set("█▏▎▍▌▋▊▉"):  # drawn, as fonts leave gaps between them
            eighths = sum(8 if char == "█" else "▏▎▍▌▋▊▉".index(char) + 1 for char in text)
            yield _rect(x, y + 2.5, eighths * CELL / 8, LINE - 5, style["fill"])
            continue
        if style.pop("underline", ""):
            yield _rect(x, y + 16, wide, 1.2, style["fill"])
        rest = "".join(f' {key}="{value}"' for key, value in style.items() if key != "background")
        for word in re.finditer(r"\S+", text):
            cells = sum(max(0, wcwidth(char)) for char in word[0])
            at = x + CELL * sum(max(0, wcwidth(char)) for char in text[: word.start()])
            length = f'textLength="{cells * CELL:g}" lengthAdjust="spacingAndGlyphs"'
            yield f'<text x="{at:g}" y="{y + 14:g}" {length}{rest}>{escape(word[0])}</text>'


def _rect(x: float, y: float, wide: float, high: float, fill: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" fill="{fill}"/>'


def _style(char) -> dict[str, str]:
    fill, ground = _colour(char.fg, FOREGROUND), _colour(char.bg, "")
    if char.reverse:
        fill, ground = ground or BACKGROUND, fill
    style = {"fill": fill}
    if char.bold:
        style["font-weight"] = "bold"
    if char.italics:
        style["font-style"] = "italic"
    if char.underscore:
        style["underline"] = "yes"
    if ground:
        style["background"] = ground
    return style


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    return NAMED.get(name) or f"#{name}"


def _ready(terminal: Terminal) -> bool:
    return terminal.line.startswith(">") and os.linesep not in terminal.line


if __name__ == "__main__":
    raise SystemExit(main())
