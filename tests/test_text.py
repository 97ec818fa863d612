"""From what was typed to tokens: what counts as the same word, and where each stood."""

import unicodedata
from itertools import pairwise

import pytest

from bot.text import fold, normalise, tokenise


def norms(text):
    return [token.norm for token in tokenise(text)]


@pytest.mark.parametrize(
    "typed, folded",
    [
        ("İzmir", "izmir"),
        ("IZMIR", "izmir"),
        ("ızmir", "izmir"),
        ("İZMİR", "izmir"),
        ("Şırnak", "sirnak"),
        ("Erdoğan", "erdogan"),
        ("ERDOĞAN", "erdogan"),
        ("Erdogan", "erdogan"),
        ("Tromsø", "tromso"),
        ("Ålesund", "alesund"),
        ("Æther", "aether"),
        ("Łódź", "lodz"),
        ("Đorđe", "dorde"),
        ("Straße", "strasse"),
        ("Ｗｉｄｅ", "wide"),
        ("ﬁn", "fin"),
        ("Ⅷ", "viii"),
    ],
)
def test_letters_that_keyboards_lack_are_folded(typed, folded):
    assert normalise(typed) == folded


@pytest.mark.parametrize("word", ["Erdoğan", "Gül", "İzmir", "Tromsø", "São", "Şırnak", "Ålesund"])
def test_composed_and_decomposed_accents_are_the_same(word):
    assert normalise(unicodedata.normalize("NFD", word)) == normalise(unicodedata.normalize("NFC", word))
    assert norms(unicodedata.normalize("NFD", word)) == norms(word)


@pytest.mark.parametrize("word", ["İzmir", "straße", "ﬁn", "Erdoğan", "abc", "123"])
def test_folding_twice_changes_nothing(word):
    assert normalise(normalise(word)) == normalise(word)


@pytest.mark.parametrize("one, other", [("2015", "2018"), ("a b", "b a"), ("Norway", "Norwax"), ("1.27", "12.7")])
def test_digits_and_order_stay(one, other):
    assert normalise(one) != normalise(other)


def test_numbers_keep_their_points():
    assert fold("1.27") == "1.27"
    assert fold("U.N.") == "un"


@pytest.mark.parametrize(
    "typed, words",
    [
        ("", []),
        ("   \t ", []),
        ("?!", ["?"]),
        ("What's up", ["what", "'s", "up"]),
        ("didn't", ["did", "not"]),
        ("n't", ["n", "not"]),
        ("can't won't", ["can", "not", "will", "not"]),
        ("they're we've I'd she'll", ["they", "are", "we", "have", "i", "would", "she", "will"]),
        ("Norway's", ["norway", "'s"]),
        ("Norway’s", ["norway", "'s"]),
        ("Norwayʼs", ["norway", "'s"]),
        ("Norway`s", ["norway", "'s"]),
        ("the ambassadors' row", ["the", "ambassadors", "'s", "row"]),
        ("2018's trade", ["2018", "'s", "trade"]),
        ("Ankara'da", ["ankara", "da"]),
        ("‘free trade’ “deal”", ["free", "trade", "deal"]),
        ("free-trade", ["free", "trade"]),
        ("2002–2018", ["2002", "-", "2018"]),
        ("2002 — 2018", ["2002", "-", "2018"]),
        ("2002-2018", ["2002", "-", "2018"]),
        ("2002−2018", ["2002", "-", "2018"]),
        ("1,270,000", ["1,270,000"]),
        ("1.27bn", ["1.27", "bn"]),
        ("US$765m", ["us", "$", "765", "m"]),
        ("60 %", ["60", "%"]),
        ("the UN’s role", ["the", "un", "'s", "role"]),
        ("First this. Then that", ["first", "this", ".", "then", "that"]),
        ("one, two", ["one", ",", "two"]),
        ("(brackets) [too] {and} <these>", ["brackets", "too", "and", "these"]),
        ("🙂 hello 🙂", ["hello"]),
        ("Norway→Turkey", ["norway", "to", "turkey"]),
    ],
)
def test_tokens_of(typed, words):
    assert norms(typed) == words


@pytest.mark.parametrize(
    "text",
    [
        "What's Norway's share — didn't it top US$1.27bn?",
        "İZMİR’de straße 2002–2018, ok. Next\none",
        unicodedata.normalize("NFD", "Erdoğan visited Tromsø"),
        "the ambassadors' row",
    ],
)
def test_spans_lie_in_what_was_typed_and_in_order(text):
    tokens = tokenise(text)
    assert tokens
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert token.text == text[token.start : token.end]
    assert [t.start for t in tokens] == sorted(t.start for t in tokens)
    assert all(a.end <= b.start for a, b in pairwise(tokens))


def test_no_token_is_empty_whatever_is_typed():
    odd = "'s ' ’ `` \u0301 a\u0301\u0302 n't N't 't ...a.b.c. $€£ \u200b\u200dx 1.2.3,4 ①² ½ ₂ \uff9e \uff9et's"
    assert all(token.text and token.norm for token in tokenise(odd))


@pytest.mark.parametrize(
    "text",
    [
        "765 000 000 in 2002 – 2018, or 2002 -2018",
        "It began. Then? It ended! ",
        "the ambassadors' and Norway's 2018's  two  spaces",
        "Türkiye’s U.S. share: 1,270 -> 1.27bn; '18",
        "a\tb\nc\u00a0d",
    ],
)
def test_words_are_cut_alike_one_by_one_and_all_together(text):
    """What stands between spaces is remembered; a text of several lines is cut at once."""
    together = tokenise(f"{text}\n")
    assert together.pop().norm == "."
    for _ in range(2):
        assert tokenise(text) == together
