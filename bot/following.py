"""
Follow-ups: what an utterance means after what was said before it.

An utterance is read alone first; when it is complete by itself, it takes nothing over. Else there are four ways to
complete it, all made of the same parts as a single question: words that point back are replaced by what they may
point to; the last question is asked again with what was said exchanged; what was said is read with the words of the
last question beside it; and operations are applied to the last answers. Every way yields candidates with a weight,
as the matching does, and the best that explains every word wins.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise, product

from bot import operations
from bot.about_answer import Accountant
from bot.analysis import Ask, Utterance
from bot.asides import ASKER
from bot.combining import Combiner
from bot.composing import join
from bot.deciding import Decider
from bot.decision import Decision
from bot.domain import Domain
from bot.doubting import Doubter
from bot.framing import LINK, UNKNOWN, Framer
from bot.history import Frame, History, Option, Turn
from bot.intents import Intent, Pattern
from bot.knowledge import QUANTITY, TIME, Time
from bot.matching import OTHERS, Candidate
from bot.opening import Opener, Opening, Point, Target
from bot.pointing import JOIN, REACH, RECALLED, Pointer
from bot.query import Constraint, distinct
from bot.query import run as find
from bot.reading import Item, Reader
from bot.reckoning import Reckoner
from bot.text import Token, tokenise

_AGAIN = 0.8
"""What asking the last question again weighs, where a question of its own has its needed words."""
_SAME_INTENT = 0.6
_SAME_TOPIC = 0.2
_RANK = 0.12
"""What it costs to point back past a nearer thing that fits."""
_GHOST = 0.8
"""How strongly the last question's words speak in the next one."""
_EVEN = 0.05
"""Two ways whose weights differ by less are equally good."""
_LOST = 0.4
_CENTRAL = 0.8
_SAME_KIND = 0.35
_OWN = 0.6
"""How strongly a word must say what a pattern needs, where a yes depends on it."""
_FAR = 0.6
"""What a less likely target of a word that points back must not be behind by."""
_COMBINATIONS = 24
_RECENT = 3
"""Answers that nobody asks for again in other words."""
_OF_ANY_AMOUNT = frozenset(("percent", "time"))
"""Kinds of units that are no other measure of an amount, but ask for its share or its time."""
_PAIRWISE = frozenset(("difference", "ratio", "share", "sum", "greater", "less", "earlier", "later",
                       "percent_difference", "max", "min", "first", "last", "average", "versus"))  # fmt: skip
_BETWEEN_TWO = _PAIRWISE - {"first", "last", "max", "min", "average"}
_BETWEEN_FACTS = frozenset(("compare", "difference", "ratio", "sum", "order"))
_PERSONAL = frozenset(("person", "several"))
_AGAIN_OPERATIONS = {
    "duration": "duration",
    "elapsed": "duration",
    "average": "average",
    "share": "share",
    "earliest": "first",
    "latest": "last",
}


@dataclass(slots=True)
class Step:
    """A decided utterance, with what the next one may need of it."""

    items: list[Item]
    decision: Decision
    frame: Frame | None = None
    values: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    pending: str = ""
    answer: str = ""
    """The answer that the next turn may ask about, when it is not this one."""
    unframed: bool = False
    """Whether `Follower.framed` has still to be asked for `frame` and `values`, which only a next turn needs."""


@dataclass(slots=True)
class Way:
    """One way to take the utterance: its weight, and how to find its answer."""

    weight: float
    run: Callable[[], Decision]
    items: list[Item]
    again: bool = False
    """Whether it asks the last question again: then even "there is none" is an answer to what was said."""
    candidate: Candidate | None = None


class Follower:
    """Decides utterances in the light of a history."""

    def __init__(self, domain: Domain, reader: Reader, decider: Decider) -> None:
        self.domain = domain
        self.kb = domain.kb
        self.reader = reader
        self.decider = decider
        self.words = domain.conversation
        self.opener = Opener(domain)
        self.pointer = Pointer(domain)
        self.framer = Framer(domain, reader)
        self.accountant = Accountant(domain, decider.composer)
        self.combiner = Combiner(decider)
        self.reckoner = Reckoner(decider, reader, self.combiner)
        self.doubter = Doubter(domain)
        self._by_id = domain.kb.by_id

    def decide(self, text: str, history: History) -> Step:
        """What *text* means after *history*, and what to say to it."""
        last = history.last
        if last is not None and last.status == "clarify":
            picked = self._picked(text, history, last)
            if picked is not None:
                return picked
        tokens = tokenise(text)
        step = self._about_answer(text, tokens, history) or self._follow(text, history, tokens)
        if step.decision.status in ("clarify", "not_understood"):
            step = self._behind_talk(tokens, text, history) or step
        if step.decision.status == "clarify" and not step.options:
            step = replace(step, options=tuple(Option("", question) for question in step.decision.suggestions))
        if step.decision.status in ("clarify", "not_understood", "no_data"):
            names = [item.entities[0][0] for item in step.items if len(item.entities) == 1 and item.text != RECALLED]
            step = replace(step, values=tuple(dict.fromkeys(names)))
        if last is not None and last.status == "clarify" and step.decision.status in ("clarify", "not_understood"):
            return self._given_up(step)
        return step

    def _behind_talk(self, tokens: list[Token], text: str, history: History) -> Step | None:
        """
        What is asked behind talk about who asks: "I am writing a speech, so tell me: when …?", "Oh, wait. And …?".

        The talk must not narrow the question: it asks nothing, tells no time, and names nothing where what is behind
        it names nothing either.
        """
        cuts = [i + 1 for i, token in enumerate(tokens[:-1]) if token.norm in _PAUSES or token.norm in _LEADING_IN]
        for start in cuts[:_CUTS]:
            begin = tokens[start].start
            before, said = self.reader.read(text[:begin]), text[begin:]
            if any(item.time or item.quantity or item.asks or item.mark == "?" for item in before):
                return None
            after = self.reader.read(said)
            talk = any(not ASKER.isdisjoint(item.words) for item in before)
            if not talk and any(_carries(item) for item in before):
                continue
            if any(item.entities for item in before) and not (talk and any(item.entities for item in after)):
                continue
            asks = any(item.asks or item.auxiliary for item in after)
            if not asks and tokens[start - 1].norm not in (".", "!"):
                continue  # a clause that asks nothing
            points = self.opener.open(said).points
            if any(point.kind in ("thing", "several", "person", "pair", "place") for point in points):
                continue  # which may be what stands before
            if any("i" in item.words for item in after):
                continue
            step = self._about_answer(said, tokenise(said), history) or self._follow(said, history)
            if step.decision.status == "answered":
                return step
        return None

    def framed(self, step: Step) -> Step:
        """*step* with what a next turn needs of it."""
        return self._step(step.items, step.decision) if step.unframed else step

    # questions back

    def _picked(self, text: str, history: History, last: Turn) -> Step | None:
        """The option that *text* picks, or the waiting question filled with it; None when it does neither."""
        words = self.opener.bare_words(text)
        chosen: Sequence[Option] = ()
        if last.options:
            group = self.words.whole("choices", words)
            if group == "none":
                return None
            if not last.options[0].label and group == "first" and words[0] not in ("the", "first"):
                group = ""
            chosen = self._chosen(text, words, last.options, group)
        if chosen:
            before = history.without_last()
            steps = [self.framed(self._follow(option.question, before)) for option in chosen]
            first = steps[0]
            if len(steps) > 1 and all(step.decision.status == "answered" for step in steps):
                first.decision.text = " ".join(dict.fromkeys(step.decision.text for step in steps))
                first.decision.statements = tuple(
                    {s.id: s for step in steps for s in step.decision.statements}.values()
                )
            return first
        asks = any(item.asks or item.auxiliary for item in self.reader.read(text))
        says = any(_carries(item) for item in self.reader.read(text))
        if last.pending and words and says and not asks and self.accountant.group(tokenise(text)) is None:
            opening = self.opener.open(text)
            said = opening.text.strip() if opening.text.strip(" ?!.") else text
            step = self._follow(last.pending.replace("{}", said.rstrip("?!. ")), history)
            if step.decision.status == "answered":
                return step
        return None

    def _chosen(
        self, text: str, words: tuple[str, ...], options: Sequence[Option], group: str | None
    ) -> Sequence[Option]:
        if group == "all":
            return options
        if group in ("first", "last"):
            return options[:1] if group == "first" else options[-1:]
        items = self.reader.read(text)
        places = [item.ordinal or item.number for item in items if item.ordinal or item.number is not None]
        content = [item for item in items if not (item.filler or item.mark or item.ordinal or item.number is not None)]
        if len(places) == 1 and not content and places[0] and 1 <= places[0] <= len(options):
            return [options[int(places[0]) - 1]]
        said = {self.domain.lexicon.stem(word) for word in words} - _SMALL_WORDS
        scores = []
        for option in options:
            label = {self.domain.lexicon.stem(token.norm) for token in tokenise(option.label)}
            scores.append(len(said & label) if said else 0)
        best = max(scores, default=0)
        known = [option for option, score in zip(options, scores, strict=True) if score == best]
        unsaid = [
            item for item in items
            if item.asks or item.time or item.auxiliary or item.operations - {"describe", "list", "only", "both"}
        ]  # fmt: skip
        return known if best and len(known) == 1 and not unsaid and 2 * best >= len(said) else ()

    def _given_up(self, step: Step) -> Step:
        decision = step.decision
        examples = self.decider.examples[:3]
        decision.status = "not_understood"
        quoted = "; ".join(f"“{example}”" for example in decision.suggestions or examples)
        decision.text = self._phrase("give_up", examples=quoted) or decision.text
        return replace(step, options=(), pending="")

    def _phrase(self, name: str, **holes: str) -> str:
        template = self.domain.phrases.get(name)
        return (template.fill(holes) if template else None) or " ".join(filter(None, holes.values()))

    # about the answer

    def _about_answer(self, text: str, tokens: list[Token], history: History) -> Step | None:
        """What is said to "why?" or "source?": about the last answer, from its statements and references."""
        turn = next(iter(history.answered), None)
        group = self.accountant.group(tokens, turn)
        if group is None and turn is not None:
            group = self.accountant.group(self.reader.spell(text), turn)
        if group is None:
            return None
        if turn is None:
            items = self.reader.read(text)
            decision = Decision("clarify", self._phrase("no_answer_yet"), reasons=[("no-answer-yet", group)])
            return Step(items, decision)
        others = group == "more" and any(token.norm in OTHERS for token in tokenise(text))
        if group == "why" or others:
            step = self._follow(text, history)
            if step.decision.status == "answered":
                return step
        if group in _OF_THE_LAST and self.doubter.had_no_answer(history):
            decision = Decision("clarify", self._phrase("what_about", said=text.strip()))
            decision.reasons.append(("says-too-little", text.strip()))
            return Step(self.reader.read(text), decision)
        statements = [self._by_id[id] for id in turn.statements if id in self._by_id]
        said = self.accountant.reply(group, turn, statements)
        decision = Decision("answered", said, None, "about_answer", statements=tuple(statements), confidence=1.0)
        decision.reasons.append(("about-the-last-answer", group))
        decision.intent = turn.frame.intent if turn.frame else None
        return Step(self.reader.read(text), decision, turn.frame, turn.values, answer=turn.answer)

    # what joins an utterance to the conversation

    # following

    def _follow(self, text: str, history: History, tokens: list[Token] | None = None) -> Step:
        tokens = tokenise(text) if tokens is None else tokens
        items = self.reader.read(text, tokens)
        alone = self.decider.decide(text, items)
        if alone.status == "social" or not any(item.known and not item.mark for item in items):
            return Step(items, alone)
        turn = history.framed
        if (
            turn is None
            and alone.status in ("answered", "no_data")
            and any(item.entities or item.time for item in items)
            and alone.operation != "window"
            and not self.doubter.had_no_answer(history)
        ):
            return Step(items, alone, unframed=True)  # there is nothing to lean on, and nothing left to ask back
        opening = self.opener.open(text, tokens)
        if turn is None and alone.operation == "window" and opening.leads and not self._asks_what_happened(items):
            alone = Decision("clarify", self._phrase("what_about", said=text.strip()))
            alone.reasons.append(("says-too-little", text.strip()))
            return Step(items, alone, pending=f"{{}} {opening.text.strip()}")
        definite = self._definite(text, items, opening, history)
        if definite is None and not history.answered:
            definite = self._not_yet_named(text, items)
        if definite is not None:
            return definite
        reckoned = history.answered and self.reckoner.decide(opening, history, alone, self._completed_bare)
        if reckoned:
            base = history.answered[0].frame
            reckoned.intent = reckoned.intent or (base.intent if base else None)
            return Step(
                items, reckoned, self.framer.frame(reckoned, base or (turn.frame if turn else None)), reckoned.keeps
            )
        if turn is None or turn.frame is None:
            whole = _is_whole(items) and not opening.points
            if not whole and self.doubter.goes_on_from_nothing(alone, opening, items, history):
                alone = Decision("clarify", self._phrase("what_about", said=text.strip()))
                alone.reasons.append(("says-too-little", text.strip()))
            strangers = next((p for p in opening.points if p.kind == "several" and len(p.tokens) == 1), None)
            if strangers is not None and self._is_about_people(alone):
                word = text[strangers.tokens[0].start : strangers.tokens[-1].end]
                alone = Decision("clarify", self._phrase("which_one", word=word))
                alone.reasons.append(("nothing-to-point-back-to", word))
            return self._unled(text, items, alone, opening)
        unsure = alone.candidate is not None and not _is_whole(items) and self.doubter.finds_wanting(alone, items)
        if not unsure and not self._leans(opening, items, alone):
            return self._unled(text, items, alone, opening)
        unit = self._unit_asked(items, history)
        if unit is not None:
            return Step(items, unit, turn.frame, answer=next(iter(history.answered)).answer)
        nameless = self._names_asked(items, opening, history)
        if nameless is not None:
            return Step(items, nameless, turn.frame)
        ways = list(self._ways(opening, history, turn.frame))
        ways.sort(key=lambda way: -way.weight)
        declined: tuple[Way, Decision] | None = None
        doubted = False
        after = any(point.after for point in opening.points)
        if self._thread_broken(history):  # what it leans on was not understood
            if opening.leads or not any(item.entities for item in items):
                ways = [way for way in ways if way.candidate and any(
                    way.candidate.utterance.items[i].text != LINK and not way.candidate.utterance.items[i].entities
                    for i in way.candidate.needed_items)]  # fmt: skip
            bare = alone.candidate is None and not any(item.asks or item.auxiliary for item in items)
            before = next(t.said for t in reversed(history.turns) if t.status != "social")
            if (
                all(item.entities or not _carries(item) for item in items)
                and not any(item.asks or item.auxiliary for item in items)
                and any(item.asks or item.auxiliary for item in self.reader.read(before))
            ):
                ways = []  # "and Norway?" asks what was not understood of another
                if alone.status == "not_understood":
                    alone = Decision("clarify", self._phrase("what_about", said=text.strip()))
                    alone.reasons.append(("says-too-little", text.strip()))
            if alone.operation == "window" and not any("happen" in item.operations for item in items):
                alone = Decision("no_data", self._phrase("nothing_then"), reasons=[("thread-broken", "")])
            elif (alone.operation == "describe" and bare and opening.leads) or (
                alone.status == "answered" and any(point.kind in _PERSONAL for point in opening.points)
            ):
                alone = Decision("no_data", self._phrase("not_of_that"), reasons=[("thread-broken", "")])
        for way in ways[:12]:
            if declined and declined[0].weight - way.weight > _FAR and self._points_elsewhere(declined[0], way):
                continue  # what it points to is plain, and of that it does not hold
            decision = way.run()
            decision.confidence = decision.confidence or 0.9
            if self._is_of_another(decision, turn.frame) or self.doubter.compares_none_told(decision, opening, history):
                continue
            if self.doubter.finds_wanting(decision, way.items) or self.doubter.says_something_else(decision):
                doubted = True
                continue
            if turn.frame.operation == UNKNOWN and not self._exchanges(way):
                continue
            if (
                self._says_it_again(way, decision, opening, history)
                or self.doubter.tells_no_other(decision, way.items, opening, history)
                or self.doubter.is_told_of_all(decision, opening, way.items)
                or self.doubter.tells_nothing_new(decision, history)
                or self.doubter.is_of_no_such(decision, opening, history)
                or self.doubter.is_unrelated(decision, opening, turn.frame, history)
                or self._echoes(way, decision)
                or (declined and way.candidate is None and decision.operation == "describe")
            ):
                continue
            wrongly = (not after or decision.status == "answered") and self._pointed_wrongly(
                way, decision, opening, turn.frame
            )
            if wrongly or self._off_topic(way, decision, turn.frame):
                continue
            if decision.operation == "count" and any(
                other.candidate and way.candidate and other.candidate.intent is not way.candidate.intent
                and abs(other.weight - way.weight) < _EVEN for other in ways
            ):  # fmt: skip
                continue  # which of them to count was not said
            if decision.status == "answered":
                decision.reasons.append(("follow-up", _read_as(way)))
                step = self._step(way.items, decision, turn.frame)
                if decision.operation == "window" and turn.frame.intent and turn.frame.operation != "window":
                    times = (
                        [c for c in decision.query.constraints if isinstance(c.value, Time)] if decision.query else []
                    )
                    kept = tuple(c for c in turn.frame.constraints if not isinstance(c.value, Time))
                    said = tuple(c._replace(item=-1) for c in times)
                    step = replace(step, frame=replace(turn.frame, constraints=(*kept, *said)))
                return step
            if (way.again or after) and declined is None and decision.status == "no_data":
                declined = way, decision
        if alone.operation == "window" and self._off_topic(Way(0.0, lambda: alone, items), alone, turn.frame):
            alone = Decision(
                "no_data", self._phrase("nothing_then"), reasons=[("no-statement", "nothing of this matter then")]
            )
        if (
            alone.status == "answered"
            and not (declined and alone.candidate is None and alone.operation == "describe")
            and not ((self._ones_said(items) or (opening.leads and _only_owner(items))) and alone.candidate is None)
            and not (declined and (self._leans_strongly(opening) or self._points(declined[0], opening)))
            and not self._speaks_of_people(opening, items, history)
            and not self._leaves_out_when(alone, opening)
            and not any(
                point.noun is not None and point.targets_entities and point.kind == "thing" for point in opening.points
            )
            and not self._changes_the_subject(alone, opening, history, turn.frame)
            and not (self._is_of_another(alone, turn.frame) and not _is_whole(items))
            and (_is_whole(items) or not self.doubter.finds_wanting(alone, items))
        ):
            return self._step(items, alone)
        if declined is not None:
            return Step(declined[0].items, declined[1], turn.frame)
        if any("except" in item.operations or item.pronoun == "other" for item in items) and not any(
            item.entities or item.time or not item.known for item in items
        ):
            last = next(iter(history.answered), turn)
            text_ = self._phrase("nothing_else", text=last.answer)
            return Step(items, Decision("no_data", text_, reasons=[("nothing-else", "")]), turn.frame)
        if alone.status == "answered":  # but not about what was pointed to
            decision = Decision("no_data", self._phrase("not_of_that"), reasons=[("not-of-that", "")])
            return Step(items, decision, turn.frame)
        step = self._unled(text, items, alone, opening)
        if doubted and step.decision.status == "not_understood":  # the words are known, but not together
            return Step(items, Decision("no_data", self._phrase("not_of_that"), reasons=[("not-of-that", "")]))
        return step

    def _is_about_people(self, decision: Decision) -> bool:
        """Whether what was found is of people, none of whom was named: "where did they meet?"."""
        candidate = decision.candidate
        if decision.status != "answered" or candidate is None or not candidate.intent.about:
            return False
        if len(decision.statements) < 2:
            return False
        role = candidate.intent.roles.get(self.kb.properties[candidate.intent.about[0]].subject)
        if role is None or any(c.item >= 0 for c in candidate.constraints):
            return False
        return all("person" in self.kb.kinds.get(type_, ()) for type_ in role.types)

    def _leaves_out_when(self, alone: Decision, opening: Opening) -> bool:
        """Whether "at that point" was said, and what was found is of any time."""
        candidate = alone.candidate
        timed = candidate is not None and any(isinstance(c.value, Time) for c in candidate.constraints)
        return (
            alone.operation == "verify"
            and not timed
            and any(
                point.kind == "time" and len(point.tokens) > 1 and any(target.time for target in point.targets)
                for point in opening.points
            )
        )

    def _names_asked(self, items: list[Item], opening: Opening, history: History) -> Decision | None:
        """ "Which countries were they?" after a group of which the members are not known by name."""
        last = next(iter(history.answered), None)
        content = [item for item in items if not (item.mark or item.filler or item.auxiliary or item.pronoun)]
        ones = [item for item in content if item.asks == "thing" or item.types]
        if last is None or len(ones) != len(content) or not any(item.types for item in content):
            return None
        if not content or content[0].asks != "thing" or not any(p.kind == "several" for p in opening.points):
            return None
        types = frozenset().union(*(item.types for item in content))
        groups = [
            e for group in self.pointer.focus(replace(history, turns=(last,))) for e in group
            if "agent" in self.kb.kinds_of(e) and "person" not in self.kb.kinds_of(e)
        ]  # fmt: skip
        if not groups or not self.kb.kinds_of(groups[0]).isdisjoint(types):
            return None
        return Decision("no_data", self._phrase("not_of_that"), reasons=[("not-of-that", "known as a group only")])

    def _off_topic(self, way: Way, decision: Decision, frame: Frame) -> bool:
        """Whether a bare time was answered with what happened then in another matter than the one spoken of."""
        last = self.domain.intents.get(frame.intent or "")
        if last is None or decision.operation != "window" or frame.operation == "window":
            return False
        if any(item.operations & {"happen", "timeline"} for item in way.items):
            return False
        roles = last.roles.keys()
        near = {
            p
            for i in self.domain.intents.values()
            if i.topic == last.topic and (i is last or len(i.roles.keys() & roles) > 2)
            for p in i.about
        }
        return any(statement.property.id not in near for statement in decision.statements)

    def _pointed_wrongly(self, way: Way, decision: Decision, opening: Opening, frame: Frame) -> bool:
        """Whether what was found speaks against what a word was taken to point to: then it points to something else."""
        contradicted = next((detail for code, detail in decision.reasons if code == "contradicted"), "")
        if not contradicted or way.candidate is None or any(point.kind == "pair" for point in opening.points):
            return False
        items = way.candidate.utterance.items
        before = {(c.role, c.value) for c in frame.constraints} if way.candidate.utterance.polar else set()
        return any(
            str(c) in contradicted and (c.role, c.value) not in before
            for c in way.candidate.constraints
            if c.item >= 0 and items[c.item].text == RECALLED
        )

    def _exchanges(self, way: Way) -> bool:
        """Whether the utterance names something of its own to ask the same of."""
        candidate = way.candidate
        return candidate is None or any(
            c.item >= 0 and candidate.utterance.items[c.item].text != RECALLED for c in candidate.constraints
        )

    def _says_it_again(self, way: Way, decision: Decision, opening: Opening, history: History) -> bool:
        """Whether something new was said, and what was found is the last answer again: then it was not understood."""
        asked_for = opening.swaps or opening.same or any(token.norm == "again" for token in opening.tokens)
        answers = [turn.answer for turn in history.answered[: 1 if asked_for else _RECENT]]
        if decision.status != "answered" or decision.text not in answers or way.candidate is None:
            return False
        asks, items = way.candidate.utterance.asks, way.candidate.utterance.items
        if any(not OTHERS.isdisjoint(item.words) for item in items):
            return True
        if any(c.item >= 0 and items[c.item].text != RECALLED for c in way.candidate.constraints):
            return False  # a detail that agrees
        asked = any(ask.index >= 0 and ask.kind != "noun" for _, ask in way.candidate.asked)
        return not (asked or way.candidate.utterance.polar or any(ask.kind in ("why", "how") for ask in asks))

    def _echoes(self, way: Way, decision: Decision) -> bool:
        """Whether the answer to "who was his guest?" is he himself."""
        if way.candidate is None or decision.operation not in ("lookup", "list") or decision.status != "answered":
            return False
        items = way.candidate.utterance.items
        recalled = {
            v for c in way.candidate.constraints
            if c.item >= 0 and items[c.item].text == RECALLED and isinstance(c.value, frozenset) for v in c.value
        }  # fmt: skip
        agents = any(ask.kind == "agent" for _, ask in way.candidate.asked)
        return agents and bool(recalled) and recalled.issuperset(decision.values)

    def _points(self, way: Way, opening: Opening) -> bool:
        """Whether the utterance has a pronoun of its own for what *way* recalls."""
        return any(point.kind in _PERSONAL for point in opening.points) and any(
            item.text == RECALLED for item in way.items
        )

    def _points_elsewhere(self, way: Way, other: Way) -> bool:
        """Whether both take the utterance for one of the same intent, but of another entity pointed to."""
        if way.candidate is None or other.candidate is None or way.candidate.intent is not other.candidate.intent:
            return False
        mine, theirs = (
            {(c.item, c.value) for c in k.constraints if c.item >= 0 and k.utterance.items[c.item].text == RECALLED}
            for k in (way.candidate, other.candidate)
        )
        return bool(mine) and bool(theirs) and mine != theirs

    def _thread_broken(self, history: History) -> bool:
        """Whether what was said last, social turns apart, was a question of its own that got no answer."""
        last = next((turn for turn in reversed(history.turns) if turn.status != "social"), None)
        return last is not None and last.frame is None and last.status in ("not_understood", "no_data", "clarify")

    def _unit_asked(self, items: list[Item], history: History) -> Decision | None:
        """ "Is that dollars or kroner": the unit of the last amount; in another unit it is not known."""
        turn = next(iter(history.answered), None)
        statements = [self._by_id[id] for id in turn.statements if id in self._by_id] if turn else []
        unit = next((q.unit for s in statements if (q := operations.quantity_of(s)) and q.unit), None)
        if turn is None or unit is None or any("share" in item.operations for item in items):
            return None  # "what percent of the total is that" asks for no unit
        lexicon = self.domain.lexicon
        asked: set[str] = set()
        named = False
        for item in items:
            said = item.unit or lexicon.exact.get(item.words[-1], {}).get("unit")  # "in dollars"
            if said and item.number is None and lexicon.unit_kinds.get(said) not in _OF_ANY_AMOUNT:
                asked.add(said)
            elif self.words.whole("units", item.words) is not None or "scale" in lexicon.exact.get(item.words[0], {}):
                named = True
            elif not (
                item.mark or item.filler or item.joins or item.auxiliary or item.pronoun or item.asks
                or item.preposition or self.words.whole("answers", item.words) is not None
            ):  # fmt: skip
                return None
        if not asked and not named:
            return None
        label = lexicon.unit_labels.get(unit, unit)
        if (
            unit not in asked
            and not named
            and (not any(item.auxiliary for item in items) or any(item.asks for item in items))
        ):  # "what is that in euros", while "is it euros?" asks for the unit
            return Decision("no_data", self._phrase("not_in_unit", unit=label), reasons=[("other-unit", unit)])
        decision = Decision("answered", self._phrase("in_unit", unit=label, text=turn.answer), None, "lookup", (label,))
        decision.statements = tuple(statements)
        decision.intent = turn.frame.intent if turn.frame else None
        return decision

    def _step(self, items: list[Item], decision: Decision, previous: Frame | None = None) -> Step:
        frame = self.framer.frame(decision, previous)
        values = [v for v in decision.values if isinstance(v, str) and v in self.kb.entities]
        if not values and frame and decision.operation in ("count",) and frame.asked:
            found = distinct(decision.statements, frame.asked[0])
            values = [v for v in found if isinstance(v, str) and v in self.kb.entities]
        return Step(items, decision, frame, tuple(values))

    def _leans(self, opening: Opening, items: list[Item], alone: Decision) -> bool:
        """Whether the utterance may need what came before it, though it can be answered alone."""
        if alone.operation == "window" and not opening.points and self._asks_what_happened(items):
            return False
        if opening.leads or opening.swaps or opening.same or opening.points:
            return True
        candidate = alone.candidate
        if candidate is not None and any(item.operations & _PAIRWISE for item in items) and len(alone.statements) < 2:
            return True
        content = [item for item in items if _carries(item)]
        mentions = [item for item in content if item.entities or item.time]
        asks = any(item.asks for item in items)
        ones = self._ones_said(items)
        if ones or (alone.status != "answered" and any(item.asks == "duration" for item in items)):
            return True
        if len(mentions) > 1 and (asks or any(item.auxiliary for item in items)):
            return False
        said = any(item.auxiliary or (item.filler and item.words[0] in _BEING) for item in items if not item.asks)
        if alone.status == "answered" and content and asks and said:
            return False
        return len(content) <= 2 or (not any(item.auxiliary or item.asks for item in items) and len(content) <= 3)

    def _asks_what_happened(self, items: list[Item]) -> bool:
        """Whether all is said of a question about a time."""
        if any("timeline" in item.operations for item in items):
            return True
        return (
            any("happen" in item.operations for item in items)
            and any(item.time for item in items)
            and any(item.asks for item in items)
        )

    def _speaks_of_people(self, opening: Opening, items: list[Item], history: History) -> bool:
        """Whether "they" are people just spoken of, so that what is known of others is no answer."""
        content = [item for item in items if _carries(item)]
        return (
            len(content) < 2 and any(p.kind == "several" for p in opening.points) and bool(self.pointer.people(history))
        )

    def _changes_the_subject(self, alone: Decision, opening: Opening, history: History, frame: Frame) -> bool:
        """Whether "it" would have to be something that nobody spoke of: "when does it expire?"."""
        last, candidate = self.domain.intents.get(frame.intent or ""), alone.candidate
        if last is None or candidate is None or not history.answered:
            return False
        words = {token.norm for point in opening.points if point.noun is None for token in point.tokens}
        if alone.operation in _BETWEEN_FACTS and candidate.utterance.polar and words & {"it", "that", "this"}:
            return True  # "is it more than …" was not compared with it
        other = candidate.intent.topic != last.topic
        return other and not words.isdisjoint(("it", "its")) and not any(c.item >= 0 for c in candidate.constraints)

    def _is_of_another(self, decision: Decision, frame: Frame) -> bool:
        """Whether the last question was only of one thing, and what was found does not speak of it."""
        told = frame.constraints[0].value if frame.intent is None and frame.operation == "describe" else None
        if not isinstance(told, frozenset) or decision.status != "answered" or not decision.statements:
            return False
        if decision.operation == "describe":  # "and Bondevik?"
            return False
        values = (v for s in decision.statements for vs in s.values.values() for v in vs if isinstance(v, str))
        return told.isdisjoint(values)

    def _leans_strongly(self, opening: Opening) -> bool:
        if any(point.after for point in opening.points):
            return True
        return opening.swaps or opening.same or opening.corrects

    # the ways to complete an utterance

    def _ways(self, opening: Opening, history: History, frame: Frame) -> Iterator[Way]:
        base = self.reader.read(opening.text)
        base = _without_taken_back(base)
        self.pointer.place(opening, base, history)
        base = self._without_topic(base, opening)
        base = [self._as_share(item, history) for item in base]
        ordinal = next((item for item in base if item.ordinal and not item.time and item.number is None), None)
        if ordinal is not None and int(ordinal.ordinal or 0) > 1:
            counted = list(self._nth(opening, base, ordinal, history, frame))
            if not any(_carries(item) and item is not ordinal for item in base):
                yield from counted[:1]
                return
            yield from counted
        for named in self._ones(base, history):
            for way in self._ways_of(opening, named, history, frame):
                way.weight += 3.0 if way.candidate is None else 0.0
                yield way
        yield from self._other_end(opening, base, frame)
        nameless = self._nameless(base)
        owned = _only_owner(base)
        for targets, cost in self._combinations(opening.points):
            items = self.pointer.assemble(base, opening.points, targets)
            unfound = any(point.within and target.link for point, target in zip(opening.points, targets, strict=True))
            for way in self._ways_of(opening, items, history, frame, targets):
                if (nameless or owned) and way.candidate is None:
                    continue  # "the Norwegian one", and "Norway's?", is not Norway
                if way.candidate and not opening.corrects and self._brings_up_another(way.candidate, frame):
                    continue
                if unfound and (
                    self._kinship(way.candidate, frame) < _SAME_INTENT
                    or (way.candidate is not None and way.candidate.utterance.polar)
                ):  # fmt: skip
                    continue  # "since when is she in it": what "it" is would be passed over
                way.weight += self._sameness(way.candidate, frame) - self._lost(way.candidate, frame)
                way.weight += (
                    self._consistency(way.candidate, history) + self._told_kinship(way.candidate, frame, opening) - cost
                )
                yield way

    def _as_share(self, item: Item, history: History) -> Item:
        """ "And Turkey's part of that?" asks for a share, when an amount that has parts was just told."""
        last = next(iter(history.answered), None)
        word = self.domain.lexicon.exact.get(item.words[0], {})  # "part of" by itself is to belong to
        strength = max(item.strengths.get("share", 0.0), word.get("strengths", {}).get("share", 0.0))
        if last is None or item.operations or item.entities or strength < _CENTRAL:
            return item
        told = [self._by_id[id] for id in last.statements if id in self._by_id]
        parts = {p.part_of for p in self.kb.properties.values() if p.part_of}
        if not any(s.property.id in parts or s.property.part_of for s in told):
            return item
        share = copy.copy(item)
        share.operations, share.filler = frozenset(("share",)), 0
        share.senses, share.own = frozenset(("share", "!share")), None
        return share

    def _other_end(self, opening: Opening, base: list[Item], frame: Frame) -> Iterator[Way]:
        """ "And when the king came?" after "how old were they when …": the same length up to another event."""
        last = self.domain.intents.get(frame.intent or "")
        if frame.operation != "duration" or not opening.leads or last is None or not base:
            return
        if base[0].asks != "time" or base[0].words != ("when",) or any(item.auxiliary for item in base):
            return
        before = self._completed(Opening("", []), [], Frame(frame.intent, frame.pattern, frame.constraints), last)
        utterance = self._utterance(opening.text, base[1:])
        for candidate in self.decider.matcher.match(utterance)[:3] if before else ():
            if before and not candidate.left_over and not candidate.unfilled and candidate.intent.about:
                run = partial(self.decider.pairs.execute, utterance, before, candidate, {"duration"})
                yield Way(candidate.weight + 3.0, run, base, candidate=before)

    def _without_topic(self, base: list[Item], opening: Opening) -> list[Item]:
        """ "Bondevik, whom did he host": the pronoun takes the place of what stands before the comma."""
        start = next((i for i, item in enumerate(base) if not item.filler), 0)
        topic = base[start] if base else None
        if topic is None or not topic.entities or len(base) < start + 3 or base[start + 1].mark != ",":
            return base
        entities = tuple(e for e, _ in topic.entities)
        for point in opening.points:
            if point.kind in ("person", "thing", "place") and point.tokens[0].start > topic.end and point.noun is None:
                point.targets = [Target(entities)]
                return base[start + 2 :]
        return base

    def _nameless(self, items: list[Item]) -> bool:
        """ "The Norwegian one", which is not Norway."""
        return any(
            self.words.whole("ones", item.words) is not None and before.adjective for before, item in pairwise(items)
        )

    def _ones_said(self, items: list[Item]) -> bool:
        """ "Which one was in Norway?" is not about Norway."""
        return any(self.words.whole("ones", item.words[-1:]) is not None for item in items)

    def _nth(self, opening: Opening, base: list[Item], ordinal: Item, history: History, frame: Frame) -> Iterator[Way]:
        """ "The second visit", "the third": by time where all have one, else in the order told."""
        place = int(ordinal.ordinal or 0) - 1
        items = [item for item in base if item is not ordinal]
        last = next(iter(history.answered), None)
        if last is not None and place < len(last.values) and not any(_carries(item) for item in items):
            named = Item([Token(ordinal.text, ordinal.words[0], ordinal.start, ordinal.end)], {})
            named.entities, named.text = [(last.values[place], "name")], RECALLED
            yield from self._ways_of(opening, [*items, named], history, frame)
            return
        bare = replace(frame, constraints=())
        for way in self._ways_of(opening, items, history, bare):
            if way.candidate is None or not way.candidate.intent.about:
                continue
            yield replace(way, run=partial(self._run_nth, way.candidate, place))

    def _run_nth(self, candidate: Candidate, place: int) -> Decision:
        found = sorted(
            (s for s in find(self.kb, candidate.query()) if s.time), key=lambda s: s.time.start if s.time else 0
        )
        if place >= len(found):
            return Decision("no_data", self._phrase("not_so_many", count=str(len(found))), candidate.intent.id)
        candidate.constraints = [c for c in candidate.constraints if c.item >= 0]
        candidate.constraints += [
            c for c in self.framer.facts_said(found[place : place + 1])
            if all(c.role != role for role, _ in candidate.asked)
        ]  # fmt: skip
        return self._run(candidate)

    def _ones(self, base: list[Item], history: History) -> Iterator[list[Item]]:
        """ "The Norwegian one": what was spoken of that belongs there."""
        for i, item in enumerate(base[1:], 1):
            owner = base[i - 1]
            if self.words.whole("ones", item.words) is None or not owner.entities or not owner.adjective:
                continue
            owners = {e for e, _ in owner.entities}
            for entities in dict.fromkeys(self.pointer.focus(history)):
                if len(entities) == 1 and owners.intersection(self.kb.entities[entities[0]].belongs_to) and (
                    self.pointer.is_person(entities[0]) or not any(k.asks == "agent" for k in base)
                ):  # fmt: skip
                    named = Item(
                        [Token(item.text, item.words[0], item.start, item.end)], {"entities": [(entities[0], "name")]}
                    )
                    named.text = RECALLED
                    yield [*base[: i - 1], named, *base[i + 1 :]]
                    return

    def _combinations(self, points: list[Point]) -> list[tuple[tuple[Target, ...], float]]:
        """Every way to resolve *points*, with what it costs, the likeliest first."""
        found = []
        for choice in product(*(list(enumerate(point.targets)) for point in points)):
            entities = [target.entities for _, target in choice if target.entities]
            if len(set(entities)) < len(entities):
                continue
            found.append((tuple(target for _, target in choice), sum(_RANK * rank for rank, _ in choice)))
        found.sort(key=lambda pair: pair[1])
        return found[:_COMBINATIONS]

    def _ways_of(
        self, opening: Opening, items: list[Item], history: History, frame: Frame, targets: Sequence[Target] = ()
    ) -> Iterator[Way]:
        text = opening.text
        link = any(target.link for target in targets)
        said = any(_carries(item) or item.asks or item.operations for item in items)
        said = said or self._operation_said(items) is not None or any(p.kind == "other" for p in opening.points)
        if not said and not opening.swaps:
            return
        # by itself, with what it points to
        utterance = self._utterance(text, items)
        pointed = bool(opening.points) or any(item.text == RECALLED for item in items)
        if pointed and any(
            ask.kind == "name" and (ask.index or "list" not in items[ask.index].operations) for ask in utterance.asks
        ):
            return
        mentions = any(item.entities or item.time for item in items if item.text != RECALLED) or any(
            chosen.entities and (point.noun or point.kind in ("other", "person", "pair"))
            for point, chosen in zip(opening.points, targets, strict=False)
        )
        loose = not mentions and any(
            point.kind == "thing" and not any(t.entities or t.time for t in chosen)
            for point, chosen in zip(opening.points, [[t] for t in targets], strict=False)
        )
        specific = any(ask.kind not in ("thing", "noun", "name") for ask in utterance.asks)
        others = any(point.kind == "other" for point in opening.points) and RECALLED not in {
            item.text for item in items
        }
        asked_anew = False
        if not opening.swaps and not others:
            for reading in self.decider._readings(utterance):
                if reading.cost[:2] != (0, 0) or (specific and reading.candidate and reading.candidate.intent.includes):
                    continue
                weight = -reading.cost[2] - 0.3 * reading.cost[3] + self._kinship(reading.candidate, frame)
                if loose and not self._kinship(reading.candidate, frame):
                    continue
                if reading.candidate is not None and self._is_only_a_name(reading.candidate):
                    continue
                if reading.candidate is not None and not reading.is_pair:
                    self._possess(reading.candidate)
                    asked_anew = asked_anew or (
                        reading.candidate.intent.id == frame.intent and bool(reading.candidate.needed_items)
                    )
                    yield self._filled(reading.candidate, frame, weight, items, opening)
                else:
                    yield Way(weight, reading.run, items, candidate=reading.candidate)
        # beside the words of the last question
        if not others:
            yield from self._beside(opening, items, frame)
        # the last question again
        if not asked_anew:
            yield from self._again(opening, items, frame)
        # operations on the answers before
        yield from self._operate(opening, items, history, frame, link=link)

    def _is_only_a_name(self, candidate: Candidate) -> bool:
        """Whether all that would bring the intent up is a name that fills a part of it: "ships?" is no verb."""
        utterance = candidate.utterance
        return bool(candidate.needed_items) and all(
            utterance.entities[i] and self.decider.matcher._roles_for(candidate.intent, utterance, i)
            for i in candidate.needed_items
        )

    def _operation_said(self, items: list[Item]) -> str | None:
        """The operation that *items* are a phrase for, and nothing else."""
        return self.words.whole("operations", [w for item in items if not item.mark for w in item.words])

    def _utterance(self, text: str, items: list[Item]) -> Utterance:
        utterance = Utterance(text, [copy.copy(item) for item in items], self.kb)
        pair = sum(item.text == RECALLED for item in items) == 2 and any(item.words == (JOIN,) for item in items)
        said = any(_carries(item) and item.text != RECALLED for item in items)
        if pair and said and utterance.question_mark and not utterance.asks:
            utterance.polar = True  # "so both were presidents?"
        return utterance

    def _kinship(self, candidate: Candidate | None, frame: Frame) -> float:
        last = self.domain.intents.get(frame.intent or "")
        if candidate is None or last is None:
            return 0.0
        if candidate.intent.id == last.id or candidate.intent.id in last.includes:
            return _SAME_INTENT
        return _SAME_TOPIC if candidate.intent.topic == last.topic else 0.0

    def _sameness(self, candidate: Candidate | None, frame: Frame) -> float:
        """Whether what is not asked anew is answered with a thing of the same kind: an amount stays an amount."""
        last = self.domain.intents.get(frame.intent or "")
        what = all(ask.kind == "thing" and not ask.types for ask in candidate.utterance.asks) if candidate else False
        if candidate is None or last is None or not what or candidate.utterance.polar:
            return 0.0
        asked = [role for role in frame.asked if role in last.roles]
        now = [role for role, _ in candidate.asked] or self.decider._default_asks(candidate)
        now = [role for role in now if role in candidate.intent.roles]
        if not asked or not now or candidate.intent is last:
            return 0.0
        amounts = (QUANTITY in last.roles[asked[0]].types, QUANTITY in candidate.intent.roles[now[0]].types)
        if candidate.utterance.asks:
            return -_SAME_KIND if amounts == (False, True) else 0.0
        return _SAME_KIND if amounts == (True, True) else -_SAME_KIND if amounts == (True, False) else 0.0

    def _lost(self, candidate: Candidate | None, frame: Frame) -> float:
        """What it costs that nothing new is named, and what was spoken of has no part in the other intent."""
        last = self.domain.intents.get(frame.intent or "")
        if candidate is None or last is None or candidate.intent is last or candidate.intent.topic != last.topic:
            return 0.0
        if any(c.item >= 0 for c in candidate.constraints) or candidate.utterance.polar:
            return 0.0
        roles = candidate.intent.roles
        said = [c.role for c in frame.constraints if isinstance(c.value, frozenset) and c.kind == "is" and c.role]
        return _LOST if any(role not in roles for role in said) and not any(role in roles for role in said) else 0.0

    def _consistency(self, candidate: Candidate | None, history: History) -> float:
        """Whether what is pointed to keeps the part that it had in the last answer: a guest stays a guest."""
        turn = next(iter(history.answered), None)
        if candidate is None or turn is None:
            return 0.0
        statements = [self._by_id[id] for id in turn.statements[:8] if id in self._by_id]
        items = candidate.utterance.items
        total = 0.0
        for constraint in candidate.constraints:
            if (
                not isinstance(constraint.value, frozenset)
                or constraint.item < 0
                or items[constraint.item].text != RECALLED
                or self.words.whole("pointing", items[constraint.item].words) == "place"  # where to, whatever it was
            ):
                continue
            role = constraint.role
            following = items[constraint.item + 1 : constraint.item + 2]
            if items[constraint.item].possessive and following and following[0].words[-1:] == (role,):
                total -= 2.0  # "his host" is somebody else
            elif any(constraint.value.intersection(v for v in s.get(role) if isinstance(v, str)) for s in statements):
                total += 0.4
            elif any(
                constraint.value.intersection(v for v in values if isinstance(v, str))
                for s in statements
                if role in s.values
                for values in s.values.values()
            ):
                total -= 0.4
        return total

    def _told_kinship(self, candidate: Candidate | None, frame: Frame, opening: Opening) -> float:
        """What the last answer told of besides its own subject is near too: the other event of a comparison."""
        if candidate is None or candidate.intent.id == frame.intent:
            return 0.0
        told = {self._by_id[id].property.id for id in opening.told if id in self._by_id}
        return 0.5 if told.intersection(candidate.intent.about) else 0.0

    def _beside(self, opening: Opening, items: list[Item], frame: Frame) -> Iterator[Way]:
        ghosts = self._ghosts(frame)
        if any(item.time for item in items):
            ghosts = [ghost for ghost in ghosts if not ghost.time]
        if not ghosts:
            return
        mark = [item for item in items if item.mark == "?"]
        together = [*(item for item in items if item.mark != "?"), *ghosts, *mark]
        utterance = self._utterance(opening.text, together)
        places = {i for i, item in enumerate(utterance.items) if item.text == LINK}
        for candidate in self.decider.matcher.match(utterance):
            left = [i for i in candidate.left_over if i not in places]
            if left or candidate.unfilled or not candidate.needed_items & places:
                continue
            if candidate.intent.includes and any(ask.kind not in ("thing", "noun", "name") for ask in utterance.asks):
                continue
            if self._says_another_verb(candidate):
                continue
            told = candidate.needed_items - places
            if not told and (candidate.intent.id == frame.intent or not (candidate.asked or utterance.polar)):
                continue
            candidate.left_over = []
            weight = candidate.weight - 0.3 * candidate.cost[3] + self._kinship(candidate, frame)
            weight -= (0.0 if candidate.intent.id == frame.intent else 0.4) + (0.0 if told else 0.5)
            candidate.cost = (0.0, 0.0, *candidate.cost[2:])
            yield self._filled(candidate, frame, weight, together, opening)

    def _ghosts(self, frame: Frame) -> list[Item]:
        """The words that told what the last question was about, as items that say so less loudly."""
        ghosts = []
        for word in frame.anchors:
            for item in self.reader.read(word):
                if not item.senses:
                    continue
                ghost = Item([Token(word, word, 10_000, 10_000)], {"senses": item.senses})
                ghost.text = LINK
                ghost.strengths = {sense: _GHOST * item.strengths.get(sense, 1.0) for sense in item.senses}
                ghost.senses = frozenset(sense for sense in item.senses if not sense.startswith("?"))
                ghosts.append(ghost)
        if ghosts:
            for constraint in frame.constraints:
                if isinstance(constraint.value, Time) and constraint.kind == "time":
                    ghost = Item([Token("", "then", 10_001, 10_001)], {})
                    ghost.time, ghost.text = constraint.value, LINK
                    ghosts.append(ghost)
        return ghosts

    def _filled(self, candidate: Candidate, frame: Frame, weight: float, items: list[Item], opening: Opening) -> Way:
        """The candidate with what the last question said of the roles that it leaves open."""
        last = self.domain.intents.get(frame.intent or "")
        same = last is not None and candidate.intent.id == last.id
        if frame.operation == "count" and opening.leads and not same and not candidate.utterance.asks and not any(
            item.auxiliary or item.operations for item in items
        ):  # fmt: skip
            candidate.counting = True
        kin = last is not None and (same or candidate.intent.topic == last.topic)
        if not kin:
            pointed = any(item.text == RECALLED for item in candidate.utterance.items)
            return Way(weight - 0.4 * pointed, lambda: self._run(candidate), items, candidate=candidate)
        filled = self._copy(candidate)
        self._note_operations(filled)
        self._carry(filled, frame, perspective=True)
        if same:
            self._carry_question(filled, frame, items)
            return Way(weight, lambda: self._run_again(filled, frame.told), items, again=True, candidate=filled)

        def run() -> Decision:
            decision = self._run(filled)
            if decision.status == "no_data" and filled.utterance.polar and set(filled.operations) == {"later"}:
                filled.operations.clear()  # "was it updated later?" compares no times
                decision = self._run(filled)
            return decision if decision.status == "answered" else self.decider._execute(candidate)

        return Way(weight, run, items, candidate=filled)

    def _copy(self, candidate: Candidate) -> Candidate:
        other = copy.copy(candidate)
        other.constraints = list(candidate.constraints)
        other.asked = list(candidate.asked)
        other.operations = dict(candidate.operations)
        other.remembered = list(candidate.remembered)
        return other

    def _run(self, candidate: Candidate) -> Decision:
        items = candidate.utterance.items
        candidate.constraints.sort(key=lambda c: c.item < 0 or items[c.item].text != RECALLED)
        return self.decider._execute(candidate)

    def _run_again(self, candidate: Candidate, told: bool) -> Decision:
        """
        As `_run`; another entity that does not go with what was said before is asked about by itself.

        A year that was said goes on; a time that only the last answer *told* was that of another fact.
        """
        bare = self._copy(candidate)
        decision = self._run(candidate)
        if decision.status != "no_data" or candidate.utterance.polar:
            return decision
        if not any(isinstance(c.value, frozenset) and c.item >= 0 for c in bare.constraints):
            return decision
        if any(isinstance(c.value, Time) and c.item >= 0 for c in bare.constraints):
            return decision
        bare.constraints = [
            c
            for c in bare.constraints
            if c.item >= 0 or (isinstance(c.value, Time) and c.value.precision == "year" and not told)
        ]
        bare.remembered = []
        again = self._run(bare)
        return again if again.status == "answered" else decision

    def _again(self, opening: Opening, items: list[Item], frame: Frame) -> Iterator[Way]:
        """The last question with the parts exchanged that were said."""
        windows = list(self._again_window(opening, items, frame))
        yield from windows
        if frame.intent is None or windows:
            return
        last = self.domain.intents.get(frame.intent)
        if last is None:
            return
        asks = any(item.asks for item in items)
        intents = [last, *(self.domain.intents[id] for id in last.includes if asks), *self._of_parts(last, items)]
        facts = [self._by_id[id] for id in opening.told if id in self._by_id]
        mentions = any(item.entities or item.time or item.quantity for item in items)
        as_what = any(item.words == ("as",) for item in items)  # "as president?"
        of_it = as_what or (asks and not mentions)
        if len(facts) == 1 and facts[0].property.id in last.about and of_it and not opening.swaps:
            told = self.framer.facts_said(facts)
            if as_what:
                told = tuple(c for c in told if not last.roles[c.role].of)
            if frame.operation == "verify":
                told = tuple(c for c in told if c.role not in frame.asked)
            frame = replace(frame, constraints=told)
        asked_of_it = False
        for n, intent in enumerate(intents):
            candidate = self._completed(opening, items, frame, intent)
            if candidate is None or (intent is not last and self._is_vague(candidate)):
                continue
            asked_of_it = True
            weight = (
                candidate.weight
                + _AGAIN
                + _SAME_INTENT
                - 0.3 * candidate.cost[3]
                - 0.05 * n
                + self._centrality(candidate)
            )
            yield Way(weight, partial(self._run_again, candidate, frame.told), items, again=True, candidate=candidate)
        if any("else" in item.words for item in items):
            return
        polar = any(item.auxiliary for item in items[:2])
        unasked = not mentions and not asked_of_it and any(item.asks == "quantity" for item in items)
        if not ((asks and mentions) or polar or unasked):
            return
        said = {c.role for c in frame.constraints if c.kind == "is" and c.role}
        for intent in self.domain.intents.values():
            if intent.topic != last.topic or intent is last or not intent.about:
                continue
            if unasked and not (said and said <= intent.roles.keys()):
                continue
            candidate = self._completed(opening, items, frame, intent)
            if (
                candidate is not None
                and not self._is_vague(candidate)
                and (
                    candidate.asked
                    or (candidate.utterance.polar and self._centrality(candidate) > 0)
                    or self._is_what_somebody_did(candidate)
                )
            ):
                shared = len(intent.roles.keys() & last.roles.keys())
                weight = candidate.weight + 0.4 + 0.05 * shared - 0.3 * candidate.cost[3] + self._centrality(candidate)
                yield Way(weight, partial(self._run, candidate), items, candidate=candidate)

    def _is_what_somebody_did(self, candidate: Candidate) -> bool:
        """ "What did the president do then?": of a person, what is told of him as the one who acts."""
        items = candidate.utterance.items
        return any(item.words == ("do",) for item in items) and any(
            c.item >= 0 and isinstance(c.value, frozenset) and any(self.pointer.is_person(e) for e in c.value)
            for c in candidate.constraints
        )

    def _brings_up_another(self, candidate: Candidate, frame: Frame) -> bool:
        """
        Whether it is another matter than the one spoken of, and no word of the utterance is that matter's own.

        Who, when, where and what of something pointed to could be asked of anything: "when was it founded?".
        """
        last = self.domain.intents.get(frame.intent or "")
        if last is None or candidate.intent is last or candidate.intent.id in last.includes:
            return False
        utterance = candidate.utterance
        if candidate.needed_items or candidate.operations or self._centrality(candidate) > 0:
            return False
        said = any(c.item >= 0 and utterance.items[c.item].text not in (RECALLED, LINK) for c in candidate.constraints)
        kinds = {ask.kind for ask in utterance.asks if not ask.types}
        of_them = any(item.text == RECALLED and len(item.entities) > 2 for item in utterance.items)
        return not said and bool(kinds & {"time", "agent", "place"} or (of_them and "thing" in kinds))

    def _is_vague(self, candidate: Candidate) -> bool:
        """Whether nothing said is of the intent: everything has a time, a place and somebody in it."""
        asks = candidate.utterance.asks
        if candidate.needed_items:
            return False
        bare = len(candidate.utterance.items) - sum(bool(i.mark) for i in candidate.utterance.items) == 1
        return any(
            ask.kind in ("time", "agent", "place") or (bare and ask.kind == "thing" and not ask.types) for ask in asks
        )

    def _of_parts(self, whole: Intent, items: list[Item]) -> list[Intent]:
        """ "And Turkey's?" after what two have together: the intents about its parts."""
        owned = any(item.entities and (item.possessive or item.adjective) for item in items)
        parts = {p.id for p in self.kb.properties.values() if p.part_of in whole.about} if owned else ()
        return [intent for intent in self.domain.intents.values() if parts and parts == set(intent.about)]

    def _centrality(self, candidate: Candidate) -> float:
        """Whether the words said are those that the intent's patterns are made of, or only may be said with it."""
        intent = candidate.intent
        needed = frozenset().union(
            intent.denies, intent.reverses, *(senses for p in intent.patterns for senses in p.needed)
        )
        total = 0.0
        bound = {c.item for c in candidate.constraints}
        for i, item in enumerate(candidate.utterance.items):
            if (
                i in bound
                or not item.senses
                or not _carries(item)
                or item.operations
                or item.types
                or i not in candidate.used
            ):
                continue
            total += 0.2 if item.senses & needed else -0.6
        return total

    def _completed(self, opening: Opening, items: list[Item], frame: Frame, intent: Intent) -> Candidate | None:
        utterance = self._utterance(opening.text, items)
        pattern = next((p for p in intent.patterns if p.text == frame.pattern), None)
        pattern = pattern or (intent.patterns[0] if intent.patterns else None)
        if pattern is None:
            return None
        candidate = self.decider.matcher.complete(utterance, intent, pattern)
        if candidate is None or candidate.left_over or candidate.unfilled:
            return None
        if self._asks_a_start(utterance) and not all(self.kb.properties[p].event for p in intent.about):
            return None
        others = any("except" in item.operations or item.pronoun == "other" for item in items) or any(
            point.kind == "other" for point in opening.points
        )
        if opening.swaps:
            frame = self._swapped(frame, intent)
        self._settle_roles(candidate, frame)
        self._possess(candidate)
        self._own_the_asked(candidate)
        self._carry(candidate, frame, perspective=False)
        self._carry_question(candidate, frame, items)
        if not candidate.asked and any(
            ask.kind == "name" and ("list" not in utterance.items[ask.index].operations or ask.index)
            for ask in utterance.asks
        ):
            return None
        if self._says_another_verb(candidate):
            return None
        if self._asks_the_same(candidate, frame) or self._counts_a_name(candidate):
            return None
        self._note_operations(candidate)
        if any("else" in item.words for item in items):
            self._leave_told(candidate, opening)
        if others and not self._leave_out(candidate, opening, frame):
            return None
        return candidate

    def _completed_bare(self, items: list[Item], frame: Frame, intent: Intent) -> Candidate | None:
        return self._completed(Opening("", []), items, frame, intent)

    def _counts_a_name(self, candidate: Candidate) -> bool:
        """ "How many Turks": a name after "how many" is counted only where the intent counts such."""
        utterance = candidate.utterance
        counted = {kind for role, _ in candidate.asked for kind in candidate.intent.roles[role].counts}
        for ask in utterance.asks:
            following = ask.index + 1
            if ask.kind != "number" or ask.types or following >= len(utterance.items):
                continue
            names = [] if utterance.items[following].text == RECALLED else utterance.items[following].entities
            if names and not any(not counted.isdisjoint(self.kb.kinds_of(e)) for e, _ in names):
                return True
        return False

    def _note_operations(self, candidate: Candidate) -> None:
        """Operations hidden in words that the intent uses too: the centenary of its beginning."""
        for i, item in enumerate(candidate.utterance.items):
            if "anniversary" in item.operations:
                candidate.operations.setdefault("anniversary", i)

    def _says_another_verb(self, candidate: Candidate) -> bool:
        """ "Was he freed?" after an appeal for his release: yes or no must be said of what the intent is about."""
        utterance, intent = candidate.utterance, candidate.intent
        if not utterance.polar:
            return False
        bound = {c.item for c in candidate.constraints}
        said = [
            item for i, item in enumerate(utterance.items)
            if i not in bound and i not in utterance.tag_items and item.senses and _carries(item) and item.text != LINK
            and not (item.operations or item.types or item.entities)
        ]  # fmt: skip
        own = frozenset((*intent.denies, *intent.reverses))
        if not said or any(item.senses & own for item in said):
            return False
        return not any(
            all(any(item.strength(needed) > _OWN for item in said) for needed in pattern.needed)
            for pattern in intent.patterns
            if pattern.needed
        )

    def _asks_the_same(self, candidate: Candidate, frame: Frame) -> bool:
        """ "Where?" after "who?" that would give the same answer: the same part is no place and a party at once."""
        asks = candidate.utterance.asks
        bare = all(c.item < 0 for c in candidate.constraints) and frame.operation in ("lookup", "list")
        same = tuple(role for role, _ in candidate.asked) == frame.asked
        return bare and same and len(asks) == 1 and asks[0].kind == "place"

    def _asks_a_start(self, utterance: Utterance) -> bool:
        return any(item.asks == "time" and item.words[0] in ("since", "until", "from") for item in utterance.items)

    def _leave_told(self, candidate: Candidate, opening: Opening) -> None:
        """ "What else": without the values that were told, when others remain."""
        roles = [role for role, _ in candidate.asked] or self.decider._default_asks(candidate)
        told = [self._by_id[id] for id in opening.told if id in self._by_id]
        for role in roles[:1]:
            values = frozenset(v for s in told for v in s.get(role) if isinstance(v, str) and v in self.kb.entities)
            if values:
                candidate.constraints.append(Constraint(role, "not", values))
        candidate.operations.pop("except", None)

    def _leave_out(self, candidate: Candidate, opening: Opening, frame: Frame) -> bool:
        """ "the other one", "who else": the statements told before are left out."""
        if not candidate.intent.about:
            return False
        told = [self._by_id[id] for id in opening.told if id in self._by_id]
        role = self._other_role(candidate, frame)
        if role:
            said = next((c.value for c in frame.constraints if c.role == role and isinstance(c.value, frozenset)), None)
            values = said or frozenset(v for s in told for v in s.get(role) if isinstance(v, str))
            candidate.constraints = [c for c in candidate.constraints if c.role != role]
            candidate.excluded = [Constraint(role, "not", values)]
            candidate.operations.pop("except", None)
            candidate.asked = candidate.asked or [(role, Ask(-1, "thing"))]
            return True
        rest = [
            s for s in self.kb.find(candidate.intent.about)
            if s not in told and all(set(values) & set(s.get(role)) for role, values in candidate.intent.where.items())
        ]  # fmt: skip
        if not rest or not told:
            return False
        subject = rest[0].property.subject
        free = {v for s in rest for v in s.get(subject) if isinstance(v, str)} - {
            v for s in told for v in s.get(subject) if isinstance(v, str)
        }
        if not free:
            return False
        candidate.constraints = [c for c in candidate.constraints if c.item >= 0]
        candidate.constraints.append(Constraint(subject, "is", frozenset(free)))
        candidate.operations.pop("except", None)
        return True

    def _other_role(self, candidate: Candidate, frame: Frame) -> str:
        """The part of which others are asked for, when it is not what the facts are about: other products, say."""
        asks = candidate.utterance.asks
        if candidate.utterance.polar or not any(
            a.kind in ("thing", "place") or (a.kind == "noun" and a.types) for a in asks
        ):
            return ""
        where = [role for role, ask in candidate.asked if ask.kind == "place"]
        if where:
            return where[0]
        named = [role for role, ask in candidate.asked if ask.types]
        if named and named[0] != self.kb.properties[candidate.intent.about[0]].subject:
            return named[0]
        properties = [self.kb.properties[p] for p in candidate.intent.about]
        asked = [role for role, _ in candidate.asked]
        said = {c.role for c in frame.constraints}
        found = [p.value for p in properties if p.value in asked or (not asked and p.value in {*said, *frame.asked})]
        entity = found and not {TIME, "text", "number", "quantity"}.intersection(candidate.intent.roles[found[0]].types)
        return found[0] if entity else ""

    def _swapped(self, frame: Frame, intent: Intent) -> Frame:
        """The frame with two roles of one type changed round."""
        names = list(intent.roles)
        for a in names:
            for b in names[names.index(a) + 1 :]:
                ra, rb = intent.roles[a], intent.roles[b]
                if ra.types != rb.types or TIME in ra.types:
                    continue
                if not any(c.role in (a, b) for c in frame.constraints):
                    continue
                turned = {a: b, b: a}
                constraints = tuple(c._replace(role=turned.get(c.role, c.role)) for c in frame.constraints)
                return replace(frame, constraints=constraints)
        return frame

    def _again_window(self, opening: Opening, items: list[Item], frame: Frame) -> Iterator[Way]:
        if frame.operation != "window":
            return
        if any(item.entities for item in items) or not any(
            item.time or item.operations & {"first", "last"} for item in items
        ):
            return
        happen = Item([Token("", "happen", 10_000, 10_000)], {"operations": frozenset(("happen",))})
        happen.text = LINK
        utterance = self._utterance(opening.text, [happen, *items])
        reading = self.decider.windows.reading(utterance)
        if reading and reading.cost[:2] == (0, 0):
            yield Way(-reading.cost[2] + _SAME_INTENT, reading.run, items, again=True)

    def _carry(self, candidate: Candidate, frame: Frame, *, perspective: bool) -> None:
        """Take over from *frame* what the candidate leaves open."""
        intent = candidate.intent
        turned = self._turned(candidate, frame) if perspective else {}
        said = {c.role: c for c in candidate.constraints}
        names = any(isinstance(c.value, frozenset) for c in candidate.constraints)
        if frame.told and names:
            return
        items = candidate.utterance.items
        if (
            candidate.counting
            and any("together" in item.operations for item in items)
            and any(items[i].text != LINK for i in candidate.needed_items)
        ):
            return  # "how many visits in all": no longer only his
        before = {turned.get(c.role, c.role): c for c in frame.constraints if c.kind != "not"}
        if intent.operation:  # it works on several facts, so what picks one of them stays behind
            before = {role: c for role, c in before.items() if not isinstance(c.value, frozenset)}
        self._ask_the_open(candidate, before)
        asked = {role for role, _ in candidate.asked}
        if any("else" in item.words for item in candidate.utterance.items):
            asked |= set(self.decider._default_asks(candidate)[:1])
        if names or any("else" in item.words for item in candidate.utterance.items):
            before = {
                role: c for role, c in before.items() if role not in frame.asked or not isinstance(c.value, frozenset)
            }
        if candidate.counting:
            counted = {*(role for role, _ in candidate.asked), *intent.asks[:1]}
            before = {role: c for role, c in before.items() if role not in counted}
        owners = [frozenset(o for e in c.value for o in self.kb.entities[e].belongs_to)
                  for c in said.values() if isinstance(c.value, frozenset)]  # fmt: skip
        now = any(item.now for item in candidate.utterance.items)
        for role, constraint in before.items():
            if role not in intent.roles or role in said or role in asked:
                continue
            if now and isinstance(constraint.value, Time):
                continue  # "and today?"
            if isinstance(constraint.value, frozenset) and any(
                owner and constraint.value.isdisjoint(owner) and self._are_alike(constraint.value, owner)
                for owner in owners
            ):  # fmt: skip
                continue  # "the Turkish president" is not Norway's
            spec = intent.roles[role]
            if any(c.role == spec.of for c in candidate.constraints) and spec.of:
                continue
            rivals = [r for r, c in said.items() if c.value == constraint.value and r in intent.roles]
            if rivals and isinstance(constraint.value, frozenset):
                other = before.get(rivals[0])
                if other is None or intent.roles[rivals[0]].types != spec.types:
                    continue
                constraint = other
            candidate.constraints.append(constraint._replace(role=role, item=-1))
            candidate.remembered.append(role)

    def _are_alike(self, some: frozenset[str], others: frozenset[str]) -> bool:
        return bool({self.kb.entities[e].type for e in some} & {self.kb.entities[e].type for e in others})

    def _ask_the_open(self, candidate: Candidate, before: dict[str, Constraint]) -> None:
        """ "Who hosted?" when the guest is known asks for the host."""
        for n, (role, ask) in enumerate(candidate.asked):
            bound = {*before, *(c.role for c in candidate.constraints)}
            if role not in bound or ask.kind != "agent":
                continue
            free = [r for r in self.decider.matcher._ask_roles(candidate, ask) if r not in bound]
            same = [r for r in free if candidate.intent.roles[r].types == candidate.intent.roles[role].types]
            if same:
                candidate.asked[n] = (same[0], ask)

    def _settle_roles(self, candidate: Candidate, frame: Frame) -> None:
        """A value that could stand in several roles takes the one that the last question bound, or the subject's."""
        intent = candidate.intent
        for n, constraint in enumerate(candidate.constraints):
            if constraint.role or not isinstance(constraint.value, frozenset):
                continue
            item = candidate.utterance.items[constraint.item]
            taken = {c.role for c in candidate.constraints}
            fitting = [
                role for role, spec in intent.roles.items()
                if role not in taken and any(not self.kb.kinds_of(e).isdisjoint(spec.types) for e in constraint.value)
            ]  # fmt: skip
            heard = self.decider.matcher._roles_for(intent, candidate.utterance, constraint.item)
            as_post = constraint.item > 0 and candidate.utterance.items[constraint.item - 1].words == ("as",)
            if as_post and heard and all(intent.roles[role].of for role in heard):
                owners = {c.role for c in frame.constraints}
                owners.update(frame.asked)
                fitting = [role for role in heard if role not in taken and intent.roles[role].of in owners]
                fitting.sort(key=lambda role: intent.roles[role].of not in frame.asked)  # of whom was asked about
                subject_post = fitting[0] if fitting else ""
                if subject_post:
                    matcher, place = self.decider.matcher, constraint.item
                    named = matcher.named(candidate.utterance.entities[place], candidate.utterance.items[place])
                    accepted = matcher._fit(intent, subject_post, named)
                    candidate.constraints[n] = constraint._replace(role=subject_post, value=accepted.entities)
                continue
            before = [c.role for c in frame.constraints if c.role in fitting]
            subject = self.kb.properties[intent.about[0]].subject if intent.about else ""
            role = before[0] if before else subject if subject in fitting and not item.preposition else ""
            if role:
                candidate.constraints[n] = constraint._replace(role=role)

    def _possess(self, candidate: Candidate) -> None:
        """ "his host": he is not the host, but of the other part that such an entity may have."""
        roles, items = candidate.intent.roles, candidate.utterance.items
        for n, constraint in enumerate(candidate.constraints):
            place, role = constraint.item, constraint.role
            if place < 0 or not items[place].possessive or items[place].text != RECALLED or role not in roles:
                continue
            noun = items[place + 1] if place + 1 < len(items) else None
            if noun is None or noun.strength(frozenset((role, "=" + role))) < 0.7:
                continue
            others = [r.name for r in roles.values() if r.types == roles[role].types and r.name != role]
            if len(others) == 1 and all(c.role != others[0] for c in candidate.constraints):
                candidate.constraints[n] = constraint._replace(role=others[0])
                if not candidate.utterance.polar:
                    candidate.asked = [(role, Ask(-1, "agent"))]

    def _own_the_asked(self, candidate: Candidate) -> None:
        """ "his office" is that of whom "his" points to, now that his part is known."""
        roles = candidate.intent.roles
        said = {c.role for c in candidate.constraints if c.item >= 0}
        for n, (role, ask) in enumerate(candidate.asked):
            spec = roles[role]
            if not spec.of or spec.of in said:
                continue
            own = [r.name for r in roles.values() if r.of in said and r.types == spec.types]
            if own:
                candidate.asked[n] = (own[0], ask)

    def _turned(self, candidate: Candidate, frame: Frame) -> dict[str, str]:
        """Which roles change places because the new wording looks from the other side: imports for exports."""
        items = candidate.utterance.items
        if all(items[i].text == LINK for i in candidate.needed_items):
            return {}
        old = self._first_slot(candidate.intent, frame.pattern, frame.intent)
        new = self._slots(candidate.pattern)
        if not old or not new or old == new[0] or old not in candidate.intent.roles:
            return {}
        roles = candidate.intent.roles
        if roles[old].types != roles[new[0]].types:
            return {}
        return {old: new[0], new[0]: old}

    def _first_slot(self, intent: Intent, text: str, owner: str | None) -> str | None:
        known = self.domain.intents.get(owner or "", intent)
        pattern = next((p for p in known.patterns if p.text == text), None)
        slots = self._slots(pattern) if pattern else []
        return slots[0] if slots else None

    def _slots(self, pattern: Pattern) -> list[str]:
        return [slot for slot in pattern.cues or () if "{" + slot in pattern.text]

    def _carry_question(self, candidate: Candidate, frame: Frame, items: list[Item]) -> None:
        """Ask what the last question asked, when nothing else is asked."""
        utterance = candidate.utterance
        bound = {c.role for c in candidate.constraints if c.item >= 0}
        if candidate.asked or utterance.polar:
            return
        kinds = {ask.kind for ask in utterance.asks}
        if (
            candidate.counting
            or kinds <= {"noun", "number"}
            or (kinds == {"thing"} and not any(i.auxiliary for i in items))
        ):
            own = any(utterance.items[i].text != LINK for i in candidate.needed_items)
            roles = [role for role in frame.asked if role in candidate.intent.roles]
            if candidate.counting and own and kinds:
                return  # "how many visits": they themselves are counted
            free = [role for role in roles if role not in bound]
            if not kinds and frame.operation == "verify":
                utterance.polar = True
                return
            if not kinds and frame.operation == "count":
                candidate.counting = True
            if not kinds and bound and utterance.question_mark and all(
                role and candidate.intent.roles[role].of for role in bound
            ):  # fmt: skip
                utterance.polar = True  # "as president?"
                return
            if roles and not free and not kinds and not candidate.counting:
                if all(TIME in candidate.intent.roles[role].types for role in roles):
                    return  # "and in 2005?" asks what was then, not whether it was then
                utterance.polar = True
                return
            candidate.asked = [(role, Ask(-1, "thing")) for role in (free if kinds else free or roles)]
            operation = _AGAIN_OPERATIONS.get(frame.operation or "")
            if operation and not kinds and not candidate.operations and items:
                candidate.operations[operation] = 0

    # operations on answers

    def _operate(
        self, opening: Opening, items: list[Item], history: History, frame: Frame, *, link: bool
    ) -> Iterator[Way]:
        utterance = self._utterance(opening.text, items)
        said = set().union(*(item.operations for item in items)) if items else set()
        phrase = self._operation_said(items)
        if phrase:
            said.add(phrase)
        duration = any(ask.kind == "duration" for ask in utterance.asks)
        if frame.operation == "duration" and said & {"earlier", "later"} and not utterance.asks:
            duration = True  # "and before that?" after "how long"
        if said.isdisjoint(_PAIRWISE) and not duration:
            return
        content = [item for item in items if not _operates(item)]
        whole = [item for item in content if not _is_total(self, item)]
        turns = history.answered[:REACH]
        relative = any(self.words.whole("between", [word]) is not None for item in items for word in item.words)
        relative = relative or (
            not content and frame.operation in ("order", "earliest", "latest")
        )  # "by how many years"
        if (
            duration
            and not relative
            and not any(point.kind in ("several", "pair", "times") for point in opening.points)
        ):
            return
        several = any(point.kind == "several" for point in opening.points)
        together = not content and any(point.kind in ("several", "pair") for point in opening.points)
        if not content or phrase or ("share" in said and not whole):
            yield Way(
                3.6 if (duration and relative) or together else 1.6,
                lambda: self.combiner.on_answers(said, duration, turns, utterance, several=several),
                items,
            )
            return
        last = self.domain.intents.get(frame.intent or "")
        if last is not None and "share" in said:
            plain = [item for item in whole if not item.operations and not item.asks]
            for intent in (last, *(self.domain.intents[id] for id in last.includes)):
                part = self._completed(opening, plain, replace(frame, operation=None), intent)
                if part is not None and any(c.item >= 0 for c in part.constraints):
                    yield Way(3.0, partial(self.combiner.share_of, part), items, candidate=part)
        if last is None or not (duration or said & _BETWEEN_TWO):
            return
        if not duration and not said & (_BETWEEN_TWO - {"earlier", "later", "sum"}) and not opening.points:
            return
        if duration:
            for item in utterance.items:
                if self.words.whole("between", item.words) is not None:
                    item.filler, item.operations = 1, frozenset()
        kept = Frame(frame.intent, frame.pattern, frame.constraints, frame.asked)
        before = self._completed(Opening("", []), [], kept, last)
        if before is None:
            return
        compares = next((item.start for item in items if item.operations & _BETWEEN_TWO), 0)
        things = [point.tokens[0].start > compares for point in opening.points if point.kind == "thing"]
        turned = utterance.polar and bool(things) and all(things)  # "is the other one larger than that?"
        for candidate in self.decider.matcher.match(utterance)[:4]:
            if candidate.left_over or candidate.unfilled or not candidate.intent.about:
                continue
            weight = candidate.weight + 0.4 + 0.4 * link
            if duration:
                yield Way(
                    weight + 0.6, partial(self.decider.pairs.execute, utterance, before, candidate, {"duration"}),
                    items, candidate=before,
                )  # fmt: skip
                continue
            reading = self.decider.pairs.pair(utterance, *((candidate, before) if turned else (before, candidate)))
            if reading is not None:
                run = partial(self._run_turned, reading.run, before) if turned else reading.run
                yield Way(weight, run, items, candidate=before)

    def _run_turned(self, run: Callable[[], Decision], before: Candidate) -> Decision:
        """ "Is the other one larger than that?": what was named is compared, what was spoken of stays spoken of."""
        decision = run()
        decision.candidate, decision.query, decision.intent = before, before.query(), before.intent.id
        decision.statements = decision.statements[::-1]
        return decision

    # pointing back

    # nothing to lean on

    def _unled(self, text: str, items: list[Item], alone: Decision, opening: Opening) -> Step:
        """An utterance that stands alone; one that says too little for that is asked about."""
        mentions = any(item.entities or item.time for item in items)
        kinds = ("person", "thing") if mentions else ("person", "thing", "several")
        point = next((p for p in opening.points if p.kind in kinds), None)
        if alone.status == "not_understood" and point and not point.targets_entities and all(
            item.known or item.mark for item in items
        ):  # fmt: skip
            word = text[point.tokens[0].start : point.tokens[-1].end]
            alone.status, alone.text = "clarify", self._phrase("which_one", word=word)
            alone.reasons = [("nothing-to-point-back-to", word)]
        if alone.status == "clarify":
            point = point or next((p for p in opening.points if p.kind in ("place", "several")), None)
            pending = f"{text[: point.tokens[0].start]}{{}}{text[point.tokens[-1].end :]}" if point else ""
            return Step(items, alone, pending=pending)
        bare = items and (opening.swaps or opening.same or all(_says_little(item) for item in items))
        if alone.status == "not_understood" and bare and not any(_carries(i) for i in self.reader.read(opening.text)):
            alone.status = "clarify"
            alone.text = self._phrase("what_about", said=text.strip())
            alone.reasons = [("says-too-little", text.strip())]
            return Step(items, alone, pending=f"{text.rstrip('?!. ')} {{}}")
        return self._step(items, alone)

    def _not_yet_named(self, text: str, items: list[Item]) -> Step | None:
        """ "That agreement", where none was spoken of: the question which."""
        for before, noun in pairwise(items):
            if before.words in _DETERMINERS and noun.types and not (noun.entities or noun.asks) and noun.count == 1:
                return self._which(text, items, noun, before.start)
        return None

    def _which(self, text: str, items: list[Item], noun: Item, start: int) -> Step | None:
        """The question which of the few that *noun* may mean is meant; None where there are none or too many."""
        members = self._few(noun)
        if not members:
            return None
        options = tuple(
            Option(self.kb.label(e), f"{text[:start]}{self.kb.label(e)}{text[noun.end :]}") for e in members
        )
        labels = join([option.label for option in options], "or")
        decision = Decision("clarify", self._phrase("which_of", options=labels), confidence=0.5)
        decision.reasons.append(("several-fit", noun.text))
        decision.suggestions = tuple(option.question for option in options)
        return Step(items, decision, options=options)

    def _few(self, noun: Item) -> Sequence[str]:
        """The members of the types that *noun* calls by name, when there are a few to choose from."""
        word, known = noun.words[0], self.kb.types
        members = self.kb.members({t for t in noun.types if word == known[t].label or word in known[t].words})
        return members if 2 <= len(members) <= _FEW and not word.endswith("s") else ()

    def _definite(self, text: str, items: list[Item], opening: Opening, history: History) -> Step | None:
        """ "the agreement" where there are several: the one just spoken of, or the question which."""
        if opening.points:
            return None
        if opening.text != text:
            items = self.reader.read(opening.text)
        nouns = [
            i for i, item in enumerate(items)
            if item.types and not item.entities and not item.asks and item.count == 1
            and i and items[i - 1].words == ("the",)
        ]  # fmt: skip
        rest = [item for i, item in enumerate(items) if i not in nouns and not _introduces(item)]
        if len(nouns) != 1 or rest:
            return None
        noun = items[nouns[0]]
        start = items[nouns[0] - 1].start
        members = self._few(noun)
        recent = next((e for group in self.pointer.focus(history) for e in group if e in members), None)
        if recent is not None:
            named = f"{text[:start]}{self.kb.label(recent)}{text[noun.end :]}"
            return self._follow(named, replace(history, turns=()))
        return self._which(text, items, noun, start)


_OF_THE_LAST = frozenset(("why", "more", "short"))
"""What can only be asked of an answer that was just given."""
_FEW = 6
"""Things that can be offered to choose from."""
_DETERMINERS = frozenset((("that",), ("this",)))
_PAUSES = frozenset((".", "!", ":", ",", ";"))
_LEADING_IN = frozenset(("whether", "know", "ask", "tell"))
_CUTS = 4
_BEING = frozenset(("is", "are", "was", "were", "have", "has", "had"))
_SMALL_WORDS = frozenset(
    ("the", "a", "an", "one", "of", "on", "with", "and", "between", "i", "mean", "about", "for", "that")
)


def _carries(item: Item) -> bool:
    """Whether the item says something of its own."""
    return not item.mark and bool(
        item.entities or item.time or item.quantity or item.number is not None
        or not (item.filler or item.auxiliary or item.preposition or item.joins or item.asks or item.pronoun)
    )  # fmt: skip


def _is_whole(items: list[Item]) -> bool:
    """Whether it has the parts of a sentence: a question word or a verb, and several words of its own."""
    verb = any(item.asks or item.auxiliary for item in items)
    return verb and sum(_carries(item) for item in items) > 1


def _only_owner(items: list[Item]) -> bool:
    """Whether nothing is said but whose or of which country: "and Norway's?", "the Turkish?"."""
    content = [item for item in items if _carries(item)]
    return len(content) == 1 and bool(content[0].entities) and (content[0].possessive or content[0].adjective)


def _says_little(item: Item) -> bool:
    return bool(
        item.mark or item.asks or item.operations or item.filler or item.auxiliary or item.preposition or item.joins
        or item.pronoun or item.social
    ) and not (item.entities or item.time or item.quantity)  # fmt: skip


def _introduces(item: Item) -> bool:
    return bool(
        item.mark or item.filler or item.auxiliary or item.preposition or item.joins or item.social
        or item.operations & {"describe"} or item.asks == "thing"
    ) and not item.entities  # fmt: skip


def _operates(item: Item) -> bool:
    """Whether the item belongs to an operation and says nothing else."""
    if (item.entities or item.time or item.quantity) and item.text != RECALLED:
        return False
    return bool(
        item.operations or item.mark or item.filler or item.auxiliary or item.joins or item.preposition or item.pronoun
        or item.asks in ("thing", "agent", "quantity", "duration", "number", "time") or item.text in (RECALLED, LINK)
    )  # fmt: skip


def _is_total(follower: Follower, item: Item) -> bool:
    return follower.words.whole("total", item.words) is not None


def _without_taken_back(items: list[Item]) -> list[Item]:
    """ "not 2018, 2008": what is taken back is left out."""
    for i, item in enumerate(items[:-2]):
        if "not" in item.operations and item.count == 1:
            taken, rest = items[i + 1], items[i + 2 :]
            if (taken.time and any(k.time for k in rest)) or (taken.entities and any(k.entities for k in rest)):
                return [*items[:i], *(k for k in rest if k.mark != ",")]
    return items


def _read_as(way: Way) -> str:
    candidate = way.candidate
    return (
        f"{candidate.intent.id}, remembered: {', '.join(candidate.remembered) or 'nothing'}"
        if candidate
        else "the last answers"
    )
