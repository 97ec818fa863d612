"""
What the tests of a domain reach, and what they never do: `bot test --coverage`.

Everything that an author wrote down and a question may use has its place in a file (`Listed`). While
the tests run, each answer's decision says what it used: statements, the pattern, the words and names in which
the question was put, the operations. What is left without a use is what no test would notice to be wrong.

Domains are loaded from their files here, not from the cache: a cached domain does not know where things stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bot import Bot
from bot.composing import Composer
from bot.errors import Position
from bot.knowledge import NUMBER, QUANTITY, TIME
from bot.loading import Sources, load_sources
from bot.operation_names import NEED_AMOUNT, NEED_TIME
from bot.paths import bundled
from bot.text import tokenise

if TYPE_CHECKING:
    from bot.answer import Answer
    from bot.domain import Domain
    from bot.following import Step
    from bot.knowledge import Statement
    from bot.matching import Candidate
    from bot.reading import Item
    from bot.source import Node

KINDS = {
    "fact": "facts",
    "intent": "intents",
    "pattern": "patterns",
    "word": "words of intents",
    "synonym": "synonyms",
    "name": "names",
}
"""
What is counted, in the order it is told in. Synonyms are those of the domain's own senses. Operations are
the language's and not the author's to cover, so they are listed and not counted.
"""

SHOWN = 200
"""Lines of the text report; `--json` has all."""
_LONGEST_FILE = 5_000
"""Lines: a longer file, a table, is not printed on the page; what was not reached in it is still listed."""
_LISTED = 1_000
"""Things of such a file."""


class Entry(NamedTuple):
    """One thing that could be reached, and how often it was."""

    kind: str
    owner: str
    text: str
    position: Position
    times: int

    def record(self) -> dict[str, Any]:
        where = {"file": self.position.file, "line": self.position.line, "column": self.position.column}
        return {"kind": self.kind, "owner": self.owner, "text": self.text, **where, "times": self.times}


class Listed(NamedTuple):
    """Something that an author wrote down and a question may use, and where it stands."""

    kind: str
    owner: str
    """The property, intent, sense or entity that it belongs to."""
    key: str
    """What tells it from its fellows: a statement's id, else the text as written."""
    position: Position
    senses: frozenset[str] = frozenset()
    """Of a word: what it stands for."""


def load(
    intents: str | Path | None, knowledge: str | Path | None, tables: str | Path | None
) -> tuple[Bot, tuple[Listed, ...]]:
    """The bot as `Bot.load` makes it, and where everything that it was made of stands. Raises LoadError."""
    folder = bundled("intents")
    if intents is None and knowledge is None:
        intents = folder
    domain, sources, problems = load_sources(
        Path(intents) if intents is not None else None,
        Path(knowledge or bundled("knowledge")),
        folder / "language" / "en",
        Path(tables) if tables is not None else None,
        may_skip=knowledge is None and intents != folder,
        again=True,
    )
    problems.raise_errors()
    return Bot(domain), (*_listed(sources), *_rows(domain, {statement.id for statement, _ in sources.statements}))


def _listed(sources: Sources) -> Iterator[Listed]:
    for statement, node in sources.statements:
        yield Listed("fact", statement.property.id, statement.id, node.position)
    for (kind, id), node in sources.places.items():
        if kind in ("intent", "operation"):
            yield Listed(kind, "", id, node.position)
    for intent, patterns in sources.patterns.items():
        yield from (Listed("pattern", intent, text, node.position) for text, node in _texts(patterns))
    for sense, node in sources.synonyms:
        yield from (Listed("synonym", sense, text, word.position) for text, word in _texts([node]))
    for (kind, id), node in sources.contents.items():
        if kind == "intent":
            for text, word in _texts(_under(node, "words")):
                yield Listed("word", id, text, word.position, sources.meanings.get(text, frozenset()))
        elif kind == "entity":
            for key in ("label", "aliases", "adjectives", "metonyms"):
                yield from (Listed("name", id, text, name.position) for text, name in _texts(_under(node, key)))


def _under(node: Node, key: str) -> Sequence[Node]:
    return node.content[key][1].as_list() if isinstance(node.content, dict) and key in node.content else ()


def _texts(nodes: Iterable[Node]) -> Iterator[tuple[str, Node]]:
    return ((node.content, node) for node in nodes if isinstance(node.content, str) and node.content)


def _rows(domain: Domain, listed: set[str]) -> Iterator[Listed]:
    """The statements that come from rows of tables."""
    files = {Path(file).name: file for file in domain.tables}
    for statement in domain.kb.statements:
        kind, _, number = statement.reference.paragraph.partition(" ")
        file = files.get(statement.reference.document)
        if statement.id not in listed and file and kind == "row" and number.isdecimal():
            yield Listed("fact", statement.property.id, statement.id, Position(file, int(number), 1))


class Watcher:
    """Counts what answers use; give its `watch` to `grading.grade`."""

    def __init__(self, bot: Bot) -> None:
        self._domain = bot.domain
        self._composer = Composer(bot.domain)
        self._stem = bot.domain.lexicon.stem
        self.used: Counter[tuple[str, ...]] = Counter()
        """How many answers used what, by kind and what tells it from its fellows."""

    def watch(self, answer: Answer, step: Step | None) -> None:
        """Count what *answer* used; a refusal uses no fact, but may have been understood."""
        if step is None or answer.status not in ("answered", "no_data", "clarify"):
            return
        decision = step.decision
        candidates = decision.parts or ((decision.candidate,) if decision.candidate else ())
        found: set[tuple[str, ...]] = set()
        if answer.status == "answered":
            found |= {("fact", statement.id) for statement in decision.statements}
        intents = {c.intent.id for c in candidates} | ({decision.intent} if decision.intent else set())
        found |= {("intent", intent) for intent in intents}
        if decision.operation:
            found.add(("operation", decision.operation))
        for candidate in candidates:
            found.update(self._of_candidate(candidate))
        if not candidates or decision.parts:  # put together without an intent, or of two: each operation said was used
            found |= {("operation", operation) for item in step.items for operation in item.operations}
        if not candidates:
            found |= {name for item in step.items for name in _names(item, [id for id, _ in item.entities])}
        self.used.update(found)

    def _of_candidate(self, candidate: Candidate) -> Iterable[tuple[str, ...]]:
        pattern, utterance, intent = candidate.pattern, candidate.utterance, candidate.intent
        yield "pattern", intent.id, pattern.text, pattern.asks or ""
        for operation in candidate.operations:
            yield "operation", operation
        for i, item in enumerate(utterance.items):
            yield from _names(item, [id for id, _ in utterance.entities[i]])
            if i not in candidate.used and i not in candidate.needed_items:
                continue
            stems = " ".join(self._stem(word) for word in item.words)
            for sense in item.senses & intent.vocabulary:
                yield "synonym", sense, stems
                yield "sense", intent.id, sense

    def entries(self, listed: Iterable[Listed]) -> tuple[Entry, ...]:
        """Each of *listed* with how often it was used, sorted by place; the language's operations come last."""
        facts = {statement.id: statement for statement in self._domain.kb.statements}
        idle = _impossible(self._domain)
        entries = {
            Entry(place.kind, place.owner, self._text(place, facts), place.position, self._times(place))
            for place in listed
            if place.kind != "operation" or place.key not in idle
        }
        return tuple(sorted(entries, key=lambda e: (e.kind == "operation", e.position, e.kind, e.text)))

    def _text(self, place: Listed, facts: dict[str, Statement]) -> str:
        return self._composer.sentence(facts[place.key]) if place.kind == "fact" else place.key

    def _times(self, place: Listed) -> int:
        kind, owner, key, used = place.kind, place.owner, place.key, self.used
        if kind == "pattern":
            text, arrow, asks = key.partition("=>")
            return used[kind, owner, text.strip() if arrow else key, asks.strip()]
        if kind == "word":
            return max((used["sense", owner, sense] for sense in place.senses), default=0)
        if kind == "synonym":
            return used[kind, owner, " ".join(self._stem(token.norm) for token in tokenise(key))]
        if kind == "name":
            return used[kind, owner, _bare([token.norm for token in tokenise(key)])]
        return used[kind, key]


def _impossible(domain: Domain) -> frozenset[str]:
    """The operations for which no property of *domain* has what they need: amounts, times, or either."""
    types = {t for property_ in domain.kb.properties.values() for role in property_.roles.values() for t in role.types}
    has_amount, has_time = bool(types & {QUANTITY, NUMBER}), TIME in types
    out: frozenset[str] = frozenset()
    if not has_amount:
        out |= NEED_AMOUNT
    if not has_time:
        out |= NEED_TIME | {"happen", "notable"}
    if not (has_amount or has_time):
        out |= _NEED_EITHER
    return out


_NEED_EITHER = frozenset(("greater", "less", "max", "min", "equal", "order", "descending", "together", "versus"))


def _names(item: Item, entities: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """The names that *item* may be: as said, and without the s of a genitive that lost its apostrophe."""
    said = _bare(item.words)
    for entity in entities:
        yield "name", entity, said
        if item.possessive and said.endswith("s"):
            yield "name", entity, said[:-1]


def _bare(words: Sequence[str]) -> str:
    """A name without its article, which people leave out."""
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("the", "a", "an") else words)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the tests reached of a domain, as text, as plain values and as one page."""

    entries: tuple[Entry, ...]
    """Sorted by file and line."""

    def never(self) -> list[Entry]:
        """What no test reached, by file and line."""
        return [entry for entry in self.entries if not entry.times]

    def counts(self) -> dict[str, tuple[int, int]]:
        """For each kind that there is: how many were reached, and of how many."""
        total = Counter(entry.kind for entry in self.entries)
        reached = Counter(entry.kind for entry in self.entries if entry.times)
        return {kind: (reached[kind], total[kind]) for kind in KINDS if total[kind]}

    def record(self) -> dict[str, Any]:
        """As plain values for JSON: totals by kind, and everything with its place and how often it was reached."""
        kinds = {kind: {"reached": reached, "total": total} for kind, (reached, total) in self.counts().items()}
        return {"kinds": kinds, "entries": [entry.record() for entry in self.entries]}

    def text(self) -> str:
        """Lines to read: first what was never reached, then the totals, where a terminal shows them."""
        kinds = list(KINDS)  # facts before words, as there is room for so many
        never = [entry for entry in self.never() if entry.kind != "operation"]
        never.sort(key=lambda entry: (kinds.index(entry.kind), entry.position))
        lines = ["never reached by a test", *(f"{entry.position}: {_said(entry)}" for entry in never[:SHOWN])]
        if len(never) > SHOWN:
            lines.append(f"and {len(never) - SHOWN:,} more; --json has all of them")
        lines = lines if never else []
        idle = [entry for entry in self.never() if entry.kind == "operation"]
        if idle:  # most subjects have no use for some of them, so they take one line here and not one each
            names = ", ".join(entry.text for entry in idle)
            lines.append(f"operations that could be asked for and no test does (not counted): {names}")
        rows = [
            (KINDS[kind], f"{reached:,}", f"{total:,}", f"{_percent(reached, total)} %")
            for kind, (reached, total) in self.counts().items()
        ]
        width = max([len("reached by tests"), *(len(row[0]) for row in rows)])
        table = [f"{name:<{width}}  {a:>9}  {b:>9}  {c:>6}" for name, a, b, c in rows]
        head = f"{'reached by tests':<{width}}  {'reached':>9}  {'of':>9}"
        return "\n".join([*lines, *([""] if lines else []), head, *table])

    def page(self) -> str:
        """One HTML file that needs nothing else: the totals, then each file with its lines marked."""
        tiles = "".join(
            f"<tr><th scope=row>{escape(KINDS[kind])}</th><td>{reached:,} of {total:,}</td>"
            f'<td><progress value="{reached}" max="{total}">{_percent(reached, total)} %</progress></td>'
            f"<td>{_percent(reached, total)} %</td></tr>"
            for kind, (reached, total) in self.counts().items()
        )
        by_file: dict[str, list[Entry]] = {}
        for entry in self.entries:
            by_file.setdefault(entry.position.file, []).append(entry)
        files = "".join(_file(name, entries) for name, entries in by_file.items())
        return (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width">\n<title>What the tests reach</title>\n'
            f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>What the tests reach</h1>\n<table>{tiles}</table>\n"
            "<p>✓ reached, and how often; ✗ never reached; ◐ some of the line.</p>\n"
            f"{files}</body>\n</html>\n"
        )


def _percent(part: int, whole: int) -> int:
    """Rounded down, so that 100 % is all."""
    return 100 * part // whole if whole else 100


def _said(entry: Entry) -> str:
    what = f"{entry.kind} “{' '.join(entry.text.split())}”"
    return f"{what} of {entry.owner}" if entry.owner else what


def _file(name: str, entries: Sequence[Entry]) -> str:
    """A file: what of it was never reached, and its lines where it is not too long to be read."""
    never = [entry for entry in entries if not entry.times]
    found = f"{len(entries) - len(never):,} of {len(entries):,} reached"
    try:
        lines = Path(name).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):  # it has changed since
        lines = []
    if any(entry.kind == "operation" for entry in entries):
        lines = []  # the language data are not the author's to cover line by line
    by_line: dict[int, list[Entry]] = {}
    for entry in entries:
        by_line.setdefault(entry.position.line, []).append(entry)
    if len(lines) > _LONGEST_FILE or not lines:
        rows = "".join(f"<li>line {e.position.line}: {escape(_said(e))}</li>" for e in never[:_LISTED])
        rows += f"<li>and {len(never) - _LISTED:,} more; --json has all of them</li>" if len(never) > _LISTED else ""
        body = f"<ul>{rows}</ul>" if never else "<p>All of it was reached.</p>"
    else:
        body = "".join(_line(number, text, by_line.get(number, ())) for number, text in enumerate(lines, 1))
        body = f"<table class=code>{body}</table>"
    is_open = " open" if never else ""
    return f"<details{is_open}><summary>{escape(name)} <span>{found}</span></summary>{body}</details>\n"


def _line(number: int, text: str, entries: Sequence[Entry]) -> str:
    never = [entry for entry in entries if not entry.times]
    kind, mark = "", ""
    if entries:
        kind = "no" if len(never) == len(entries) else "part" if never else "yes"
        most = max(entry.times for entry in entries)
        mark = {"no": "✗", "part": "◐", "yes": f"✓ {most}"}[kind]
    missing = "".join(f"<br><small>✗ {escape(_said(entry))}</small>" for entry in never) if kind == "part" else ""
    return (
        f'<tr class="{kind}"><td>{number}</td><td>{mark}</td>'
        f"<td><code>{escape(text) or ' '}</code>{missing}</td></tr>\n"
    )


_STYLE = (
    ":root{color-scheme:light dark;--ink:#222;--paper:#fff;--soft:#666;--yes:#e6f4e6;--no:#fbe3e1;--part:#fdf3d6}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--paper:#181a1d;--soft:#9a9a9a;--yes:#1d3321;"
    "--no:#45211f;--part:#40381a}}"
    "body{font:16px/1.4 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:var(--ink);"
    "background:var(--paper)}h1{font-size:1.5rem}th{text-align:left;font-weight:normal;padding-right:2rem}"
    "td{padding-right:1rem}summary{cursor:pointer;font-weight:bold;overflow-wrap:anywhere}"
    "summary span,small,p{color:var(--soft);font-weight:normal}details{margin:1rem 0}"
    ".code{border-collapse:collapse;width:100%}.code td{vertical-align:top;padding:0 .5rem}"
    ".code td:nth-child(-n+2){color:var(--soft);text-align:right;white-space:nowrap;width:1%}"
    "code{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.85rem}"
    ".yes{background:var(--yes)}.no{background:var(--no)}.part{background:var(--part)}"
)
