"""Tokens → items: what each word or phrase may be, exact first, then the nearest spelling."""

import copy
import unicodedata
from math import isfinite

import pytest

from bot import Bot, paths, reading
from bot.knowledge import Quantity
from bot.reading import Reader
from bot.text import Token


@pytest.fixture(scope="module")
def read(bot):
    return Reader(bot._domain).read


def times(items):
    return [str(item.time) for item in items if item.time]


def entities(items):
    return {entity for item in items for entity, _ in item.entities}


@pytest.mark.parametrize(
    "typed, time",
    [
        ("in 2018", "2018"),
        ("2018's", "2018"),
        ("in the 2000s", "2000s"),
        ("the nineties", "1990s"),
        ("2002–2018", "2002–2018"),
        ("2002-2018", "2002–2018"),
        ("2002 — 2018", "2002–2018"),
        ("2002-18", "2002–2018"),
        ("from 2002 to 2018", "2002–2018"),
        ("between 2002 and 2018", "2002–2018"),
        ("from 2002 through 2018", "2002–2018"),
        ("October 2021", "October 2021"),
        ("october of 2021", "October 2021"),
        ("Oct 2021", "October 2021"),
        ("11 April 2005", "11 April 2005"),
        ("11th April 2005", "11 April 2005"),
        ("11th of April 2005", "11 April 2005"),
        ("11 April, 2005", "11 April 2005"),
        ("April 11, 2005", "11 April 2005"),
        ("April 11th 2005", "11 April 2005"),
        ("11-12 April 2005", "11–12 April 2005"),
        ("11–12 April 2005", "11–12 April 2005"),
        ("11 and 12 April 2005", "11–12 April 2005"),
        ("April 11-12, 2005", "11–12 April 2005"),
    ],
)
def test_dates_in_the_ways_people_write_them(read, typed, time):
    assert times(read(typed)) == [time]


@pytest.mark.parametrize("typed", ["2018 and 2019", "2018 or 2019", "between them 2018 and 2019", "2019, 2018"])
def test_years_that_are_only_listed_make_no_period(read, typed):
    assert sorted(times(read(typed))) == ["2018", "2019"]


@pytest.mark.parametrize("typed", ["in 218", "in 20188", "in 0999", "2018 dollars", "2018 million", "2,018"])
def test_numbers_that_are_no_years(read, typed):
    assert times(read(typed)) == []


def test_a_period_that_runs_backwards_is_two_years(read):
    assert times(read("between 2018 and 2002")) == ["2018", "2002"]


@pytest.mark.parametrize("typed", ["31 February 2005", "32 April 2005", "0 April 2005", "29 February 2023"])
def test_a_day_that_does_not_exist_is_left_as_a_number(read, typed):
    items = read(typed)
    assert all(item.time is None or item.time.precision != "day" for item in items)
    assert items[0].number is not None


@pytest.mark.parametrize(
    "typed, amount, unit",
    [
        ("1.27 billion dollars", 1.27e9, "USD"),
        ("1,27 billion dollars", 1.27e9, "USD"),
        ("US$1.27bn", 1.27e9, "USD"),
        ("$ 1.27 billion", 1.27e9, "USD"),
        ("1,270 million USD", 1.27e9, "USD"),
        ("1,270,000,000 dollars", 1.27e9, "USD"),
        ("1.270.000.000 dollars", 1.27e9, "USD"),
        ("1270000000 dollars", 1.27e9, "USD"),
        ("one billion", 1e9, None),
        ("two hundred million euros", 2e8, "EUR"),
        ("765 million kroner", 765e6, "NOK"),
        ("€5 million", 5e6, "EUR"),
        ("60 %", 60.0, "percent"),
        ("60 percent", 60.0, "percent"),
        ("3 days", 3.0, "day"),
    ],
)
def test_amounts_with_scale_and_unit_on_either_side(read, typed, amount, unit):
    assert [item.quantity for item in read(typed) if item.quantity] == [Quantity(amount, unit)]


@pytest.mark.parametrize(
    "typed, number",
    [("10", 10), ("ten", 10), ("1,000", 1000), ("1.5", 1.5), ("1,5", 1.5), ("1.000.000", 1e6), ("nine", 9)],
)
def test_plain_numbers(read, typed, number):
    assert [item.number for item in read(typed)] == [number]


@pytest.mark.parametrize("typed", ["9" * 400, "9" * 309, "million " * 60])
def test_no_number_is_beyond_all_bounds(read, typed):
    for item in read(typed):
        assert item.number is None or isfinite(item.number)
        assert item.quantity is None or isfinite(item.quantity.amount)


@pytest.mark.parametrize(
    "typed, entity",
    [
        ("Erdoğan", "erdogan"),
        ("Erdogan", "erdogan"),
        ("ERDOĞAN", "erdogan"),
        ("erdoğan’s", "erdogan"),
        (unicodedata.normalize("NFD", "Erdoğan"), "erdogan"),
        ("İzmir", "izmir"),
        ("Izmir", "izmir"),
        ("IZMIR", "izmir"),
        ("ızmir", "izmir"),
        ("Tromsø", "tromso"),
        ("Tromso", "tromso"),
        ("Türkiye", "turkey"),
        ("TÜRKİYE", "turkey"),
        ("Turkiye", "turkey"),
        ("N.A.T.O", "nato"),
        ("Kingdom of Norway", "norway"),
        ("the World Trade Organisation", "wto"),
    ],
)
def test_names_are_found_however_they_are_spelled(read, typed, entity):
    assert entity in entities(read(typed))


@pytest.mark.parametrize("typed", ["Norfolk", "Turin", "Osaka", "Burma", "Harold Wilson", "Natalia", "Istria"])
def test_other_names_that_look_alike_are_not_taken_for_ours(read, typed):
    assert not entities(read(typed)) - {"harald"}


@pytest.mark.parametrize(
    "kind, typed, meant",
    [
        ("swapped letters", "Tukrey", "turkey"),
        ("a dropped letter", "Norwy", "norway"),
        ("a doubled letter", "Norrway", "norway"),
        ("a neighbouring key", "Nirway", "norway"),
        ("a letter too many", "Stavangerr", "stavanger"),
        ("two slips in a long word", "Bondevk", "bondevik"),
        ("a dropped vowel", "Stavangr", "stavanger"),
        ("a sound alike", "Trondhaim", "trondheim"),
        ("joined words", "norwayturkey", "norway turkey"),
        ("a lost accent and a slip", "Erdgan", "erdogan"),
    ],
)
def test_slips_of_each_kind_are_mended_and_told(read, kind, typed, meant):
    assert [item.respelled for item in read(typed) if item.respelled] == [meant] * len(meant.split())


@pytest.mark.parametrize("typed", ["Sweden", "Greece", "salary", "weather", "football", "nowhere"])
def test_words_that_are_right_are_never_respelled(read, typed):
    assert all(item.respelled is None for item in read(typed))


@pytest.mark.parametrize("typed", ["2015", "2081", "218", "1.28", "765"])
def test_numbers_are_never_mended(read, typed):
    items = read(f"trade in {typed}")
    assert all(item.respelled is None for item in items)
    assert items[-1].text == typed


def test_items_know_what_was_typed_and_where(read):
    text = "What did  Erdoğan’s   visit cost US$1.27bn, Tukrey?"
    for item in read(text):
        assert item.text == text[item.start : item.end]
        assert item.text.strip()


def test_possessives_and_adjectives_are_marked(read):
    norway, exports = read("Norway's exports")
    assert norway.possessive
    assert not exports.possessive
    assert read("Norwegian exports")[0].adjective


def test_a_country_may_be_meant_by_its_capital(read):
    (item,) = read("Ankara")
    assert set(item.entities) == {("turkey", "metonym"), ("ankara", "name")}


def test_chat_spellings_are_spelled_out(read):
    items = read("wat r u doing")
    assert [item.respelled for item in items if item.respelled]


def test_a_verb_and_its_particle_are_one_with_the_object_between(read):
    words = {item.text: item for item in read("call the visit off")}
    assert words["off"].filler == 1
    assert words["call"].senses


def test_unknown_words_stay_unknown(read):
    (item,) = read("xylophage")
    assert not item.known


@pytest.mark.parametrize("typed", ["", " ", "\n", "\t\r\n", "()", "…", "。", "🙂"])
def test_nothing_to_read_gives_no_words(read, typed):
    assert [item for item in read(typed) if not item.mark] == []


def test_a_unit_that_a_pattern_names_is_meant_in_the_plural_too(town):
    (town / "town" / "intents" / "hours.yaml").write_text(
        "intents: {hours: {says: From 9 to 20., patterns: [open hour], examples: [What are the opening hours?]}}",
        encoding="utf-8",
    )
    bot = Bot.load("town/intents", "town/knowledge", cache=False)
    assert bot.ask("opening hours").text == "From 9 to 20."


@pytest.mark.parametrize(
    "typed, phrase",
    [
        ("what does it stand for", "stand for"),
        ("did he take it back", "take it back"),
        ("who made up the list", "made up"),
    ],
)
def test_an_idiom_means_nothing_that_its_words_mean(read, typed, phrase):
    item = next(item for item in read(typed) if item.text == phrase)
    assert not item.senses & {"=stand", "locate", "make", "receive", "take"}


def test_what_is_known_of_a_word_holds_for_its_copies_until_one_is_changed(read):
    one, other = read("export export")
    assert one.origin is other.origin is not None
    one.text, one.start = "exports", 3
    assert one.origin is other.origin
    one.filler = 1
    assert one.origin is None
    assert other.origin is not None
    assert other.filler == 0


@pytest.mark.skipif(paths.is_compiled(), reason="compiled, an object takes only what its types say")
@pytest.mark.parametrize("compiled", [False, True])
def test_a_copied_item_is_the_same_in_every_part(compiled, monkeypatch):
    original = reading.Item([Token("", "word", 0, 4)], {})
    for name in vars(original):
        object.__setattr__(original, name, object())
    monkeypatch.setattr(reading, "_COMPILED", compiled)
    other = copy.copy(original)
    assert vars(other) == vars(original)
    assert other is not original


@pytest.mark.skipif(paths.is_compiled(), reason="compiled, an object takes only what its types say")
@pytest.mark.parametrize("compiled", [False, True])
def test_a_word_said_again_is_the_same_but_for_its_place(compiled, monkeypatch):
    original = reading.Item([Token("", "word", 0, 4)], {})
    monkeypatch.setattr(reading, "_COMPILED", compiled)
    other = original.said("wrod", 7, 11, "word")
    place = {"text": "wrod", "start": 7, "end": 11, "respelled": "word", "origin": original}
    assert vars(other) == {**vars(original), **place}
    assert original.origin is None
    other.end = 12
    assert other.origin is original
    other.number = 7.0
    assert other.origin is None
