"""Whoever is named by office alone must have held it in the fact that answers."""

import pytest


@pytest.mark.parametrize(
    "question", ["Did the Turkish president visit Norway?", "Has any Turkish president visited Oslo?"]
)
def test_a_visit_in_another_post_is_none_of_this_one(bot, question):
    answer = bot.ask(question)
    assert answer.values == ("no",)
    assert "Prime Minister Recep Tayyip Erdoğan" in answer.text


def test_a_post_that_was_held_then_agrees(bot):
    assert bot.ask("Did the king of Norway visit Turkey?").values == ("yes",)


def test_a_post_picks_among_those_who_held_it(bot):
    assert bot.ask("Who was received by the Turkish president?").values == ("Harald V",)


def test_a_title_beside_a_name_is_no_condition(bot):
    assert bot.ask("When did President Erdoğan visit Norway?").values == ("11–12 April 2005",)
