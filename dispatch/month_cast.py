"""Who and what an invented month is played by: its people, its classes, its places and its hours."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from dispatch.areas import answerable
from dispatch.case import AFTER, CasePlace, Evidence
from dispatch.clocks import URGENT, WORKING, Limit
from dispatch.commands import Who
from dispatch.incident import Location
from dispatch.month_aims import Fate
from dispatch.month_ground import MonthCell, MonthGround
from dispatch.month_words import REASONS, REPORTS
from dispatch.standards import COMPONENT, EVENT, Standard
from gis.grid_codes import component_code

OPENS, CLOSES = time(7, 0), time(21, 0)  # the centre and the departments, in the city's time
# How many a role has: "sim" stands before every name, so that nobody takes them for people.
STAFF = {"acceptor": 6, "operator": 4, "dispatcher": 4, "coordinator": 2, "supervisor": 4, "checker": 3}
OFFICERS = 3
_M_PER_DEGREE = 111_195.0
_HOURS = {  # of the city's day, with how much happens in each
    "patrol": ((7, 1), (8, 4), (9, 6), (10, 6), (11, 4), (12, 1), (13, 2), (14, 5), (15, 6), (16, 5), (17, 3), (18, 1)),
    "hotline": (
        (7, 2),
        (8, 4),
        (9, 5),
        (10, 5),
        (11, 4),
        (13, 3),
        (15, 4),
        (17, 4),
        (18, 4),
        (19, 3),
        (20, 2),
        (22, 1),
    ),
}
_WEEKEND = 0.65


@dataclass(slots=True)
class Part:
    """Hold what one case is to be, and how far it has come.

    `main` is the case that it is the same as (0: none); `done` are the things on its way that have happened.
    """

    fate: Fate
    standard: Standard
    source: str
    reported_at: datetime
    place: CasePlace
    text: str
    degree: str
    reporter: Who
    case_id: int = 0
    main: int = 0
    done: set[str] = field(default_factory=set)

    def still(self, way: str) -> bool:
        """Tell whether something is yet to happen on its way."""
        return self.fate.way == way and way not in self.done


class Cast:
    """Choose people, classes, places and hours by one set of dice: the same seed, the same choices."""

    def __init__(self, ground: MonthGround, dice: Random, seed: int, start: date, end: date) -> None:
        self.ground, self.dice = ground, dice
        self.zone = ZoneInfo(ground.time_zone)
        self.start_at, self.end_at = (datetime.combine(day, time(), self.zone).astimezone(UTC) for day in (start, end))
        self._days = [start + timedelta(days=each) for each in range((end - start).days)]
        self._seed, self._pictures = seed, 0
        self._weights = [dice.lognormvariate(0.0, 1.0) for _ in ground.cells]
        ranked = list(ground.standards.small)
        dice.shuffle(ranked)
        self._common = {each.id: 1.0 / (place + 2) for place, each in enumerate(ranked)}

    def reason(self, code: str) -> str:
        """Return why, in the language of the ground."""
        return REASONS[self.ground.language][code]

    def photo(self, kind: str = AFTER) -> Evidence:
        """Return evidence whose hash is of no file: nobody ever took it."""
        self._pictures += 1
        made = hashlib.sha256(f"month {self._seed} picture {self._pictures}".encode()).hexdigest()
        return Evidence(made, kind, near=True, distance_m=float(10 * self.dice.randrange(6)))

    def one_of(self, role: str, without: Collection[str] = ()) -> Who:
        """Return somebody of the centre in a role, none of those named."""
        names = [f"sim-{role}-{number}" for number in range(1, STAFF[role] + 1)]
        actor = self.dice.choice([name for name in names if name not in without] or names)
        return Who(actor, role, "", f"seat-{actor}")

    def officer(self, department: str) -> Who:
        """Return somebody who answers for a department."""
        actor = f"sim-officer-{department}-{self.dice.randint(1, OFFICERS)}"
        return Who(actor, "department_officer", department, f"seat-{actor}")

    def collector(self, name: str) -> Who:
        """Return a collector under the name that a task gives; without one, somebody who checks."""
        return Who(name, "collector", "", f"field-{name}") if name else self.one_of("checker")

    def department(self, answering: str, *, wrong: Sequence[str] = ()) -> str:
        """Return who is sent: the one that answers, or with `wrong` (the right one first) one that does not."""
        every = [each.id for each in self.ground.roster.departments]
        if not wrong:
            own = [each.id for each in self.ground.roster.departments if each.kind == "urban_management"]
            return answering or (own or every)[0]
        return self.dice.choice([each for each in every if each not in wrong] or every)

    def standard(self, fits: Callable[[Standard], bool]) -> Standard:
        """Choose a class, the common ones often; any class where none fits."""
        small = self.ground.standards.small
        found = [each for each in small if fits(each)] or [each for each in small if not each.emergency]
        weights = [self._common[each.id] * (3 if each.group == EVENT else 1) for each in found]
        return self.dice.choices(found, weights)[0]

    def place(self, standard: Standard) -> CasePlace:
        """Choose a place in a cell, the same cells again and again; every third component is one with a code."""
        cells = self.ground.cells
        at = self.dice.choices(range(len(cells)), self._weights)[0]
        cell: MonthCell = cells[at]
        north, narrow = cell.spread_m / _M_PER_DEGREE, max(math.cos(math.radians(cell.lat)), 0.01)
        lon = round(cell.lon + self.dice.uniform(-north, north) / narrow, 6)
        lat = round(cell.lat + self.dice.uniform(-north, north), 6)
        component = ""
        if standard.group == COMPONENT and self.dice.random() < 1 / 3:
            component = component_code(cell.code[:6], standard.code, at * 4 + self.dice.randrange(4) + 1)
        area = answerable(self.ground.areas, cell.code, standard, self.ground.roster).area
        where = Location(lon, lat, f"{cell.code[-6:]}", component)
        return CasePlace(where, cell.code, area, cell.code[:12], component)

    def words(self, standard: Standard) -> str:
        """Return what is said of a thing of a class."""
        name = standard.name_zh if self.ground.language == "zh" and standard.name_zh else standard.name
        return self.dice.choice(REPORTS[self.ground.language]).format(name=name)

    def moment(self, source: str, first_at: datetime, last_at: datetime) -> datetime:
        """Choose when something is reported: by the day of the week and the hour, within two instants."""
        hours = _HOURS.get(source, _HOURS["hotline"])
        weights = [_WEEKEND if day.weekday() >= 5 else 1.0 for day in self._days]
        for _ in range(200):
            day = self.dice.choices(self._days, weights)[0]
            hour = self.dice.choices([each for each, _ in hours], [much for _, much in hours])[0]
            local = datetime.combine(day, time(hour, self.dice.randrange(60), self.dice.randrange(60)), self.zone)
            if first_at <= local.astimezone(UTC) <= last_at:
                return local.astimezone(UTC)
        return first_at + (last_at - first_at) * self.dice.random()

    def after(self, at: datetime, low_min: float, high_min: float) -> datetime:
        """Return an instant some minutes later; what would be at night is done in the morning."""
        later = at + timedelta(seconds=round(60 * self.dice.uniform(low_min, high_min)))
        local = later.astimezone(self.zone)
        if OPENS <= local.time() < CLOSES:
            return later
        day = local.date() + timedelta(days=int(local.time() >= CLOSES))
        morning = datetime.combine(day, OPENS, self.zone).astimezone(UTC)
        return max(at, morning) + timedelta(seconds=round(self.dice.uniform(30, 600)))


def length_h(limit: Limit) -> float:
    """Guess how many hours of the clock a limit lasts, nights and weekends among them."""
    if limit.kind == URGENT:
        return limit.amount
    return limit.amount * 4.2 if limit.kind == WORKING else limit.amount * 34 + 48
