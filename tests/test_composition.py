"""Questions put together from a schema: the tree of each, its answer, and what must not be answered."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from bot import Bot

KINGDOMS = """name,area,people,seat
Arden,900,5000,Ostrey
Borland,400,9000,Bryn
Corvia,2500,2000,Calder
Dunmark,100,800,Dun
Eastmere,700,700,Dun
"""
TOWNS = """town,kingdom,people
Ostrey,Arden,1200
Wick,Arden,300
Bryn,Borland,4000
Wick,Borland,150
Calder,Corvia,50
Dun,Dunmark,500
Dun,Eastmere,600
"""
BORDERS = "a,b\nArden,Borland\nBorland,Arden\nBorland,Corvia\nCorvia,Borland\nCorvia,Dunmark\nDunmark,Corvia\n"
STREAMS = "stream,through,length\nArden,Borland,80\nArden,Corvia,80\nLull,Arden,30\nSilt,Corvia,120\nSilt,Dunmark,120\n"
WORDS = """
tables:
  - file: kingdoms.csv
    type: kingdom
    name: name
    columns:
      area: {property: area, unit: hectare}
      people: population
      seat: {property: seat, type: town, key: [seat, name]}
  - file: towns.csv
    type: town
    name: [town, kingdom]
    columns: {people: population, kingdom: {property: town_kingdom, type: kingdom}}
  - file: borders.csv
    type: kingdom
    name: a
    extends: yes
    columns: {b: {property: borders, type: kingdom}}
  - file: streams.csv
    type: stream
    name: stream
    columns: {length: {property: length, unit: kilometre}, through: {property: runs_through, type: kingdom}}

vocabulary:
  prefer: [kingdom, town, stream]
  world: {label: the isle, names: [the isle, the island], sums: {population: kingdom}}
  types:
    kingdom: {nouns: [kingdom], size: area}
    town: {nouns: [town], size: population, where: town_kingdom, adjectives: {major: population > 400}}
    stream: {nouns: [stream], size: length, where: runs_through, article: yes}
  properties:
    area: {nouns: [area]}
    population: {nouns: [population], counts: [people, inhabitant], more: [populous]}
    seat: {nouns: [seat]}
    length: {nouns: [length], more: [long], less: [short]}
    town_kingdom: {phrases: ["{subject} is (in|of) {value}", "{value} has {subject}"]}
    borders: {nouns: [neighbor], phrases: ["{subject} borders {value}", "{subject} is next to {value}"]}
    runs_through:
      phrases:
        - "{subject} (runs through|crosses) {value}"
        - "{subject} is in {value}"
        - "{value} has {subject}"
"""


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    folder = tmp_path_factory.mktemp("isle")
    for name, text in (("kingdoms", KINGDOMS), ("towns", TOWNS), ("borders", BORDERS), ("streams", STREAMS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "isle.yaml").write_text(WORDS, encoding="utf-8")
    (folder / "name.yml").write_text("name: isle\n", encoding="utf-8")
    return Bot.load(folder / "name.yml", folder / "isle.yaml", cache=False)


@pytest.mark.parametrize(
    "question, values",
    [
        # look up, and the other way round
        ("what is the area of Arden", {900}),
        ("Arden's area", {900}),
        ("how many people live in Borland", {9000}),
        ("how long is the Silt", {120}),
        ("what is the seat of Corvia", {"Calder"}),
        ("Bryn is the seat of which kingdom", {"Borland"}),
        ("which kingdom is Bryn in", {"Borland"}),
        ("where is Wick", {"Arden", "Borland"}),
        # filters
        ("which kingdoms border Corvia", {"Borland", "Dunmark"}),
        ("which streams run through Corvia", {"Arden", "Silt"}),
        ("through which kingdoms does the Silt run", {"Corvia", "Dunmark"}),
        ("kingdoms crossed by the Silt", {"Corvia", "Dunmark"}),
        ("what are the major towns", {"Ostrey", "Bryn", "Dun"}),
        ("which kingdoms have a town named Wick", {"Arden", "Borland"}),
        ("kingdoms whose seat is Dun", {"Dunmark", "Eastmere"}),
        # numbers
        ("how many kingdoms are there", {5}),
        ("which kingdoms have more than 4000 people", {"Arden", "Borland"}),
        ("kingdoms with an area larger than that of Arden", {"Corvia"}),
        ("which kingdoms are larger than Arden", {"Corvia"}),
        ("which streams are longer than 50 km", {"Arden", "Silt"}),
        ("which kingdoms have at least two towns", {"Arden", "Borland"}),
        ("what is the total population of the kingdoms that border Corvia", {9800}),
        ("what is the average area of the kingdoms that border Borland", {1700}),
        ("what is the population of the isle", {17500}),
        ("how much larger is Arden than Borland", {500}),
        # extremes
        ("what is the largest kingdom", {"Corvia"}),
        ("what is the second largest kingdom", {"Arden"}),
        ("what are the two largest towns", {"Bryn", "Ostrey"}),
        ("which kingdom has the most neighbors", {"Borland", "Corvia"}),
        ("which stream runs through the fewest kingdoms", {"Lull"}),
        ("which kingdom has the smallest population", {"Eastmere"}),
        ("the largest kingdom by population", {"Borland"}),
        ("which is longer, the Lull or the Silt", {"Silt"}),
        # negation
        ("which kingdoms border no other kingdom", {"Eastmere"}),
        ("which kingdoms have no streams", {"Eastmere"}),
        ("kingdoms that do not border Corvia", {"Arden", "Corvia", "Eastmere"}),
        ("which streams do not run through Corvia", {"Lull"}),
        # several at once
        ("which kingdoms border Arden and Corvia", {"Borland"}),
        ("which kingdoms border Arden or Corvia", {"Borland", "Dunmark"}),
        ("which towns are in Arden and have more than 1000 people", {"Ostrey"}),
        # composed
        ("what is the seat of the largest kingdom that borders Borland", {"Calder"}),
        ("how many streams run through kingdoms with more than 4000 people", {2}),
        ("what is the population of the seat of the smallest kingdom", {500}),
        ("which kingdoms border kingdoms that border Dunmark", {"Borland", "Dunmark"}),
        ("what is the longest stream in the kingdom that borders the most kingdoms", {"Silt"}),
        # yes or no
        ("does Arden border Borland", {"yes"}),
        ("is Bryn the seat of Arden", {"no"}),
        ("is Corvia larger than Arden", {"yes"}),
    ],
)
def test_questions_are_read_from_the_schema_alone(bot: Bot, question: str, values: set[object]) -> None:
    answer = bot.ask(question)
    assert answer.status == "answered", answer.explanation.text()
    assert set(answer.values) == values, answer.explanation.query


@pytest.mark.parametrize(
    "question",
    [
        "what is the population of Sweden",
        "what is the population of Arden in 1990",
        "what is the longest kingdom",
        "how long is Corvia",
        "which kingdom has the best ruler",
        "who rules Arden",
        "what is the largest town in Arden by area",
        "how many kingdoms does Arden have",
        "which streams are longer than 50 miles",
        "what is the seat",
        "the largest",
        "which kingdoms border",
        "which towns border Arden",
        "how many bears live in Arden",
        "what is the kingdom",
    ],
)
def test_a_word_without_a_place_in_the_tree_blocks_the_answer(bot: Bot, question: str) -> None:
    assert bot.ask(question).status not in ("answered", "social")


def test_nothing_is_an_answer_but_an_unknown_property_is_none(bot: Bot) -> None:
    answer = bot.ask("which streams run through Eastmere")
    assert (answer.status, answer.values) == ("answered", ())


def test_an_article_tells_a_stream_from_a_kingdom_of_its_name(bot: Bot) -> None:
    assert bot.ask("which kingdoms does the Arden run through").values == ("Borland", "Corvia")
    assert bot.ask("which kingdoms border Arden").values == ("Borland",)


def test_what_stands_behind_belongs_to_the_nearest_noun(bot: Bot) -> None:
    explanation = bot.explain("what is the largest town in the kingdom with the longest stream")
    assert explanation.query.startswith("max[population]((town that town_kingdom ")


def test_the_explanation_shows_the_tree_and_the_rows(bot: Bot) -> None:
    answer = bot.ask("what is the seat of the largest kingdom")
    assert answer.explanation.query == "seat(max[area](kingdom))"
    assert answer.references == ("kingdoms.csv, row 4",)
    assert answer.text == "The seat of the kingdom with the highest area: Calder."


def test_words_may_be_misspelt(bot: Bot) -> None:
    answer = bot.ask("what is the larest kingdom that bordrs Borland")
    assert answer.values == ("Corvia",)


def test_a_bot_with_a_schema_is_picklable(bot: Bot) -> None:
    again = pickle.loads(pickle.dumps(bot))
    assert again.ask("what is the largest kingdom").values == ("Corvia",)


def test_long_and_odd_questions_end_soon(bot: Bot, tmp_path: Path) -> None:
    for text in (
        "kingdom " * 39,
        "the largest " * 19,
        "that borders the kingdom " * 9,
        "of the kingdom with the town in " * 5,
    ):
        assert bot.ask(text).status in ("not_understood", "clarify", "no_data", "answered")


def of_words(folder: Path, words: str, towns: str = TOWNS) -> Bot:
    for name, text in (("kingdoms", KINGDOMS), ("towns", towns), ("borders", BORDERS), ("streams", STREAMS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "isle.yaml").write_text(words, encoding="utf-8")
    return Bot.load(knowledge=folder, cache=False)


def test_two_readings_that_are_equally_good_are_asked_back(unsettled_bot: Bot) -> None:
    answer = unsettled_bot.ask("What is the population of Corvia?")
    assert (answer.status, answer.values) == ("clarify", ())
    what = "the population of the kingdom Corvia or the population of the town Corvia?"
    assert answer.text == f"That can be taken in more than one way: {what}"
    questions = ("What is the population of kingdom Corvia?", "What is the population of town Corvia?")
    assert answer.suggestions == questions
    assert [unsettled_bot.ask(question).values for question in questions] == [(2000,), (77,)]


def test_a_reading_that_is_asked_back_can_be_picked(unsettled_bot: Bot) -> None:
    session = unsettled_bot.session()
    session.ask("What is the population of Corvia?")
    assert session.ask("the second").values == (77,)


@pytest.mark.parametrize(
    "question, values",
    [
        ("which kingdoms border Corvia", ("Borland", "Dunmark")),
        ("which towns are in kingdoms that border Corvia", ("Bryn", "Wick", "Dun")),
        ("how many kingdoms border Corvia", ()),
        ("which kingdoms border no other kingdom", ()),
        ("kingdoms that do not border Corvia", ()),
        ("which kingdom has the most neighbors", ()),
        ("what is the largest kingdom", ()),
        ("which kingdoms have at least two towns", ()),
    ],
)
def test_nothing_follows_from_what_open_knowledge_leaves_out(open_bot: Bot, question: str, values: object) -> None:
    assert open_bot.ask(question).values == values


@pytest.fixture(scope="module")
def open_bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    return of_words(tmp_path_factory.mktemp("open"), WORDS.replace("vocabulary:\n", "vocabulary:\n  open: yes\n"))


@pytest.fixture(scope="module")
def unsettled_bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """Where no type of name is preferred, and a town has the name of a kingdom."""
    words = WORDS.replace("  prefer: [kingdom, town, stream]\n", "")
    return of_words(tmp_path_factory.mktemp("unsettled"), words, f"{TOWNS}Corvia,Arden,77\n")


def test_what_only_gives_a_name_back_is_no_answer(bot: Bot) -> None:
    assert bot.ask("which kingdom is Arden").status != "answered"


@pytest.mark.parametrize(
    "question, values",
    [
        ("Which sectors does the country that exports fish invest in?", ("energy", "shipping")),
        ("Who visited a country that exports automobiles?", ("Harald V",)),
        (
            "Which products does the country that has a consulate in Alanya export?",
            ("petroleum products", "fish", "fish oil", "ferroalloys", "polymers", "newsprint"),
        ),
        ("Which products does the country that invests in shipping sell?",
         ("petroleum products", "fish", "fish oil", "ferroalloys", "polymers", "newsprint")),
    ],
)  # fmt: skip
def test_the_bundled_subject_answers_nested_questions(request, question: str, values: tuple[str, ...]) -> None:
    answer = request.getfixturevalue("bundled_bot").ask(question)
    assert answer.values == values, answer.text


@pytest.fixture(scope="module")
def bundled_bot() -> Bot:
    return Bot.load()
