"""Times as intervals, references in words, and the indexes over statements."""

import pytest

from bot.knowledge import Entity, EntityType, KnowledgeBase, Property, Quantity, Reference, Role, Statement, Time


def day(text):
    from bot.values import parse_time

    time = parse_time(text)
    assert time is not None
    return time


@pytest.fixture
def kb():
    """Two moons of one planet, and when one of them was found."""
    base = KnowledgeBase()
    for type_ in (EntityType("thing", "thing", "things"), EntityType("world", "world", "worlds", wider=("thing",)),
                  EntityType("moon", "moon", "moons", wider=("world",))):  # fmt: skip
        base.types[type_.id] = type_
    for entity in (
        Entity("mars", "Mars", "world"),
        Entity("phobos", "Phobos", "moon"),
        Entity("deimos", "Deimos", "moon"),
    ):
        base.entities[entity.id] = entity
    roles = {"planet": Role("planet", ("world",)), "moon": Role("moon", ("moon",)), "time": Role("time", ("time",))}
    has = base.properties["has"] = Property("has", "moon", roles, "planet", "moon")
    found = base.properties["found"] = Property("found", "discovery", roles, "moon", "time")
    base.statements += [
        Statement("has-1", has, {"planet": ("mars",), "moon": ("phobos", "deimos")}, Reference("almanac")),
        Statement(
            "found-2", found, {"moon": ("phobos",), "time": (day("18 August 1877"),)}, Reference("almanac", "Moons")
        ),
    ]
    base.index()
    return base


def test_statements_are_found_by_property_in_the_order_asked_for(kb):
    assert [s.id for s in kb.find(["found", "has"])] == ["found-2", "has-1"]
    assert kb.find(["mass"]) == []


def test_statements_are_found_by_each_entity_they_name_once(kb):
    assert [s.id for s in kb.by_entity["phobos"]] == ["has-1", "found-2"]
    assert [s.id for s in kb.by_entity["deimos"]] == ["has-1"]
    assert "1877" not in kb.by_entity


def test_a_type_is_also_all_its_wider_ones(kb):
    assert kb.kinds_of("phobos") == {"moon", "world", "thing"}
    assert kb.kinds["time"] == {"time"}


def test_types_that_are_wider_than_each_other_do_not_loop():
    base = KnowledgeBase()
    base.types = {"a": EntityType("a", "a", "as", wider=("b",)), "b": EntityType("b", "b", "bs", wider=("a", "gone"))}
    base.index()
    assert base.kinds["a"] == {"a", "b", "gone"}


def test_labels_stand_for_ids_and_words_for_themselves(kb):
    assert kb.label("mars") == "Mars"
    assert kb.label("reddish") == "reddish"
    assert kb.label(day("1877")) == "1877"


def test_a_statement_knows_its_time_and_what_it_lacks(kb):
    assert str(kb.statements[1].time) == "18 August 1877"
    assert kb.statements[0].time is None
    assert kb.statements[0].get("time") == ()


@pytest.mark.parametrize(
    "reference, said",
    [
        (Reference("almanac", "Moons", "paragraph 2"), "almanac, section “Moons”, paragraph 2"),
        (Reference("almanac", "", "table 1"), "almanac, table 1"),
        (Reference("almanac"), "almanac"),
        (Reference(""), ""),
    ],
)
def test_a_reference_says_only_what_it_has(reference, said):
    assert str(reference) == said


@pytest.mark.parametrize(
    "inner, outer, lies_within",
    [
        ("11 April 2005", "2005", True),
        ("11–12 April 2005", "April 2005", True),
        ("30 April 2005", "April 2005", True),
        ("2005", "2005", True),
        ("2005", "2000s", True),
        ("2009", "2002–2018", True),
        ("April 2005", "11 April 2005", False),
        ("2005", "April 2005", False),
        ("2002–2018", "2000s", False),
        ("2010", "2000s", False),
        ("1 May 2005", "April 2005", False),
    ],
)
def test_one_time_within_another(inner, outer, lies_within):
    assert day(inner).within(day(outer)) is lies_within


@pytest.mark.parametrize(
    "first, last, said",
    [
        ("2005-04-11", "2005-04-11", "11 April 2005"),
        ("2005-04-11", "2005-04-12", "11–12 April 2005"),
        ("2005-04-30", "2005-05-01", "30 April 2005 – 1 May 2005"),
        ("2005-12-31", "2006-01-01", "31 December 2005 – 1 January 2006"),
    ],
)
def test_days_are_told_without_saying_a_month_twice(first, last, said):
    assert str(Time(day(first).start, day(last).end, "day")) == said


def test_amounts_of_different_units_are_different():
    assert Quantity(5.0, "USD") != Quantity(5.0, "EUR")
    assert Quantity(5.0, "USD") != Quantity(5.0)
