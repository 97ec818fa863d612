"""Who does it and to whom it is done must be as the sentence says, whatever the types of the names allow."""

import pytest


@pytest.mark.parametrize(
    "question",
    [
        "Did the ambassadors order the president to resign?",
        "Did the envoys order Erdoğan?",
        "Did Osman Kavala sign the appeal?",
        "Was Erdoğan ordered to expel the ambassadors?",
        "Did Kavala expel the ambassadors?",
        "Was Gül received by Harald?",
    ],
)
def test_roles_turned_round_are_not_affirmed(bot, question):
    answer = bot.ask(question)
    assert answer.values != ("yes",)


@pytest.mark.parametrize(
    "question",
    ["Who ordered Erdoğan?", "Whom did Harald host?", "Who was received by Harald?", "When did Norway visit Turkey?"],
)
def test_roles_turned_round_are_not_answered_with_what_is_known(bot, question):
    answer = bot.ask(question)
    assert (answer.status, answer.values) == ("no_data", ())


@pytest.mark.parametrize(
    "question, value",
    [
        ("Who was received by Gül?", "Harald V"),
        ("By whom was the king received?", "Abdullah Gül"),
        ("Who was the president that welcomed the king?", "Abdullah Gül"),
        ("Whom did Bondevik receive?", "Recep Tayyip Erdoğan"),
    ],
)
def test_the_passive_and_relative_clauses_leave_roles_where_they_are(bot, question, value):
    assert bot.ask(question).values == (value,)


def test_the_explanation_names_what_was_turned_round(bot):
    reasons = bot.ask("Who ordered Erdoğan?").explanation.reasons
    assert ("turned-round", "somebody is said in another's place") in reasons
