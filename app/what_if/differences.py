"""What would be otherwise, incident by incident: who comes, when the last of them is there, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dispatch.coverage_report import Cover, CoverageReport
from dispatch.recommendation import Recommendation

LEAST_S = 5.0  # less is no difference to anybody
LEAST_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Served:
    """Say who would still be sent to an incident, when the last of them is there, and how many are missing."""

    unit_ids: tuple[str, ...] = ()
    last_s: float = 0.0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """Say how an incident is served now and would be then."""

    incident_id: int
    now: Served
    then: Served

    @property
    def later_s(self) -> float | None:
        """Return how much later the last unit would be there; None where one of them has nobody to wait for."""
        if not self.now.unit_ids or not self.then.unit_ids:
            return None
        return self.then.last_s - self.now.last_s

    @property
    def differs(self) -> bool:
        """Tell whether anybody would notice."""
        later_s = self.later_s
        return (
            self.now.missing != self.then.missing
            or set(self.now.unit_ids) != set(self.then.unit_ids)
            or (later_s is not None and abs(later_s) >= LEAST_S)
        )


def served(answer: Recommendation) -> Served:
    """Sum up an answer."""
    return Served(
        tuple(one.unit_id for one in answer.chosen),
        max((one.eta.total_s for one in answer.chosen), default=0.0),
        sum(one.missing for one in answer.unmet),
    )


def differences(now: Iterable[Recommendation], then: Iterable[Recommendation]) -> list[Difference]:
    """Compare the answers to the same incidents, those first that fare worst."""
    before = {one.incident_id: served(one) for one in now}
    after = {one.incident_id: served(one) for one in then}
    found = [
        Difference(number, before.get(number, Served()), after.get(number, Served()))
        for number in dict.fromkeys((*before, *after))
        if number is not None
    ]
    return sorted(found, key=lambda one: (one.now.missing - one.then.missing, -(one.later_s or 0.0), one.incident_id))


def changed_covers(now: CoverageReport, then: CoverageReport) -> list[tuple[Cover, Cover]]:
    """Pair the covers that would be otherwise, the one first that loses most."""
    before = {(one.department, one.target.id): one for one in now.covers}
    pairs = [(before[key], one) for one in then.covers if (key := (one.department, one.target.id)) in before]
    found = [pair for pair in pairs if abs(pair[0].reached - pair[1].reached_after) >= LEAST_SHARE]
    return sorted(found, key=lambda pair: pair[1].reached_after - pair[0].reached)
