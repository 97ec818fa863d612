"""The speller: what it finds, and that its index finds what a search through all words does."""

import pytest

from bot.fuzzy import PREPARED_FROM, Speller


def misspelt(word):
    """*word* with one letter left out, doubled, exchanged, or swapped with the next: each at another place."""
    middle = len(word) // 2
    yield word[:middle] + word[middle + 1 :]
    yield word[: middle + 1] + word[middle:]
    yield "x" + word[1:]
    yield word[:1] + word[2:3] + word[1:2] + word[3:]
    yield word[:-1]
    yield word[:1] + word[1:].translate(str.maketrans("", "", "aeiou"))


def spellers(bot):
    lexicon = bot.domain.lexicon
    searching, prepared = (Speller(lexicon.words, lexicon.common_words_file) for _ in range(2))
    prepared.prepare()
    return searching, prepared


def test_the_index_finds_what_a_search_through_all_words_finds(bot, monkeypatch):
    monkeypatch.setattr("bot.fuzzy.PREPARED_FROM", 10**9)
    searching, prepared = spellers(bot)
    words = [word for word in bot.domain.lexicon.words if len(word) > 3][::97]
    typed = sorted({wrong for word in words for wrong in misspelt(word)})
    assert len(typed) > 600
    assert [prepared.respell(word) for word in typed] == [searching.respell(word) for word in typed]


def test_words_are_found_alike_before_and_after_the_index_is_made(bot):
    searching, prepared = spellers(bot)
    typed = ["realtions", "amabssador", "tradde", "exprots", "zzzzzz", "vsit"] * PREPARED_FROM
    assert [searching.respell(word) for word in typed] == [prepared.respell(word) for word in typed]
    assert prepared.respell("realtions") == ("relations",)


@pytest.mark.parametrize("word", ["a", "xq", "2018", "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", "embassy"])
def test_what_is_no_misspelling_is_left_alone(bot, word):
    for speller in spellers(bot):
        assert speller.respell(word) == ()
