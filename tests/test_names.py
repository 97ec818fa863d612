"""Names that begin with an article are found without it, and what an author writes in vain is told."""

import pytest

from bot import Bot
from bot.checks import check
from bot.paths import bundled

KNOWLEDGE = """
types: {bread: {label: bread, words: [loaf]}, band: {label: band}, shop: {label: shop}, person: {label: person}}
documents: {list: {label: List}}
reference: {document: list}
entities:
  pretzel: {label: the pretzel, type: bread, aliases: [a salted knot]}
  rye: {label: the rye loaf, type: bread}
  who: {label: The Who, type: band}
  shop: {label: the shop, type: shop}
properties:
  price: {label: price, roles: {thing: [bread, band, shop], amount: quantity}, subject: thing, value: amount, unit: EUR,
          sentence: "{thing} costs {amount}."}
statements:
  price: [{thing: pretzel, amount: 2}, {thing: rye, amount: 4}, {thing: who, amount: 90}, {thing: shop, amount: 9000}]
"""
INTENTS = """
intents:
  price: {about: price, patterns: ["{thing} (cost|price)"], asks: amount}
"""


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("names")
    (folder / "knowledge.yaml").write_text(KNOWLEDGE, encoding="utf-8")
    (folder / "intents.yaml").write_text(INTENTS, encoding="utf-8")
    return Bot.load(folder / "intents.yaml", folder / "knowledge.yaml", cache=False)


@pytest.mark.parametrize(
    "name", ["the pretzel", "a pretzel", "pretzel", "pretzels", "the salted knot", "salted knot", "any salted knots"]
)
def test_a_name_is_found_with_any_article_and_without(bot, name):
    answer = bot.ask(f"what does {name} cost?")
    assert (answer.text, answer.slots) == ("The pretzel costs 2 euros.", {"thing": "the pretzel"})


@pytest.mark.parametrize(("name", "told"), [("the who", "The Who costs 90 euros."), ("the shop", "The shop costs")])
def test_a_name_keeps_its_article_where_the_rest_is_another_word(bot, name, told):
    assert bot.ask(f"what does {name} cost?").text.startswith(told)
    assert bot.domain.lexicon.exact.get(name.split()[1], {}).get("entities") is None


def problems(tmp_path, intents, knowledge=KNOWLEDGE):
    (tmp_path / "knowledge.yaml").write_text(knowledge, encoding="utf-8")
    (tmp_path / "intents.yaml").write_text(intents, encoding="utf-8")
    found = check(tmp_path / "intents.yaml", tmp_path / "knowledge.yaml", bundled("intents") / "language" / "en")
    return [(p.severity, p.code, p.what, p.why, p.mend) for p in found.problems if p.severity == "error"]


def test_a_fixed_answer_beside_facts_is_an_error(tmp_path):
    found = problems(tmp_path, "intents: {price: {about: price, patterns: [cost], says: Two euros.}}")
    assert found == [
        (
            "error",
            "says-and-about",
            "an intent that is `about` facts cannot say a fixed text",
            "the answer is made of the facts, and the text would never be told",
            "remove `says`, or `about`; to word the answer, use `answers: {default: …}`",
        )
    ]


def test_a_slot_of_a_fixed_answer_is_explained(tmp_path):
    found = problems(tmp_path, 'intents: {hours: {patterns: ["{shop} hour"], says: From nine to five.}}')
    assert found == [
        (
            "error",
            "unknown-slot",
            "unknown slot 'shop'",
            "slots are the roles of the property that an intent is `about`, and one without `about` has none",
            "write a word instead of {shop}, or add `about` with a property that has the role 'shop'",
        )
    ]


def test_an_unknown_operation_is_told_with_all_that_there_are(tmp_path):
    ((_, code, what, _, mend),) = problems(
        tmp_path, "intents: {price: {about: price, patterns: [cost], operation: more}}"
    )
    assert (code, what) == ("unknown-operation", "unknown operation 'more'")
    assert mend.startswith("use one of 'ago', 'anniversary', 'average', 'both', 'descending', 'describe', 'difference'")
    assert mend.endswith("'sum', 'timeline', 'together', 'versus'")


@pytest.mark.parametrize("name", ["elapsed", "earliest", "latest"])
def test_what_answers_call_an_operation_is_taken_in_an_intent(tmp_path, name):
    knowledge = KNOWLEDGE.replace("amount: quantity}", "amount: quantity, time: time}")
    intents = f"intents: {{price: {{about: price, patterns: [cost], operation: {name}}}}}"
    assert problems(tmp_path, intents, knowledge) == []


def test_a_figure_that_no_intent_asks_for_is_warned_of(tmp_path):
    knowledge = KNOWLEDGE + "  temp: [{bread: rye, number: 230}]\n"
    knowledge = knowledge.replace(
        "statements:",
        "  temp: {label: heat, roles: {bread: bread, number: number}, subject: bread, value: number,\n"
        '         sentence: "{bread} is baked at {number} degrees."}\nstatements:',
    )
    (tmp_path / "knowledge.yaml").write_text(knowledge, encoding="utf-8")
    (tmp_path / "intents.yaml").write_text(INTENTS, encoding="utf-8")
    found = check(tmp_path / "intents.yaml", tmp_path / "knowledge.yaml", bundled("intents") / "language" / "en")
    assert "no question asks for 'temp'" in [p.what for p in found.problems]


def test_explain_shows_the_operation(bot):
    explanation = bot.explain("how much more does the rye loaf cost than the pretzel?")
    assert explanation.operation == explanation.record()["operation"] == "difference"
    assert "operation\n  difference\n" in explanation.text()


def test_how_many_of_what_is_not_counted_names_what_can_be(bot):
    answer = bot.ask("how many persons does the pretzel cost?")
    text = "I understand what this is about, but not what “how many” could count in it. I can count bands, breads and shops."
    assert answer.text == text
    reason = "how many: `counts: person` at amount says what its number counts"
    assert ("unfilled-question", reason) in answer.explanation.reasons


def test_a_role_may_be_asked_for_by_a_question_word_or_its_kind(tmp_path):
    for asked, found in (("where", []), ("place", []), ("nonsense", ["unknown question 'nonsense'"])):
        knowledge = KNOWLEDGE.replace("amount: quantity}", f"amount: quantity, at: {{type: text, asked: {asked}}}}}")
        assert [what for _, _, what, _, _ in problems(tmp_path, INTENTS, knowledge)] == found
