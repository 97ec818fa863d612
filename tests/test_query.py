"""Which statements a query finds: exact on entities, times and amounts, never nearly."""

import pytest

from bot.knowledge import Entity, EntityType, KnowledgeBase, Property, Quantity, Reference, Role, Statement
from bot.query import Constraint, Query, distinct, meets, run, time_agrees
from bot.values import parse_quantity, parse_time

ROLES = {
    "lender": Role("lender", ("branch",)),
    "borrower": Role("borrower", ("branch",)),
    "time": Role("time", ("time",)),
    "amount": Role("amount", ("quantity",)),
}
LOANS = Property("loans", "loans between branches", ROLES, "lender", "amount", unit="book")
STORY = Property("story", "visit", {k: ROLES[k] for k in ("lender", "time")}, "lender", "time")


def loan(number, lender, borrower, time, amount):
    values = {
        "lender": (lender,),
        "borrower": (borrower,),
        "time": (parse_time(time),),
        "amount": (parse_quantity(amount, "book"),),
    }
    return Statement(f"loans-{number}", LOANS, values, Reference("ledger"))


@pytest.fixture(scope="module")
def kb():
    base = KnowledgeBase()
    base.types["branch"] = EntityType("branch", "branch", "branches")
    for id in ("harbour", "mill"):
        base.entities[id] = Entity(id, id.title(), "branch")
    base.properties["loans"] = LOANS
    base.statements += [
        loan(1, "harbour", "mill", "2018", "765"),
        loan(2, "mill", "harbour", "2018", "513"),
        loan(3, "harbour", "mill", "2002–2016", "862"),
    ]
    base.index()
    return base


def found(kb, *constraints):
    return [s.id[-1] for s in run(kb, Query(("loans",), constraints))]


def entity(role, *ids, kind="is"):
    return Constraint(role, kind, frozenset(ids))


def time(text, kind="time", role="time"):
    return Constraint(role, kind, parse_time(text))


def amount(text, kind="equal", unit="book"):
    return Constraint("amount", kind, parse_quantity(text, unit))


def test_without_constraints_all_statements_come_in_their_order(kb):
    assert found(kb) == ["1", "2", "3"]
    assert run(kb, Query(("fines",), ())) == []


def test_direction_decides(kb):
    assert found(kb, entity("lender", "harbour"), entity("borrower", "mill"), time("2018")) == ["1"]
    assert found(kb, entity("lender", "mill"), entity("borrower", "harbour"), time("2018")) == ["2"]
    assert found(kb, entity("lender", "mill"), entity("borrower", "mill")) == []


def test_a_value_may_be_looked_for_in_any_role(kb):
    assert found(kb, entity("", "mill")) == ["1", "2", "3"]
    assert found(kb, entity("", "bridge")) == []
    assert found(kb, time("2018", role="")) == ["1", "2"]


def test_any_of_several_entities_will_do(kb):
    assert found(kb, entity("lender", "harbour", "mill")) == ["1", "2", "3"]


def test_exclusion_keeps_what_is_not_excluded(kb):
    assert found(kb, entity("lender", "harbour", kind="not")) == ["2"]
    assert found(kb, entity("lender", "harbour", "mill", kind="not")) == []


def test_a_role_that_a_statement_lacks_meets_nothing_but_an_exclusion(kb):
    statement = Statement("story-1", STORY, {"lender": ("mill",)}, Reference("ledger"))
    assert not meets(statement, time("2018"))
    assert not meets(statement, entity("borrower", "harbour"))
    assert meets(statement, entity("borrower", "harbour", kind="not"))


@pytest.mark.parametrize(
    "year, ids",
    [
        ("2018", ["1", "2"]),
        ("2015", []),
        ("2017", []),
        ("2002", []),
        ("2016", []),
        ("2002–2016", ["3"]),
        ("2003–2016", []),
        ("2002–2018", ["1", "2"]),
        ("2010s", ["1", "2"]),
        ("April 2018", []),
    ],
)
def test_an_amount_of_a_period_answers_for_just_that_period(kb, year, ids):
    assert found(kb, time(year)) == ids


@pytest.mark.parametrize(
    "kind, year, ids",
    [
        ("before", "2018", ["3"]),
        ("before", "2017", ["3"]),
        ("before", "2016", []),
        ("after", "2016", ["1", "2"]),
        ("after", "2018", []),
        ("after", "2001", ["1", "2", "3"]),
    ],
)
def test_before_and_after_leave_out_the_year_itself(kb, kind, year, ids):
    assert found(kb, time(year, kind)) == ids


@pytest.mark.parametrize(
    "kind, text, ids",
    [
        ("equal", "765", ["1"]),
        ("equal", "766", []),
        ("equal", "764.9999", []),
        ("greater", "513", ["1", "3"]),
        ("greater", "862", []),
        ("less", "765", ["2"]),
        ("less", "513", []),
    ],
)
def test_amounts_compare_exactly(kb, kind, text, ids):
    assert found(kb, amount(text, kind)) == ids


def test_amounts_of_another_unit_never_agree(kb):
    for kind in ("equal", "greater", "less"):
        assert found(kb, amount("765", kind, unit="USD")) == []
        assert found(kb, amount("1", kind, unit="USD")) == []


def test_an_amount_said_without_a_unit_is_of_the_statements_unit(kb):
    assert found(kb, amount("765", unit=None)) == ["1"]


def test_a_time_never_agrees_with_an_amount(kb):
    assert found(kb, Constraint("time", "equal", Quantity(2018.0))) == []
    assert found(kb, Constraint("amount", "time", parse_time("2018"))) == []


@pytest.mark.parametrize(
    "fact, asked, agrees",
    [
        ("5–6 November 2013", "2013", True),
        ("5–6 November 2013", "November 2013", True),
        ("5–6 November 2013", "5 November 2013", True),
        ("5–6 November 2013", "6 November 2013", True),
        ("5–6 November 2013", "7 November 2013", False),
        ("5–6 November 2013", "2012", False),
        ("5–6 November 2013", "October 2013", False),
        ("October 2021", "2021", True),
        ("October 2021", "11 October 2021", False),
        ("1926", "1920s", True),
        ("1926", "May 1926", False),
        ("2000s", "2008", False),
        ("2000s", "2000s", True),
    ],
)
def test_an_event_agrees_with_what_is_told_less_finely(fact, asked, agrees):
    assert time_agrees(parse_time(fact), "time", parse_time(asked), is_sum=False) is agrees


def test_distinct_values_keep_their_order(kb):
    assert distinct(kb.statements, "lender") == ["harbour", "mill"]
    assert distinct(kb.statements, "colour") == []


def test_a_query_reads_like_a_sentence():
    query = Query(("loans",), (entity("lender", "mill", "harbour"), time("2018"), amount("765")), ("amount",))
    assert str(query) == (
        "find loans\n"
        "  where lender is harbour|mill\n"
        "  where time time 2018\n"
        "  where amount equal 765 book\n"
        "  give amount"
    )
    assert str(entity("", "mill")) == "any role is mill"
