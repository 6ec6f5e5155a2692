"""Read a scenario from the TOML file that a trainer edits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from dispatch.case import FROM_INCIDENT, SOURCES
from dispatch.case_staff import StaffHabits
from dispatch.crews import Habits
from dispatch.injects_file import item_id, read_injects, read_trainees
from dispatch.pace import HABITS, TURNOUTS, Driven, Pace
from dispatch.scenario import Happening, Scenario
from dispatch.scenario_cases import STAGES, WAYS, CaseHappening
from dispatch.standards import DEGREES
from gis.located_toml import Fields, LocatedToml

CHANNELS = ("phone", "patrol", "sensor", "camera", "citizen")
_EXERCISE = ("inject", "trainee", "turn_s", "seed", "lasts_s", "weather", "drive", "turnouts")
_CASE_SOURCES = tuple(source for source in SOURCES if source != FROM_INCIDENT)


def read_scenario(
    file: Path,
    *,
    kinds: Iterable[str],
    classes: Iterable[str] = (),
    units: Iterable[str] = (),
    departments: Iterable[str] = (),
) -> Scenario:
    """Read a scenario; raise BadFile with every problem where a kind has no run card or a field is wrong.

    `classes` are the ids of the standards in force; where there are none, nobody says which a case may be of. `units`
    and `departments` are those of the roster, likewise.
    """
    toml = LocatedToml.read(file)
    habits, staff = Habits(), StaffHabits()
    steps = {step.name: getattr(usual, step.name) for usual in (habits, staff) for step in fields(usual)}
    toml.check_keys(("name", "name_zh", "incident", "case", *_EXERCISE, *steps))
    head = Fields(toml, (), toml.data, "scenario")
    name, name_zh = head.text("name"), head.text("name_zh", "")
    lasts = {step: head.number(step, 0, 86_400, usual) for step, usual in steps.items()}
    turn_s, lasts_s = head.number("turn_s", 0, 86_400, 0), head.number("lasts_s", 1, 86_400, 3600)
    seed, weather = head.whole("seed", 0, 2**31 - 1, 1), head.text("weather", "")
    known = sorted(kinds)
    turnouts = head.one_of("turnouts", TURNOUTS, "way to turn out", HABITS)
    happenings: list[Happening] = []
    ids = set[str]()
    for index, (path, table) in enumerate(toml.tables("incident", required=True), start=1):
        item = Fields(toml, path, table, f"[[incident]] {index}")
        happenings.append(
            Happening(
                after_s=item.number("after_s", 0, 864_000),
                kind=item.one_of("kind", known, "kind with a run card"),
                lon=item.number("lon", -180, 180),
                lat=item.number("lat", -90, 90),
                place=item.text("place"),
                crossing=item.text("crossing", ""),
                channel=item.one_of("channel", CHANNELS, "channel", "phone"),
                text=item.text("text", ""),
                sent=item.truth("sent"),
                id=item_id(item, str(index)),
            )
        )
        item.done()
        if happenings[-1].id in ids:
            item.bad("id", "stands twice")
        ids.add(happenings[-1].id)
    cases = _cases(toml, sorted(classes))
    known_departments = frozenset(departments)
    injects = read_injects(toml, incidents=ids, units=frozenset(units), departments=known_departments)
    trainees = read_trainees(toml, departments=known_departments)
    pace = Pace(_driven(toml), turnouts)
    toml.raise_if_bad()
    return Scenario(
        name,
        tuple(happenings),
        Habits(**{step.name: lasts[step.name] for step in fields(Habits)}),
        name_zh,
        cases,
        StaffHabits(**{step.name: lasts[step.name] for step in fields(StaffHabits)}),
        injects,
        trainees,
        turn_s,
        seed,
        lasts_s,
        weather,
        pace,
    )


def _driven(toml: LocatedToml) -> tuple[Driven, ...]:
    """Read by which factors drives to incidents of a priority take longer than on free roads, each priority once."""
    found: dict[int, Driven] = {}
    for index, (path, table) in enumerate(toml.tables("drive"), start=1):
        item = Fields(toml, path, table, f"[[drive]] {index}")
        priority = item.whole("priority", 1, 5)
        if priority in found:
            item.bad("priority", "stands twice")
        found[priority] = Driven(priority, item.number("factor", 0.2, 20))
        item.done()
    return tuple(found[priority] for priority in sorted(found))


def _cases(toml: LocatedToml, classes: list[str]) -> tuple[CaseHappening, ...]:
    found = []
    for index, (path, table) in enumerate(toml.tables("case"), start=1):
        item = Fields(toml, path, table, f"[[case]] {index}")
        standard = item.one_of("standard", classes, "class of the standards") if classes else item.text("standard")
        found.append(
            CaseHappening(
                after_s=item.number("after_s", -8_640_000, 864_000),
                standard=standard,
                lon=item.number("lon", -180, 180),
                lat=item.number("lat", -90, 90),
                place=item.text("place"),
                source=item.one_of("source", _CASE_SOURCES, "source", "hotline"),
                text=item.text("text", ""),
                degree=item.one_of("degree", DEGREES, "degree", "usual"),
                stage=item.one_of("stage", STAGES, "stage", "collect"),
                since_s=item.number("since_s", 0, 8_640_000, 600),
                way=item.one_of("way", ("", *WAYS), "way", ""),
                same_as=round(item.number("same_as", 0, index - 1, 0)),
            )
        )
        item.done()
    return tuple(found)
