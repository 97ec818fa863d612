"""
What an author of another subject may expect who wrote no more than its facts and one wording for each.

A small workshop: its instruments are made of materials, were built at some time, cost and weigh something; its
masters led it for years; one instrument won a medal.
"""

from datetime import date
from pathlib import Path

import pytest

from bot import Answer, Bot

KNOWLEDGE = """\
about: a workshop of instruments
reference: {document: ledger}
documents:
  ledger: {label: The ledger, kind: book}

types:
  instrument: {label: instrument, words: [piece]}
  material: {label: material}
  person: {label: person, plural: people, is: agent}
  medal: {label: medal, words: [prize]}
  house: {label: house, is: place, words: [workshop]}

entities:
  viola: {label: the viola, type: instrument, aliases: [viola]}
  lute: {label: the lute, type: instrument, aliases: [lute]}
  harp: {label: the harp, type: instrument, aliases: [harp]}
  maple: {label: maple, type: material}
  gut: {label: gut, type: material}
  cedar: {label: cedar, type: material}
  glue: {label: glue, type: material}
  rosa: {label: Rosa Brandt, type: person, aliases: [Rosa]}
  otto: {label: Otto Brandt, type: person, aliases: [Otto]}
  gold: {label: the Gold Medal, type: medal}
  north: {label: the North House, type: house}
  south: {label: the South House, type: house}

properties:
  made_of:
    label: materials
    roles: {instrument: instrument, material: material}
    subject: instrument
    value: material
    complete: material
    sentence: "{instrument} is made of {material}."
  built:
    label: building
    roles: {instrument: instrument, person: person, time: time}
    subject: instrument
    value: time
    event: yes
    sentence: "{person} built {instrument} in {time}."
  opened:
    label: opening
    roles: {house: house, time: time}
    subject: house
    value: time
    event: yes
    sentence: "{house} opened in {time}."
  price:
    label: price
    roles: {instrument: instrument, amount: quantity}
    subject: instrument
    value: amount
    unit: EUR
    sentence: "{instrument} costs {amount}."
  weight:
    label: weight
    roles: {instrument: instrument, amount: quantity}
    subject: instrument
    value: amount
    unit: gram
    sentence: "{instrument} weighs {amount}."
  strings:
    label: number of strings
    roles: {instrument: instrument, number: number}
    subject: instrument
    value: number
    sentence: "{instrument} has {number} strings."
  master:
    label: master
    roles: {person: person, time: time}
    subject: person
    value: time
    sentence: "{person} was master in {time}."
  won:
    label: award
    roles: {instrument: instrument, medal: medal, time: time}
    subject: instrument
    value: medal
    event: yes
    sentence: "{instrument} won {medal} in {time}."

statements:
  made_of:
    - {instrument: viola, material: [maple, gut, glue]}
    - {instrument: lute, material: [cedar, gut, glue]}
    - {instrument: harp, material: [maple, glue]}
  built:
    - {instrument: viola, person: rosa, time: 3 March 1990}
    - {instrument: lute, person: otto, time: 2004}
    - {instrument: harp, person: rosa, time: 1985}
  opened:
    - {house: north, time: 1960}
    - {house: south, time: 14 May 1999}
  price:
    - {instrument: viola, amount: 900.50}
    - {instrument: lute, amount: 700}
    - {instrument: harp, amount: 2100}
  weight:
    - {instrument: viola, amount: 600}
    - {instrument: lute, amount: 800}
  strings:
    - {instrument: viola, number: 4}
    - {instrument: harp, number: 47}
  master:
    - {person: otto, time: 1970–1994}
    - {person: rosa, time: 1994–2026}
  won:
    - {instrument: lute, medal: gold, time: 2010}
"""

INTENTS = """\
name: lutebot
intents:
  made_of:
    about: made_of
    patterns: ["{instrument} (material|contain)", "{instrument} make of {material}", "{material} in {instrument!}"]
    asks: material
    examples: [What is in the lute?]
  built:
    about: built
    patterns: ["{person} build {instrument} in {time}"]
    examples: [Who built the lute?]
  opened:
    about: opened
    patterns: ["{house} begin in {time}"]
    examples: [When did the North House open?]
  price:
    about: price
    patterns: ["{instrument} (price|cost)"]
    examples: [What does the lute cost?]
  weight:
    about: weight
    patterns: ["{instrument} (weight|weigh|heavy)"]
    examples: [What does the lute weigh?]
  strings:
    about: strings
    patterns: ["{instrument} string"]
    words: [have]
    asks: number
    examples: [How many strings does the harp have?]
  master:
    about: master
    patterns: ["{person} (master|head) in {time}"]
    asks: person
    examples: [Who was master in 1980?]
  won:
    about: won
    patterns: ["{instrument} (win|medal|prize) {medal} in {time}"]
    examples: [What did the lute win?]
"""

HOURS = """\
intents:
  hours:
    says: Both houses are open from 9 to 5.
    patterns: ["open [house] hour"]
    words: [house, today]
    examples: [What are the opening hours?]
"""

CHEAP = """\
intents:
  cheap:
    about: price
    patterns: ["{instrument} (cheap|cheaper|cheapest)"]
    operation: min
"""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("workshop")
    for name, text in (("intents", INTENTS), ("knowledge", KNOWLEDGE)):
        (folder / name).mkdir()
        (folder / name / "all.yaml").write_text(text, encoding="utf-8")
    return folder / "intents", folder / "knowledge"


@pytest.fixture(scope="module")
def bot(folders: tuple[Path, Path]) -> Bot:
    return Bot.load(intents=folders[0], knowledge=folders[1], clock=date(2026, 5, 1))


def _text(bot: Bot, question: str) -> str:
    answer = bot.ask(question)
    assert answer.status == "answered", answer.text
    return answer.text


def _is_declined(answer: Answer) -> bool:
    return answer.status in ("no_data", "not_understood") and not answer.values


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("Which instruments are made without gut?", ("the harp",)),
        ("Which instruments do not contain maple?", ("the lute",)),
        ("How many instruments are made without maple?", (1,)),
        ("Which materials are in the viola apart from glue?", ("maple", "gut")),
    ],
)
def test_what_is_without_something_is_left_out_of_whose_list_is_asked(
    bot: Bot, question: str, values: tuple[object, ...]
) -> None:
    assert bot.ask(question).values == values


def test_a_list_that_is_not_asked_for_is_told_whole(bot: Bot) -> None:
    assert _text(bot, "Which instruments are made without gut?") == "The harp is made of maple and glue."


def test_what_all_have_is_made_without_by_none(bot: Bot) -> None:
    assert _text(bot, "Which instruments are made without glue?").startswith("None. ")


@pytest.mark.parametrize(
    "question",
    ["When does the North House open?", "Is the North House open?", "Is the North House open today?",
     "What are the opening hours of the North House?", "Is the North House open now?"],
)  # fmt: skip
def test_the_present_is_not_answered_with_the_founding(bot: Bot, question: str) -> None:
    assert _is_declined(bot.ask(question))


def test_the_past_is_still_told(bot: Bot) -> None:
    assert _text(bot, "When did the North House open?") == "The North House opened in 1960."
    assert _text(bot, "Did the North House open in 1960?") == "Yes. The North House opened in 1960."


def test_a_fixed_answer_on_its_kind_holds_for_the_house_that_is_named(folders: tuple[Path, Path]) -> None:
    (folders[0] / "hours.yaml").write_text(HOURS, encoding="utf-8")
    bot = Bot.load(intents=folders[0], knowledge=folders[1], clock=date(2026, 5, 1))
    (folders[0] / "hours.yaml").unlink()
    assert _text(bot, "What are the opening hours of the North House?") == "Both houses are open from 9 to 5."
    assert _text(bot, "When did the North House open?") == "The North House opened in 1960."


def test_a_day_stands_with_on_and_a_year_with_in(bot: Bot) -> None:
    assert _text(bot, "When did the South House open?") == "The South House opened on 14 May 1999."
    assert _text(bot, "Who built the lute?") == "Otto Brandt built the lute in 2004."


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("How old is the viola?", (36,)),
        ("How old is the lute?", (22,)),
        ("Which instrument is the oldest?", ("the harp",)),
        ("What is the newest instrument?", ("the lute",)),
        ("Which house is older?", ("the North House",)),
        ("Which is older, the viola or the lute?", ("the viola",)),
        ("Is the lute older than the harp?", ("no",)),
        ("Is the lute newer than the harp?", ("yes",)),
        ("How much older is the harp than the lute?", (19,)),
        ("Which house opened first?", ("1960",)),
    ],
)
def test_age_follows_from_the_event_by_which_a_thing_began(bot: Bot, question: str, values: tuple[object, ...]) -> None:
    answer = bot.ask(question)
    assert answer.status == "answered", answer.text
    assert tuple(map(str, answer.values)) == tuple(map(str, values)) or values[0] in answer.text


def test_nobody_is_as_old_as_what_they_did(bot: Bot) -> None:
    assert _is_declined(bot.ask("How old is Rosa Brandt?"))


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("Which instrument is heavier?", ("the lute",)),
        ("What is the lightest instrument?", ("the viola",)),
        ("What is the cheapest instrument?", ("the lute",)),
        ("Which instrument is the most expensive?", ("the harp",)),
        ("Is the lute cheaper than the viola?", ("yes",)),
        ("How much cheaper is the lute than the viola?", (200.5,)),
        ("How many more strings does the harp have than the viola?", (43,)),
    ],
)
def test_adjectives_compare_amounts_whatever_form_the_wording_has(
    bot: Bot, question: str, values: tuple[object, ...]
) -> None:
    assert bot.ask(question).values == values


def test_prices_have_cents(bot: Bot) -> None:
    assert _text(bot, "What does the viola cost?") == "The viola costs 900.50 euros."
    assert _text(bot, "What does the lute cost?") == "The lute costs 700 euros."


def test_the_questions_operation_goes_before_that_of_the_intent(folders: tuple[Path, Path]) -> None:
    (folders[0] / "cheap.yaml").write_text(CHEAP, encoding="utf-8")
    bot = Bot.load(intents=folders[0], knowledge=folders[1], clock=date(2026, 5, 1))
    (folders[0] / "cheap.yaml").unlink()
    assert bot.ask("How much cheaper is the lute than the viola?").values == (200.5,)
    assert bot.ask("Which instrument is cheaper?").values == ("the lute",)


def test_what_is_said_of_a_period_holds_in_each_year_of_it(bot: Bot) -> None:
    assert _text(bot, "Who was master in 1980?") == "Otto Brandt was master in 1970–1994."
    assert _text(bot, "How long was Otto master?").startswith("24 years")


def test_still_and_now_need_a_period_that_reaches_today(bot: Bot) -> None:
    assert _text(bot, "Is Otto still master?") == "No. Otto Brandt was master in 1970–1994."
    assert _text(bot, "Is Rosa still master?") == "Yes. Rosa Brandt was master in 1994–2026."
    assert _text(bot, "Who is master now?") == "Rosa Brandt was master in 1994–2026."


def test_that_another_won_is_no_reason_to_say_no(bot: Bot) -> None:
    answer = bot.ask("Did the viola ever win a medal?")
    assert (answer.status, answer.text) == ("no_data", "I have no award for the viola. I have it for the lute.")


def test_what_is_in_a_thing_is_not_all_that_is_known_of_it(bot: Bot) -> None:
    assert _text(bot, "What's in the harp?") == "The harp is made of maple and glue."


def test_what_the_bot_has_is_what_is_on_record(bot: Bot) -> None:
    assert bot.ask("What instruments do you have?").values == ("the viola", "the lute", "the harp")
