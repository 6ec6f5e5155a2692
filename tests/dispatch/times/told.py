"""A story of the town that reports what units did at seconds after eight, for the tests of response times."""

from __future__ import annotations

from dispatch.commands import AssignUnits, Choice, CloseIncident, ReleaseUnit, ReportIncident, ReportStatus
from dispatch.times.profiles_file import usual_time_profiles
from dispatch.times.report import TimesReport, intervals_of, times_report
from resources.status import Status
from tests.dispatch.story import Story
from tests.dispatch.town import at, crew, crossing

STEPS = {
    "go": Status.EN_ROUTE, "there": Status.ON_SCENE, "carry": Status.TRANSPORTING, "hospital": Status.AT_DESTINATION,
    "free": Status.AVAILABLE,
}  # fmt: skip


class Times(Story):
    """Tell incidents and what units did; `report` measures what was told."""

    def call(self, received_s: float = 0, *, kind: str = "structure_fire", entered_s: float | None = None) -> int:
        """Report an incident; return its number."""
        number = self.state.next_incident
        body = ReportIncident(kind, crossing(1, 1), received_at=at(received_s))
        self.do(body, at=at(received_s if entered_s is None else entered_s))
        return number

    def send(self, number: int, sent_s: float, *units: str) -> None:
        """Send units together."""
        self.do(AssignUnits(number, tuple(Choice(unit) for unit in units)), at=at(sent_s))

    def tells(self, unit: str, **steps: float) -> None:
        """Let a crew report its steps (`go`, `there`, `carry`, `hospital`, `free`)."""
        for step, seconds in steps.items():
            self.do(ReportStatus(unit, STEPS[step], source="crew"), who=crew(unit), at=at(seconds))

    def release(self, unit: str, seconds: float, reason: str = "") -> None:
        """Take a unit off."""
        self.do(ReleaseUnit(unit, reason), at=at(seconds))

    def close(self, number: int, seconds: float) -> None:
        """Close an incident."""
        ends = self.state.cards[self.state.incidents[number].kind].dispositions
        self.do(CloseIncident(number, ends[0]), at=at(seconds))

    def report(self, profile: str = "nfpa1710", **more: object) -> TimesReport:
        """Measure."""
        table = intervals_of(self.state)
        return times_report(table, usual_time_profiles().of(profile), **more)  # type: ignore[arg-type]
