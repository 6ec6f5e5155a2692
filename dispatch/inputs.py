"""Checksums of all that an answer was worked out from, so that months later one can tell whether it is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from dispatch.incident import Closure
from dispatch.runcard import RunCards, leave_out_later
from dispatch.seal import Inputs
from dispatch.state import State
from resources.position import Fix
from resources.unit import Roster

_WIDTH = 2**256


def digest_of_roster(roster: Roster) -> str:
    """Return the SHA-256 of a roster as it stands in the log, whatever file it came from."""
    return _digest(roster)


def digest_of_run_cards(cards: RunCards) -> str:
    """Return the SHA-256 of run cards as they stand in the log."""
    content = msgspec.to_builtins(cards)
    leave_out_later(content["cards"])
    return _digest(content)


def digest_of_closures(closures: Mapping[str, Closure]) -> str:
    """Return the SHA-256 of the closures that stood, in the order of their ids."""
    return _digest([closures[each] for each in sorted(closures)])


class FixesDigest:
    """Name the latest positions of all units, in whatever order they came: one that changes costs one hash.

    The sum, modulo 2^256, of the SHA-256 of every fix (Bellare and Micciancio 1997, AdHash).
    """

    def __init__(self, fixes: Iterable[Fix] = ()) -> None:
        self._part_of: dict[str, int] = {}
        self._sum = 0
        self.take(fixes)

    def take(self, fixes: Iterable[Fix]) -> None:
        """Put fixes in the place of the ones before of their units."""
        for fix in fixes:
            part = int.from_bytes(hashlib.sha256(msgspec.json.encode(fix)).digest(), "big")
            self._sum = (self._sum - self._part_of.get(fix.unit_id, 0) + part) % _WIDTH
            self._part_of[fix.unit_id] = part

    def __str__(self) -> str:
        return f"{self._sum:064x}"


class InputsOf:
    """Answer the inputs of one question after another; what has not changed is not read again."""

    def __init__(self, files: Inputs = ()) -> None:
        """`files` are names and checksums of what is read from files: profiles, prices, speeds, roads, ..."""
        self._files = files
        self._kept: dict[str, tuple[Any, str]] = {}

    def of(self, state: State, fixes: FixesDigest) -> Inputs:
        """Return names and checksums (SHA-256, hexadecimal), sorted by name."""
        told = [
            ("roster", self._of("roster", state.roster, digest_of_roster)),
            ("run_cards", self._of("run_cards", state.run_cards, digest_of_run_cards)),
            ("closures", self._of("closures", state.closures, digest_of_closures)),
            ("fixes", str(fixes)),
        ]
        return tuple(sorted((*self._files, *told)))

    def _of(self, name: str, value: Any, digest: Callable[[Any], str]) -> str:
        known = self._kept.get(name)
        if known is None or known[0] is not value:
            known = self._kept[name] = (value, digest(value))
        return known[1]


def _digest(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value)).hexdigest()
