"""A dry run 试算: what a list of rules would have done with cases that are over, beside who did the work."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from gridward.core.dispatch.rules import Find, Matter, Route, Rule, route

MOST_EXAMPLES = 20
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Past:
    """A case that was handled. ``first`` is the body that it was sent to at first, ``final`` the one that did it;
    ``returns`` how often a body gave it back; ``kind`` what a proposal would name: (category, subdistrict).
    """

    number: str
    matter: Matter
    find: Find
    usual: int | None
    first: int
    final: int
    returns: int
    kind: tuple[str, str]


@dataclass(slots=True)
class RuleRecord:
    """How one rule did: cases it took, how many of them stayed where it sent them, how many were given back."""

    taken: int = 0
    right: int = 0
    returned: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One case that would have gone elsewhere: before, after, and who did it in the end (ids; none: no proposal)."""

    number: str
    before: int | None
    after: int | None
    final: int
    rule: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """Cases of one kind that were given back and ended with the same body each time: a rule for them would pay."""

    category: str
    subdistrict: str
    rule: int
    final: int
    cases: int


@dataclass(slots=True)
class Trial:
    """``saved``: returns that the change would have spared; ``risked``: cases that stayed where they were sent at
    first and would now go elsewhere; ``right_before`` and ``right_after``: proposals that name who did it.
    """

    cases: int = 0
    changed: int = 0
    saved: int = 0
    risked: int = 0
    right_before: int = 0
    right_after: int = 0
    rules: dict[int, RuleRecord] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)


def try_rules(
    past: Iterable[Past], before: Sequence[Rule], after: Sequence[Rule], said: Callable[[int], None] = lambda n: None
) -> Trial:
    """Judge ``after`` beside ``before``; ``said`` hears the number of cases so far and may raise to stop."""
    trial = Trial(rules={rule.number: RuleRecord() for rule in after} | {0: RuleRecord()})
    learnt: Counter[tuple[tuple[str, str], int, int]] = Counter()
    for one in past:
        was, now = (route(rules, one.matter, one.find, one.usual) for rules in (before, after))
        _count(trial, one, was, now)
        if now and one.returns and now.body != one.final:
            learnt[one.kind, now.rule, one.final] += 1
        said(trial.cases)
    trial.lessons = _lessons(learnt)
    return trial


def _count(trial: Trial, one: Past, was: Route | None, now: Route | None) -> None:
    trial.cases += 1
    before, after = was.body if was else None, now.body if now else None
    hit_before, hit_after = before == one.final, after == one.final
    trial.right_before += hit_before
    trial.right_after += hit_after
    if now is not None:
        record = trial.rules[now.rule]
        record.taken += 1
        record.right += hit_after
        record.returned += one.returns > 0
    trial.saved += one.returns if hit_after and not hit_before and one.first != one.final else 0
    if before == after:
        return
    trial.changed += 1
    trial.risked += one.returns == 0 and not hit_after and one.first == one.final
    if len(trial.changes) < MOST_EXAMPLES:
        trial.changes.append(Change(one.number, before, after, one.final, now.rule if now else 0))


def _lessons(learnt: Counter[tuple[tuple[str, str], int, int]]) -> list[Lesson]:
    """The most frequent first; a kind that ended with different bodies teaches nothing."""
    ended: dict[tuple[str, str], set[int]] = {}
    for kind, _, final in learnt:
        ended.setdefault(kind, set()).add(final)
    return [
        Lesson(*kind, rule, final, cases)
        for (kind, rule, final), cases in sorted(learnt.items(), key=lambda item: (-item[1], item[0]))
        if cases >= ENOUGH and len(ended[kind]) == 1
    ]
