"""
Folders of YAML → a Domain. This module alone knows the field names of the YAML files.

Any number of files in any folders below may hold any of the top-level keys; the order of files never
matters. All problems of all files are collected before anything is raised.
"""

from __future__ import annotations

import gc
import pickle
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from bot import formats
from bot.domain import Domain
from bot.errors import Position, Problem
from bot.evidence import DEFAULT_MARGIN, DEFAULT_THRESHOLD, Evidence, gather, spoken_words
from bot.intents import Cue, Intent, Pattern, Template, parse_pattern
from bot.irregular import PAST
from bot.knowledge import (
    ADJECTIVE,
    METONYM,
    NAME,
    NUMBER,
    PLAIN_TYPES,
    QUANTITY,
    TEXT,
    TIME,
    Entity,
    EntityType,
    KnowledgeBase,
    Property,
    Reference,
    Role,
    Statement,
    Value,
)
from bot.language import Conversation, Lexicon, SocialGroup, root
from bot.large import Storing
from bot.operation_names import canonical
from bot.operation_names import mend as mend_operation
from bot.places import Made, Place, Resource, is_path
from bot.source import REQUIRED, Fields, Node, Problems, from_python, load_yaml, parse_yaml, suggest
from bot.tables import TableLoader
from bot.text import tokenise
from bot.values import parse_quantity, parse_time

_ASKED_KINDS = ("agent", "place")
"""Wider kinds that question words ask for; a type may be one without its being declared."""
_ANSWER_KEYS = ("default", "verify", "count")
"""Keys of an intent's answers beside roles and operations."""
_PATTERN_SIGNS = re.compile(r"[{}()\[\]|]")
_ARTICLE = re.compile(r"(?i)^(?:the|an?)\s+(?=\S)")
_NO_BEGINNING = frozenset(("asks", "operations", "number", "ordinal", "pronoun", "preposition", "joins", "auxiliary"))
_NO_NAME = frozenset(("filler", "social", "unit", "month", "weekday", "season", "country", "now", "scale", "fraction"))
"""What the rest of a name may not begin with, or be, to stand without its article."""
_KNOWING = ("about", "includes", "patterns")
"""Keys of an intent that looks something up."""
_SIMPLE_LANGUAGE = {"fillers": ("filler", 1), "weak": ("filler", 2), "now": ("now", True)}
_NUMBER_LANGUAGE = {"numbers": "number", "scales": "scale", "ordinals": "ordinal", "months": "month",
                    "weekdays": "weekday", "fractions": "fraction", "decades": "decade",
                    "seasons": "season"}  # fmt: skip


_File = Path | Resource | Made


@dataclass(slots=True)
class Sources:
    """Where in the files it stands what was loaded: for `bot check`, which looks at how all of it fits together."""

    places: dict[tuple[str, str], Node] = field(default_factory=dict)
    """The key of each thing declared, by kind and id: a type, a property, an entity, an intent, a topic …"""
    contents: dict[tuple[str, str], Node] = field(default_factory=dict)
    """What stands under the key of a property, an intent, a topic, an entity or a sense of the domain's own."""
    statements: list[tuple[Statement, Node]] = field(default_factory=list)
    patterns: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    """The wordings of each intent, in the order of its patterns."""
    columns: list[tuple[str, str, str | None, Node]] = field(default_factory=list)
    """Columns of tables: property, type of what has it, unit and place."""
    phrases: list[tuple[str, Node, Node]] = field(default_factory=list)
    """What the domain's own files let the bot say around answers: name, key and text."""
    meanings: dict[str, frozenset[str]] = field(default_factory=dict)
    """The senses that each word of a pattern or an intent's words stands for."""
    cited: list[Node] = field(default_factory=list)
    """Where references name a document."""
    synonyms: list[tuple[str, Node]] = field(default_factory=list)
    """The words that the domain's own files list for a sense."""
    language_phrases: dict[str, Template] = field(default_factory=dict)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without garbage collection: hundreds of thousands of objects are made at load, and next to none is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load_domain(
    intents: Place | None,
    knowledge: Place,
    language: Path,
    tables: Place | None = None,
    storing: Storing | None = None,
    *,
    may_skip: bool = False,
) -> Domain:
    """
    The domain in the folders (or single files, resources, dicts) *intents* and *knowledge*, with the *language* data.

    Tables that the knowledge names lie in *tables*, or beside the file that names them. Large knowledge goes
    into a file, as *storing* says. *knowledge* that *may_skip* is left out where no intent needs it.
    """
    domain, _, problems = load_sources(intents, knowledge, language, tables, storing or Storing(), may_skip=may_skip)
    problems.raise_errors()
    return domain


def load_sources(
    intents: Place | None,
    knowledge: Place,
    language: Path,
    tables: Place | None = None,
    storing: Storing | None = None,
    *,
    may_skip: bool = False,
    again: bool = False,
) -> tuple[Domain, Sources, Problems]:
    """
    As `load_domain`, but faulty files too: with where everything stands, and every problem met.

    Without *storing* all of it is held in memory. With *again* the language data, most of the work, are kept for the
    next call, for what loads after each edit.
    """
    if again:
        stamp = tuple((str(path), path.stat().st_mtime_ns) for path in sorted(language.rglob("*.y*ml")))
        loader: _Loader = pickle.loads(_packed(language, stamp))  # noqa: S301
    else:
        loader = _speaking(language)
    loader.tables.folder = _folder(tables) if tables is not None else None
    loader.storing = storing or Storing(large=False)
    try:
        found = _load(loader, intents, None if may_skip else knowledge, knowledge, language)
    except BaseException:
        loader.storing.abandon()
        raise
    if any(problem.severity == "error" for problem in found[2]):
        loader.storing.abandon()
    return found


@lru_cache(maxsize=1)
def _packed(language: Path, stamp: tuple[tuple[str, int], ...]) -> bytes:
    return pickle.dumps(_speaking(language))


def language_senses(language: Path) -> dict[str, frozenset[str]]:
    """The senses of each word and phrase of the *language* data, whether an intent uses them or not."""
    lexicon = _speaking(language).lexicon
    found = (*lexicon.stemmed.items(), *lexicon.exact.items())
    return {phrase: frozenset(entry["senses"]) for phrase, entry in found if "senses" in entry}


@_no_collection()
def _speaking(language: Path) -> _Loader:
    """A loader that has read the *language* data and nothing else."""
    loader = _Loader(Problems())
    for path in _files(language, loader.problems, "language"):
        loader.language_file(path)
    return loader


@_no_collection()
def _load(
    loader: _Loader, intents: Place | None, knowledge: Place | None, spare: Place, language: Path
) -> tuple[Domain, Sources, Problems]:
    problems = loader.problems
    for path in _files(knowledge, problems, "knowledge") if knowledge is not None else ():
        loader.knowledge_file(path)
    for path in _files(intents, problems, "intents") if intents is not None else ():
        if not isinstance(path, Path) or language.resolve() not in path.resolve().parents:
            loader.intent_file(path)
    for path in _files(spare, problems, "knowledge") if knowledge is None and loader.needs_knowledge else ():
        loader.knowledge_file(path)
    domain = loader.finish()
    domain.warnings = tuple(problems)
    common = language / "common-words.txt"
    domain.lexicon.loaded = True
    domain.lexicon.common_words_file = str(common) if common.is_file() else ""
    return domain, loader.sources, problems


def _files(place: Place, problems: Problems, name: str) -> Iterator[_File]:
    if isinstance(place, Mapping):
        yield Made(place, name)
        return
    folder = _folder(place)
    if folder.is_file():
        yield folder
        return
    inside: Iterable[Path | Resource] = sorted(folder.rglob("*")) if isinstance(folder, Path) else folder.files()
    found = [file for file in inside if file.suffix in (".yaml", ".yml") and file.is_file()]
    if not found:
        what = "no such folder" if not folder.exists() else "no YAML files here"
        mend = "name a folder that holds .yaml files"
        problems.add(Problem(Position(str(folder)), what, mend=mend, code="nothing-to-load"))
    yield from found


def _folder(place: Place) -> Path | Resource:
    return Path(place) if is_path(place) else Resource(place)  # type: ignore[arg-type]  # what else is a Place


def _share_cues(patterns: list[Pattern]) -> list[Pattern]:
    """Where a wording does not say where a slot stands, other wordings with a word in common do."""
    shared = []
    for pattern in patterns:
        cues = dict(pattern.cues or {})
        for other in patterns:
            if any(a & b for a in pattern.needed for b in other.needed):
                for slot, found in (other.cues or {}).items():
                    own = (pattern.cues or {}).get(slot, ())
                    cues[slot] = (*cues.get(slot, ()), *(cue for cue in found if not _turns_round(cue, own)))
        shared.append(replace(pattern, cues=cues))
    return shared


def _rest(pattern: str) -> str:
    """What stands outside the brackets of a pattern."""
    return re.sub(r"\{\w+!?\}|\([^{}()\[\]]*\)|\[[^{}()\[\]]*\]", " ", pattern)


def _turns_round(cue: Cue, own: tuple[Cue, ...]) -> bool:
    """Whether *cue*, of another wording, puts a slot on the other side of the verb: "{guest} meet", "host {guest}"."""
    return cue.preposition is None and any(c.preposition is None and c.before != cue.before for c in own)


_LINKS = frozenset(("in", "to", "from", "of", "for", "between", "with", "on", "at", "by", "into", "as", "about"))


class _Loader:
    """Gathers what the files say; references between records are resolved in `finish`."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.storing = Storing()
        self.kb = KnowledgeBase()
        self.lexicon = Lexicon()
        self.conversation = Conversation()
        self.tables = TableLoader(self.kb, self.lexicon, problems)
        self.documents: dict[str, str] = {}
        self.topics: dict[str, str] = {}
        self.topic_words: dict[str, tuple[str, ...]] = {}
        self.phrases: dict[str, Template] = {}
        self.name = ""
        self.in_domain = False
        self._sense_stems: dict[str, str] | None = None
        self.statements: list[tuple[Node, Node, Reference | None]] = []
        self.intents: list[tuple[str, Node, Node]] = []
        self.abouts: dict[str, tuple[tuple[str, Node], ...]] = {}
        self.genitives: list[tuple[str, str, str]] = []
        self.bare_names: list[tuple[str, str]] = []
        self.document_nodes: list[Node] = []
        self.operations: set[str] = set()
        self.question_kinds: set[str] = set()
        self.sources = Sources()
        self.places = self.sources.places
        self.faq: dict[str, tuple[float, Node]] = {}
        self.example_nodes: dict[str, tuple[Node, ...]] = {}

    # language

    def language_file(self, path: _File) -> None:
        for key, value in self._top(path):
            self._language_entry(key, value)

    def _language_entry(self, key: Node, value: Node) -> None:
        problems, lexicon = self.problems, self.lexicon
        name = key.as_text(problems) or ""
        if name in _SIMPLE_LANGUAGE:
            kind, content = _SIMPLE_LANGUAGE[name]
            for node in value.as_list():
                lexicon.add(node.as_text(problems) or "", kind, content)
        elif name in _NUMBER_LANGUAGE:
            for word, number in value.as_mapping(problems):
                amount = number.as_number(problems)
                if amount is not None:
                    lexicon.add(word.as_text(problems) or "", _NUMBER_LANGUAGE[name], amount)
        elif name == "senses":
            self._senses(value)
        elif name == "spellings":
            for word, meant in value.as_mapping(problems):
                typed = " ".join(t.norm for t in tokenise(word.as_text(problems) or ""))
                lexicon.spellings[typed] = meant.as_text(problems) or ""
        elif name == "prepositions":
            self._prepositions(value)
        elif name == "social":
            for title, turns in value.as_mapping(problems):
                self._social(title.as_text(problems) or "", turns)
        elif name == "countries":
            self._countries(value)
        elif name == "units":
            self._units(value)
        elif name in ("questions", "operations", "pronouns"):
            kind = {"questions": "asks", "operations": "operations", "pronouns": "pronoun"}[name]
            for what, words in value.as_mapping(problems):
                group = what.as_text(problems) or ""
                if kind == "asks":
                    self.question_kinds.add(group)
                if kind == "operations":
                    self.operations.add(group)
                    self.places.setdefault(("operation", group), what)
                for word in words.as_list():
                    text = word.as_text(problems) or ""
                    lexicon.add(text, kind, group, inflected=group in ("describe", "list") and " " not in text)
        elif name == "idioms":
            for node in value.as_list():
                lexicon.add(node.as_text(problems) or "", "idiom", True, inflected=True)
        elif name == "auxiliaries":
            for node in value.as_list():
                lexicon.add(node.as_text(problems) or "", "auxiliary", True)
        elif name == "joins":
            for what, words in value.as_mapping(problems):
                for word in words.as_list():
                    lexicon.add(word.as_text(problems) or "", "joins", what.as_text(problems))
        elif name == "phrases":
            self._phrases(value)
        elif name == "conversation":
            self._conversation(value)
        elif name == "about_answer":
            self._about_answer(value)
        elif name == "composition":
            for group_node, words in value.as_mapping(problems):
                lexicon.grammar[group_node.as_text(problems) or ""] = tuple(
                    node.as_text(problems) or "" for node in words.as_list()
                )
        elif name == "canonical":
            for operation, kinds in value.as_mapping(problems):
                templates = lexicon.canonical.setdefault(operation.as_text(problems) or "", {})
                for kind_node, wordings in kinds.as_mapping(problems):
                    templates[kind_node.as_text(problems) or ""] = tuple(
                        node.as_text(problems) or "" for node in wordings.as_list()
                    )
        elif name == "language":
            value.as_text(problems)
        else:
            problems.add(
                key.problem(f"unknown key {name!r}", why="it is not a kind of language data", code="unknown-key")
            )

    def _senses(self, value: Node) -> None:
        for sense, words in value.as_mapping(self.problems):
            id = sense.as_text(self.problems) or ""
            self.lexicon.senses.add(id)
            if self.in_domain:
                self.lexicon.domain_senses.add(id)
                self.places.setdefault(("sense", id), sense)
                self.sources.contents.setdefault(("sense", id), words)
                self.sources.synonyms += ((id, word) for word in words.as_list())
            said = list(dict.fromkeys(node.as_text(self.problems) or "" for node in words.as_list()))
            own = self.lexicon.stem(id)
            stems = {self.lexicon.stem(word) for word in said}
            for place, word in enumerate(said):
                head, _, last = word.rpartition(" ")
                if last in _LINKS and self.lexicon.stem(head) in stems:
                    continue  # "invest in" beside "invest": the preposition belongs to what follows
                strength = 1.0 if place < 8 or self.lexicon.stem(word) == own else max(0.65, 1.0 - 0.0125 * place)
                self.lexicon.add_sense(word, id, strength)

    def _prepositions(self, value: Node) -> None:
        for node in value.as_list():
            word = node.as_text(self.problems) or ""
            self.lexicon.add(word, "preposition", word)

    def _social(self, group: str, value: Node) -> None:
        with value.fields(self.problems, formats.SOCIAL) as fields:
            said, replies = fields.texts("say"), fields.texts("replies")
        for phrase in said:
            self.lexicon.add(phrase, "social", group)
        self.lexicon.social[group] = SocialGroup(group, replies)

    def _conversation(self, value: Node) -> None:
        """Lists of phrases, or groups of such lists, by section."""
        for section_node, content in value.as_mapping(self.problems):
            section = section_node.as_text(self.problems) or ""
            if isinstance(content.content, dict):
                groups = [(g.as_text(self.problems) or "", words) for g, words in content.as_mapping(self.problems)]
            else:
                groups = [("", content)]
            for group, words in groups:
                for word in words.as_list():
                    self.conversation.add(section, word.as_text(self.problems) or "", group)

    def _about_answer(self, value: Node) -> None:
        for group_node, content in value.as_mapping(self.problems):
            group = group_node.as_text(self.problems) or ""
            with content.fields(self.problems, formats.ABOUT_ANSWER) as fields:
                said, reply = fields.texts("say"), fields.text("reply")
            for phrase in said:
                self.conversation.add("about", phrase, group)
            self.conversation.replies[group] = reply

    def _countries(self, value: Node) -> None:
        for country, content in value.as_mapping(self.problems):
            id = country.as_text(self.problems) or ""
            with content.fields(self.problems, formats.COUNTRY) as fields:
                fields.text("label")
                words = fields.texts("words")
            for word in words:
                self.lexicon.add(word, "country", id)

    def _units(self, value: Node) -> None:
        for kind, content in value.as_mapping(self.problems):
            kind_name = kind.as_text(self.problems) or ""
            for unit, words in content.as_mapping(self.problems):
                id = unit.as_text(self.problems) or ""
                texts = [node.as_text(self.problems) or "" for node in words.as_list()]
                for word in texts:
                    self.lexicon.add(word, "unit", id)
                self.lexicon.unit_kinds[id] = kind_name
                self.lexicon.unit_labels.setdefault(id, texts[0] if texts else id)

    def _phrases(self, value: Node) -> None:
        for name, text in value.as_mapping(self.problems):
            id, template = name.as_text(self.problems) or "", Template.parse(text.as_text(self.problems) or "")
            self.phrases[id] = template
            if self.in_domain:
                self.sources.phrases.append((id, name, text))
            else:
                self.sources.language_phrases[id] = template

    # knowledge

    def knowledge_file(self, path: _File) -> None:
        default: Reference | None = None
        entries = list(self._top(path))
        for key, value in entries:
            if key.as_text(self.problems) == "reference":
                default = self._reference(value, None)
        for key, value in entries:
            name = key.as_text(self.problems)
            if name == "about":
                self.kb.about = value.as_text(self.problems) or ""
            elif name == "documents":
                for id, content in value.as_mapping(self.problems):
                    with content.fields(self.problems, formats.DOCUMENT) as fields:
                        label, kind = fields.text("label"), fields.text("kind", "")
                    self.documents[id.as_text(self.problems) or ""] = f"{kind} “{label}”".strip()
                    self.places.setdefault(("document", id.as_text(self.problems) or ""), id)
            elif name == "types":
                for id, content in value.as_mapping(self.problems):
                    self._type(id, content)
            elif name == "properties":
                for id, content in value.as_mapping(self.problems):
                    self._property(id, content)
            elif name == "entities":
                for id, content in value.as_mapping(self.problems):
                    self._entity(id, content)
            elif name == "statements":
                for property_node, statements in value.as_mapping(self.problems):
                    for statement in statements.as_list():
                        self.statements.append((property_node, statement, default))
            elif name == "tables":
                self.tables.tables(value, path)
            elif name == "vocabulary":
                self.tables.vocabulary(value)
            elif name != "reference":
                self._unknown_key(key, formats.KNOWLEDGE.fields)

    def _type(self, id: Node, content: Node) -> None:
        name = id.as_text(self.problems) or ""
        with content.fields(self.problems, formats.TYPE) as fields:
            label = fields.text("label")
            plural = fields.text("plural", "") or label + "s"
            type_ = EntityType(name, label, plural, fields.texts("words", ()), fields.texts("is", ()))
        self._once("type", name, id)
        self.kb.types[name] = type_
        for word in (label, plural, *type_.words):
            self.lexicon.add(word, "types", name, inflected=True)

    def _property(self, id: Node, content: Node) -> None:
        name = id.as_text(self.problems) or ""
        with content.fields(self.problems, formats.PROPERTY) as fields:
            roles = {}
            for role_node, spec in fields.mapping("roles"):
                role = self._role(role_node.as_text(self.problems) or "", spec)
                roles[role.name] = role
            property_ = Property(
                name,
                fields.text("label"),
                roles,
                fields.text("subject"),
                fields.text("value"),
                fields.text("unit", None),
                fields.text("sentence", ""),
                fields.boolean("event", False),
                frozenset(fields.texts("complete", ())),
                fields.text("part_of", ""),
            )
            noun = fields.text("name", "")
            if noun:
                self.phrases[f"name:{name}"] = Template.parse(noun)
            self._check_roles(fields, property_)
        self._once("property", name, id)
        self.kb.properties[name] = property_
        self.sources.contents["property", name] = content

    def _check_roles(self, fields: Fields, property_: Property) -> None:
        """The names of roles that a property uses beside where it declares them."""
        roles = property_.roles
        if not roles:
            return  # reported, and all that names one would be noise
        for key in ("subject", "value", "complete"):
            for node in fields.nodes(key, ()):
                self._check_name(node, "role", node.content, roles)
        for key in ("sentence", "name"):
            self._check_holes(fields.node(key, None), roles)
        for role_node, spec in fields.mapping("roles"):
            self.places["role", f"{property_.id}.{role_node.content}"] = spec if spec.content else role_node
            role = roles.get(str(role_node.content))
            if role and not role.types:
                mend = "name a type of entities, or one of time, quantity, number, text"
                self.problems.add(role_node.problem(f"role {role.name!r} has no type", mend=mend, code="missing-value"))
            if role and role.of:
                self._check_name(
                    spec.content["of"][1] if isinstance(spec.content, dict) else spec, "role", role.of, roles
                )
        part_of = fields.node("part_of", None)
        if part_of:
            self.places["part_of", property_.id] = part_of

    def _check_holes(self, node: Node | None, roles: Iterable[str]) -> None:
        """The holes of the template in *node*: each is filled by a role."""
        for hole in sorted(Template.parse(node.content).holes) if node and isinstance(node.content, str) else ():
            if node and hole not in roles:
                self._unknown_name(node, "role", hole, roles)

    def _check_name(self, node: Node, kind: str, name: object, known: Iterable[str]) -> None:
        if isinstance(name, str) and name and name not in known:
            self._unknown_name(node, kind, name, known)

    def _once(self, kind: str, name: str, id: Node) -> None:
        """Remember where the *kind* called *name* stands; files must not declare it twice."""
        first = self.places.setdefault((kind, name), id)
        if first is not id:
            why = f"it is in {first.position} already, and only one of the two could count"
            mend = "remove one of them, or give it another name"
            self.problems.add(
                id.problem(f"{kind} {name!r} is there twice", why=why, mend=mend, code=f"duplicate-{kind}")
            )

    def _role(self, name: str, spec: Node) -> Role:
        if isinstance(spec.content, dict):
            with spec.fields(self.problems, formats.ROLE) as fields:
                return Role(
                    name,
                    fields.texts("type"),
                    self._asked(fields),
                    fields.texts("counts", ()),
                    fields.text("of", ""),
                )
        return Role(name, tuple(node.as_text(self.problems) or "" for node in spec.as_list()))

    def _asked(self, fields: Fields) -> tuple[str, ...]:
        """The kinds of question that ask for a role; a question word stands for its kind: where, for place."""
        kinds = []
        for node, name in zip(fields.nodes("asked", ()), fields.texts("asked", ()), strict=False):
            kind = name if name in self.question_kinds else self.lexicon.exact.get(name.lower(), {}).get("asks", "")
            kinds.append(kind or name)
            if self.question_kinds and not kind:
                self._unknown_name(node, "question", name, sorted(self.question_kinds))
        return tuple(kinds)

    def _entity(self, id: Node, content: Node) -> None:
        name = id.as_text(self.problems) or ""
        with content.fields(self.problems, formats.ENTITY) as fields:
            entity = Entity(
                name,
                fields.text("label"),
                fields.text("type"),
                fields.texts("aliases", ()),
                fields.texts("adjectives", ()),
                fields.texts("metonyms", ()),
                fields.texts("belongs_to", ()),
                fields.text("described_as", None),
            )
            for key in ("type", "belongs_to"):
                self.places[f"entity {key}", name] = fields.at(key)
        self._once("entity", name, id)
        self.kb.entities[name] = entity
        self.sources.contents["entity", name] = content
        for words, flavour in (((entity.label, *entity.aliases), NAME), (entity.adjectives, ADJECTIVE),
                               (entity.metonyms, METONYM)):  # fmt: skip
            for word in words:
                self.lexicon.add(word, "entities", (name, flavour))
                if flavour != ADJECTIVE and word[-1:].isalpha() and not word.endswith("s"):
                    self.genitives.append((word + "s", name, flavour))
                if flavour == NAME and (bare := _ARTICLE.sub("", word)) != word:
                    self.bare_names.append((bare, name))

    def _reference(self, value: Node, default: Reference | None) -> Reference:
        with value.fields(self.problems, formats.REFERENCE) as fields:
            document = fields.text("document", "")
            section = fields.text("section", default.section if default else "")
            paragraph = fields.text("paragraph", "")
            node = fields.node("document", None)
            if node:
                self.document_nodes.append(node)
        return Reference(document or (default.document if default else ""), section, paragraph)

    def _statement(self, property_node: Node, node: Node, default: Reference | None, number: int) -> Statement | None:
        id = property_node.as_text(self.problems) or ""
        property_ = self.kb.properties.get(id)
        if property_ is None:
            self._unknown_name(property_node, "property", id, self.kb.properties)
            return None
        values: dict[str, tuple[Value, ...]] = {}
        with node.fields(self.problems, formats.STATEMENT, named=f"a statement of {id}") as fields:
            for role in property_.roles.values():
                needed = role.name in (property_.subject, property_.value)
                nodes = fields.nodes(role.name, REQUIRED if needed else ())
                found = [self._value(n, role, property_) for n in nodes]
                if found:
                    values[role.name] = tuple(v for v in found if v is not None)
            reference_node = fields.node("reference", None)
            paragraph, note = fields.text("paragraph", ""), fields.text("note", "")
        reference = self._reference(reference_node, default) if reference_node else default or Reference("")
        document = self.documents.get(reference.document, reference.document)
        if paragraph:
            paragraph = f"paragraph {paragraph}" if paragraph.isdigit() else paragraph
        return Statement(
            f"{id}-{number}",
            property_,
            values,
            Reference(document, reference.section, paragraph or reference.paragraph),
            note,
        )

    def _value(self, node: Node, role: Role, property_: Property) -> Value | None:
        text = node.as_text(self.problems)
        if text is None:
            return None
        parsed: Value | None
        if TIME in role.types:
            parsed = parse_time(text)
            if parsed is None:
                mend = "write 1926, 2000s, 2002–2018, October 2021, 11–12 April 2005 or 2005-04-11"
                self.problems.add(node.problem(f"{text!r} is not a time", mend=mend, code="wrong-time"))
            return parsed
        if QUANTITY in role.types or NUMBER in role.types:
            parsed = parse_quantity(text, property_.unit if QUANTITY in role.types else None)
            if parsed is None:
                mend = "write a number such as 765000000, 765 million or 1.27 billion"
                self.problems.add(node.problem(f"{text!r} is not a quantity", mend=mend, code="wrong-quantity"))
            return parsed
        if TEXT in role.types or text in self.kb.entities:
            return text
        self._unknown_name(node, "entity", text, self.kb.entities)
        return None

    # intents

    def intent_file(self, path: _File) -> None:
        self.in_domain = True
        for key, value in self._top(path):
            name = key.as_text(self.problems) or ""
            if name == "name":
                self.name = value.as_text(self.problems) or ""
            elif name == "senses":
                self._senses(value)
            elif name in ("fillers", "weak", "idioms"):
                self._language_entry(key, value)
            elif name == "phrases":
                self._phrases(value)
            elif name == "faq":
                self._faq(value)
            elif name == "topics":
                for id, content in value.as_mapping(self.problems):
                    with content.fields(self.problems, formats.TOPIC) as fields:
                        topic = id.as_text(self.problems) or ""
                        self.topics[topic] = fields.text("label")
                        self.topic_words[topic] = fields.texts("words", ())
                    self.places.setdefault(("topic", topic), id)
                    self.sources.contents["topic", topic] = content
            elif name == "intents":
                for id, content in value.as_mapping(self.problems):
                    self.intents.append((str(path), id, content))
                    self.abouts[id.as_text(self.problems) or ""] = self._about(content)
            else:
                self._unknown_key(key, formats.INTENTS.fields)

    def _faq(self, value: Node) -> None:
        """How sure the bot must be of a question that is only told by examples."""
        for key, node in value.as_mapping(self.problems):
            name = key.as_text(self.problems) or ""
            if name not in formats.FAQ.fields:
                self._unknown_key(key, formats.FAQ.fields)
                continue
            share = node.as_number(self.problems)
            if share is None:
                continue
            if not 0 <= share <= 1:
                mend = "write a number from 0 to 1; `bot test --tune` chooses it"
                self.problems.add(node.problem(f"{name} is {share:g}", mend=mend, code="out-of-range"))
            other = self.faq.setdefault(name, (float(share), node))
            if other[0] != share:
                what = f"{name} is {share:g} here, but {other[0]:g} at {other[1].position}"
                self.problems.add(node.problem(what, mend="say it once for the whole domain", code="twice"))

    def _about(self, content: Node) -> tuple[tuple[str, Node], ...]:
        """The properties an intent is about, read ahead for the intents that include it."""
        if not isinstance(content.content, dict) or "about" not in content.content:
            return ()
        nodes = content.content["about"][1].as_list()
        return tuple((node.content, node) for node in nodes if isinstance(node.content, str))

    def _intent(self, file: str, id_node: Node, content: Node) -> Intent | None:
        id = id_node.as_text(self.problems) or ""
        with content.fields(self.problems, formats.INTENT) as fields:
            about = fields.texts("about", ())
            topic = fields.text("topic", "")
            patterns = fields.nodes("patterns", ())
            words = fields.texts("words", ())
            asks = fields.texts("asks", ())
            where_nodes = fields.mapping("where", ())
            answers = {
                k.as_text(self.problems) or "": Template.parse(v.as_text(self.problems) or "")
                for k, v in fields.mapping("answers", ())
            }
            examples, includes = fields.texts("examples", ()), fields.texts("includes", ())
            denies = frozenset().union(*(self._sense(word) for word in fields.texts("denies", ())))
            reverses = frozenset().union(*(self._sense(word) for word in fields.texts("reverses", ())))
            operation, says = fields.text("operation", None), fields.text("says", "")
            before = fields.texts("before", ())
            about_nodes = fields.nodes("about", ())
            if isinstance(content.content, dict | None) and not (about_nodes or includes or says or examples):
                mend = "add 'about' with a property, 'includes' with intents, or 'says' with a text"
                self.problems.add(id_node.problem(f"intent {id!r} is about nothing", mend=mend, code="empty-intent"))
            self._check_name(fields.at("topic"), "topic", topic, self.topics)
            self._check_operation(fields, operation)
            self._check_says(fields, about, includes)
            self.example_nodes[id] = fields.nodes("examples", ())
        roles: dict[str, Role] = {}
        included = [self.abouts.get(other, ()) for other in includes]
        for property_id, node in (
            *zip(about, about_nodes, strict=False),
            *(pair for pairs in included for pair in pairs),
        ):
            property_ = self.kb.properties.get(property_id)
            if property_ is None:
                self._unknown_name(node, "property", property_id, self.kb.properties)
            else:
                for role in property_.roles.values():
                    roles.setdefault(role.name, role)
        if roles:
            self._check_intent_roles(fields, roles)
        where = {}
        for role_node, values in where_nodes:
            where[role_node.as_text(self.problems) or ""] = tuple(
                value.as_text(self.problems) or "" for value in values.as_list()
            )
        unresolved = bool(about_nodes) and not roles
        read = (self._pattern(node, id, roles, unresolved=unresolved) for node in patterns)
        both = [(pattern, node) for node, pattern in zip(patterns, read, strict=True) if pattern is not None]
        compiled = [pattern for pattern, _ in both]
        self.sources.patterns[id] = tuple(node for _, node in both)
        self.sources.contents["intent", id] = content
        if examples and not (says or patterns or about or includes):
            why = "what has only examples can only give a fixed answer"
            mend = "add what to answer, as `says:`"
            self.problems.add(id_node.problem(f"{id!r} has no answer", why=why, mend=mend, code="no-answer"))
        compiled = _share_cues(compiled)
        vocabulary: set[str] = set()
        for word in (*words, *self.topic_words.get(topic, ())):
            senses = self._sense(word)  # "over" goes along here, but "over 800 million" still compares
            vocabulary |= senses if word[0] == "!" else senses - {"!greater", "!less"}
        for pattern in compiled:
            vocabulary |= pattern.optional.union(*pattern.needed)
        vocabulary |= denies | reverses
        return Intent(
            id, about, roles, tuple(compiled), frozenset(vocabulary), asks, where, answers, topic, examples, includes,
            canonical(operation) if operation else None, says, file, denies, reverses, before,
        )  # fmt: skip

    def _check_operation(self, fields: Fields, operation: str | None) -> None:
        """The name of what an intent does by itself; what answers call it is taken as well."""
        names = sorted({*self.operations, "duration"})  # which is a question word's in the language data
        if self.operations and operation and canonical(operation) not in names:
            what, mend = f"unknown operation {operation!r}", mend_operation(operation, names)
            self.problems.add(fields.at("operation").problem(what, mend=mend, code="unknown-operation"))

    def _check_says(self, fields: Fields, about: tuple[str, ...], includes: tuple[str, ...]) -> None:
        """A fixed answer is of an intent that looks nothing up: with facts it would never be told."""
        if fields.text("says", "") and (about or includes):
            key = "about" if about else "includes"
            what = f"an intent that {'is `about` facts' if about else '`includes` others'} cannot say a fixed text"
            why = "the answer is made of the facts, and the text would never be told"
            mend = f"remove `says`, or `{key}`; to word the answer, use `answers: {{default: …}}`"
            self.problems.add(fields.at("says").problem(what, why=why, mend=mend, code="says-and-about"))

    def _check_intent_roles(self, fields: Fields, roles: dict[str, Role]) -> None:
        """The names of roles in what an intent asks for, is limited to and answers."""
        for node in fields.nodes("asks", ()):
            self._check_name(node, "role", node.content, roles)
        for role_node, values in fields.mapping("where", ()):
            role = roles.get(str(role_node.content))
            self._check_name(role_node, "role", role_node.content, roles)
            for value in values.as_list() if role and not set(role.types) & set(PLAIN_TYPES) else ():
                self._check_name(value, "entity", value.content, self.kb.entities)
        for key, template in fields.mapping("answers", ()):
            self._check_name(key, "answer", key.content, (*roles, *_ANSWER_KEYS, *sorted(self.operations)))
            self._check_holes(template, (*roles, *sorted(self.operations)))

    def _pattern(self, node: Node, intent: str, roles: dict[str, Role], *, unresolved: bool) -> Pattern | None:
        """The wording in *node*; *unresolved* when what the intent is about is not known, which says enough."""
        text = node.as_text(self.problems)
        if text is None:
            return None
        asks = None
        if "=>" in text:
            text, asks = (part.strip() for part in text.split("=>", 1))
            if asks not in roles and not unresolved:
                self._unknown_name(node, "role", asks, roles)
        pieces = parse_pattern(text)
        words = [word for piece in pieces for word in piece.words]
        if not all(words) or any(_PATTERN_SIGNS.search(word) for word in words) or _PATTERN_SIGNS.search(_rest(text)):
            why = "a slot is {name} or {name!}, a choice (one|other), a word that may be left out [word]"
            mend = "close every bracket, and put a word on each side of '|'"
            what = "a bracket in a pattern is empty or not closed"
            self.problems.add(node.problem(what, why=why, mend=mend, code="wrong-pattern"))
            return None
        needed: list[frozenset[str]] = []
        optional: set[str] = set()
        slots: list[tuple[str, int, int]] = []
        senses_at: list[frozenset[str]] = []
        needs_slots = set()
        prepositions: list[str | None] = []
        for piece in pieces:
            place = len(senses_at)
            senses_at.append(frozenset())
            prepositions.append(None)
            if piece.kind == "slot":
                slot = piece.words[0]
                if slot not in roles and not unresolved:
                    self._unknown_slot(node, slot, roles)
                slots.append((slot, place, len(needed)))
                if piece.needed:
                    needs_slots.add(slot)
            elif piece.kind == "optional":
                for word in piece.words:
                    optional |= self._sense(word)
            else:
                word = piece.words[0]
                entry = self.lexicon.exact.get(word, {})
                if len(piece.words) == 1 and "preposition" in entry and word not in self.lexicon.senses:
                    prepositions[place] = entry["preposition"]
                else:
                    senses = frozenset().union(*(self._sense(w) for w in piece.words))
                    needed.append(senses)
                    senses_at[place] = senses
        if not needed and not needs_slots:
            why = "it would match every question"
            mend = "add a word, or mark a slot as needed: {slot!}"
            self.problems.add(
                node.problem("a pattern needs a word or a needed slot", why=why, mend=mend, code="empty-pattern")
            )
            return None
        first = next((i for i, senses in enumerate(senses_at) if senses), len(senses_at))
        cues: dict[str, tuple[Cue, ...]] = {}
        for slot, place, _ in slots:
            before = prepositions[place - 1] if place else None
            after = senses_at[place + 1] if place + 1 < len(senses_at) else frozenset()
            previous = senses_at[place - 1] if place else frozenset()
            cues[slot] = (*cues.get(slot, ()), Cue(before, place < first, after, previous))
        return Pattern(text, intent, tuple(needed), frozenset(optional), cues, asks, frozenset(needs_slots))

    def _sense(self, word: str) -> frozenset[str]:
        """The sense named *word*, or the word itself as a sense of its own; `_` joins the words of a phrase."""
        found = self.sources.meanings[word] = self._meaning(word)
        return found

    def _meaning(self, word: str) -> frozenset[str]:
        if word in self.lexicon.senses or word[0] in "?!":
            return frozenset([word])
        if word[0] == "=":
            self.lexicon.add_sense(word[1:], word)
            return frozenset([word])
        entry = self.lexicon.exact.get(word, {})
        if "operations" in entry:
            return frozenset("!" + operation for operation in entry["operations"])
        if entry.keys() & {"preposition", "asks"}:
            return frozenset()
        if self._sense_stems is None:
            self._sense_stems = {root(sense): sense for sense in sorted(self.lexicon.senses, reverse=True)}
        same = self._sense_stems.get(root(word))
        past = PAST.get(word, ())
        if same and not past:  # "build" is no building
            return frozenset([same])
        for form in past:
            self.lexicon.add_sense(form, "=" + word)
        phrase = word.replace("_", " ")
        key = self.lexicon.add_sense(phrase, "=" + phrase)
        return frozenset(["=" + phrase]) if key else frozenset()

    @property
    def needs_knowledge(self) -> bool:
        """Whether any intent has more than examples and a fixed answer."""
        return not self.intents or any(
            isinstance(node.content, dict) and not node.content.keys().isdisjoint(_KNOWING) for *_, node in self.intents
        )

    # all together

    def finish(self) -> Domain:
        self.tables.read()
        self.storing.begin(self.kb, len(self.statements) + self.tables.cells)
        schema = self.tables.finish()
        self.sources.columns, self.sources.cited = self.tables.places, self.document_nodes
        self.sources.contents.update((("property words", id), node) for id, node in self.tables.word_nodes.items())
        for number, (property_node, node, default) in enumerate(self.statements, 1):
            statement = self._statement(property_node, node, default, number)
            if statement:
                self.kb.statements.append(statement)
                if self.storing.compiler is None:  # large knowledge is not to stay in memory
                    self.sources.statements.append((statement, node))
        for word, name, flavour in self.genitives:  # "turkeys exports": people leave the apostrophe out
            key = " ".join(token.norm for token in tokenise(word))
            if not self.lexicon.exact.get(key, {}).keys() & {"entities", "types"} and key not in self.lexicon.spellings:
                self.lexicon.add(word, "entities", (name, flavour))
                self.lexicon.add(word, "genitive", True)
        self._check_types()
        intents: dict[str, Intent] = {}
        for file, id_node, content in self.intents:
            intent = self._intent(file, id_node, content)
            if intent is None:
                continue
            self._once("intent", intent.id, id_node)
            intents[intent.id] = intent
        self._check_includes(intents)
        self._rank(intents)
        used = set().union(*(i.vocabulary for i in intents.values())) if intents else set()
        needed = {sense for i in intents.values() for p in i.patterns for senses in p.needed for sense in senses}
        self._add_bare_names(used)
        self.lexicon.settle(used, needed)
        templates = {p.id: Template.parse(p.sentence) for p in self.kb.properties.values() if p.sentence}
        is_sound = all(problem.severity != "error" for problem in self.problems)
        if is_sound and self.storing.compiler is None:
            self.kb.index()
        domain = Domain(
            self.name or "citebot", self.kb, self.lexicon, intents, topics=self.topics, phrases=self.phrases
        )
        domain.templates = templates
        domain.conversation = self.conversation
        domain.schema, domain.tables = schema, self.tables.files
        domain.evidence = self._evidence(intents)
        domain.index()
        if is_sound and self.storing.compiler is not None:
            self.storing.compiler.finish(domain)
        return domain

    def _add_bare_names(self, used: set[str]) -> None:
        """
        Names without their article, as people say them: "a pretzel" for "the pretzel".

        Not where what is left is a word of something else, a type or what an intent speaks of, or begins as no name
        does: "The Who", "the first president".
        """
        lexicon = self.lexicon
        explicit = {key for key, entry in lexicon.exact.items() if "entities" in entry} if self.bare_names else set()
        for bare, name in self.bare_names:
            words = [token.norm for token in tokenise(bare)]
            key = " ".join(words)
            first = lexicon.exact.get(words[0], {}) if words else {}
            entry = lexicon.exact.get(key, {})
            inflected = lexicon.stemmed.get(" ".join(map(lexicon.stem, words)), {})
            if not words or key in explicit or first.keys() & _NO_BEGINNING:
                continue
            if "types" in entry or "types" in inflected or key in lexicon.spellings:
                continue
            if any(used & set(found.get("senses", ())) for found in (entry, inflected)) or entry.keys() & _NO_NAME:
                continue
            lexicon.add(bare, "entities", (name, NAME))
            plural = lexicon.exact.get(f"{key}s", {})
            if words[-1][-1:].isalpha() and words[-1][-1:] != "s" and not plural.keys() & {"entities", "types"}:
                lexicon.add(bare + "s", "entities", (name, NAME))
                lexicon.add(bare + "s", "genitive", True)

    def _evidence(self, intents: dict[str, Intent]) -> Evidence | None:
        """What the examples say of the intents that have nothing else."""
        examples: dict[str, list[list[str]]] = {}
        owners: dict[tuple[str, ...], str] = {}
        for intent in intents.values():
            if not intent.by_example:
                continue
            for text, node in zip(intent.examples, self.example_nodes[intent.id], strict=False):
                words = spoken_words(text, self.lexicon.spellings)
                owner = owners.setdefault(tuple(words), intent.id)
                if not words:
                    self.problems.add(node.problem("an example without a word", mend="remove it", code="empty-example"))
                    continue
                examples.setdefault(intent.id, []).append(words)
                if owner != intent.id:
                    what = f"{text!r} is an example of {owner!r} too"
                    why = "the same words cannot tell two intents apart"
                    mend = "keep it where it belongs"
                    problem = node.problem(what, why=why, mend=mend, code="shared-example", severity="warning")
                    self.problems.add(problem)
        if not examples:
            return None
        settings = {name: value for name, (value, _) in self.faq.items()}
        threshold = settings.get("threshold", DEFAULT_THRESHOLD)
        margin = settings.get("margin", DEFAULT_MARGIN)
        evidence = gather(examples, self.lexicon, threshold=threshold, margin=margin)
        self.lexicon.know(evidence.vocabulary)
        return evidence

    def _check_types(self) -> None:
        known = {*self.kb.types, *PLAIN_TYPES}
        for property_ in self.kb.properties.values():
            if ("property", property_.id) not in self.places:
                continue  # made from a table, whose mapping is checked where it is read
            for role in property_.roles.values():
                place = self.places.get(("role", f"{property_.id}.{role.name}"), self.places["property", property_.id])
                for type_ in (*role.types, *role.counts):
                    if type_ and type_ not in known:
                        self._unknown_name(place, "type", type_, (*self.kb.types, *PLAIN_TYPES))
            whole = self.places.get(("part_of", property_.id))
            if whole:
                self._check_name(whole, "property", property_.part_of, self.kb.properties)
        for narrow in self.kb.types.values():
            for wider in narrow.wider if ("type", narrow.id) in self.places else ():
                self._check_name(self.places["type", narrow.id], "type", wider, (*self.kb.types, *_ASKED_KINDS))
        for entity in self.kb.entities.values():
            if ("entity type", entity.id) not in self.places:
                continue
            self._check_name(self.places["entity type", entity.id], "type", entity.type, self.kb.types)
            for other in entity.belongs_to:
                self._check_name(self.places["entity belongs_to", entity.id], "entity", other, self.kb.entities)
        for node in self.document_nodes if self.documents else ():
            self._check_name(node, "document", node.content, self.documents)

    def _check_includes(self, intents: dict[str, Intent]) -> None:
        for _, id_node, _ in self.intents:
            intent = intents.get(id_node.as_text(self.problems) or "")
            for other in intent.includes if intent else ():
                if other not in intents:
                    self._unknown_name(id_node, "intent", other, intents)

    def _rank(self, intents: dict[str, Intent]) -> None:
        """Number the intents so that each has a lower rank than those it says it comes before."""
        ranks: dict[str, int] = {}
        for id in intents:
            ranks[id] = 0
        for _ in intents:
            changed = False
            for id, intent in intents.items():
                for other in intent.before:
                    if other in ranks and ranks[other] <= ranks[id] < len(intents):
                        ranks[other], changed = ranks[id] + 1, True
            if not changed:
                break
        for id, intent in list(intents.items()):
            for node in self._names(id, "before"):
                self._check_name(node, "intent", node.content, intents)
            if ranks[id] >= len(intents):
                what = f"intent {id!r} comes before itself"
                mend = "remove one of the `before` that lead in a circle"
                self.problems.add(self.places["intent", id].problem(what, mend=mend, code="circular-order"))
            elif ranks[id]:
                intents[id] = replace(intent, rank=ranks[id])

    def _names(self, intent: str, key: str) -> tuple[Node, ...]:
        """The names that an intent lists under *key*."""
        content = self.sources.contents["intent", intent].content
        return content[key][1].as_list() if isinstance(content, dict) and key in content else ()

    def _top(self, path: _File) -> Iterable[tuple[Node, Node]]:
        node = self._tree(path)
        return node.as_mapping(self.problems) if node else ()

    def _tree(self, path: _File) -> Node | None:
        if isinstance(path, Made):
            return from_python(path.content, self.problems, name=path.name)
        if isinstance(path, Path):
            return load_yaml(path, self.problems)
        try:
            return parse_yaml(path.read_bytes(), self.problems, name=str(path))
        except OSError as error:
            what = f"the file cannot be read: {error.strerror or error}"
            self.problems.add(Problem(Position(str(path)), what, code="unreadable-file"))
            return None

    def _unknown_key(self, key: Node, allowed: Iterable[str]) -> None:
        name = key.as_text(self.problems) or ""
        mend = suggest(name, allowed)
        self.problems.add(key.problem(f"unknown key {name!r}", mend=mend, code="unknown-key"))

    def _unknown_slot(self, node: Node, slot: str, roles: dict[str, Role]) -> None:
        if roles:
            self._unknown_name(node, "slot", slot, roles)
            return
        why = "slots are the roles of the property that an intent is `about`, and one without `about` has none"
        mend = f"write a word instead of {{{slot}}}, or add `about` with a property that has the role {slot!r}"
        self.problems.add(node.problem(f"unknown slot {slot!r}", why=why, mend=mend, code="unknown-slot"))

    def _unknown_name(self, node: Node, kind: str, name: str, known: Iterable[str]) -> None:
        self.problems.add(node.problem(f"unknown {kind} {name!r}", mend=suggest(name, known), code=f"unknown-{kind}"))
