"""Tables, bar charts and timelines, from knowledge built by hand."""

import re

import pytest

from bot.composing import Composer
from bot.domain import Domain
from bot.intents import Template
from bot.knowledge import Entity, KnowledgeBase, Property, Quantity, Reference, Role, Statement, Time
from bot.language import Lexicon
from bot.terminal import views
from bot.terminal.cells import width
from bot.terminal.look import Look, plain

SALES = Property(
    "sales",
    "value of sales",
    {"seller": Role("seller", ("town",)), "time": Role("time", ("time",)), "amount": Role("amount", ("quantity",))},
    "seller",
    "amount",
    "USD",
    "{seller} sold {amount} in {time}.",
    event=True,
)
FOUNDED = Property(
    "founded",
    "founding",
    {"town": Role("town", ("town",)), "time": Role("time", ("time",))},
    "town",
    "time",
    sentence="{town} was founded in {time}.",
    event=True,
)
GOODS = Property(
    "goods",
    "goods",
    {"seller": Role("seller", ("town",)), "buyer": Role("buyer", ("town",)), "good": Role("good", ("text",))},
    "seller",
    "good",
)


@pytest.fixture
def composer():
    names = {"oslo": "Oslo", "izmir": "I\u0307zmir", "beijing": "北京", "evil": "E\x1b[31m\u202evil"}
    kb = KnowledgeBase(
        entities={id: Entity(id, label, "town") for id, label in names.items()},
        properties={p.id: p for p in (SALES, FOUNDED, GOODS)},
    )
    templates = {p.id: Template.parse(p.sentence) for p in (SALES, FOUNDED)}
    return Composer(Domain("test", kb, Lexicon(unit_labels={"USD": "dollar"}), {}, templates=templates))


def sale(seller, year, amount):
    values = {"seller": (seller,), "time": (Time.years(year),), "amount": (Quantity(amount, "USD"),)}
    return Statement(f"{seller}{year}", SALES, values, Reference("book"))


def founded(town, year):
    return Statement(town, FOUNDED, {"town": (town,), "time": (Time.years(year),)}, Reference("book"))


def good(seller, buyer, what):
    return Statement(seller + what, GOODS, {"seller": (seller,), "buyer": (buyer,), "good": (what,)}, Reference("book"))


def test_columns_line_up_under_wide_and_combining_characters(composer):
    rows = [founded("beijing", 1045), founded("izmir", 1500), founded("oslo", 1040)]
    assert plain(views.table(rows, composer, Look())) == (
        "Town   Time\n─────  ────\n北京   1045\nI\u0307zmir  1500\nOslo   1040"
    )


def test_statements_that_differ_in_the_value_alone_are_one_row(composer):
    rows = [good("oslo", "izmir", "fish"), good("oslo", "izmir", "oil"), good("izmir", "oslo", "ships")]
    assert plain(views.table(rows, composer, Look())) == (
        "Seller  Buyer  Good\n──────  ─────  ────────────\n"
        "Oslo    I\u0307zmir  fish and oil\nI\u0307zmir   Oslo   ships"
    )


@pytest.mark.parametrize("columns", [20, 24, 30, 40, 60, 80, 200])
def test_every_view_keeps_within_the_screen(composer, columns):
    look = Look(columns)
    sales = [sale("beijing", 2018, 1_234_567), sale("oslo", 2018, 99), sale("izmir", 2017, 4.2e12)]
    shown = [
        views.table(sales, composer, look),
        views.bars(sales, composer, look),
        views.timeline([*sales, founded("beijing", 1045)], composer, look),
    ]
    assert all(shown)
    assert max(width(line) for view in shown for line in plain(view).splitlines()) <= columns


def test_where_columns_do_not_fit_each_row_is_a_list(composer):
    rows = [good("oslo", "izmir", "fish"), good("izmir", "oslo", "motor vehicles")]
    assert plain(views.table(rows, composer, Look(20))) == (
        "Seller  Oslo\nBuyer   I\u0307zmir\nGood    fish\n\n"
        "Seller  I\u0307zmir\nBuyer   Oslo\nGood    motor\n        vehicles"
    )


def test_bars_are_as_long_as_their_figures(composer):
    shown = plain(views.bars([sale("oslo", 2018, 100), sale("izmir", 2018, 50)], composer, Look(40)))
    title, first, second = shown.splitlines()
    assert title == "Value of sales, 2018"
    assert first.endswith("  100 dollars")
    assert first.count("█") == 2 * second.count("█") + ("▌" in second) == 20


def test_on_a_narrow_screen_labels_and_figures_stand_above_the_bars(composer):
    shown = plain(views.bars([sale("oslo", 2018, 100), sale("izmir", 2018, 50)], composer, Look(22)))
    assert shown.splitlines() == [
        "Value of sales, 2018",
        "Oslo 100 dollars",
        "█" * 22,
        "I\u0307zmir 50 dollars",
        "█" * 11,
    ]


def test_bars_of_several_years_stand_in_their_order(composer):
    shown = plain(views.bars([sale("oslo", 2018, 100), sale("oslo", 2016, 50)], composer, Look(40)))
    assert re.findall(r"^\d{4}", shown, re.MULTILINE) == ["2016", "2018"]


def test_a_figure_below_zero_goes_the_other_way(composer):
    shown = plain(views.bars([sale("oslo", 2018, -50), sale("izmir", 2018, 50)], composer, Look(40)))
    below, above = shown.splitlines()[1:]
    assert below.index("█") < below.rindex("█") < above.index("█")
    assert below.count("█") == above.count("█")


def test_equal_zeros_are_no_trouble(composer):
    shown = plain(views.bars([sale("oslo", 2018, 0), sale("izmir", 2018, 0)], composer, Look(40)))
    assert "█" not in shown
    assert shown.count("0 dollars") == 2


def test_figures_of_different_kinds_are_not_compared(composer):
    other = Statement("x", SALES, {**sale("izmir", 2018, 5).values, "amount": (Quantity(5, "EUR"),)}, Reference("book"))
    assert views.bars([sale("oslo", 2018, 5), other], composer, Look()) == []
    assert views.bars([sale("oslo", 2018, 5)], composer, Look()) == []
    assert views.bars([sale("oslo", 2018, 5), founded("oslo", 1040)], composer, Look()) == []


def test_a_timeline_is_in_the_order_of_time_and_leaves_out_what_has_none(composer):
    shown = plain(
        views.timeline([founded("izmir", 1500), good("oslo", "izmir", "fish"), founded("oslo", 1040)], composer, Look())
    )
    assert shown == "1040 ● Oslo was founded in 1040.\n1500 ● I\u0307zmir was founded in 1500."


def test_a_long_event_goes_on_beside_the_line(composer):
    shown = plain(views.timeline([founded("oslo", 1040), founded("izmir", 1500)], composer, Look(24)))
    assert shown.splitlines() == [
        "1040 ● Oslo was founded",
        "     │ in 1040.",
        "1500 ● I\u0307zmir was",
        "       founded in 1500.",
    ]


def test_the_view_is_chosen_by_what_the_statements_are(composer):
    look = Look()

    def chosen(*statements):
        return views.automatic(statements, composer, look)[0]

    assert chosen(sale("oslo", 2018, 5), sale("izmir", 2018, 7)) == "plot"
    assert chosen(sale("oslo", 2018, 5), founded("oslo", 1040)) == "timeline"
    assert chosen(founded("izmir", 1500), founded("oslo", 1040)) == "table"
    assert chosen(good("oslo", "izmir", "fish"), good("izmir", "oslo", "ships")) == "table"
    assert chosen(good("oslo", "izmir", "fish"), good("oslo", "izmir", "oil")) == ""
    assert chosen(founded("oslo", 1040)) == ""
    assert chosen() == ""


def test_nothing_in_the_knowledge_reaches_a_terminal_as_a_command(composer):
    rows = [sale("evil", 2018, 5), sale("oslo", 2018, 7)]
    for view in (views.table, views.bars, views.timeline):
        shown = plain(view(rows, composer, Look()))
        assert "E\\u001b[31m\\u202evil" in shown
        assert not re.search("[\x1b\x9b\u202e]", shown)


def test_what_an_encoding_lacks_is_drawn_with_what_it_has(composer):
    look = Look(40, "ascii")
    rows = [sale("izmir", 2018, 100), sale("beijing", 2018, 50)]
    shown = [plain(view(rows, composer, look)) for view in (views.table, views.bars, views.timeline)]
    assert all(text.isascii() for text in shown)
    assert re.search(r"^Izmir  #{16,}  100 dollars$", shown[1], re.MULTILINE)
