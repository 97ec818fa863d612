"""
What a run came to: counted while it runs, shown as JSON or as a page with charts.

Answers carry a whole `Explanation`, which is far larger than the answer. It is counted in the process where
it came about, and only the counts travel. They stay small however long the run: of unknown words only the
`MOST` most frequent are kept, so that counts of rare ones may be too low by then.

Times are here and nowhere else, because they are what no two runs have in common.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, fields
from html import escape
from typing import Any

from bot.answer import Answer

MOST = 10_000
"""Different keys that a count holds; twice that many make it forget the rarest half."""
SHOWN = 20
"""Rows of each chart."""
SLOWEST = 10

ANSWERED = ("answered", "social")
STATUSES = ("answered", "clarify", "no_data", "not_understood", "social")

_STEPS = 8
"""Times are counted in steps of a factor 2 ** (1/8), so that a median is right within 9 %."""


@dataclass(slots=True)
class Tally:
    """Counts over rows. Adding one's chunks gives the same, in whatever processes they were counted."""

    rows: int = 0
    unreadable: int = 0
    failed: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    intents: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unknown_words: Counter[str] = field(default_factory=Counter)
    nearest: Counter[str] = field(default_factory=Counter)
    times: Counter[int] = field(default_factory=Counter)
    slowest: list[tuple[int, str, str | None, str]] = field(default_factory=list)
    """Nanoseconds, id, session and question; slowest first."""

    def add(self, answer: Answer, id: str, session: str | None, nanoseconds: int) -> None:
        """Count one *answer* and how long it took."""
        status, explanation = answer.status, answer.explanation
        self.rows += 1
        self.statuses[status] += 1
        self.times[int(math.log2(nanoseconds or 1) * _STEPS)] += 1
        slowest = self.slowest
        if len(slowest) < SLOWEST or nanoseconds > slowest[-1][0]:
            slowest.append((nanoseconds, id, session, answer.question))
            slowest.sort(key=_slowness)
            del slowest[SLOWEST:]
        for word in explanation.words:
            if word.kind == "unknown":
                self.unknown_words[word.text.casefold()] += 1
        if status == "answered":
            self.intents[answer.intent or "none"] += 1
        elif status != "social":
            for code in {code for code, _ in explanation.reasons} or {"none given"}:
                self.reasons[code] += 1
            if explanation.candidates:
                self.nearest[explanation.candidates[0].intent] += 1

    def add_unreadable(self) -> None:
        """Count a row that was not asked, as it could not be read."""
        self.rows += 1
        self.unreadable += 1
        self.statuses["not_understood"] += 1
        self.reasons["unreadable row"] += 1

    def add_failed(self) -> None:
        """Count a question on which the bot itself failed."""
        self.rows += 1
        self.failed += 1
        self.statuses["not_understood"] += 1
        self.reasons["the bot failed"] += 1

    def merge(self, other: Tally) -> None:
        """Count all that *other* has counted."""
        self.rows += other.rows
        self.unreadable += other.unreadable
        self.failed += other.failed
        for name in _COUNTS:
            counts: Counter[Any] = getattr(self, name)
            counts.update(getattr(other, name))
            if len(counts) > 2 * MOST:
                setattr(self, name, Counter(dict(_most(counts, MOST))))
        self.slowest = sorted(self.slowest + other.slowest, key=_slowness)[:SLOWEST]

    def state(self) -> dict[str, Any]:
        """All of it as plain values, for `from_state`."""
        state = {name: getattr(self, name) for name in _FIELDS}
        state["times"] = list(self.times.items())  # JSON would make text of the keys
        return state

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Tally:
        """The tally whose `state()` this is, also after a journey through JSON."""
        tally = cls()
        for name in _FIELDS:
            setattr(tally, name, Counter(dict(state[name])) if name in _COUNTS else state[name])
        tally.slowest = [(slow[0], slow[1], slow[2], slow[3]) for slow in state["slowest"]]
        return tally

    def time_at(self, share: float) -> float:
        """The milliseconds within which *share* (0 to 1) of the answers came; 0 when there are none."""
        wanted, count = share * self.times.total(), 0
        for step in sorted(self.times):
            count += self.times[step]
            if count >= wanted:
                return float(2 ** ((step + 0.5) / _STEPS) / 1e6)
        return 0.0


_FIELDS = tuple(f.name for f in fields(Tally))
_COUNTS = ("statuses", "intents", "reasons", "unknown_words", "nearest", "times")


def _slowness(slow: tuple[int, str, str | None, str]) -> tuple[int, str]:
    return -slow[0], slow[1]


def _most(counts: Counter[Any], number: int) -> list[tuple[Any, int]]:
    """The *number* most frequent, equal ones by name, so that two runs show the same."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:number]


def report(tally: Tally, *, source: str, seconds: float) -> dict[str, Any]:
    """The summary as plain values, fit for JSON; counts are sorted, most frequent first."""
    return {
        "input": source,
        "questions": tally.rows,
        "unreadable_rows": tally.unreadable,
        "failures": tally.failed,
        "seconds": round(seconds, 3),
        "questions_per_second": round(tally.rows / seconds, 1) if seconds else 0.0,
        "milliseconds": {
            "median": round(tally.time_at(0.5), 4),
            "p99": round(tally.time_at(0.99), 4),
            "slowest": tally.slowest[0][0] / 1e6 if tally.slowest else 0.0,
        },
        "by_status": {status: tally.statuses[status] for status in STATUSES},
        "answered_by_intent": dict(_most(tally.intents, MOST)),
        "refusals_by_reason": dict(_most(tally.reasons, MOST)),
        "unknown_words": dict(_most(tally.unknown_words, 100)),
        "nearest_intents": dict(_most(tally.nearest, MOST)),
        "slowest_questions": [
            {"milliseconds": nanoseconds / 1e6, "id": id_, "session": session, "question": question}
            for nanoseconds, id_, session, question in tally.slowest
        ],
    }


def page(report: dict[str, Any]) -> str:
    """*report* as one HTML file that needs nothing else: no script, no font, no network."""
    slow = {
        f"{item['id']} · {item['question']}": round(item["milliseconds"], 3) for item in report["slowest_questions"]
    }
    charts = [
        ("By status", report["by_status"], ""),
        ("Answered, by intent", report["answered_by_intent"], "No question was answered."),
        ("Not answered, by reason", report["refusals_by_reason"], "Every question was answered."),
        ("Most frequent unknown words", report["unknown_words"], "Every word was known."),
        ("Not answered, by nearest intent", report["nearest_intents"], "None was near."),
        ("Slowest questions, in milliseconds", slow, "None was asked."),
    ]
    times = report["milliseconds"]
    answered = sum(report["by_status"][status] for status in ANSWERED)
    facts = {
        "questions": f"{report['questions']:,}",
        "answered": f"{answered / report['questions']:.1%}" if report["questions"] else "none",
        "unreadable rows": f"{report['unreadable_rows']:,}",
        "failures of the bot": f"{report['failures']:,}",
        "questions a second": f"{report['questions_per_second']:,.0f}",
        "median": f"{times['median']:.3g} ms",
        "99 of 100 within": f"{times['p99']:.3g} ms",
    }
    tiles = "".join(f"<div><b>{escape(value)}</b>{escape(name)}</div>" for name, value in facts.items())
    sections = "".join(_chart(title, counts, otherwise) for title, counts, otherwise in charts)
    title = f"Summary of {escape(report['input'])}"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f'<div class="facts">{tiles}</div>\n{sections}</body>\n</html>\n'
    )


_STYLE = (
    ":root{color-scheme:light dark;--bar:#3a6ea5;--ink:#222;--paper:#fff;--soft:#767676}"
    "@media(prefers-color-scheme:dark){:root{--bar:#6fa8dc;--ink:#e6e6e6;--paper:#181a1d;--soft:#9a9a9a}}"
    "body{font:16px/1.4 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "color:var(--ink);background:var(--paper)}h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.1rem;"
    "margin:2rem 0 .5rem}.facts{display:flex;flex-wrap:wrap;gap:1rem 2rem;color:var(--soft)}"
    ".facts b{display:block;font-size:1.3rem;color:var(--ink)}svg{width:100%;height:auto;display:block}"
    "text{font-size:13px;fill:var(--ink)}rect{fill:var(--bar)}p{color:var(--soft)}"
)
_ROW, _NAMES, _WIDTH, _CUT = 22, 330, 900, 46


def _chart(title: str, counts: dict[str, float], otherwise: str) -> str:
    """Bars lying one above the other; *otherwise* when there are none to show."""
    shown = list(counts.items())[:SHOWN]
    if not any(count for _, count in shown):
        return f"<section><h2>{escape(title)}</h2><p>{escape(otherwise)}</p></section>\n"
    longest = max(count for _, count in shown)
    bars = "".join(
        f'<g transform="translate(0 {_ROW * row})"><title>{escape(name)}: {count:,}</title>'
        f'<text x="{_NAMES - 10}" y="15" text-anchor="end">{escape(_cut(name))}</text>'
        f'<rect x="{_NAMES}" y="3" width="{max(count / longest * (_WIDTH - _NAMES - 90), 1):.1f}" height="16" rx="2"/>'
        f'<text x="{_NAMES + count / longest * (_WIDTH - _NAMES - 90) + 8:.1f}" y="15">{count:,}</text></g>'
        for row, (name, count) in enumerate(shown)
    )
    more = f"<p>and {len(counts) - SHOWN:,} more</p>" if len(counts) > SHOWN else ""
    svg = f'<svg viewBox="0 0 {_WIDTH} {_ROW * len(shown)}" role="img" aria-label="{escape(title)}">{bars}</svg>'
    return f"<section><h2>{escape(title)}</h2>{svg}{more}</section>\n"


def _cut(name: str) -> str:
    return name if len(name) <= _CUT else name[: _CUT - 1] + "…"
