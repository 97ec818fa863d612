"""
What the YAML files may hold: every key, what its value is, what it is for. The one description of the formats.

The loader reads a record with `node.fields(problems, ENTITY)`, and `Fields` refuses to read a key that is not
described here, to read it as something else, or to leave one unread that is: code and description cannot part.
JSON Schemas for editors (`bot.json_schema`) and what the documentation says of each key are made from it.

A value is a `Shape`: text, a number, a choice …, one or many of another shape, a mapping from names that the author
chooses, one of several shapes, or a `Record` with keys of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind = Literal["text", "number", "boolean", "choice", "many", "map", "either"]
Value: TypeAlias = "Shape | Record"

STATUSES = ("answered", "clarify", "no_data", "not_understood", "social")
EXPECTATIONS = ("answer", "social", "decline", "clarify", "decline_or_correct", "answer_or_clarify")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value is. `of` are the shapes that it is made of: of its items, of its values, or to choose from."""

    kind: Kind
    of: tuple[Value, ...] = ()
    choices: tuple[str, ...] = ()
    filled: bool = False
    """Of a mapping, whether each of its values must hold something."""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a record: `says` tells authors what it is for, `example` shows a value as YAML."""

    shape: Value
    says: str
    example: str = ""
    required: bool = False
    also: tuple[str, ...] = ()
    """Other names for the same key."""
    unless: str = ""
    """The key that makes this required one optional."""


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping whose keys are known; `what` names one of its kind in messages."""

    what: str
    fields: Mapping[str, Field]
    says: str = ""
    needs_one: tuple[str, ...] = ()
    """Keys of which at least one must be there."""
    others: Field | None = None
    """What keys hold that the author's own files declare, such as roles."""
    by_name: dict[str, Field] = field(default_factory=dict, compare=False, repr=False)
    """The fields by each of their names."""

    def __post_init__(self) -> None:
        for name, spec in self.fields.items():
            self.by_name.update(dict.fromkeys((name, *spec.also), spec))


TEXT, NUMBER, BOOLEAN = Shape("text"), Shape("number"), Shape("boolean")


def many(of: Value) -> Shape:
    """One value or a list of them."""
    return Shape("many", (of,))


def mapping(of: Value, *, filled: bool = False) -> Shape:
    """Values by names that the author chooses."""
    return Shape("map", (of,), filled=filled)


def either(*of: Value) -> Shape:
    return Shape("either", of)


def choice(*choices: str) -> Shape:
    return Shape("choice", (), choices)


TEXTS = many(TEXT)
WORD_GROUPS = mapping(TEXTS)


# Knowledge

DOCUMENT = Record(
    "a document",
    {
        "label": Field(TEXT, "Its title, as answers cite it.", "Visitors' leaflet", required=True),
        "kind": Field(TEXT, "What it is, said before the title.", "leaflet"),
    },
    "A document that statements come from.",
)

REFERENCE = Record(
    "a reference",
    {
        "document": Field(TEXT, "The id of a document.", "leaflet"),
        "section": Field(TEXT, "The section that it stands in.", "Opening hours"),
        "paragraph": Field(TEXT, "The paragraph or row that it stands in.", "2"),
    },
    "Where a statement comes from.",
)

TYPE = Record(
    "a type",
    {
        "label": Field(TEXT, "What one of them is called.", "library", required=True),
        "plural": Field(TEXT, "What several are called, when that is not the label with an s.", "libraries"),
        "words": Field(TEXTS, "Other nouns for them.", "[branch, house]"),
        "is": Field(TEXTS, "Wider kinds: `agent` is asked for by who, `place` by where.", "place"),
    },
    "A kind of thing.",
)

ENTITY = Record(
    "an entity",
    {
        "label": Field(
            TEXT, "The name that answers use; an article before it need not be said.", "the Main Library", required=True
        ),
        "type": Field(TEXT, "Its type, one of `types`.", "library", required=True),
        "aliases": Field(TEXTS, "Other names that people use for it.", "[the old library]"),
        "adjectives": Field(TEXTS, "Adjectives that mean it.", "[Danish]"),
        "metonyms": Field(
            TEXTS, "Names of something else that stand for it: a capital for a government.", "[Copenhagen]"
        ),
        "belongs_to": Field(TEXTS, "Entities whose name may stand before its own: Denmark, for its queen.", "denmark"),
        "described_as": Field(TEXT, "How sentences speak of it, where the label alone would not do.", "ten countries"),
    },
    "A thing that statements are about.",
)

ROLE = Record(
    "a role",
    {
        "type": Field(
            TEXTS, "Types of its values; or time, quantity, number or text.", "[country, city]", required=True
        ),
        "asked": Field(
            TEXTS,
            "Kinds of question that ask for it besides those of its type, or its word: where, why, how.",
            "[why, how]",
        ),
        "counts": Field(TEXTS, 'Types whose members its number counts: what "how many …" asks for.', "country"),
        "of": Field(TEXT, "The role that it says something of: a guest's post, of the guest.", "guest"),
    },
    "A part of a property's statements.",
)

PROPERTY = Record(
    "a property",
    {
        "roles": Field(
            mapping(either(ROLE, TEXTS), filled=True),
            "The parts of such a statement, each with its type: a type, time, quantity, number or text.",
            "{library: library, time: time}",
            required=True,
        ),
        "label": Field(TEXT, "What it is called.", "opening", required=True),
        "subject": Field(TEXT, "The role that it is said of.", "library", required=True),
        "value": Field(TEXT, "The role that it gives.", "time", required=True),
        "unit": Field(TEXT, "The unit of its amounts, as the table of units names it, or one of your own.", "USD"),
        "sentence": Field(
            TEXT, "One statement in words; {role} is a value, a part in [ ] falls away when it has none.",
            '"{library} opened in {time}."',
        ),
        "event": Field(BOOLEAN, "Whether it happens at a time and stands in timelines.", "yes"),
        "complete": Field(TEXTS, "Roles of which all values are known, so that no can be said.", "[library]"),
        "part_of": Field(TEXT, "The property of which its amounts are parts.", "population"),
        "name": Field(TEXT, "A noun phrase for one statement, for comparisons.", '"the opening of {library}"'),
    },
    "What can be said of an entity.",
)  # fmt: skip

STATEMENT = Record(
    "a statement",
    {
        "reference": Field(REFERENCE, "Where it stands, when that is not the file's reference.", "{section: History}"),
        "paragraph": Field(TEXT, "The paragraph or row that it stands in.", "2"),
        "note": Field(TEXT, "What is told with it: where the document disagrees with itself.", "Elsewhere it says 14."),
    },
    "A fact: a value for each role of its property that is known.",
    others=Field(
        TEXTS,
        "The value of a role: an entity's id, a time, an amount or a text; a list where there are several.",
        "[main, harbour]",
    ),
)

COLUMN = Record(
    "a column",
    {
        "qualifies": Field(TEXT, "The property that it narrows; its own property is then the name of a role.", "visit"),
        "property": Field(
            TEXT, "The property that it gives the value of.", "population", required=True, unless="qualifies"
        ),
        "type": Field(TEXT, "What its cells are: a type of entity, time, number, text or (else) quantity.", "planet"),
        "unit": Field(TEXT, "The unit of its numbers.", "kilometre"),
        "key": Field(TEXTS, "The columns that name the entity meant, when one does not.", "[capital, state]"),
        "of": Field(TEXT, "The column with the entity that it is said of, when that is not the row's.", "capital"),
        "create": Field(BOOLEAN, "Whether its cells name entities that no table lists.", "yes"),
    },
    "What a column of a table means.",
)

TABLE = Record(
    "a table",
    {
        "file": Field(TEXT, "The CSV or TSV file, beside this one or in the folder of --tables.", "planets.csv",
                      required=True),
        "type": Field(TEXT, "The type of what its rows are about.", "planet", required=True),
        "name": Field(TEXTS, "The column, or columns, that name what a row is about.", "name", required=True),
        "label": Field(TEXT, "Its name in answers, when that is not the first such column.", '"Mount {name}"'),
        "aliases": Field(TEXTS, "Other names, made of columns.", '["{name} river"]'),
        "extends": Field(BOOLEAN, "Whether its rows are about what another table lists.", "yes"),
        "columns": Field(
            mapping(many(either(COLUMN, TEXT))), "What each column means; the name of a property will often do.",
            "{population: population}",
        ),
    },
    "A file of rows that become statements.",
)  # fmt: skip

WORLD = Record(
    "the world",
    {
        "label": Field(TEXT, "What all of it together is called.", "the solar system", required=True),
        "names": Field(TEXTS, "Other names for it.", "[our solar system]"),
        "sums": Field(mapping(TEXT), "For a property: the type over which it is added up.", "{population: state}"),
    },
    "What all things of the tables are in.",
)

TYPE_WORDS = Record(
    "a type's words",
    {
        "nouns": Field(TEXTS, "What one is called.", "[moon, satellite]"),
        "plurals": Field(TEXTS, "What several are called, when that is not regular.", "[spacecraft]"),
        "size": Field(TEXT, "The property that big and small speak of.", "diameter"),
        "where": Field(TEXTS, "Properties that say where it is.", "orbits"),
        "article": Field(BOOLEAN, 'Whether its names go with "the".', "yes"),
        "adjectives": Field(mapping(TEXT), "Adjectives, each with a condition.", "{giant: diameter > 45000}"),
    },
    "How people speak of a type.",
)

SUM = Record(
    "a sum",
    {
        "property": Field(TEXT, "What is added up.", "population", required=True),
        "through": Field(TEXT, "The property that leads from each part to its whole.", "city_state", required=True),
    },
    "A property that is the sum of another over what is related.",
)

PROPERTY_WORDS = Record(
    "a property's words",
    {
        "nouns": Field(TEXTS, "What it is called.", "[diameter, size]"),
        "counts": Field(TEXTS, "What its number counts: people, of a population.", "[people]"),
        "part_nouns": Field(TEXTS, "What it is called where it is of a part.", "[urban population]"),
        "more": Field(TEXTS, "Adjectives for having much of it.", "[wide]"),
        "less": Field(TEXTS, "Adjectives for having little of it.", "[narrow]"),
        "phrases": Field(TEXTS, "Wordings between the two that it relates.", '["{subject} runs through {value}"]'),
        "highest_by": Field(TEXT, "The property by which its highest value is found.", "elevation"),
        "lowest_by": Field(TEXT, "The same for the lowest.", "elevation"),
        "sum": Field(SUM, "Makes it the sum of another property.", "{property: population, through: city_state}"),
    },
    "How people speak of a property.",
)

VOCABULARY = Record(
    "the vocabulary",
    {
        "prefer": Field(TEXTS, "Types, the likeliest first, for names that several share.", "[state, city]"),
        "open": Field(BOOLEAN, "Whether more may be true than is said: then nothing follows from what is not.", "yes"),
        "world": Field(WORLD, "What all of it is in."),
        "types": Field(mapping(TYPE_WORDS), "Words for types."),
        "properties": Field(mapping(PROPERTY_WORDS), "Words for properties."),
    },
    "How people speak of what the tables hold.",
)

KNOWLEDGE = Record(
    "a knowledge file",
    {
        "about": Field(TEXT, "What all of it is about, in words.", "the libraries of a small town"),
        "documents": Field(mapping(DOCUMENT), "The documents that statements come from, by id."),
        "reference": Field(REFERENCE, "Where all statements of this file stand, unless one says otherwise."),
        "types": Field(mapping(TYPE), "Kinds of things, by id."),
        "entities": Field(mapping(ENTITY), "Things, by id."),
        "properties": Field(mapping(PROPERTY), "What can be said of things, by id."),
        "statements": Field(mapping(many(STATEMENT)), "The facts, a list for each property."),
        "tables": Field(many(TABLE), "Tables of facts, and what their columns mean."),
        "vocabulary": Field(VOCABULARY, "How people speak of what the tables hold."),
    },
    "Knowledge of citebot: things, what can be said of them, and facts with their references.",
)


# Intents

TOPIC = Record(
    "a topic",
    {
        "label": Field(TEXT, "What it is called.", "opening hours", required=True),
        "words": Field(
            TEXTS, "Words that may be said in any question of it; they are then no nouns of a type.", "[library]"
        ),
    },
    "A group of intents.",
)

INTENT = Record(
    "an intent",
    {
        "about": Field(TEXTS, "The property, or properties, that the question is about.", "opened"),
        "topic": Field(TEXT, "The topic that it belongs to.", "libraries"),
        "patterns": Field(
            TEXTS,
            "Wordings. Each plain word must be said, in any word of its sense and in any order; (a|b) takes either, "
            "[word] may be said, {role} is a value, {role!} one that must be said.",
            '["{library} begin in {time}"]',
        ),
        "words": Field(TEXTS, "What may be said besides.", "[hold, collection]"),
        "asks": Field(TEXTS, "The role that is meant when the question does not say.", "time"),
        "where": Field(mapping(TEXTS), "Fixed values of roles: other statements do not count.", "{town: linden}"),
        "answers": Field(
            mapping(TEXT),
            "A sentence for each role that is asked for, or for `default`, `verify`, `count` or an operation; "
            "without one, the property's sentence is used.",
            '{time: "In {time}."}',
        ),
        "examples": Field(TEXTS, "Questions that it answers, offered when another is not understood.",
                          "[When did the Main Library open?]"),
        "includes": Field(TEXTS, "Other intents whose answers together are the answer.", "[opened, books]"),
        "denies": Field(TEXTS, "Words for what did not happen: asked whether it did, the answer is no.", "[expel]"),
        "reverses": Field(TEXTS, "Words that turn those round.", "[cancel]"),
        "operation": Field(TEXT, "What it does by itself: a balance is a difference.", "difference"),
        "before": Field(TEXTS, "Intents that come after this one where a question fits both alike.", "[books]"),
        "says": Field(TEXT, "A fixed answer, without facts and `about`.", "We are open from 9 to 20."),
    },
    "What a question can be about.",
    needs_one=("about", "includes", "says", "examples"),
)  # fmt: skip

FAQ = Record(
    "faq",
    {
        "threshold": Field(NUMBER, "The least confidence, from 0 to 1, with which an example is answered.", "0.5"),
        "margin": Field(NUMBER, "How far the second intent must be behind, from 0 to 1.", "0.02"),
    },
    "How sure the bot must be of questions that are only told by examples.",
)

_SENSES = Field(
    WORD_GROUPS, "Words that mean the same, by the name of what they mean.", "{book: [book, volume, title]}"
)
_FILLERS = Field(TEXTS, "Words without meaning for any question.", "[our town]")
_IDIOMS = Field(
    TEXTS, "Phrases that mean only what senses say of them, and nothing of what their words mean.", "[stand for]"
)
_WEAK = Field(TEXTS, "Words that only shade a question.", "[really]")
_PHRASES = Field(mapping(TEXT), "What the bot says around answers, by name.", '{verify_yes: "Yes. {text}"}')

INTENTS = Record(
    "a file of intents",
    {
        "name": Field(TEXT, "What the bot is called.", "librarybot"),
        "intents": Field(mapping(INTENT), "What questions can be about, by id."),
        "senses": _SENSES,
        "topics": Field(mapping(TOPIC), "Groups of intents, by id."),
        "fillers": _FILLERS,
        "weak": _WEAK,
        "idioms": _IDIOMS,
        "phrases": _PHRASES,
        "faq": Field(FAQ, "How sure the bot must be of questions that are only told by examples."),
    },
    "Intents of citebot: what can be asked, in which words, and what is answered.",
)


# Language data

SOCIAL = Record(
    "a social group",
    {
        "say": Field(TEXTS, "What people say.", "[hello, good morning]", required=True),
        "replies": Field(TEXTS, "What is answered; {name} is the bot's.", "[Hello!]", required=True),
    },
    "A kind of small talk.",
)

ABOUT_ANSWER = Record(
    "a question about the answer",
    {
        "say": Field(TEXTS, "How people ask it.", "[says who]", required=True),
        "reply": Field(TEXT, "What is answered; {references}, {statements} … are parts of the answer before.",
                       '"{references}"', required=True),
    },
    "What people ask about the answer before.",
)  # fmt: skip

COUNTRY = Record(
    "a country",
    {
        "label": Field(TEXT, "Its name.", "Denmark", required=True),
        "words": Field(TEXTS, "What people call it and what belongs to it.", "[denmark, danish]", required=True),
    },
    "A country that a subject may know nothing of.",
)

_NUMBERS = mapping(NUMBER)

LANGUAGE = Record(
    "a file of language data",
    {
        "language": Field(TEXT, "The language, as a code.", "en"),
        "fillers": _FILLERS,
        "weak": _WEAK,
        "now": Field(TEXTS, "The present, said as a time.", "[this year]"),
        "numbers": Field(_NUMBERS, "Numbers in words.", "{twelve: 12}"),
        "scales": Field(_NUMBERS, "Words that multiply.", "{million: 1000000}"),
        "ordinals": Field(_NUMBERS, "Ordinal numbers in words.", "{third: 3}"),
        "months": Field(_NUMBERS, "Months.", "{january: 1}"),
        "weekdays": Field(_NUMBERS, "Days of the week.", "{monday: 1}"),
        "fractions": Field(_NUMBERS, "Fractions in words.", "{half: 0.5}"),
        "decades": Field(_NUMBERS, "Decades in words.", "{nineties: 90}"),
        "seasons": Field(_NUMBERS, "Seasons, by their first month.", "{spring: 3}"),
        "senses": _SENSES,
        "idioms": _IDIOMS,
        "spellings": Field(mapping(TEXT), "Chat spellings and misspellings, and what is meant.", "{ovr: over}"),
        "prepositions": Field(TEXTS, "Words that link others to what they belong to.", "[in, from]"),
        "social": Field(mapping(SOCIAL), "Small talk, by group."),
        "countries": Field(mapping(COUNTRY), "Countries, by code."),
        "units": Field(mapping(WORD_GROUPS), "Units with their words, by kind.", "{length: {metre: [metre, m]}}"),
        "questions": Field(WORD_GROUPS, "Question words, by what they ask for.", "{time: [when, what year]}"),
        "operations": Field(WORD_GROUPS, "Words for operations.", "{sum: [sum, add up]}"),
        "pronouns": Field(WORD_GROUPS, "Pronouns, by what they point to.", "{he: [he, him]}"),
        "auxiliaries": Field(TEXTS, "Verbs that open yes-or-no questions.", "[is, did]"),
        "joins": Field(WORD_GROUPS, "Words for and, and for or.", "{and: [and, plus]}"),
        "phrases": _PHRASES,
        "conversation": Field(
            mapping(either(WORD_GROUPS, TEXTS)), "Phrases that open a follow-up or point back, by section.",
            "{also: [and, what about]}",
        ),
        "about_answer": Field(mapping(ABOUT_ANSWER), "Questions about the answer before, by group."),
        "composition": Field(WORD_GROUPS, "Small words by which questions to tables are put together.",
                             "{determiner: [the, a]}"),
        "canonical": Field(mapping(WORD_GROUPS), "How `bot check --mutate` puts questions: templates by operation "
                           "and by kind of what is asked for.", '{count: {any: ["how many {types} {phrase}?"]}}'),
    },
    "Language data of citebot: the words that any subject needs.",
)  # fmt: skip


# Tests

TEST = Record(
    "a test",
    {
        "ask": Field(TEXT, "The question.", "When did the Main Library open?", required=True, also=("q", "question")),
        "expect": Field(choice(*EXPECTATIONS), "What must come out, when that is not an answer.", "decline"),
        "status": Field(many(choice(*STATUSES)), "The same, by the status of the answer.", "[no_data, not_understood]"),
        "id": Field(TEXT, "A name for reports.", "opening-1"),
        "kind": Field(TEXT, "What it is counted under in reports.", "typo"),
        "answer": Field(many(TEXTS), "What the text must hold; [a, b] inside takes either.", "[1911, [Main, main]]",
                        also=("must",)),
        "not": Field(TEXTS, "What the text must not hold.", "[1912]", also=("must_not",)),
        "values": Field(TEXTS, "The answer as data, in any order.", "[1911]"),
        "intent": Field(TEXT, "The intent that it must be taken for.", "opened"),
        "operation": Field(TEXT, "The operation that it must be taken for, as answers or intents call it.", "count"),
        "note": Field(TEXTS, "For people; nothing reads it.", "asked in spring"),
    },
    "A question, and what is expected of the answer.",
)  # fmt: skip

DIALOGUE = Record(
    "a dialogue",
    {
        "id": Field(TEXT, "A name for reports.", "opening-2"),
        "turns": Field(many(TEST), "The questions, in order.", "[{ask: When did it open?}]", required=True),
    },
    "Questions that follow one another in one session.",
)

TESTS = Record(
    "a file of tests",
    {"tests": Field(many(either(DIALOGUE, TEST)), "Questions, and dialogues with `turns`.", required=True)},
    "Questions with expected answers, for `bot test`.",
)

FILES: dict[str, Record] = {
    "intents": INTENTS,
    "knowledge": KNOWLEDGE,
    "language": LANGUAGE,
    "tests": TESTS,
}
"""What a whole file of each kind holds."""
