"""Which intents an utterance may be about, what fills their slots, and what is left over."""

import copy

import pytest

from bot import paths
from bot.analysis import Utterance
from bot.matching import Candidate, Matcher
from bot.reading import Reader


@pytest.fixture(scope="module")
def match(bot):
    reader, matcher = Reader(bot._domain), Matcher(bot._domain)
    return lambda text: matcher.match(Utterance(text, reader.read(text), bot._domain.kb))


def slots(candidate):
    return {
        c.role: "|".join(sorted(c.value)) if isinstance(c.value, frozenset) else str(c.value)
        for c in candidate.constraints
    }


@pytest.mark.parametrize(
    "typed, exporter, importer",
    [
        ("exports from Norway to Turkey", "norway", "turkey"),
        ("exports from Turkey to Norway", "turkey", "norway"),
        ("exports to Turkey from Norway", "norway", "turkey"),
        ("to Norway, what were Turkey's exports worth", "turkey", "norway"),
        ("Norwegian exports to Turkey", "norway", "turkey"),
        ("how much did Turkey buy from Norway", "norway", "turkey"),
        ("how much was sold by Norway to Turkey", "norway", "turkey"),
        ("how much did Oslo sell to Ankara", "norway", "turkey"),
        ("how much did Ankara sell to Oslo", "turkey", "norway"),
        ("Turkey's imports from Norway, how much", "norway", "turkey"),
    ],
)
def test_direction_follows_the_prepositions_and_the_verb(match, typed, exporter, importer):
    best = match(typed + " in 2018")[0]
    assert slots(best) == {"exporter": exporter, "importer": importer, "time": "2018"}


@pytest.mark.parametrize(
    "typed, guest, host",
    [
        ("when did Gül receive Harald", "harald", "gul"),
        ("when was Harald received by Gül", "harald", "gul"),
        ("when did Bondevik host Erdoğan", "erdogan", "bondevik"),
        ("when was Erdoğan hosted by Bondevik", "erdogan", "bondevik"),
        ("when did Erdoğan host Bondevik", "bondevik", "erdogan"),
    ],
)
def test_who_came_and_who_received_are_not_swapped(match, typed, guest, host):
    assert slots(match(typed)[0]) == {"guest": guest, "host": host}


@pytest.mark.parametrize(
    "typed, left",
    [
        ("When did Harald visit Turkey with Sonja?", ["Sonja"]),
        ("What was the trade volume with Sweden in 2018?", ["Sweden"]),
        ("How much did Norway export to Germany in 2018?", ["Germany"]),
        ("How many consulates does Norway have in Turkey and Cyprus?", ["Cyprus"]),
    ],
)
def test_a_word_that_nothing_explains_is_left_over(match, typed, left):
    best = match(typed)[0]
    assert [best.utterance.items[i].text for i in best.left_over] == left
    assert not best.covered


@pytest.mark.parametrize(
    "typed",
    [
        "When did Harald visit Turkey?",
        "What was the trade volume in 2018?",
        "Which products does Norway export to Turkey?",
    ],
)
def test_when_all_is_explained_nothing_is_left_over(match, typed):
    best = match(typed)[0]
    assert best.covered
    assert best.confidence == 1.0


def test_the_order_of_candidates_is_by_cost_then_id(match):
    found = match("Tell me about the trade between Norway and Turkey")
    assert len(found) > 1
    assert [(c.cost, c.intent.id) for c in found] == sorted((c.cost, c.intent.id) for c in found)
    assert len({c.intent.id for c in found}) == len(found)


def test_nothing_matches_what_is_about_nothing(match):
    assert match("") == []
    assert match("xylophage quark") == []


@pytest.mark.parametrize(
    "typed, shown",
    [
        ("When did Harald visit Turkey?", 1.0),
        ("When did Harald visit Tukrey?", 0.94),
        ("When did Harald visit Turkey and Japan?", 0.1),
    ],
)
def test_confidence_falls_with_respelling_and_with_words_left_over(match, typed, shown):
    assert match(typed)[0].confidence == shown


@pytest.mark.parametrize(
    "typed", ["trade " * 60, "Norway Turkey " * 40, "visit Norway 2005 Erdoğan " * 25, "what which who when " * 30]
)
def test_confidence_stays_between_0_and_1(match, typed):
    assert all(0.0 <= candidate.confidence <= 1.0 for candidate in match(typed))


@pytest.mark.parametrize(
    "typed, role",
    [
        ("When did Harald visit Turkey?", "time"),
        ("Which cities did Erdoğan visit?", "place"),
        ("Who received Erdoğan in Oslo?", "host"),
        ("Whom did Gül receive?", "guest"),
        ("Which country did Harald visit?", "country"),
    ],
)
def test_a_question_word_asks_for_one_role(match, typed, role):
    assert [asked for asked, _ in match(typed)[0].asked] == [role]


@pytest.mark.parametrize(
    "typed, kind, value",
    [
        ("What was agreed on trade after 2010?", "after", "2010"),
        ("Were relations established before 1930?", "before", "1930"),
        ("Were relations established in 1926?", "time", "1926"),
    ],
)
def test_before_and_after_say_how_a_time_compares(match, typed, kind, value):
    constraints = [c for c in match(typed)[0].constraints if c.role == "time"]
    assert [(c.kind, str(c.value)) for c in constraints] == [(kind, value)]


@pytest.mark.parametrize(
    "question, text",
    [
        ("Who was the Turkish guest?", "Prime Minister Recep Tayyip Erdoğan visited Norway on 11–12 April 2005."),
        ("Which Norwegian visited Turkey?", "Harald V visited Turkey (Ankara and Istanbul) on 5–6 November 2013."),
        ("Who came from Turkey?", "Prime Minister Recep Tayyip Erdoğan visited Norway on 11–12 April 2005."),
        ("Who was the king's host?", "President Abdullah Gül received Harald V."),
        ("Erdoğan was hosted by?", "Prime Minister Kjell Magne Bondevik received Recep Tayyip Erdoğan."),
        ("Which king came to Turkey?", "King Harald V visited Turkey on 5–6 November 2013."),
        ("Which prime minister was the host?", "Prime Minister Kjell Magne Bondevik received Recep Tayyip Erdoğan."),
        ("Who was the guest from Turkey?", "Prime Minister Recep Tayyip Erdoğan visited Norway on 11–12 April 2005."),
        ("Who was president of Turkey during the royal visit?", "President Abdullah Gül received Harald V."),
        ("Host in 2013?", "President Abdullah Gül received Harald V."),
    ],
)  # fmt: skip
def test_who_is_asked_for_by_origin_post_or_part(bot, question, text):
    assert bot.ask(question).text == text


@pytest.mark.parametrize(
    "question",
    [
        "Who is the king of Turkey?",
        "Who is the president of Norway?",
        "Where was Gül's guest from?",
        "Was Norway one of the ten countries?",
    ],
)
def test_somebody_else_of_that_post_or_place_is_no_answer(bot, question):
    assert bot.ask(question).status in ("no_data", "not_understood")


@pytest.mark.skipif(paths.is_compiled(), reason="compiled, an object takes only what its types say")
def test_a_copied_candidate_is_the_same_in_every_part():
    original = Candidate(None, None, None)
    for name in Candidate.__slots__:
        setattr(original, name, object())
    other = copy.copy(original)
    assert all(getattr(other, name) is getattr(original, name) for name in Candidate.__slots__)
