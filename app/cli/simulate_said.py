"""What `opsroom simulate` prints: lines for people, and one JSON object."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dispatch.sim.against import Against, Pair
    from dispatch.sim.replicate import Case, Compared, Spread

SHOWN = (
    "first_arrival_mean_s", "first_arrival_p50_s", "first_arrival_p90_s", "response_mean_s", "response_p50_s",
    "response_p90_s", "turnout_p50_s", "travel_p50_s", "waited_share", "waited_mean_s", "busy_mean", "all_busy_share",
    "incidents", "responses", "not_reached",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """Hold what there is to say: cases, what they came to, the record beside the first one, and where it was kept."""

    cases: Sequence[Case]
    compared: Compared
    against: Against | None
    seconds: float
    processes: int
    log: Path | None
    reports: tuple[str, ...] = ()

    @property
    def is_two(self) -> bool:
        """Tell whether two scenarios are compared, not policies of one."""
        return self.cases[0].ready is not self.cases[-1].ready

    def names(self) -> list[str]:
        """Return what each case is called."""
        if not self.is_two:
            return [case.id for case in self.cases]
        return [f"{case.id}: {case.ready.study.name} ({case.plan.id})" for case in self.cases]


def as_json(said: Said) -> dict[str, Any]:
    """Return all of it as one object."""
    ready, compared = said.cases[0].ready, said.compared
    study = ready.study
    found: dict[str, Any] = {
        "scenario": study.name,
        "city": ready.world.name,
        "start_at": ready.start_at.isoformat(),
        "days": study.days,
        "seed": study.seed,
        "replications": study.replications,
        "processes": said.processes,
        "seconds": round(said.seconds, 2),
        "incidents_per_second": round(_rate(compared, said.seconds), 1),
        "cases": {case.id: {"scenario": case.ready.study.name, "policy": case.plan.id} for case in said.cases},
        "policies": {
            case.id: {
                "figures": {name: _spread(one) for name, one in compared.figures[case.id].items()},
                "runs": [
                    {
                        "replication": each.replication,
                        "entries": each.entries,
                        "refused": each.refusals,
                        "sha256": each.digest,
                        "figures": {name: _number(value) for name, value in each.figures.items()},
                    }
                    for each in compared.outcomes
                    if each.policy == case.id
                ],
            }
            for case in said.cases
        },
        "differences": {
            name: {key: _spread(one) for key, one in found.items()} for name, found in compared.differences.items()
        },
        "told": list(dict.fromkeys(told for case in said.cases for told in case.ready.told_of(case.plan))),
        "log": str(said.log) if said.log is not None else None,
        "reports": list(said.reports),
    }
    against = said.against
    if against is not None:
        found["recorded"] = {
            "figures": {name: _pair(each) for name, each in against.figures.items()},
            "by_station": {name: _pair(each) for name, each in against.by_station.items()},
            "station_p90": {name: _pair(each) for name, each in against.station_p90.items()},
            "by_hour": {str(name): _pair(each) for name, each in against.by_hour.items()},
            "hour_p90": {str(name): _pair(each) for name, each in against.hour_p90.items()},
            "station_error_s": _number(against.station_error_s),
            "hour_error_s": _number(against.hour_error_s),
            "distance": _number(against.distance),
            "unreached": {"recorded": against.unreached[0], "simulated": _number(against.unreached[1])},
            "held_out": against.folds,
        }
    return found


def lines_of(said: Said) -> list[str]:
    """Return it as lines of text."""
    from app.wording import one_line

    ready, compared, cases = said.cases[0].ready, said.compared, said.cases
    study = ready.study
    runs = len(compared.outcomes)
    entries = sum(each.entries for each in compared.outcomes)
    what = f"{one_line(study.name, 200)}: {study.days:g} days of {one_line(ready.world.name, 200)}"
    spent = f"{said.seconds:.1f} s ({_rate(compared, said.seconds):,.0f} incidents a second)"
    lines = [f"{what}, {runs} {'run' if runs == 1 else 'runs'}, {entries:,} entries in {spent}"]
    if said.is_two:
        lines += [one_line(name, 200) for name in said.names()]
    lines += ["", f"{'':<26}" + "".join(f"{case.id:>22.22}" for case in cases)]
    shown = [
        *SHOWN[:3],
        *(name for name in compared.figures[cases[0].id] if name.startswith("first_within")),
        *SHOWN[3:],
    ]
    for name in shown:
        cells = "".join(f"{_said(compared.figures[case.id][name]):>22}" for case in cases)
        lines.append(f"{name.replace('_', ' '):<26}{cells}")
    for case in cases[1:]:
        lines += ["", f"{case.id} minus {cases[0].id}, paired (95 %; * clear of zero):"]
        for name in shown:
            one = compared.differences[case.id][name]
            if one.n and (one.mean or one.half):
                sure = "" if math.isnan(one.half) or abs(one.mean) <= one.half else "  *"
                lines.append(f"  {name.replace('_', ' '):<24}{_said(one):>22}{sure}")
    if said.against is not None:
        lines += _beside(said.against)
    told = dict.fromkeys(told for case in cases for told in case.ready.told_of(case.plan))
    lines += [f"note: {one_line(each, 400)}" for each in told]
    if said.log is not None:
        lines.append(f"the first run is kept in {said.log}")
    lines += [f"the report is in {file}" for file in said.reports]
    return lines


def _beside(against: Against) -> list[str]:
    """Say what was recorded and simulated, by figure, station and hour."""
    from app.wording import one_line

    how = f"fitted to other days, in {against.folds} parts" if against.folds else "fitted to the same days"
    lines = ["", f"as recorded ({how})"]
    lines.append(f"{'':<26}{'n':>8}{'recorded':>12}{'95 %':>16}{'simulated':>12}{'error':>10}")
    for name, pair in against.figures.items():
        lines.append(f"{name.replace('_', ' '):<26}{_cells(pair)}")
    for what, medians, late, error_s in (
        ("station", against.by_station, against.station_p90, against.station_error_s),
        ("hour", against.by_hour, against.hour_p90, against.hour_error_s),
    ):
        head = f"{f'by {what}, P50':<26}{'n':>8}{'recorded':>12}{'95 %':>16}{'simulated':>12}{'error':>10}"
        lines += ["", f"{head}{'P90 recorded':>15}{'simulated':>11}"]
        for key in sorted(medians, key=lambda each: (len(str(each)), str(each))):
            p90 = late[key]
            row = f"{one_line(str(key), 25):<26}{_cells(medians[key])}"
            lines.append(f"{row}{p90.recorded:>15.0f}{p90.simulated:>11.0f}")
        inside = sum(pair.is_within for pair in medians.values())
        lines.append(
            f"median to the first unit by {what}: mean absolute error {error_s:.0f} s; "
            f"{inside} of {len(medians)} within the interval of what was recorded"
        )
    lines.append(
        f"largest gap of the two curves {against.distance:.1%}; reached by nobody: {against.unreached[0]} recorded, "
        f"{against.unreached[1]:.1f} simulated"
    )
    return lines


def _cells(pair: Pair) -> str:
    between = "-" if math.isnan(pair.low) else f"{pair.low:.0f}-{pair.high:.0f}"
    return f"{pair.recorded_n:>8,}{pair.recorded:>12.1f}{between:>16}{pair.simulated:>12.1f}{pair.error:>+10.1f}"


def _rate(compared: Compared, seconds: float) -> float:
    return sum(each.figures["incidents"] for each in compared.outcomes) / seconds if seconds > 0 else math.nan


def _said(one: Spread) -> str:
    if not one.n:
        return "-"
    digits = 4 if abs(one.mean) < 2 else 1
    half = "" if math.isnan(one.half) else f" ± {one.half:.{digits}f}"
    return f"{one.mean:,.{digits}f}{half}"


def _spread(one: Spread) -> dict[str, Any]:
    return {"mean": _number(one.mean), "half": _number(one.half), "n": one.n}


def _pair(pair: Any) -> dict[str, Any]:
    return {
        "recorded": _number(pair.recorded),
        "simulated": _number(pair.simulated),
        "error": _number(pair.error),
        "low": _number(pair.low),
        "high": _number(pair.high),
        "recorded_n": pair.recorded_n,
        "simulated_n": _number(pair.simulated_n),
    }


def _number(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None
