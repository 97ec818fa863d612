"""Tables and what their columns mean: what becomes of good rows, and what is said of bad ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import Bot, LoadError
from bot.domain import Domain
from bot.knowledge import Quantity, Time

STATES = "name,capital,area,note\nAvalon,Camelot,120,\nLyonesse,Tintagel,80,sunken\n"
TOWNS = """town,state,people,mayor,since
Camelot,Avalon,3000,Arthur,1950
Springfield,Avalon,200,,
Springfield,Lyonesse,90,,
"""
MAPPING = """
tables:
  - file: states.csv
    type: state
    name: name
    aliases: ["state of {name}"]
    columns:
      area: {property: area, unit: hectare}
      capital: {property: capital, type: town, key: [capital, name], create: yes}
  - file: towns.csv
    type: town
    name: [town, state]
    columns:
      people: population
      state: {property: town_state, type: state}
      mayor: {property: mayor, type: person, create: yes}
      since: {qualifies: mayor, property: since, type: time}
"""


def load(folder: Path, mapping: str = MAPPING, *, tables: Path | None = None, **files: str) -> Domain:
    """The domain of *mapping* and tables, each given as its name with `_` for the point."""
    for name, text in {"states_csv": STATES, "towns_csv": TOWNS, **files}.items():
        ((tables or folder) / name.replace("_", ".")).write_text(text, encoding="utf-8")
    (folder / "map.yaml").write_text(mapping, encoding="utf-8")
    (folder / "words.yml").write_text("name: test\n", encoding="utf-8")
    return Bot.load(folder / "words.yml", folder / "map.yaml", tables=tables, cache=False)._domain


def problems(folder: Path, mapping: str = MAPPING, **files: str) -> list[str]:
    with pytest.raises(LoadError) as caught:
        load(folder, mapping, **files)
    return [str(problem).replace(str(folder) + "/", "") for problem in caught.value.problems]


def test_a_row_becomes_an_entity_and_its_cells_statements(tmp_path: Path) -> None:
    kb = load(tmp_path).kb
    assert kb.entities["state:avalon"].label == "Avalon"
    assert kb.entities["state:avalon"].aliases == ("state of Avalon",)
    (statement,) = [s for s in kb.by_entity["state:avalon"] if s.property.id == "area"]
    assert statement.get("value") == (Quantity(120.0, "hectare"),)
    assert str(statement.reference) == "states.csv, row 2"


def test_entities_of_one_name_are_told_apart_by_their_key(tmp_path: Path) -> None:
    kb = load(tmp_path).kb
    assert {"town:springfield|avalon", "town:springfield|lyonesse"} <= set(kb.entities)
    assert kb.entities["town:springfield|avalon"].label == "Springfield"


def test_what_is_named_in_a_cell_may_be_created_or_found(tmp_path: Path) -> None:
    kb = load(tmp_path).kb
    capitals = [s.get("value")[0] for s in kb.by_property["capital"]]
    assert capitals == ["town:camelot|avalon", "town:tintagel|lyonesse"]


def test_a_qualifier_narrows_the_statement_of_its_row(tmp_path: Path) -> None:
    (statement,) = load(tmp_path).kb.by_property["mayor"]
    assert statement.get("since") == (Time.years(1950),)


def test_the_same_fact_in_several_rows_is_stated_once(tmp_path: Path) -> None:
    twice = STATES + "Avalon,Camelot,120,again\n"
    assert len(load(tmp_path, states_csv=twice).kb.by_property["area"]) == 2


def test_tables_may_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    assert "state:avalon" in load(tmp_path, tables=folder).kb.entities


def test_tab_separated_tables_and_quoted_cells_are_read(tmp_path: Path) -> None:
    mapping = "tables:\n  - {file: x.tsv, type: thing, name: a, columns: {b: size}}\n"
    kb = load(tmp_path, mapping, x_tsv='a\tb\n"one, or two"\t3\n').kb
    assert kb.entities["thing:one, or two"].label == "one, or two"


def test_a_cell_that_is_no_number_is_pointed_at(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, states_csv=STATES.replace("120", "12O"))
    assert problem == (
        "states.csv:2:16: '12O' is not a number [wrong-number]\n"
        "    Avalon,Camelot,12O,\n"
        "                   ^~~\n"
        "  mend: write digits alone, such as 1250000 or 12.5; leave the cell empty when it is unknown"
    )


def test_an_unknown_entity_is_pointed_at_with_the_nearest_name(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, towns_csv=TOWNS.replace("Springfield,Lyonesse", "Springfield,Lyoness"))
    assert problem.startswith("towns.csv:4:13: unknown state 'Lyoness' [unknown-entity]")
    assert "did you mean 'Lyonesse'?" in problem


def test_a_row_with_too_few_cells_is_reported_and_the_others_read(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, states_csv=STATES + "Ys,Ker\n")
    assert problem.startswith("states.csv:4:")
    assert "2 cells, where the header has 4 [wrong-cell-count]" in problem


def test_a_missing_table_and_an_unknown_column_are_reported_in_the_mapping(tmp_path: Path) -> None:
    missing = "tables:\n  - {file: no.csv, type: thing, name: a}\n"
    assert "map.yaml:2:5: the table" in problems(tmp_path, missing)[0]
    wrong = MAPPING.replace("name: name", "name: nmae")
    assert "has no column 'nmae'" in problems(tmp_path, wrong)[0]


def test_words_for_what_is_not_there_are_reported(tmp_path: Path) -> None:
    words = "vocabulary:\n  properties: {aera: {nouns: [area]}}\n  types: {town: {adjectives: {big: people > many}}}\n"
    found = problems(tmp_path, MAPPING + words)
    assert any("unknown property 'aera'" in problem and "did you mean 'area'?" in problem for problem in found)
    assert any("'people > many' is no condition" in problem for problem in found)


def test_a_changed_table_is_seen_although_the_domain_is_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    load(tmp_path)
    places = (tmp_path / "words.yml", tmp_path / "map.yaml")
    assert "state:ys" not in Bot.load(*places)._domain.kb.entities
    (tmp_path / "states.csv").write_text(STATES + "Ys,Ker,1,\n", encoding="utf-8")
    assert "state:ys" in Bot.load(*places)._domain.kb.entities
