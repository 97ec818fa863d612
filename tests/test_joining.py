"""Two conditions on one thing: what both halves of a question have in common."""


def test_what_both_halves_find_is_the_answer(bot):
    answer = bot.ask("Which Turkish city has a Norwegian consulate and was visited by the king?")
    assert answer.values == ("Istanbul",)
    assert {"consulates", "visited"} <= set(answer.text.split())
    assert len(answer.references) == 2


def test_halves_that_share_nothing_are_not_joined(bot):
    assert bot.ask("Which city has a Norwegian consulate and was visited by Erdoğan?").status != "answered"


def test_an_operation_in_one_half_is_not_left_out(bot):
    answer = bot.ask("Which country is a member of NATO and exported more in 2018?")
    assert answer.values != ("Norway", "Turkey")
