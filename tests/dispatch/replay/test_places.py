"""Units stand where the log last said that they were; no way between is made up."""

from __future__ import annotations

from immutables import Map

from dispatch.commands import AssignUnits, Choice, ReleaseUnit, ReportIncident, ReportStatus
from dispatch.events import Entry
from dispatch.replay.places import Places, as_fixes, follow, places_of
from resources.position import NO_DEVICE
from resources.status import Status
from tests.dispatch import town
from tests.dispatch.story import Story

RADIO, HOME, SCENE, DRIVES = Status.AVAILABLE_BY_RADIO, Status.AVAILABLE, Status.ON_SCENE, Status.EN_ROUTE


class Followed(Story):
    """A story whose places are followed as it is told."""

    places: Places = Map()

    def do(self, body, **how):
        events = super().do(body, **how)
        at = how.get("at", town.START)
        entry = Entry(self.state.sequence, "", at, at, "", "", "", "", events)
        self.places = follow(self.places, self.state, entry)
        return events

    def says(self, unit_id: str, status: Status, seconds: float) -> None:
        self.do(ReportStatus(unit_id, status, source="crew"), who=town.crew(unit_id), at=town.at(seconds))

    def at(self, unit_id: str) -> tuple[float, float] | None:
        fix = as_fixes(self.places, self.state).get(unit_id)
        assert fix is None or fix.source == NO_DEVICE
        return (fix.lon, fix.lat) if fix is not None else None


def test_a_unit_is_at_its_scene_until_it_says_that_it_is_home() -> None:
    story = Followed()
    scene, other = town.crossing(0, 1), town.crossing(2, 1)
    story.do(ReportIncident("structure_fire", scene))
    story.do(ReportIncident("structure_fire", other))
    story.do(AssignUnits(1, (Choice("E1"),)))
    assert story.at("E1") is None  # at its station, as far as anybody knows
    story.says("E1", DRIVES, 60)
    assert story.at("E1") is None
    story.says("E1", SCENE, 300)
    assert story.at("E1") == (scene.lon, scene.lat)
    assert as_fixes(story.places, story.state)["E1"].fixed_at == town.at(300)
    assert places_of(story.state) == story.places
    story.do(ReleaseUnit("E1", "done"), at=town.at(900))
    story.says("E1", RADIO, 910)
    assert story.at("E1") == (scene.lon, scene.lat)
    story.do(AssignUnits(2, (Choice("E1"),)), at=town.at(1_000))
    story.says("E1", DRIVES, 1_060)
    assert story.at("E1") == (scene.lon, scene.lat)  # nobody recorded where it drove
    story.says("E1", SCENE, 1_300)
    assert story.at("E1") == (other.lon, other.lat)
    story.says("E1", HOME, 1_800)
    assert story.at("E1") is None


def test_a_report_from_the_scene_that_is_taken_back_takes_it_off_there() -> None:
    story = Followed()
    story.do(ReportIncident("structure_fire", town.crossing(0, 1)))
    story.do(AssignUnits(1, (Choice("E1"),)))
    story.says("E1", SCENE, 300)
    assert story.at("E1") is not None
    story.do(ReportStatus("E1", DRIVES, source="desk", reason="wrong button"), at=town.at(330))
    assert story.at("E1") is None
