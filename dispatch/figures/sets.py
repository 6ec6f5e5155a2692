"""The named sets of cases that indicators are made of: what `indicators.toml` may name.

A set holds cases by what happened to them, or what they owed, in a period; a trait holds them whatever the period.
For each kind of duty `x` there are four: `due_to_x` (it counts in the period, see `duties`), `x_done` (done by the end
of the period, each time that it was due), `x_in_time` (and each time before its limit), `x_overdue` (due and open at
the end). Nothing that happened after the end of the period, or of the log, is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dispatch.figures.duties import Kind
from dispatch.figures.facts import CaseFacts

Mask: TypeAlias = NDArray[np.bool_]
# Which duties go by which word.
DUTIES: dict[str, tuple[Kind, ...]] = {
    "accept": (Kind.COLLECT,),
    "verify": (Kind.VERIFY,),
    "file": (Kind.FILE,),
    "dispatch": (Kind.DISPATCH,),
    "handle": (Kind.HANDLE,),
    "pass_on": (Kind.FEED_BACK,),
    "check": (Kind.CHECK,),
    "sign_off": (Kind.CLOSE,),
    "close": (Kind.CLOSING,),
    "make_safe": (Kind.MAKE_SAFE,),
    "do": tuple(Kind)[:8],
}


@dataclass(frozen=True, slots=True)
class Sight:
    """Look at the facts of a kind in a period. `end_us`: what happened before it is known; `due_end_us`: what fell
    due before it is late (an instant earlier where the log ends within the period)."""

    facts: CaseFacts
    from_us: int
    to_us: int
    end_us: int
    due_end_us: int
    _seen: dict[tuple[str, Kind], NDArray[Any]] = field(default_factory=dict, repr=False)

    def column(self, name: str, kind: Kind) -> NDArray[Any]:
        """Return a column of all facts of a kind."""
        found = self._seen.get((name, kind))
        if found is None:
            found = self._seen[name, kind] = self.facts.column(name, self.facts.rows(kind))
        return found

    def happened(self, kind: Kind) -> Mask:
        """Tell which facts of a kind happened in the period."""
        at = self.column("at", kind)
        return (at >= self.from_us) & (at < self.to_us) & (at < self.end_us)

    def before_end(self, name: str, kind: Kind) -> Mask:
        """Tell for which facts an instant of theirs lies before the end."""
        return self.column(name, kind) < self.end_us

    def owed(self, kind: Kind) -> Mask:
        """Tell which duties of a kind count in the period."""
        seen = self._seen.get(("owed", kind))
        if seen is not None:
            return seen
        at, due, done = (self.column(name, kind) for name in ("at", "due", "done"))
        is_known = np.where(done <= due, done < self.end_us, due < self.due_end_us)
        owed: Mask = (at >= self.from_us) & (at < self.to_us) & is_known
        self._seen["owed", kind] = owed
        return owed

    def is_true_case(self, kind: Kind) -> Mask:
        """Tell which facts belong to cases that were not merged."""
        return ~self.facts.is_merged[self.facts.case_at(self.facts.rows(kind))]


Test: TypeAlias = Callable[[Sight, Kind], Mask]


@dataclass(frozen=True, slots=True)
class NamedSet:
    """Hold cases with a fact that passes a test, without those with one that passes the other."""

    kinds: tuple[Kind, ...]
    within: Test
    without: Test | None = None


@dataclass(frozen=True, slots=True)
class Trait:
    """Hold cases by what they are, bool (cases,)."""

    test: Callable[[Sight], Mask]


def _not_done(sight: Sight, kind: Kind) -> Mask:
    return sight.owed(kind) & ~sight.before_end("done", kind)


def _not_in_time(sight: Sight, kind: Kind) -> Mask:
    is_late: Mask = sight.column("mark", kind)
    return sight.owed(kind) & (is_late | ~sight.before_end("done", kind))


def _overdue(sight: Sight, kind: Kind) -> Mask:
    return _not_done(sight, kind) & ~sight.before_end("left", kind)


def _reported(sight: Sight, kind: Kind) -> Mask:
    return sight.happened(kind) & sight.is_true_case(kind)


def _found(sight: Sight, kind: Kind) -> Mask:
    return _reported(sight, kind) & sight.before_end("undone", kind)


def _stands(sight: Sight, kind: Kind) -> Mask:
    return sight.happened(kind) & ~_is_undone(sight, kind)


def _undone(sight: Sight, kind: Kind) -> Mask:
    return sight.happened(kind) & _is_undone(sight, kind)


def _is_undone(sight: Sight, kind: Kind) -> Mask:
    """Tell what was shown to be wrong by the end, and not shown to be right after all (`due`)."""
    return sight.before_end("undone", kind) & ~sight.before_end("due", kind)


def _by_the_end(sight: Sight, kind: Kind) -> Mask:
    return sight.before_end("at", kind)


def _marked(sight: Sight, kind: Kind) -> Mask:
    mark: Mask = sight.column("mark", kind)
    return _stands(sight, kind) & mark


def _held_at_limit(sight: Sight, kind: Kind) -> Mask:
    at = sight.column("at", kind)
    held = sight.before_end("due", kind) & ~sight.before_end("done", kind)
    return (at >= sight.from_us) & (at < sight.to_us) & (at < sight.due_end_us) & held


def _held(sight: Sight) -> Mask:
    rows = sight.facts.rows(Kind.HELD)
    held = sight.before_end("due", Kind.HELD) & ~sight.before_end("done", Kind.HELD)
    mask = np.zeros(sight.facts.count, np.bool_)
    mask[sight.facts.case_at(rows[held])] = True
    return mask


def _of(group: str, *names: str) -> Trait:
    def test(sight: Sight) -> Mask:
        codes = [sight.facts.names[group].number(name) for name in names]
        return np.isin(sight.facts.codes(group), codes)

    return Trait(test)


def _happened(sight: Sight, kind: Kind) -> Mask:
    return sight.happened(kind)


def _owed(sight: Sight, kind: Kind) -> Mask:
    return sight.owed(kind)


SETS: dict[str, NamedSet | Trait] = {
    "received": NamedSet((Kind.REPORTED,), _happened),
    "reported": NamedSet((Kind.REPORTED,), _reported),
    "found": NamedSet((Kind.REPORTED,), _found),
    "filed": NamedSet((Kind.FILED,), _happened),
    "filed_correctly": NamedSet((Kind.FILED,), _happened, _undone),
    "dispatched": NamedSet((Kind.SENT,), _happened),
    "dispatched_correctly": NamedSet((Kind.SENT,), _happened, _undone),
    "fixed_on_the_spot": NamedSet((Kind.ON_THE_SPOT,), _happened),
    "declined": NamedSet((Kind.DECLINED,), _happened),
    "closed": NamedSet((Kind.CLOSED,), _happened),
    "reopened": NamedSet((Kind.CLOSED,), _undone),
    "given_back": NamedSet((Kind.GIVEN_BACK,), _happened),
    "reworked": NamedSet((Kind.GIVEN_BACK,), _by_the_end),
    "extended": NamedSet((Kind.EXTENDED,), _by_the_end),
    "disowned": NamedSet((Kind.DISOWNED,), _happened),
    "answered": NamedSet((Kind.ANSWERED,), _stands),
    "satisfied": NamedSet((Kind.ANSWERED,), _marked),
    "appealed": NamedSet((Kind.APPEALED,), _happened),
    "upheld": NamedSet((Kind.APPEALED,), _marked),
    "held_before_handled": NamedSet((Kind.HELD_AT_HANDLE,), _held_at_limit),
    "held_before_closed": NamedSet((Kind.HELD_BEFORE_CLOSE,), _held_at_limit),
    "held": Trait(_held),
    "merged": Trait(lambda sight: sight.facts.is_merged),
    "urgent": _of("degree", "urgent"),
    "from_patrol": _of("source", "patrol"),
    "from_public": _of("source", "hotline", "citizen"),
}
for _word, _kinds in DUTIES.items():
    SETS[f"due_to_{_word}"] = NamedSet(_kinds, _owed)
    SETS[f"{_word}_done"] = NamedSet(_kinds, _owed, _not_done)
    SETS[f"{_word}_in_time"] = NamedSet(_kinds, _owed, _not_in_time)
    SETS[f"{_word}_overdue"] = NamedSet(_kinds, _overdue)
