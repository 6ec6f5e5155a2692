"""Stories of cases that keep their entries, so that they can be counted twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.commands import Body, Tick, Who
from dispatch.decide import decide
from dispatch.events import Entry, Event
from dispatch.figures.compute import DENOMINATOR, compute
from dispatch.figures.facts import GROUPS, PLACE_GROUPS
from dispatch.figures.indicators import Profile
from dispatch.figures.indicators_file import usual_profiles
from dispatch.figures.period import Period
from dispatch.refused import Refused
from dispatch.state import apply
from tests.dispatch.case_town import MONDAY_TEN, CaseStory
from tests.dispatch.figures import slow_count
from tests.dispatch.town import CLOCK, OPERATOR, command


class ToldStory(CaseStory):
    """A story whose clock only goes forward, by `wait`, and whose entries are kept."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.now = MONDAY_TEN
        super().__init__()

    def do(
        self, body: Body, *, who: Who = OPERATOR, at: datetime | None = None, based_on: int | None = None
    ) -> tuple[Event, ...]:
        self.now += timedelta(seconds=1)  # nothing happens in the same instant as something else
        asked = command(body, at=self.now, who=who, based_on=based_on)
        events = decide(self.state, asked)
        if events:
            entry = Entry(
                self.state.sequence + 1, asked.id, self.now, self.now, who.actor, who.role, who.department, who.seat,
                events,
            )  # fmt: skip
            self.entries.append(entry)
            self.state = apply(self.state, entry)
        return events

    def try_to(self, body: Body, who: Who) -> bool:
        """Ask for what may be refused."""
        try:
            self.do(body, who=who)
        except Refused:
            return False
        return True

    def wait(self, hours: float, *, unnoticed: bool = False) -> None:
        """Let hours pass, and let the desk notice what is late unless nobody looks."""
        self.now += timedelta(hours=hours)
        if not unnoticed:
            self.try_to(Tick(), CLOCK)


@dataclass
class Tally:
    """Say how much was compared: figures, how many of them are not of nothing, and the cases behind them."""

    figures: int = 0
    not_empty: int = 0
    cases: int = 0


def differences(
    story: ToldStory,
    period: Period,
    *,
    last: datetime | None = None,
    groups: tuple[str, ...] = GROUPS,
    tally: Tally | None = None,
) -> list[str]:
    """Count a period quickly and slowly, by every group and profile; say where the two do not agree."""
    tally = tally or Tally()
    last = last or story.entries[-1].recorded_at
    large = {each.id: f"{each.group} {each.large}" for each in story.state.standards.small}
    found = []
    for profile in map(usual_profiles().of, ("gb", "with_suspended")):
        quick = compute(story.state, period, profile, by=groups, at=last)
        for group in groups:
            slow = slow_count.figures(
                story.entries, period.from_at, period.to_at, group=group, last=last, large=large,
                count_held=profile.id == "with_suspended",
            )  # fmt: skip
            found += _compared(quick, slow, profile, group, tally)
    return found


def _compared(quick, slow, profile: Profile, group: str, tally: Tally) -> list[str]:
    found = []
    for indicator in profile.indicators:
        if group not in PLACE_GROUPS and group not in indicator.by:
            continue
        counted, among = slow.get(indicator.id, ({}, None))
        for key in sorted({*quick.keys(group), *counted, *(among or {})}):
            figure = quick.of(indicator.id, group, key)
            mine = (quick.cases(figure), quick.cases(figure, DENOMINATOR) if indicator.is_share else None)
            theirs = (
                tuple(sorted(counted.get(key, ()))),
                tuple(sorted((among or {}).get(key, ()))) if indicator.is_share else None,
            )
            behind = sum(len(part) for part in mine if part is not None)
            tally.figures += 1
            tally.not_empty += behind > 0
            tally.cases += behind
            if mine != theirs:
                found.append(f"{profile.id} {indicator.id} {group} {key}: quick {mine}, slow {theirs}")
            if (figure.numerator, figure.denominator) != tuple(None if part is None else len(part) for part in mine):
                found.append(f"{profile.id} {indicator.id} {group} {key}: {figure} has not as many cases as it says")
    return found
