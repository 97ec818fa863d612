"""
A column of questions in a pandas frame.

    python column.py questions.csv > answers.csv
"""

from __future__ import annotations

import sys

import pandas as pd

from bot import Bot, answer_batch


def answered(frame: pd.DataFrame, bot: Bot) -> pd.DataFrame:
    """*frame* with all that is known of each answer; rows that share a `session` are one conversation."""
    return answer_batch(frame, bot)


def with_text(frame: pd.DataFrame, bot: Bot) -> pd.DataFrame:
    """The same by hand, when the text is enough."""
    return frame.assign(text=frame["question"].map(lambda question: bot.ask(question).text))


if __name__ == "__main__":
    answered(pd.read_csv(sys.argv[1]), Bot.load()).to_csv(sys.stdout, index=False)
