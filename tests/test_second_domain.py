"""
Another subject made of files alone proves that the engine knows none by itself.

The files are what an author would write after reading the README: some planets, their moons, sizes and visitors.
"""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot import Bot
from bot.paths import bundled

PACKAGE = Path(__file__).parent.parent / "bot"

KNOWLEDGE = """\
about: planets
reference: {document: almanac, section: Planets}
documents:
  almanac: {label: A small almanac, kind: book}

types:
  agent: {label: discoverer}
  world: {label: world}
  planet: {label: planet, is: world, words: [planet, planets]}
  moon: {label: moon, is: world, words: [moon, moons, satellite]}
  person: {label: person, plural: people, is: agent, words: [astronomer]}
  probe: {label: probe, words: [probe, spacecraft]}

entities:
  mars: {label: Mars, type: planet, aliases: [the red planet], adjectives: [Martian]}
  earth: {label: Earth, type: planet, aliases: [the Earth]}
  uranus: {label: Uranus, type: planet}
  neptune: {label: Neptune, type: planet}
  phobos: {label: Phobos, type: moon}
  deimos: {label: Deimos, type: moon}
  triton: {label: Triton, type: moon}
  herschel: {label: William Herschel, type: person, aliases: [Herschel]}
  galle: {label: Johann Gottfried Galle, type: person, aliases: [Galle, Johann Galle]}
  voyager: {label: Voyager 2, type: probe, aliases: [Voyager]}

properties:
  satellite:
    label: moon
    roles: {planet: planet, moon: moon}
    subject: planet
    value: moon
    complete: [moon]
    sentence: "{planet} has the moon {moon}."
  discovery:
    label: discovery
    name: "the discovery of {planet}"
    roles: {planet: planet, discoverer: person, time: time}
    subject: planet
    value: time
    event: yes
    complete: [discoverer]
    sentence: "{discoverer} discovered {planet} in {time}."
  diameter:
    label: diameter
    name: "the diameter of {planet}"
    roles: {planet: planet, size: quantity}
    subject: planet
    value: size
    unit: kilometre
    sentence: "{planet} has a diameter of {size}."
  flyby:
    label: flyby
    name: "{probe}'s flyby of {planet}"
    roles: {probe: probe, planet: planet, time: time}
    subject: probe
    value: time
    event: yes
    sentence: "{probe} flew past {planet} on {time}."

statements:
  satellite:
    - {planet: mars, moon: phobos, paragraph: 1}
    - {planet: mars, moon: deimos, paragraph: 1}
    - {planet: neptune, moon: triton, paragraph: 2}
  discovery:
    - {planet: uranus, discoverer: herschel, time: 1781, paragraph: 3}
    - {planet: neptune, discoverer: galle, time: 1846, paragraph: 3}
  diameter:
    - {planet: earth, size: 12756}
    - {planet: mars, size: 6792}
    - {planet: neptune, size: 49528}
  flyby:
    - {probe: voyager, planet: uranus, time: 24 January 1986}
    - {probe: voyager, planet: neptune, time: 25 August 1989}
"""

INTENTS = """\
name: stargazer
topics:
  worlds: {label: planets, words: [planet]}
senses:
  moon-of: [moon, satellite]
  discover: [discover, discovery, discoverer, find, spot]
  diameter: [diameter, size, wide, width, across, how big, how large, how wide, larger than, bigger than]
  fly-past: [fly past, flyby, fly by, pass, visit, flight]

intents:
  moons:
    about: satellite
    topic: worlds
    patterns:
      - "moon-of {planet}"
      - "{planet!} have moon-of"
    words: [have, orbit, circle]
    asks: moon
    answers:
      moon: "{planet} has {moon}."
      planet: "{moon} goes round {planet}."
    examples: [Which moons does Mars have?]
  discovery:
    about: discovery
    topic: worlds
    patterns:
      - "{discoverer} discover {planet}"
    words: [astronomer, first]
    asks: [time, discoverer]
    answers:
      time: "{planet} was discovered in {time}."
      discoverer: "{discoverer} discovered {planet}."
    examples: [When was Neptune discovered?]
  size:
    about: diameter
    topic: worlds
    patterns:
      - "diameter {planet}"
      - "{planet!} diameter"
    words: [kilometre, planet]
    asks: size
    answers:
      size: "{planet} is {size} across."
      planet: "{planet}: {size} across."
    examples: [How big is Mars?]
  flyby:
    about: flyby
    topic: worlds
    patterns:
      - "{probe} fly-past {planet}"
      - "fly-past of {planet} by {probe}"
    words: [probe, mission]
    asks: time
    answers:
      time: "{probe} flew past {planet} on {time}."
    examples: [When did Voyager fly past Neptune?]
  planets_story:
    includes: [moons, discovery, size, flyby]
    topic: worlds
    patterns:
      - "(overview|describe-words) planet"
    words: [planet, overview]
"""


@pytest.fixture(scope="module")
def stargazer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planets")
    for name, text in (("intents", INTENTS), ("knowledge", KNOWLEDGE)):
        (folder / name).mkdir()
        (folder / name / "planets.yaml").write_text(text, encoding="utf-8")
    return Bot.load(folder / "intents", folder / "knowledge", clock=date(2026, 11, 23))


def test_its_name_and_examples_come_from_its_files(stargazer):
    assert stargazer.name == "stargazer"
    assert stargazer.check() == ()
    assert len(stargazer.examples) == 4


def test_every_example_is_answered(stargazer):
    for question in stargazer.examples:
        assert stargazer.ask(question).status == "answered", question


@pytest.mark.parametrize(
    "question, operation, values, unit",
    [
        ("When was Neptune discovered?", "lookup", (1846,), None),
        ("In what year did Herschel discover Uranus?", "lookup", (1781,), None),
        ("Who discovered Neptune?", "lookup", ("Johann Gottfried Galle",), None),
        ("Which planet did Galle discover?", "lookup", ("Neptune",), None),
        ("How big is Mars?", "lookup", (6792,), "kilometre"),
        ("How many kilometres across is the Earth?", "lookup", (12756,), "kilometre"),
        ("What is the size of the red planet?", "lookup", (6792,), "kilometre"),
        ("Which moons does Mars have?", "list", ("Phobos", "Deimos"), None),
        ("What are the Martian moons?", "list", ("Phobos", "Deimos"), None),
        ("How many moons does Mars have?", "count", (2,), None),
        ("Which moons besides Phobos does Mars have?", "lookup", ("Deimos",), None),
        ("Which planet has Triton as a moon?", "lookup", ("Neptune",), None),
        ("When did Voyager fly past Neptune?", "lookup", ("25 August 1989",), None),
        ("Is Triton a moon of Neptune?", "verify", ("yes",), None),
        ("Is Triton a moon of Mars?", "verify", ("no",), None),
        ("Did Galle discover Uranus?", "verify", ("no",), None),
        ("Was Neptune discovered in 1846?", "verify", ("yes",), None),
        ("Was Neptune discovered in 1848?", "verify", ("no",), None),
        ("How many years ago was Neptune discovered?", "elapsed", (180,), "year"),
        ("What happened in 1986?", "window", ("24 January 1986",), None),
        ("What happened before 1800?", "window", ("1781",), None),
        ("How many years lie between the discovery of Uranus and the discovery of Neptune?", "duration", (65,), "year"),
        ("By how much is Neptune larger than Mars?", "difference", (42736,), "kilometre"),
        (
            "Which is larger, the diameter of Mars or the diameter of Earth?",
            "compare",
            ("the diameter of Earth",),
            None,
        ),
        ("how bigg is marz", "lookup", (6792,), "kilometre"),
    ],
)
def test_every_operation_works_on_its_facts(stargazer, question, operation, values, unit):
    answer = stargazer.ask(question)
    assert (answer.status, answer.operation, answer.values, answer.unit) == ("answered", operation, values, unit)
    assert all(reference.startswith("book “A small almanac”, section “Planets”") for reference in answer.references)
    assert answer.references


@pytest.mark.parametrize(
    "said, values",
    [
        (("When was Neptune discovered?", "was that before or after the discovery of Uranus?"), ("after",)),
        (("How many years from 1781 to the discovery of Neptune?", "and to Voyager's flyby of Neptune?"), (208,)),
        (("How big is Mars?", "is that more than half of the Earth?"), ("yes",)),
        (("How big is Mars?", "is that over 5000 kilometres?", "and Neptune?"), (49528,)),
        (("Which moons does Mars have?", "so three moons?"), ("no",)),
        (("Which moons does Mars have?", "are both moons of Neptune?"), ("no",)),
        (("Is Mars larger than half of the Earth?",), ("yes",)),
        (("Is Mars larger than a third of Neptune?",), ("no",)),
        (("So Mars is bigger than Neptune?",), ("no",)),
    ],
    ids=lambda said: said[-1],
)
def test_answers_are_worked_on_in_conversation(stargazer, said, values):
    session = stargazer.session()
    answer = [session.ask(text) for text in said][-1]
    assert (answer.status, answer.values) == ("answered", values)


@pytest.mark.parametrize(
    "question",
    [
        "When was Mars discovered?",
        "When was Pluto discovered?",
        "Who discovered Triton?",
        "How big is Jupiter?",
        "How big is Uranus?",
        "How heavy is Mars?",
        "How many miles across is Mars?",
        "Which moons does Saturn have?",
        "Which moons does Uranus have?",
        "When did Cassini fly past Neptune?",
        "When did Voyager fly past Mars?",
        "What happened in 1900?",
        "When did Norway and Turkey establish diplomatic relations?",
        "What was the trade volume in 2018?",
        "Is the diameter of Mars larger than the discovery of Neptune?",
    ],
)
def test_what_it_does_not_know_is_not_answered(stargazer, question):
    answer = stargazer.ask(question)
    assert answer.status in ("no_data", "not_understood")
    assert answer.values == ()


def test_two_domains_in_one_program_do_not_mix(stargazer, bot):
    assert bot.ask("How big is Mars?").status == "not_understood"
    assert stargazer.ask("How big is Mars?").values == (6792,)
    assert bot.ask("trade 2018").values == (1_270_000_000,)
    assert stargazer.ask("trade 2018").status != "answered"


def test_the_order_of_files_does_not_matter(stargazer, tmp_path):
    """Each entry in a file of its own, named so that they are read the other way round."""
    for name, text in (("intents", INTENTS), ("knowledge", KNOWLEDGE)):
        (tmp_path / name).mkdir()
        parts = re.split(r"^(?=\w)", text, flags=re.MULTILINE)
        shared = "".join(part for part in parts if part.startswith("reference:"))
        for number, part in enumerate(part for part in reversed(parts) if part and part not in shared):
            above = shared if part.startswith("statements:") else ""
            (tmp_path / name / f"{number:02}.yaml").write_text(above + part, encoding="utf-8")
    other = Bot.load(tmp_path / "intents", tmp_path / "knowledge", clock=date(2026, 11, 23))
    for question in (
        "How big is Mars?",
        "Which moons does Mars have?",
        "Who discovered Neptune?",
        "What happened in 1986?",
    ):
        assert other.ask(question) == stargazer.ask(question)


# Nothing in the engine knows of the bundled domain


def bundled_names():
    names = set()
    for path in bundled("knowledge").rglob("*.yaml"):
        entities = yaml.safe_load(path.read_text(encoding="utf-8")).get("entities") or {}
        for entity in entities.values():
            if entity["type"] in ("country", "city", "person"):
                names |= {entity["label"], *entity["label"].split(), *_list(entity.get("adjectives"))}
    names |= {
        "Erdogan",
        "Turkiye",
        "Izmir",
        "Iskenderun",
        "Kavala",
        "EFTA",
        "NATO",
        "WTO",
        "ferroalloys",
        "consulate",
        "persona non grata",
    }
    return sorted(name for name in names if len(name) > 3)


def _list(value):
    return value if isinstance(value, list) else [value] if value else []


def code_lines(path):
    """Lines of code, without docstrings and comments, which may show the bundled domain as an example."""
    import ast
    import io
    import tokenize

    text = path.read_text(encoding="utf-8")
    spans = set()
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            if (
                isinstance(statement, ast.Expr)
                and isinstance(statement.value, ast.Constant)
                and isinstance(statement.value.value, str)
            ):
                spans |= set(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return [(number, line) for number, line in enumerate(lines, 1) if number not in spans]


def test_the_list_of_bundled_names_holds_what_it_should():
    assert {"Norway", "Turkey", "Erdoğan", "Oslo", "İzmir", "Harald", "Norwegian"} <= set(bundled_names())


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_no_code_names_anything_of_the_bundled_domain(path):
    """Docstrings, doctests and comments may: an example is best given of what readers know."""
    names = re.compile(rf"\b({'|'.join(map(re.escape, bundled_names()))})\b", re.IGNORECASE)
    assert [(number, match[0]) for number, line in code_lines(path) if (match := names.search(line))] == []
