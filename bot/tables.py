"""
CSV and TSV tables, and the YAML that says what their columns mean → entities, statements and a Schema.

A knowledge file lists its tables under `tables:` and the words for their types and properties under
`vocabulary:`. No cell is copied into YAML: each row becomes statements that name file and row as their
reference. Faults of a cell are reported like those of a YAML file, with file, line and column. Only this
module knows the field names of those two keys.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from bot import formats
from bot.errors import Position, Problem
from bot.knowledge import (
    NAME,
    PLAIN_TYPES,
    QUANTITY,
    TEXT,
    TIME,
    Entity,
    EntityType,
    KnowledgeBase,
    Property,
    Quantity,
    Reference,
    Role,
    Statement,
    Value,
)
from bot.language import Lexicon
from bot.places import Made, Resource
from bot.schema import LESS, MORE, Condition, Connector, PropertyWords, Schema, TypeWords, degrees, parse_phrase, plural
from bot.source import Node, Problems, suggest
from bot.text import normalise
from bot.values import parse_time

SUBJECT, VALUE = "subject", "value"
MANY_WRONG = 100
"""Faults of one table that are told."""
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_CELL = re.compile(r'"(?:[^"]|"")*"|[^,\t"]*')
_HOLE = re.compile(r"\{(\w+)\}")
_CONDITION = re.compile(r"(\w+)\s*(>=|<=|>|<)\s*(-?[0-9_]+(?:\.[0-9]+)?)")


@dataclass(slots=True)
class _Column:
    """What one column means; a column may stand for several properties."""

    name: str
    property: str
    type: str
    unit: str | None
    key: tuple[str, ...]
    of: str | None
    create: bool
    qualifies: str | None
    node: Node


@dataclass(slots=True)
class _Table:
    path: Path | Resource
    type: str
    name: tuple[str, ...]
    label: str
    aliases: tuple[str, ...]
    columns: list[_Column]
    node: Node
    extends: bool
    header: tuple[str, ...] = ()
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """Of the file, once a fault was found in it."""
    wrong: int = 0


class TableLoader:
    """Gathers tables and vocabulary from all files, and fills a knowledge base in `finish()`."""

    def __init__(
        self, kb: KnowledgeBase, lexicon: Lexicon, problems: Problems, tables: Path | Resource | None = None
    ) -> None:
        self.kb = kb
        self.lexicon = lexicon
        self.problems = problems
        self.folder = tables
        self.schema = Schema()
        self.word_nodes: dict[str, Node] = {}
        """The words for each property, where they stand."""
        self._tables: list[_Table] = []
        self._vocabulary: list[Node] = []
        self._readable: list[_Table] = []
        self._statements: set[bytes] = set()

    @property
    def places(self) -> list[tuple[str, str, str | None, Node]]:
        """The property, the type of what has it, the unit and the place of each column."""
        return [
            (column.property, table.type, column.unit, column.node)
            for table in self._tables
            for column in table.columns
            if not (column.qualifies or column.of)
        ]

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(str(table.path) for table in self._tables)

    # what the YAML says

    def tables(self, value: Node, file: Path | Resource | Made) -> None:
        for node in value.as_list():
            if (table := self._table(node, file)) is not None:
                self._tables.append(table)

    def vocabulary(self, value: Node) -> None:
        self._vocabulary.append(value)

    def read(self) -> None:
        """Read the files of all tables."""
        self._readable = [table for table in self._tables if self._read(table)]

    @property
    def cells(self) -> int:
        """At most so many statements the tables that were read will make."""
        return sum(len(table.rows) * sum(not c.qualifies for c in table.columns) for table in self._readable)

    def finish(self) -> Schema:
        """Entities of all tables first, so that any row may name any of them; then statements, then words."""
        readable = [table for table in self._readable if self._is_sound(table)]
        for table in readable:
            if not table.extends:
                self._entities(table)
        for table in readable:
            self._properties(table)
            self._rows(table)
        if len(readable) == len(self._tables):  # else what the words are for may be missing for no other reason
            for value in self._vocabulary:
                self._words(value)
        return self.schema

    def _is_sound(self, table: _Table) -> bool:
        """Whether the properties that files declare for its columns have the roles that are filled here."""
        declared = (self.kb.properties.get(column.property) for column in table.columns)
        return all(property_ is None or _is_whole(property_) for property_ in declared)

    def _table(self, node: Node, file: Path | Resource | Made) -> _Table | None:
        columns: list[_Column] = []
        with node.fields(self.problems, formats.TABLE) as fields:
            name, type_ = fields.text("file"), fields.text("type")
            key = fields.texts("name")
            label = fields.text("label", "{" + key[0] + "}" if key else "")
            aliases = fields.texts("aliases", ())
            extends = fields.boolean("extends", False)
            for column, spec in fields.mapping("columns", ()):
                columns += [self._column(column.as_text(self.problems) or "", part) for part in spec.as_list()]
        if not name or not key:
            return None
        path = (self.folder or file.parent) / name
        return _Table(path, type_, key, label, aliases, columns, node, extends)

    def _column(self, name: str, spec: Node) -> _Column:
        if not isinstance(spec.content, dict):
            return _Column(name, spec.as_text(self.problems) or "", QUANTITY, None, (), None, False, None, spec)
        with spec.fields(self.problems, formats.COLUMN) as fields:
            qualifies = fields.text("qualifies", None)
            property_ = fields.text("property") if qualifies is None else fields.text("property", name)
            type_, unit = fields.text("type", QUANTITY), fields.text("unit", None)
            key, of = fields.texts("key", ()), fields.text("of", None)
            create = fields.boolean("create", False)
        return _Column(name, property_, type_, unit, key or (name,), of, create, qualifies, spec)

    # reading a file

    def _read(self, table: _Table) -> bool:
        try:
            text = table.path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            what = f"the table {str(table.path)!r} cannot be read: {getattr(error, 'strerror', None) or error}"
            mend = "check `file`, which is relative to this file or to the folder given as --tables"
            self.problems.add(table.node.problem(what, mend=mend, code="unreadable-table"))
            return False
        separator = "\t" if table.path.suffix.lower() in (".tsv", ".tab") else ","
        reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=False)
        try:
            for row in reader:
                if not table.header:
                    table.header = tuple(cell.strip() for cell in row)
                    if not self._check_header(table):
                        return False
                elif len(row) != len(table.header):
                    what = f"{len(row)} cells, where the header has {len(table.header)}"
                    column = min(len(row), len(table.header))
                    self._wrong(table, reader.line_num, column, what, "add or remove cells", "wrong-cell-count")
                elif any(cell.strip() for cell in row):
                    table.rows.append((reader.line_num, [cell.strip() for cell in row]))
        except csv.Error as error:
            mend = "close the quotation mark that was opened before, or save the table as CSV anew"
            self._wrong(table, reader.line_num, 0, f"no more rows can be read here: {error}", mend, "broken-table")
            return False
        return bool(table.header)

    def _check_header(self, table: _Table) -> bool:
        ok = True
        used = [*table.name, *(h for text in (table.label, *table.aliases) for h in _HOLE.findall(text))]
        for column in table.columns:
            used += [column.name, *column.key, *([column.of] if column.of else [])]
        for name in dict.fromkeys(used):
            if name not in table.header:
                ok = False
                what = f"the table {table.path.name} has no column {name!r}"
                self.problems.add(table.node.problem(what, mend=suggest(name, table.header), code="unknown-column"))
        return ok

    def _wrong(self, table: _Table, line: int, cell: int, what: str, mend: str, code: str) -> None:
        """A Problem that points at the cell with the index *cell* of a line; of very many, only the first are told."""
        table.wrong += 1
        if table.wrong > MANY_WRONG:
            if table.wrong == MANY_WRONG + 1:
                what = f"more than {MANY_WRONG} faults in this table; the rest is not listed"
                position = Position(str(table.path), line, 1)
                self.problems.add(Problem(position, what, "", "mend these first", "many-faults"))
            return
        if not table.lines:
            table.lines = table.path.read_text(encoding="utf-8-sig").splitlines()
        lines = table.lines
        excerpt = lines[line - 1] if 0 < line <= len(lines) else ""
        separator = "\t" if table.path.suffix.lower() in (".tsv", ".tab") else ","
        start, width, index = 0, 1, 0
        while excerpt and (found := _CELL.match(excerpt, start)):
            width = max(found.end() - start, 1)
            if index == cell or excerpt[found.end() : found.end() + 1] != separator:
                break
            start, index = found.end() + 1, index + 1
        position = Position(str(table.path), line, start + 1)
        self.problems.add(Problem(position, what, "", mend, code, excerpt.replace("\t", " "), width))

    # entities and statements

    def _entities(self, table: _Table) -> None:
        self._declare_type(table.type)
        for _, row in table.rows:
            cells = dict(zip(table.header, row, strict=True))
            key = tuple(cells[column] for column in table.name)
            self._entity(table.type, key, _fill(table.label, cells), [_fill(alias, cells) for alias in table.aliases])

    def _declare_type(self, id: str) -> None:
        if id not in self.kb.types:
            self.kb.types[id] = EntityType(id, id, plural(id))
            for word in (id, plural(id)):
                self.lexicon.add(word, "types", id, inflected=True)

    def _entity(self, type_: str, key: tuple[str, ...], label: str, aliases: Sequence[str] = ()) -> str:
        id = entity_id(type_, key)
        if id not in self.kb.entities:
            self.kb.entities[id] = Entity(id, label, type_, tuple(aliases))
            for name in (label, *aliases):
                self.lexicon.add(name, "entities", (id, NAME))
        return id

    def _properties(self, table: _Table) -> None:
        """Declare what the columns' properties are, as far as no file did so."""
        types = {column.name: column.type for column in table.columns if column.type not in PLAIN_TYPES}
        for column in table.columns:
            if column.type not in PLAIN_TYPES:
                self._declare_type(column.type)
            subject = types.get(column.of, table.type) if column.of else table.type
            property_ = self.kb.properties.get(column.property)
            if column.qualifies:
                continue
            if property_ is None:
                roles = {SUBJECT: Role(SUBJECT, (subject,)), VALUE: Role(VALUE, (column.type,))}
                for other in table.columns:
                    if other.qualifies == column.property:
                        roles[other.property] = Role(other.property, (other.type,))
                label = column.property.replace("_", " ")
                sentence = f"{{{SUBJECT}}}: {label} {{{VALUE}}}."
                property_ = Property(column.property, label, roles, SUBJECT, VALUE, column.unit, sentence)
                self.kb.properties[column.property] = property_
            else:
                for name, type_ in ((property_.subject, subject), (property_.value, column.type)):
                    role = property_.roles[name]
                    if type_ not in role.types and isinstance(property_.roles, dict):
                        property_.roles[name] = Role(name, (*role.types, type_), role.asked, role.counts, role.of)

    def _rows(self, table: _Table) -> None:
        place = {name: index for index, name in enumerate(table.header)}
        qualifiers = [column for column in table.columns if column.qualifies]
        by_name = {column.name: column for column in table.columns if column.type not in PLAIN_TYPES}
        rows, table.rows = table.rows, []  # each is needed once more, and large tables have many
        for line, row in rows:
            cells = dict(zip(table.header, row, strict=True))
            subject = self._find(table.type, tuple(cells[column] for column in table.name))
            if subject not in self.kb.entities:
                what = f"no {table.type} {', '.join(cells[c] for c in table.name)!r} in any table"
                self._wrong(table, line, place[table.name[0]], what, "add its row to its own table", "unknown-entity")
                continue
            for column in table.columns:
                if column.qualifies or not cells[column.name]:
                    continue
                value = self._value(table, line, place[column.name], column, cells)
                if value is None:
                    continue
                about = subject
                if column.of:
                    about = self._referred(by_name[column.of], cells) if column.of in by_name else subject
                self._statement(
                    table, line, column, about, value, cells, [q for q in qualifiers if q.qualifies == column.property]
                )

    def _statement(
        self,
        table: _Table,
        line: int,
        column: _Column,
        about: str,
        value: Value,
        cells: dict[str, str],
        more: list[_Column],
    ) -> None:
        property_ = self.kb.properties[column.property]
        values: dict[str, tuple[Value, ...]] = {property_.subject: (about,), property_.value: (value,)}
        for qualifier in more:
            found = self._value(table, line, table.header.index(qualifier.name), qualifier, cells)
            if found is not None:
                values[qualifier.property] = (found,)
        same = (property_.id, *sorted((role, *found) for role, found in values.items()))
        key = _digest(same)
        if key in self._statements:
            return  # the length of a river stands in each of its rows
        self._statements.add(key)
        reference = Reference(table.path.name, "", f"row {line}")
        number = len(self.kb.statements) + 1
        self.kb.statements.append(Statement(f"{property_.id}-row-{number}", property_, values, reference))

    def _referred(self, column: _Column, cells: Mapping[str, str]) -> str:
        return self._find(column.type, tuple(cells[key] for key in column.key))

    def _find(self, type_: str, key: tuple[str, ...]) -> str:
        """The id of the entity with *key* of a type or of one that `is` that type; its id to be when there is none."""
        id = entity_id(type_, key)
        if id in self.kb.entities:
            return id
        narrower = (entity_id(name, key) for name, spec in self.kb.types.items() if type_ in spec.wider)
        return next((other for other in narrower if other in self.kb.entities), id)

    def _value(self, table: _Table, line: int, cell: int, column: _Column, cells: dict[str, str]) -> Value | None:
        text = cells[column.name]
        if column.type == TEXT:
            return text
        if column.type == TIME:
            time = parse_time(text)
            if time is None:
                self._wrong(table, line, cell, f"{text!r} is not a time", "write a year or a date", "wrong-time")
            return time
        if column.type in PLAIN_TYPES:
            if not _NUMBER.fullmatch(text):
                mend = "write digits alone, such as 1250000 or 12.5; leave the cell empty when it is unknown"
                self._wrong(table, line, cell, f"{text!r} is not a number", mend, "wrong-number")
                return None
            return Quantity(float(text), column.unit)
        id = self._referred(column, cells)
        if id not in self.kb.entities:
            if not column.create:
                known = [e.label for e in self.kb.entities.values() if e.type == column.type]
                known = (
                    known if table.wrong < 5 or len(known) < 1_000 else known[:10]
                )  # to look for near ones takes long
                mend = f"{suggest(text, known)}; or let the column have `create: yes`"
                self._wrong(table, line, cell, f"unknown {column.type} {text!r}", mend, "unknown-entity")
                return None
            self._entity(column.type, tuple(cells[key] for key in column.key), text)
        return id

    # words

    def _words(self, value: Node) -> None:
        with value.fields(self.problems, formats.VOCABULARY) as fields:
            self.schema.prefer = (*self.schema.prefer, *fields.texts("prefer", ()))
            self.schema.open = fields.boolean("open", False) or self.schema.open
            world = fields.node("world", None)
            types, properties = fields.mapping("types", ()), fields.mapping("properties", ())
        if world:
            self._world(world)
        for key, spec in properties:
            self._property_words(key, spec)
        for key, spec in types:
            self._type_words(key, spec)
        for words in self.schema.types.values():
            for name in (
                *words.where,
                *([words.size] if words.size else []),
                *(c.property for _, c in words.conditions),
            ):
                if name not in self.schema.properties:
                    self._unknown(value, "property", name, self.schema.properties)

    def _world(self, node: Node) -> None:
        with node.fields(self.problems, formats.WORLD) as fields:
            self.schema.world_label = fields.text("label")
            self.schema.world = (self.schema.world_label, *fields.texts("names", ()))
            for key, spec in fields.mapping("sums", ()):
                self.schema.sums[key.as_text(self.problems) or ""] = spec.as_text(self.problems) or ""
        for name in self.schema.world:
            self._known(name)

    def _type_words(self, key: Node, spec: Node) -> None:
        id = key.as_text(self.problems) or ""
        if id not in self.kb.types:
            self._unknown(key, "type", id, self.kb.types)
            return
        with spec.fields(self.problems, formats.TYPE_WORDS) as fields:
            nouns, plurals = fields.texts("nouns", ()) or (id,), fields.texts("plurals", ())
            size, where = fields.text("size", None), fields.texts("where", ())
            article = fields.boolean("article", False)
            conditions = [
                (adjective.as_text(self.problems) or "", condition)
                for adjective, content in fields.mapping("adjectives", ())
                if (condition := self._condition(content)) is not None
            ]
        plurals = plurals or tuple(plural(noun) for noun in nouns)
        self.schema.types[id] = TypeWords(id, nouns, plurals, size, where, tuple(conditions), article)
        for noun in (*nouns, *plurals):
            self.lexicon.add(noun, "types", id, inflected=True)
        for adjective, _ in conditions:
            self._known(adjective)

    def _condition(self, node: Node) -> Condition | None:
        text = node.as_text(self.problems) or ""
        found = _CONDITION.fullmatch(text.strip())
        if found is None or found[1] not in self.schema.properties:
            mend = "write a property, a sign and a number: population > 150000"
            self.problems.add(node.problem(f"{text!r} is no condition", mend=mend, code="wrong-condition"))
            return None
        return Condition(found[1], found[2], float(found[3]))

    def _property_words(self, key: Node, spec: Node) -> None:
        id = key.as_text(self.problems) or ""
        self.word_nodes[id] = spec
        if isinstance(spec.content, dict) and "sum" in spec.content:
            self._summed(id, spec.content["sum"][1])
        property_ = self.kb.properties.get(id)
        if property_ is None:
            self._unknown(key, "property", id, self.kb.properties)
            return
        if not _is_whole(property_):
            return  # reported where it is declared
        with spec.fields(self.problems, formats.PROPERTY_WORDS) as fields:
            nouns, counts = fields.texts("nouns", ()), fields.texts("counts", ())
            part_nouns = fields.texts("part_nouns", ())
            more, less = fields.texts("more", ()), fields.texts("less", ())
            phrases = fields.nodes("phrases", ())
            highest, lowest = fields.text("highest_by", None), fields.text("lowest_by", None)
            fields.node("sum", None)
        copulas = self.lexicon.grammar.get("be", ())
        connectors: list[Connector] = []
        for node in phrases:
            text = node.as_text(self.problems) or ""
            found = parse_phrase(text, id, copulas)
            if not found:
                mend = "write words between the two: '{subject} runs through {value}'"
                self.problems.add(node.problem(f"{text!r} is no phrase", mend=mend, code="wrong-phrase"))
            connectors += found
        values = frozenset(property_.roles[property_.value].types)
        self.schema.properties[id] = PropertyWords(
            id,
            frozenset(property_.roles[property_.subject].types),
            values - frozenset(PLAIN_TYPES),
            (*nouns, *(f"number of {noun}" for noun in counts)),
            part_nouns, more, less, counts, tuple(connectors), highest or lowest, LESS if lowest else MORE,
        )  # fmt: skip
        for name in (highest, lowest):
            if name and name not in self.kb.properties:
                self._unknown(spec, "property", name, self.kb.properties)
        for adjective in (*more, *less):
            for form in (adjective, *degrees(adjective)):
                self._known(form)
        for words in (
            *nouns,
            *part_nouns,
            *(plural(noun) for noun in nouns),
            *counts,
            *(" ".join(c.words) for c in connectors),
        ):
            self._known(words)

    def _summed(self, id: str, spec: Node) -> None:
        """A property that is the sum of another over what is related: a state's urban population, of its cities'."""
        with spec.fields(self.problems, formats.SUM) as fields:
            name, through = fields.text("property"), fields.text("through")
        for key, property_ in (("property", name), ("through", through)):
            if property_ and property_ not in self.kb.properties:
                self._unknown(fields.at(key), "property", property_, self.kb.properties)
        if not all(p in self.kb.properties and _is_whole(self.kb.properties[p]) for p in (name, through)):
            return
        summed, link = self.kb.properties[name], self.kb.properties[through]
        amounts = {
            subject: (value, statement.reference)
            for statement in self.kb.statements
            if statement.property is summed
            for subject in statement.get(summed.subject)
            for value in statement.get(summed.value)
            if isinstance(value, Quantity)
        }
        totals: dict[str, list[tuple[Quantity, Reference]]] = {}
        for statement in self.kb.statements:
            if statement.property is link:
                for part in statement.get(link.subject):
                    if part in amounts:
                        totals.setdefault(str(statement.get(link.value)[0]), []).append(amounts[part])
        label = id.replace("_", " ")
        roles = {SUBJECT: Role(SUBJECT, link.roles[link.value].types), VALUE: Role(VALUE, (QUANTITY,))}
        total_of = Property(id, label, roles, SUBJECT, VALUE, summed.unit, f"{{{SUBJECT}}}: {label} {{{VALUE}}}.")
        self.kb.properties[id] = total_of
        for whole, parts in totals.items():
            total = Quantity(sum(quantity.amount for quantity, _ in parts), parts[0][0].unit)
            reference = Reference(parts[0][1].document, "", f"sum of {len(parts)} rows")
            values: dict[str, tuple[Value, ...]] = {SUBJECT: (whole,), VALUE: (total,)}
            self.kb.statements.append(Statement(f"{id}-{whole}", total_of, values, reference))

    def _known(self, phrase: str) -> None:
        """Tell the lexicon that these are words, so that no other spelling is looked for."""
        for word in phrase.split():
            self.lexicon.add(word, "schema", True, inflected=True)

    def _unknown(self, node: Node, kind: str, name: str, known: Iterable[str]) -> None:
        self.problems.add(node.problem(f"unknown {kind} {name!r}", mend=suggest(name, known), code=f"unknown-{kind}"))


def _is_whole(property_: Property) -> bool:
    """Whether a property has the roles that it names as subject and value; if not, that is reported already."""
    return {property_.subject, property_.value} <= property_.roles.keys()


def _digest(same: tuple[object, ...]) -> bytes:
    """What tells a statement from all others, in few bytes: a million are remembered."""
    return blake2b(repr(same).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def entity_id(type_: str, key: Sequence[str]) -> str:
    """
    >>> entity_id("city", ["Springfield", "Illinois"])
    'city:springfield|illinois'
    """
    return f"{type_}:{'|'.join(normalise(part) for part in key)}"


def _fill(template: str, cells: Mapping[str, str]) -> str:
    return _HOLE.sub(lambda hole: cells.get(hole[1], ""), template).strip()
