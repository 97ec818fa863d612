"""
What large knowledge costs: opening it, asking it, and the memory that it takes.

    python benchmarks/large_knowledge.py [ENTITIES] [--keep DIR]

Makes tables of a made-up publishing world, 100,000 entities with 1,000,000 statements unless told otherwise, and a
tenth of it beside them. Both are compiled, which is timed; then each is opened and asked in processes of their own,
beside a process that only imports the bot and opens a domain of a few statements, which is what opening is beyond.
Questions are of eight kinds, made from the tables with a fixed seed; each kind's answers are checked against the
tables too, so that what is fast is also right.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ENTITIES = 100_000
OPENING_GOAL, QUESTION_GOAL, MEMORY_GOAL = 150.0, 2.0, 300.0
"""Milliseconds, milliseconds, megabytes."""
EACH = 40
"""Questions of each kind."""
ROOT = Path(__file__).resolve().parent.parent
SYLLABLES = (  # noqa: SIM905 - as a list it would fill a page
    "ba be bo da de do fa fi ga go ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe po ra re ri ro sa se so ta te "
    "ti to va ve vi vo za ze zo bran dor fen gul hal jor kel lun mar nor pel quen ros sten tor ul ven wyn xan yar zul"
).split(" ")
BOOK_COLUMNS = (  # noqa: SIM905 - as above
    "book author publisher pages price year sales rating chapters weight words editions translations"
).split(" ")
MAPPING = """
about: a made-up world of books
types:
  agent: {label: party}
  country: {label: country, plural: countries, is: place}
  city: {label: city, plural: cities, is: place}
  author: {label: author, is: agent}
  publisher: {label: publisher, is: agent}
  book: {label: book}
tables:
  - {file: countries.csv, type: country, name: country, columns: {area: {property: area, unit: square kilometre}}}
  - file: cities.csv
    type: city
    name: city
    columns:
      country: {property: lies_in, type: country}
      population: population
      elevation: {property: elevation, unit: metre}
      founded: {property: founded, unit: year}
  - file: publishers.csv
    type: publisher
    name: publisher
    columns: {city: {property: based_in, type: city}, employees: employees}
  - file: authors.csv
    type: author
    name: author
    columns: {city: {property: born_in, type: city}, age: {property: age, unit: year}, prizes: prizes}
  - file: books.csv
    type: book
    name: book
    columns:
      author: {property: wrote, type: author}
      publisher: {property: published_by, type: publisher}
      pages: pages
      price: {property: price, unit: dollar}
      year: {property: year, unit: year}
      sales: sales
      rating: rating
      chapters: chapters
      weight: {property: weight, unit: gram}
      words: word_count
      editions: editions
      translations: translations
vocabulary:
  prefer: [country, city, author, publisher, book]
  types:
    country: {nouns: [country], size: area}
    city: {nouns: [city], size: population, where: lies_in}
    author: {nouns: [author, writer]}
    publisher: {nouns: [publisher], where: based_in}
    book: {nouns: [book]}
  properties:
    area: {nouns: [area]}
    lies_in:
      nouns: [country]
      phrases: ["{subject} lies in {value}", "{subject} is in {value}", "{value} has {subject}"]
    population: {nouns: [population], counts: [person, inhabitant], more: [populous]}
    elevation: {nouns: [elevation], more: [high], less: [low]}
    founded: {nouns: [founding year]}
    based_in: {phrases: ["{subject} is based in {value}"]}
    employees: {nouns: [number of employees], counts: [employee]}
    born_in: {nouns: [birthplace], phrases: ["{subject} was born in {value}"]}
    age: {nouns: [age], more: [old], less: [young]}
    prizes: {counts: [prize]}
    wrote: {nouns: [author], phrases: ["{value} wrote {subject}", "{subject} is by {value}"]}
    published_by: {nouns: [publisher], phrases: ["{value} published {subject}"]}
    pages: {counts: [page], more: [long], less: [short]}
    price: {nouns: [price], more: [expensive], less: [cheap]}
    year: {nouns: [year of publication], more: [recent]}
    sales: {nouns: [sales], more: [successful]}
    rating: {nouns: [rating]}
    chapters: {counts: [chapter]}
    weight: {nouns: [weight], more: [heavy], less: [light]}
    word_count: {counts: [word]}
    editions: {counts: [edition]}
    translations: {counts: [translation]}
"""


class World:
    """The tables in memory, and questions about them with their answers."""

    def __init__(self, entities: int) -> None:
        self.random = random.Random(7)
        used: set[str] = set()
        self.common = [self._word() for _ in range(30_000)]
        countries = [self._name(used, 1) for _ in range(max(entities // 500, 5))]
        cities = [self._name(used, 1) for _ in range(entities // 20)]
        publishers = [self._name(used, 1) + " Press" for _ in range(entities // 100)]
        authors = [self._name(used, 2) for _ in range(entities // 10)]
        books = [self._name(used, 3) for _ in range(entities - sum(map(len, (countries, cities, publishers, authors))))]
        number, pick = self.random.randint, self.random.choice
        self.tables: dict[str, tuple[list[str], list[list[object]]]] = {
            "countries": (["country", "area"], [[name, number(1_000, 9_000_000)] for name in countries]),
            "cities": (
                ["city", "country", "population", "elevation", "founded"],
                [[n, pick(countries), number(500, 20_000_000), number(0, 4_000), number(100, 1990)] for n in cities],
            ),
            "publishers": (
                ["publisher", "city", "employees"],
                [[name, pick(cities), number(1, 5_000)] for name in publishers],
            ),
            "authors": (
                ["author", "city", "age", "prizes"],
                [[name, pick(cities), number(20, 99), number(0, 30)] for name in authors],
            ),
            "books": (BOOK_COLUMNS, [[name, pick(authors), pick(publishers), *self._figures()] for name in books]),
        }

    def _figures(self) -> list[object]:
        """Of a book, from its pages to its translations."""
        number = self.random.randint
        return [
            number(40, 2_000), number(3, 90), number(1500, 2025), number(10, 9_000_000), number(10, 100) / 10,
            number(1, 80), number(80, 2_500), number(9_000, 900_000), number(1, 40), number(0, 60),
        ]  # fmt: skip

    def _word(self) -> str:
        return "".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 4))).capitalize()

    def _name(self, used: set[str], words: int) -> str:
        """A name that is not *used* yet: one word of its own, or several that other names have too."""
        while True:
            name = self._word() if words == 1 else " ".join(self.random.choices(self.common, k=words))
            if name not in used:
                used.add(name)
                return name

    def write(self, folder: Path) -> None:
        (folder / "knowledge").mkdir(parents=True)
        (folder / "intents").mkdir()
        (folder / "intents" / "words.yaml").write_text("name: books\n", encoding="utf-8")
        (folder / "knowledge" / "books.yaml").write_text(MAPPING, encoding="utf-8")
        for name, (header, rows) in self.tables.items():
            with open(folder / "knowledge" / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([header, *rows])

    @property
    def statements(self) -> int:
        return sum(len(rows) * (len(header) - 1) for header, rows in self.tables.values())

    def questions(self) -> list[tuple[str, str, list[object] | None]]:
        """Kind, question and the values that answer it; None where there must be none."""
        pick = self.random.choice
        rows = {name: rows for name, (_, rows) in self.tables.items()}
        cities, books, authors = rows["cities"], rows["books"], rows["authors"]
        by_author, by_country = defaultdict(list), defaultdict(list)
        for book in books:
            by_author[book[1]].append(book)
        for city in cities:
            by_country[city[1]].append(city)
        written = Counter(book[1] for book in books)
        found: list[tuple[str, str, list[object] | None]] = []
        for _ in range(EACH):
            city, book, author = pick(cities), pick(books), pick(list(by_author))
            found.append(("look-up", f"what is the population of {city[0]}", [city[2]]))
            found.append(("look-up", f"who wrote {book[0]}", [book[1]]))
            found.append(("reverse look-up", f"which books are by {author}", [b[0] for b in by_author[author]]))
            country = pick(list(by_country))
            found.append(("count", f"how many cities does {country} have", [len(by_country[country])]))
            limit = self.random.randint(1_500, 1_990)
            many = sum(int(str(b[3])) > limit for b in books)
            found.append(("count of a range", f"how many books have more than {limit} pages", [many]))
            most = max(int(str(c[2])) for c in by_country[country])
            largest = [c[0] for c in by_country[country] if c[2] == most]
            found.append(("superlative in a set", f"what is the largest city in {country}", largest))
            found.append(("misspelt", f"what is the population of {self._misspelt(str(city[0]))}", [city[2]]))
            found.append(("miss", f"what is the population of {self._name(set(), 1)}ville", None))
        heaviest = max(int(str(b[9])) for b in books)
        oldest = max(int(str(a[2])) for a in authors)
        busiest = max(written.values())
        superlatives: list[tuple[str, list[object]]] = [
            ("what is the heaviest book", [b[0] for b in books if b[9] == heaviest]),
            ("how many authors are there", [len(authors)]),
            ("which author wrote the most books", [a for a, count in written.items() if count == busiest]),
            ("how old is the oldest author", [oldest]),
        ]
        found += [("superlative of all", question, values) for question, values in superlatives * (EACH // 4)]
        return found

    def _misspelt(self, name: str) -> str:
        """A letter of *name* dropped or two of them swapped, neither the first."""
        place = self.random.randrange(1, len(name) - 1)
        if self.random.random() < 0.5:
            return name[:place] + name[place + 1 :]
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


ASK = """
import json, os, resource, sys
from time import perf_counter
start = perf_counter()
from bot import Bot
imported = perf_counter()
bot = Bot.load(sys.argv[1] + "/intents", sys.argv[1] + "/knowledge")
opened = perf_counter()
questions = json.load(open(sys.argv[2])) if len(sys.argv) > 2 else []
found = []
for kind, question, values in questions:
    begun = perf_counter()
    answer = bot.ask(question)
    seconds = perf_counter() - begun
    found.append((kind, seconds, answer.status, list(answer.values)))
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"import": imported - start, "open": opened - imported, "memory": memory, "answers": found}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("entities", nargs="?", type=int, default=ENTITIES)
    parser.add_argument("--keep", metavar="DIR", help="make the tables there and keep them")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        return _measure(Path(args.keep or temporary), args.entities)


def _measure(folder: Path, entities: int) -> int:
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(ROOT)}
    environment.pop("CITEBOT_CACHE", None)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    small = folder / "small"
    _small(small)
    medians, ok = {}, True
    for count in (entities // 10, entities):
        place, world = folder / str(count), World(count)
        if not place.exists():
            world.write(place)
        questions = place / "questions.json"
        questions.write_text(json.dumps(world.questions()), encoding="utf-8")
        start = perf_counter()
        first = _run(place, environment)
        print(f"{count:,} entities, {world.statements:,} statements: compiled in {perf_counter() - start:.1f} s, "
              f"{first['memory']:.0f} MB at most; file of {_size(folder):.0f} MB")  # fmt: skip
        _run(small, environment)
        opening, beside = [], []
        for _ in range(9):
            opening.append(_run(place, environment)["open"] * 1000)
            beside.append(_run(small, environment)["open"] * 1000)
        beyond = median(opening) - median(beside)
        asked = _run(place, environment, questions)
        times = [seconds * 1000 for _, seconds, _, _ in asked["answers"]]
        medians[count] = median(times)
        print(f"  opened in {median(opening):.1f} ms, {beyond:.1f} ms beyond a small domain's {median(beside):.1f} ms")
        print(f"  {len(times)} questions: median {median(times):.2f} ms; memory {asked['memory']:.0f} MB at most")
        wrong = _by_kind(json.loads(questions.read_text(encoding="utf-8")), asked["answers"])
        if count == entities:
            ok = (
                beyond < OPENING_GOAL and medians[count] < QUESTION_GOAL and asked["memory"] < MEMORY_GOAL and not wrong
            )
    print(f"ten times the entities, {medians[entities] / medians[entities // 10]:.2f} times the time")
    print(f"goals (under {OPENING_GOAL:.0f} ms, {QUESTION_GOAL:.0f} ms, {MEMORY_GOAL:.0f} MB): "
          f"{'reached' if ok else 'missed'}")  # fmt: skip
    return 0 if ok else 1


def _by_kind(questions: list[list[object]], answers: list[list[object]]) -> int:
    """Print the time of each kind, and how many answers were right; return how many were wrong."""
    kinds: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for (_, question, values), (kind, seconds, status, told) in zip(questions, answers, strict=True):
        if status == "answered":
            verdict = "right" if values is not None and sorted(map(str, values)) == sorted(map(str, told)) else "wrong"
        else:
            verdict = "right" if values is None else "declined"
        kinds[str(kind)].append((float(str(seconds)) * 1000, verdict))
        if verdict == "wrong" and "-v" in sys.argv:
            print(question, values, told)
    for kind, found in kinds.items():
        counts = Counter(verdict for _, verdict in found)
        print(
            f"    {kind:22} {median(time for time, _ in found):7.2f} ms (longest {max(found)[0]:.1f})  {dict(counts)}"
        )
    return sum(verdict == "wrong" for kind, found in kinds.items() for _, verdict in found if kind != "misspelt")


def _small(folder: Path) -> None:
    if not folder.exists():
        World(200).write(folder)


def _size(folder: Path) -> float:
    return max((path.stat().st_size for path in folder.rglob("*.knowledge")), default=0) / 1e6


def _run(place: Path, environment: dict[str, str], questions: Path | None = None) -> dict[str, Any]:
    arguments = [sys.executable, "-c", ASK, str(place), *([str(questions)] if questions else [])]
    done = subprocess.run(arguments, env=environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
