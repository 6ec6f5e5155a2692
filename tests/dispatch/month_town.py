"""The invented town with the shipped rules, and a month told in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import maps
from dispatch.calendar_file import SHIPPED, read_calendar
from dispatch.engine import Engine
from dispatch.log_memory import MemoryLog
from dispatch.month import START, MonthClock, Told, tell_month
from dispatch.month_ground import TOWN_ZONE, MonthGround, town_ground
from dispatch.runcard_file import read_run_cards
from dispatch.standards_file import read_standards


@cache
def month_ground(language: str = "en") -> MonthGround:
    """Return the invented town with the run cards and standards that are shipped, and a plain week."""
    cities = Path(maps.__file__).parent / "cities"
    cards = read_run_cards(cities / "runcards.toml")
    standards = read_standards(cities / "standards.toml", cards=cards)
    ground = town_ground(standards, cards, read_calendar(SHIPPED, time_zone=TOWN_ZONE))
    return replace(ground, language=language)


def told_month(
    cases: int = 300, *, seed: int = 1, start: date = START, ground: MonthGround | None = None
) -> tuple[Engine, Told]:
    """Tell a month into a log in memory; some 1 ms a case and 300 cases at the least for every rule to happen."""
    clock = MonthClock()
    engine = Engine(MemoryLog(), clock=clock)
    return engine, tell_month(engine, ground or month_ground(), clock=clock, cases=cases, seed=seed, start=start)
