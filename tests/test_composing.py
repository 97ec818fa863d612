"""Statements into words and record values; templates and their holes."""

from dataclasses import replace

import pytest

from bot.composing import Composer, join, number, years_between
from bot.domain import Domain
from bot.intents import Intent, Template
from bot.knowledge import Entity, EntityType, KnowledgeBase, Property, Quantity, Reference, Role, Statement
from bot.language import Lexicon
from bot.values import parse_time

ROLES = {
    "branch": Role("branch", ("branch",)),
    "book": Role("book", ("text",)),
    "amount": Role("amount", ("quantity",)),
    "time": Role("time", ("time",)),
}
STOCK = Property(
    "stock", "stock", ROLES, "branch", "amount", unit="book", sentence="{branch} had {amount}[ in {time}]."
)
BARE = Property("bare", "bare", ROLES, "branch", "book")


def statement(property_, number=1, note="", section="", **values):
    return Statement(
        f"{property_.id}-{number}",
        property_,
        {role: value if type(value) is tuple else (value,) for role, value in values.items()},
        Reference("ledger", section),
        note,
    )


@pytest.fixture(scope="module")
def composer():
    kb = KnowledgeBase()
    kb.types["branch"] = EntityType("branch", "branch", "branches")
    kb.entities["mill"] = Entity("mill", "Mill Lane", "branch")
    kb.entities["harbour"] = Entity("harbour", "Harbour", "branch", described_as="the branch at the harbour")
    lexicon = Lexicon()
    lexicon.unit_labels = {"book": "book", "series": "series", "USD": "dollar"}
    domain = Domain("library", kb, lexicon, {})
    domain.templates = {"stock": Template.parse(STOCK.sentence)}
    return Composer(domain)


def intent(**answers):
    return Intent(
        "stock", ("stock",), ROLES, (), frozenset(), (), {}, {k: Template.parse(v) for k, v in answers.items()}
    )


YEAR, DAYS = parse_time("1999"), parse_time("5–6 May 1999")


@pytest.mark.parametrize(
    "words, joined",
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists_are_joined_as_people_write_them(words, joined):
    assert join(words) == joined


def test_the_last_link_may_be_another_word():
    assert join(["a", "b"], "or") == "a or b"


@pytest.mark.parametrize(
    "amount, said",
    [
        (0, "0"),
        (1, "1"),
        (-3, "-3"),
        (0.5, "0.5"),
        (0.004, "0"),
        (999, "999"),
        (1000, "1,000"),
        (12756, "12,756"),
        (1_000_000, "1 million"),
        (513e6, "513 million"),
        (50705882.35, "50.71 million"),
        (1.27e9, "1.27 billion"),
        (1.278e9, "1.278 billion"),
        (-1.5e9, "-1.5 billion"),
        (2e12, "2 trillion"),
    ],
)
def test_numbers_in_the_largest_scale_that_fits(amount, said):
    assert number(amount) == said


@pytest.mark.parametrize(
    "quantity, said",
    [
        (Quantity(1.0, "book"), "1 book"),
        (Quantity(2.0, "book"), "2 books"),
        (Quantity(2.0, "series"), "2 series"),
        (Quantity(2e6, "USD"), "2 million dollars"),
        (Quantity(2.0, "crate"), "2 crates"),
        (Quantity(2.0), "2"),
    ],
)
def test_amounts_carry_their_unit(composer, quantity, said):
    assert composer.quantity(quantity) == said


def test_entities_are_told_by_description_or_label_and_other_words_as_they_are(composer):
    assert composer.value("mill") == "Mill Lane"
    assert composer.value("harbour") == "the branch at the harbour"
    assert composer.value("Moby-Dick") == "Moby-Dick"
    assert composer.value(DAYS) == "5–6 May 1999"


@pytest.mark.parametrize(
    "value, recorded",
    [
        ("mill", "Mill Lane"),
        ("harbour", "Harbour"),
        ("Moby-Dick", "Moby-Dick"),
        (YEAR, 1999),
        (DAYS, "5–6 May 1999"),
        (parse_time("1990s"), "1990s"),
        (Quantity(765e6, "USD"), 765_000_000),
        (Quantity(1.5), 1.5),
    ],
)
def test_record_values_are_labels_years_and_plain_numbers(composer, value, recorded):
    found = composer.record_value(value)
    assert found == recorded
    assert type(found) is type(recorded)


def test_a_sentence_leaves_out_the_part_whose_hole_is_empty(composer):
    assert composer.sentence(statement(STOCK, branch="mill", amount=Quantity(2.0, "book"))) == "Mill Lane had 2 books."
    with_time = statement(STOCK, branch="mill", amount=Quantity(2.0, "book"), time=YEAR)
    assert composer.sentence(with_time) == "Mill Lane had 2 books in 1999."


def test_a_property_without_a_sentence_lists_its_roles(composer):
    assert composer.sentence(statement(BARE, branch="mill", book=("A", "B"))) == "branch: Mill Lane; book: A and B"


def test_a_hole_that_stays_empty_falls_back_to_the_roles(composer):
    assert composer.sentence(statement(STOCK, branch="mill")) == "branch: Mill Lane"


def test_statements_that_differ_in_one_role_make_one_sentence(composer):
    facts = [statement(STOCK, n, branch=b, amount=Quantity(2.0, "book")) for n, b in enumerate(("mill", "harbour"))]
    text = composer.text(intent(branch="{branch} had {amount}."), "branch", facts)
    assert text == "Mill Lane and the branch at the harbour had 2 books."


def test_statements_that_differ_in_several_roles_are_never_mixed(composer):
    facts = [
        statement(STOCK, 1, branch="mill", amount=Quantity(2.0, "book"), time=YEAR),
        statement(STOCK, 2, branch="harbour", amount=Quantity(3.0, "book"), time=parse_time("2001")),
    ]
    text = composer.text(intent(), None, facts)
    assert text == "Mill Lane had 2 books in 1999. The branch at the harbour had 3 books in 2001."


def test_an_unknown_answer_key_takes_the_default_then_the_plain_sentence(composer):
    fact = [statement(STOCK, branch="mill", amount=Quantity(2.0, "book"))]
    assert composer.text(intent(default="There: {branch}."), "colour", fact) == "There: Mill Lane."
    assert composer.text(intent(), "colour", fact) == "Mill Lane had 2 books."


def test_each_note_is_told_once_after_the_sentences(composer):
    facts = [
        statement(STOCK, n, note="Counted by hand.", branch="mill", amount=Quantity(float(n), "book")) for n in (2, 3)
    ]
    assert composer.text(intent(), None, facts) == "Mill Lane had 2 books and 3 books. Counted by hand."


def test_no_more_sentences_than_anybody_reads(composer):
    facts = [
        statement(
            STOCK, n, branch="mill", amount=Quantity(float(n), "book"), time=parse_time(str(1000 + n)), book=str(n)
        )
        for n in range(1, 40)
    ]
    text = composer.text(intent(default="{book}/{amount}/{time}."), None, facts)
    assert text.count("/") == 2 * 12


def test_references_are_given_once_in_order_and_empty_ones_not_at_all(composer):
    facts = [statement(STOCK, 1, section="B", branch="mill"), statement(STOCK, 2, section="A", branch="mill")] * 2
    facts.append(Statement("x", STOCK, {}, Reference("")))
    assert composer.references(facts) == ("ledger, section “B”", "ledger, section “A”")


@pytest.mark.parametrize(
    "template, values, filled",
    [
        ("{a} and {b}.", {"a": "1", "b": "2"}, "1 and 2."),
        ("{a} and {b}.", {"a": "1"}, None),
        ("{a}[ and {b}].", {"a": "1"}, "1."),
        ("{a}[ and {b}].", {"a": "1", "b": "2"}, "1 and 2."),
        ("nothing to fill", {}, "nothing to fill"),
        ("", {}, ""),
        ("{a} {a}", {"a": "x"}, "x x"),
        ("{a}", {"a": ""}, None),
        ("{a}", {"a": "{b}"}, "{b}"),
    ],
)
def test_templates_fill_all_holes_or_say_nothing(template, values, filled):
    assert Template.parse(template).fill(values) == filled


def test_a_template_knows_its_holes():
    template = Template.parse("{a}[ and {b}].")
    assert template.holes == {"a", "b"}
    assert template.needed_holes == {"a"}


@pytest.mark.parametrize(
    "earlier, later, years",
    [
        ("11 April 2005", "10 April 2013", 7),
        ("11 April 2005", "11 April 2013", 8),
        ("11 April 2005", "2013", 8),
        ("1991", "2017", 26),
        ("1991", "1991", 0),
    ],
)
def test_whole_years_between(earlier, later, years):
    assert years_between(parse_time(earlier), parse_time(later)) == years


def test_a_statement_without_some_of_its_values_is_not_told_as_the_whole_one(composer):
    whole = statement(BARE, branch="mill", book=("maps", "plays"))
    rest = replace(whole, values={**whole.values, "book": ("plays",)})
    assert [composer.sentence(whole), composer.sentence(rest)] == [
        "branch: Mill Lane; book: maps and plays",
        "branch: Mill Lane; book: plays",
    ]
    assert composer.holes([rest]) == {"branch": "Mill Lane", "book": "plays"}
