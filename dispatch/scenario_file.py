"""Read a scenario from the TOML file that a trainer edits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from dispatch.crews import Habits
from dispatch.scenario import Happening, Scenario
from gis.located_toml import Fields, LocatedToml

CHANNELS = ("phone", "patrol", "sensor", "camera", "citizen")


def read_scenario(file: Path, *, kinds: Iterable[str]) -> Scenario:
    """Read a scenario; raise BadFile with every problem where a kind has no run card or a field is wrong."""
    toml = LocatedToml.read(file)
    steps = tuple(step.name for step in fields(Habits))
    toml.check_keys(("name", "name_zh", "incident", *steps))
    head = Fields(toml, (), toml.data, "scenario")
    name, name_zh = head.text("name"), head.text("name_zh", "")
    usual = Habits()
    habits = Habits(**{step: head.number(step, 0, 86_400, getattr(usual, step)) for step in steps})
    known = sorted(kinds)
    happenings = []
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
            )
        )
        item.done()
    toml.raise_if_bad()
    return Scenario(name, tuple(happenings), habits, name_zh)
