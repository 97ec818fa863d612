"""
What a person sees: an answer as lines, the same at the prompt and on the command line, and messages.

Text may quote what somebody typed or a file of somebody else's, so it is made harmless before a terminal
sees it.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.answer import Answer

# C0 except tab and newline, DEL and C1 (U+009B alone begins an escape sequence), and the bidirectional
# controls, which can make a line show something else than it says (CVE-2021-42574).
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""
    *text* with each control character written out, except tabs and newlines.

    >>> print(printable("red \x1b[31malert\x07"))
    red \u001b[31malert\u0007
    """
    return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def say(message: str) -> None:
    """Put *message* on standard error, harmless to a terminal; nobody listening is no reason to stop."""
    if sys.stderr is None:  # closed: print() would take standard output instead
        return
    try:
        sys.stderr.write(printable(message) + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        pass


def render(answer: Answer) -> str:
    """
    The text, then where it comes from, then what can be asked instead; ends without a newline.

    >>> from bot.answer import Answer
    >>> print(render(Answer("Since when?", "answered", "Since 1926.", references=("article, paragraph 2",))))
    Since 1926.
    Source: article, paragraph 2
    """
    return printable("\n".join([answer.text, *source_lines(answer), *_suggestion_lines(answer)]))


def source_lines(answer: Answer) -> list[str]:
    """
    The line that says where the answer comes from; none when it has no references.

    >>> from bot.answer import Answer
    >>> source_lines(Answer("q", "answered", "a", references=("table 1", "table 2")))
    ['Source: table 1; table 2']
    """
    return ["Source: " + "; ".join(answer.references)] if answer.references else []


def _suggestion_lines(answer: Answer) -> list[str]:
    if not answer.suggestions:
        return []
    head = "Did you mean:" if answer.status == "clarify" else "You can ask:"
    return [head, *(f"  - {suggestion}" for suggestion in answer.suggestions)]
