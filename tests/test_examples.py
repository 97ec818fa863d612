"""The example domains answer their own questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import Bot, LoadError, grading

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_the_planets_answer_their_questions() -> None:
    bot = Bot.load(EXAMPLES / "planets" / "intents", EXAMPLES / "planets" / "knowledge", cache=False)
    report = grading.grade(bot, grading.read_cases(str(EXAMPLES / "planets" / "questions.jsonl")))
    assert report.right == report.total, report.text()


def test_the_geography_mapping_names_the_tables_that_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        Bot.load(EXAMPLES / "geo" / "intents", EXAMPLES / "geo" / "knowledge", tables=tmp_path, cache=False)
    assert {problem.code for problem in caught.value.problems} == {"unreadable-table"}
