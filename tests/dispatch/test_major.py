"""Major incidents, told: declared, said by METHANE, divided, counted, ticked, asked, timed and stood down."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from dispatch import commands as c
from dispatch import major_commands as m
from dispatch import major_events as e
from dispatch.access import MAY, may
from dispatch.action_cards import ActionCards
from dispatch.checkpoint import decode_state, encode_state
from dispatch.codec import decode, encode
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.incident import Perimeter, PerimeterKind, Stage
from dispatch.log_memory import MemoryLog
from dispatch.major import Methane, Plan, Triage
from dispatch.major_now import (
    bound_units,
    cordons_now,
    counts_at,
    counts_now,
    methane_now,
    open_stagings,
    plan_now,
    roles_now,
    total,
    units_in,
)
from dispatch.refused import Refused
from dispatch.state import State, apply, fold
from tests.dispatch.major_story import (
    AFTERWARDS,
    CARDS,
    FIRST,
    ONE_OF_EACH_MAJOR,
    PLAN,
    RING,
    SAID,
    MajorStory,
)
from tests.dispatch.story import Story
from tests.dispatch.town import ADMINISTRATOR, OPERATOR, OTHER_OPERATOR, at, crew


@pytest.fixture
def story() -> MajorStory:
    return MajorStory()


class TestDeclaring:
    def test_it_is_declared_with_what_is_known_and_the_cards_in_force(self) -> None:
        story = MajorStory(declared=False)
        events = story.do(m.DeclareMajorIncident(1, Methane(hazards=" gas ")), at=at(60))
        assert events == (
            e.MajorIncidentDeclared(1, "", 10.0, 20.0, CARDS.cards),
            e.MethaneReported(1, Methane(hazards="gas")),
        )
        major = story.major
        assert (major.declared_at, major.declared_by, major.is_declared) == (at(60), "anna", True)
        assert major.cards == CARDS.cards

    def test_who_comes_second_is_told_who_was_first(self, story: MajorStory) -> None:
        refused = story.refuses(m.DeclareMajorIncident(1), who=OTHER_OPERATOR, at=at(61))
        assert refused.code == "major_already_declared"
        assert refused.parameters.items() >= {"actor": "anna", "changed_at": at(60)}.items()

    def test_cards_that_come_later_are_for_the_next(self, story: MajorStory) -> None:
        other = replace(CARDS, cards=CARDS.cards[:1])
        assert story.do(m.LoadActionCards(other), who=ADMINISTRATOR)
        assert story.do(m.LoadActionCards(other), who=ADMINISTRATOR) == ()
        assert story.major.cards == CARDS.cards
        story.fire()
        story.do(m.DeclareMajorIncident(2))
        assert story.state.majors[2].cards == other.cards

    def test_it_is_stood_down_and_declared_again_with_all_that_was(self, story: MajorStory) -> None:
        story.do(m.TickAction(1, "medical", "triage"))
        assert story.refuses(m.StandDownMajorIncident(1, " ")).code == "text_missing"
        story.do(m.StandDownMajorIncident(1, "fire out"), at=at(900))
        assert (story.major.stood_down_at, story.major.stood_down_by) == (at(900), "anna")
        assert story.refuses(m.DeclareMajorIncident(1)).code == "text_missing", "again needs a reason"
        story.do(m.DeclareMajorIncident(1, reason="flared up"), at=at(1200))
        major = story.major
        assert (major.declared, major.declared_at, major.stood_down_at) == (2, at(1200), None)
        assert len(major.ticks) == 1 and len(major.said) == 6

    def test_an_incident_is_not_closed_while_it_is_a_major_one(self, story: MajorStory) -> None:
        close = c.CloseIncident(1, "extinguished", release_units=True)
        assert story.refuses(close).code == "major_still_declared"
        story.do(m.StandDownMajorIncident(1, "fire out"))
        story.do(close)
        assert story.incident().stage is Stage.CLOSED


class TestEveryCommand:
    def test_all_are_here(self) -> None:
        assert set(get_args(m.MajorBody)) == ONE_OF_EACH_MAJOR.keys()

    @pytest.mark.parametrize(
        "kind", [kind for kind in ONE_OF_EACH_MAJOR if kind not in FIRST], ids=lambda kind: kind.__name__
    )
    def test_none_is_for_an_incident_that_was_not_declared(self, kind: type) -> None:
        story = MajorStory(declared=False)
        assert story.refuses(ONE_OF_EACH_MAJOR[kind]).code == "not_major"
        unknown = replace(ONE_OF_EACH_MAJOR[kind], incident_id=9)  # type: ignore[type-var]
        assert story.refuses(unknown).code == "incident_unknown"

    @pytest.mark.parametrize(
        "kind", [kind for kind in ONE_OF_EACH_MAJOR if kind not in FIRST], ids=lambda kind: kind.__name__
    )
    def test_few_are_left_after_standing_down(self, kind: type, story: MajorStory) -> None:
        story.do(m.StandDownMajorIncident(1, "over"))
        code = ""
        try:
            story.decide(ONE_OF_EACH_MAJOR[kind])
        except Refused as refused:
            code = refused.code
        assert (code == "major_stood_down") == (kind not in AFTERWARDS)

    def test_a_closed_incident_is_declared_nothing(self) -> None:
        story = Story()
        story.fire()
        story.do(c.CloseIncident(1, "extinguished"))
        assert story.refuses(m.DeclareMajorIncident(1)).code == "incident_closed"

    def test_command_roles_may_and_crews_tick_and_answer(self) -> None:
        commanding = {"operator", "dispatcher", "coordinator", "supervisor", "trainer", "administrator"}
        for kind in get_args(m.MajorBody):
            able = {role for role in MAY if may(role, kind)}
            if kind is m.LoadActionCards:
                assert able == {"supervisor", "trainer", "administrator", "system"}
            elif kind in (m.TickAction, m.AnswerRollCall):
                assert able == commanding | {"crew"}
            else:
                assert able == commanding, kind

    def test_what_was_told_comes_back_from_the_log_and_from_a_checkpoint(self) -> None:
        log = MemoryLog()
        engine = Engine(log, clock=lambda: at(3_000))
        story = MajorStory(declared=False, engine=engine)
        story.do(m.DeclareMajorIncident(1, SAID), at=at(60))
        story.walk()
        told = {type(event).__name__ for entry in log.read() for event in entry.events}
        assert told >= {"PeopleMissing", "RollCallEnded", "ActionUnticked", "CordonLinked", "CallOutAnswered"}
        again = fold(State(), (decode(encode(entry)) for entry in log.read()))
        assert again == engine.state and again.majors[1].roll_calls
        assert decode_state(encode_state(again)) == again


class TestMethane:
    def test_each_letter_keeps_every_version_with_who_and_when(self, story: MajorStory) -> None:
        (said,) = story.do(m.ReportMethane(1, replace(SAID, hazards="gas bottles, asbestos")), at=at(90))
        assert said == e.MethaneReported(1, Methane(hazards="gas bottles, asbestos"))
        now = methane_now(story.major)
        assert list(now) == ["location", "incident_type", "hazards", "access", "casualties", "services"]
        assert (now["hazards"].text, now["hazards"].said_at) == ("gas bottles, asbestos", at(90))
        assert [each.text for each in story.major.said if each.letter == "hazards"] == [
            SAID.hazards,
            said.methane.hazards,
        ]
        assert story.do(m.ReportMethane(1, SAID)) != (), "said again, it is news again"

    def test_paper_keyed_in_later_does_not_undo_what_was_said_since(self, story: MajorStory) -> None:
        story.do(m.ReportMethane(1, Methane(access="from the east")), at=at(500))
        story.do(m.ReportMethane(1, Methane(access="from the west")), at=at(300))
        assert methane_now(story.major)["access"].text == "from the east"

    def test_two_seats_say_different_letters_but_not_the_same(self, story: MajorStory) -> None:
        seen = story.state.sequence
        story.do(m.ReportMethane(1, Methane(access="from the east")), who=OTHER_OPERATOR, at=at(90))
        assert story.do(m.ReportMethane(1, Methane(hazards="none")), based_on=seen)
        refused = story.refuses(m.ReportMethane(1, Methane(access="from the west")), based_on=seen)
        assert refused.code == "major_changed_since"
        assert refused.parameters.items() >= {"major_part": "methane", "id": "access", "actor": "bela"}.items()

    def test_nothing_said_is_refused(self, story: MajorStory) -> None:
        assert story.refuses(m.ReportMethane(1, Methane(" "))).code == "text_missing"
        assert story.do(m.ReportMethane(1, SAID)) == ()


class TestObjectives:
    def test_versions_are_kept_and_empty_lines_left_out(self, story: MajorStory) -> None:
        story.do(m.RecordObjectives(1, replace(PLAN, objectives=(" one ", "", "two"))), at=at(90))
        story.do(m.RecordObjectives(1, PLAN), at=at(120))
        assert [each.plan.objectives for each in story.major.plans] == [("one", "two"), PLAN.objectives]
        assert plan_now(story.major) == PLAN and story.do(m.RecordObjectives(1, PLAN)) == ()

    def test_a_plan_needs_an_objective_and_a_period_that_ends_later(self, story: MajorStory) -> None:
        assert story.refuses(m.RecordObjectives(1, Plan((" ",)))).code == "text_missing"
        backwards = replace(PLAN, period_from_at=at(9), period_to_at=at(9))
        assert story.refuses(m.RecordObjectives(1, backwards)).code == "until_in_past"
        assert story.refuses(m.RecordObjectives(1, Plan(("x",) * 201))).code == "list_too_long"


class TestGround:
    def test_a_unit_is_in_one_sector_at_a_time(self, story: MajorStory) -> None:
        for sector_id in ("A", "B"):
            story.do(m.SetSector(1, sector_id, f"Side {sector_id}", "E1"))
        story.do(m.MoveToSector(1, ("E1", "A1", "E1"), "A"))
        (moved,) = story.do(m.MoveToSector(1, ("E1", "A1"), "B"))
        assert moved == e.UnitsMovedToSector(1, ("E1", "A1"), "B")
        assert [units_in(story.state, story.major, each) for each in story.major.sectors] == [(), ("E1", "A1")]
        story.do(m.MoveToSector(1, ("A1",), ""))
        assert [units_in(story.state, story.major, each) for each in story.major.sectors] == [(), ("E1",)]
        assert story.do(m.MoveToSector(1, ("A1",), "")) == ()

    def test_a_sector_keeps_its_units_when_it_changes_and_ends_only_without_them(self, story: MajorStory) -> None:
        story.do(m.SetSector(1, "A", "North"), at=at(70))
        story.do(m.MoveToSector(1, ("E1",), "A"))
        story.do(m.SetSector(1, "A", "North side", "Chief Berg"), at=at(99))
        sector = story.major.sectors[0]
        assert (sector.name, [each.unit_id for each in sector.members], sector.opened_at) == (
            "North side",
            ["E1"],
            at(70),
        )
        refused = story.refuses(m.EndSector(1, "A"))
        assert (refused.code, refused.parameters["units"]) == ("sector_not_empty", ("E1",))
        story.do(c.ReleaseUnit("E1"))
        assert units_in(story.state, story.major, sector) == () and bound_units(story.state, 1) == ("A1", "P1")
        story.do(m.EndSector(1, "A"))
        assert story.refuses(m.MoveToSector(1, ("A1",), "A")).code == "sector_unknown"
        story.do(m.SetSector(1, "A", "North again"), at=at(200))
        assert (story.major.sectors[0].members, story.major.sectors[0].opened_at) == ((), at(200))

    def test_a_unit_that_left_and_is_sent_again_is_in_no_sector(self, story: MajorStory) -> None:
        story.do(m.SetSector(1, "A", "North"))
        story.do(m.MoveToSector(1, ("E1",), "A"))
        story.do(c.ReleaseUnit("E1"))
        story.do(c.AssignUnits(1, (c.Choice("E1"),)), at=at(300))
        assert units_in(story.state, story.major, story.major.sectors[0]) == ()
        assert story.do(m.MoveToSector(1, ("E1",), "A"))
        assert units_in(story.state, story.major, story.major.sectors[0]) == ("E1",)

    def test_whoever_checks_in_elsewhere_has_left(self, story: MajorStory) -> None:
        for staging_id in ("s", "t"):
            story.do(m.SetStaging(1, staging_id, f"Square {staging_id}", 25.0, 60.0))
        story.do(m.CheckIn(1, "s", "P1"), at=at(80))
        assert story.do(m.CheckIn(1, "s", "P1")) == ()
        story.do(m.CheckIn(1, "t", "P1"), at=at(90))
        first, second = open_stagings(story.major)
        assert first.units == () and [each.checked_in_at for each in second.units] == [at(90)]
        assert story.refuses(m.EndStaging(1, "t")).code == "staging_not_empty"
        story.do(m.CheckOut(1, "P1"))
        assert story.refuses(m.CheckOut(1, "P1")).code == "not_checked_in"
        story.do(m.EndStaging(1, "t"))
        assert [each.id for each in open_stagings(story.major)] == ["s"]

    def test_a_cordon_is_a_perimeter_that_stands(self, story: MajorStory) -> None:
        story.do(c.DrawPerimeter(RING))
        story.do(m.LinkCordon(1, "ring", "outer"))
        story.do(m.LinkCordon(1, "ring", "inner"))
        assert [(cordon.ring, each.label) for cordon, each in cordons_now(story.state, story.major)] == [
            ("inner", "market")
        ]
        story.do(c.LiftPerimeter("ring"))
        assert cordons_now(story.state, story.major) == ()
        story.do(c.DrawPerimeter(RING))
        assert len(cordons_now(story.state, story.major)) == 1, "taking the lifting back brings it back"
        story.do(m.UnlinkCordon(1, "ring"))
        assert not story.major.cordons and story.do(m.UnlinkCordon(1, "ring")) == ()

    def test_no_other_perimeter_is_a_cordon(self, story: MajorStory) -> None:
        story.do(c.DrawPerimeter(replace(RING, id="gas", kind=PerimeterKind.HAZARD)))
        assert story.refuses(m.LinkCordon(1, "gas", "inner")).code == "perimeter_not_cordon"
        story.fire()
        story.do(c.DrawPerimeter(replace(RING, id="far", incident_id=2)))
        assert story.refuses(m.LinkCordon(1, "far", "inner")).code == "perimeter_elsewhere"
        assert story.refuses(m.LinkCordon(1, "none", "inner")).code == "perimeter_unknown"
        story.do(c.DrawPerimeter(Perimeter("free", PerimeterKind.CORDON, ((25.0, 60.0),), 9.0)))
        assert story.refuses(m.LinkCordon(1, "free", "middle")).code == "choice_unknown"
        assert story.do(m.LinkCordon(1, "free", "traffic"))

    def test_each_count_is_a_new_fact_and_the_latest_by_time_counts(self, story: MajorStory) -> None:
        story.do(m.CountCasualties(1, "hall", Triage(3, 2, 1, 1, 9, 4)), at=at(100))
        story.do(m.CountCasualties(1, "City hospital", Triage(immediate=2), "destination"), at=at(200))
        story.do(m.CountCasualties(1, "hall", Triage(1, 2, 1, 1, 9, 2)), at=at(210))
        story.do(m.CountCasualties(1, "hall", Triage(missing=9), counted_at=at(150)), at=at(300))
        assert len(story.major.counts) == 4
        assert [(each.place, each.counts.missing) for each in counts_now(story.major)] == [
            ("hall", 2),
            ("City hospital", 0),
        ]
        assert total(counts_now(story.major)) == Triage(3, 2, 1, 1, 9, 2)
        assert [each.counts.missing for each in counts_at(story.major, at(160))] == [9]
        assert story.refuses(m.CountCasualties(1, "hall", Triage(dead=-1))).code == "count_out_of_range"


class TestPeople:
    def test_a_role_passes_from_one_to_another(self, story: MajorStory) -> None:
        story.do(m.AssignRole(1, "incident_commander", "Berg"), at=at(70))
        story.do(m.AssignRole(1, "medical", "Lind"), at=at(71))
        story.do(m.AssignRole(1, "incident_commander", "Falk"), at=at(80))
        assert roles_now(story.major) == {"incident_commander": "Falk", "medical": "Lind"}
        story.do(m.AssignRole(1, "medical", " "), at=at(90))
        assert roles_now(story.major) == {"incident_commander": "Falk"} and len(story.major.roles) == 4
        assert story.refuses(m.AssignRole(1, "cook", "Lind")).code == "card_unknown"

    def test_who_ticks_first_stays_and_a_tick_is_taken_back_with_a_reason(self, story: MajorStory) -> None:
        story.do(m.TickAction(1, "medical", "triage"), who=crew("A1"), at=at(70))
        assert story.do(m.TickAction(1, "medical", "triage")) == ()
        assert [(each.ticked_by, each.ticked_at) for each in story.major.ticks] == [("A1", at(70))]
        assert story.refuses(m.UntickAction(1, "medical", "triage", " ")).code == "text_missing"
        story.do(m.UntickAction(1, "medical", "triage", "wrong line"))
        assert story.major.ticks == ()
        assert story.refuses(m.TickAction(1, "medical", "dance")).code == "action_unknown"

    def test_whoever_is_asked_answers_more_than_once(self, story: MajorStory) -> None:
        story.do(m.AskCallOut(1, "1", "Falk", "chief", "fire"), at=at(70))
        assert story.do(m.AskCallOut(1, "1", "Falk", "chief", "fire")) == ()
        assert story.refuses(m.AskCallOut(1, "1", "Berg")).code == "named_twice"
        story.do(m.AnswerCallOut(1, "1", "coming", 600.0), at=at(100))
        answer = story.major.call_outs[0].answer
        assert answer is not None and (answer.answer, answer.expected_at) == ("coming", at(700))
        story.do(m.AnswerCallOut(1, "1", "arrived", 600.0), at=at(650))
        asked = story.major.call_outs[0]
        assert asked.answer is not None and (asked.answer.answer, asked.answer.expected_at) == ("arrived", None)
        assert len(asked.answers) == 2 and asked.asked_at == at(70)

    def test_nobody_is_asked_for_nothing(self, story: MajorStory) -> None:
        assert story.refuses(m.AskCallOut(1, "1")).code == "text_missing"
        assert story.refuses(m.AskCallOut(1, "1", department="navy")).code == "department_unknown"
        assert story.refuses(m.AnswerCallOut(1, "1", "coming")).code == "call_out_unknown"
        story.do(m.AskCallOut(1, "1", "Falk"))
        assert story.refuses(m.AnswerCallOut(1, "1", "perhaps")).code == "choice_unknown"
        assert story.refuses(m.AnswerCallOut(1, "1", "coming", 1e9)).code == "eta_out_of_range"


HOSTILE = ("<b>gas</b>", "水\n\x1b[31m", "\u202egnp", "line\nbreak\x00", "${x} {y}")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_kept_as_words(words: str) -> None:
    story = MajorStory()
    story.do(m.ReportMethane(1, Methane(*(words for _ in range(6)))), at=at(90))
    story.do(m.RecordObjectives(1, Plan((words,), (words,), words, words)), at=at(90))
    story.do(m.SetSector(1, words, words, words, words), at=at(90))
    story.do(m.SetStaging(1, words, words, 25.0, 60.0, words), at=at(90))
    story.do(m.CheckIn(1, words, words), at=at(90))
    story.do(m.CountCasualties(1, words, Triage()), at=at(90))
    story.do(m.AskCallOut(1, words, words, words), at=at(90))
    assert methane_now(story.major)["hazards"].text == words.strip()
    assert decode_state(encode_state(story.state)) == story.state


def test_what_is_too_long_is_refused(story: MajorStory) -> None:
    assert story.refuses(m.ReportMethane(1, Methane("x" * 10_001))).code == "text_too_long"
    assert story.refuses(m.SetSector(1, "x" * 201, "North")).code == "text_too_long"
    assert story.refuses(m.SetStaging(1, "s", "s", 200.0, 60.0)).code == "place_out_of_range"
    assert story.refuses(m.AnswerCallOut(1, "1", "coming", float("nan"))).code == "number_not_finite"


def test_somebody_else_at_another_seat_is_not_written_over(story: MajorStory) -> None:
    story.do(c.DrawPerimeter(RING))
    story.do(m.SetStaging(1, "s", "Square", 25.0, 60.0))
    story.do(m.AskCallOut(1, "1", "Falk"))
    story.do(m.TickAction(1, "medical", "triage"))
    seen = story.state.sequence
    pairs: tuple[tuple[c.Body, c.Body], ...] = (
        (m.RecordObjectives(1, PLAN), m.RecordObjectives(1, replace(PLAN, safety="x"))),
        (m.SetClocks(1, 5.0, 5.0), m.SetClocks(1, 6.0, 6.0)),
        (m.SetSector(1, "A", "North"), m.SetSector(1, "A", "South")),
        (m.MoveToSector(1, ("E1",), "A"), m.MoveToSector(1, ("E1",), "")),
        (m.SetStaging(1, "s", "Market", 25.0, 60.0), m.SetStaging(1, "s", "Park", 25.0, 60.0)),
        (m.LinkCordon(1, "ring", "inner"), m.LinkCordon(1, "ring", "outer")),
        (m.CountCasualties(1, "hall", Triage(1)), m.CountCasualties(1, "hall", Triage(2))),
        (m.AssignRole(1, "medical", "Lind"), m.AssignRole(1, "medical", "Berg")),
        (m.AnswerCallOut(1, "1", "coming"), m.AnswerCallOut(1, "1", "not_coming")),
        (m.UntickAction(1, "medical", "triage", "x"), m.TickAction(1, "medical", "triage")),
    )
    for first, second in pairs:
        assert story.do(first, who=OTHER_OPERATOR, at=at(90))
        if not isinstance(second, m.TickAction):  # what was done is a fact; two may say so
            assert story.refuses(second, who=OPERATOR, based_on=seen).code == "major_changed_since", second


EVENTS = (
    e.MajorIncidentDeclared(9),
    e.MajorIncidentStoodDown(9, "x"),
    e.MethaneReported(9, SAID),
    e.ObjectivesRecorded(9, PLAN),
    e.ClocksSet(9),
    e.ElapsedTimeDue(9, 1.0, at(0)),
    e.ElapsedTimeCalled(9, 1.0),
    e.SectorSet(9, "A", "North"),
    e.UnitsMovedToSector(9, ("E1",), "A"),
    e.SectorEnded(9, "A"),
    e.StagingSet(9, "s", "Square", 25.0, 60.0),
    e.UnitCheckedIn(9, "s", "E1"),
    e.UnitCheckedOut(9, "s", "E1"),
    e.StagingEnded(9, "s"),
    e.CordonLinked(9, "ring", "inner"),
    e.CordonUnlinked(9, "ring"),
    e.CasualtiesCounted(9, "hall", "scene", Triage(), at(0)),
    e.RoleAssigned(9, "medical", "Lind"),
    e.ActionTicked(9, "medical", "triage"),
    e.ActionUnticked(9, "medical", "triage", "x"),
    e.CallOutAsked(9, "1", "Falk"),
    e.CallOutAnswered(9, "1", "coming"),
    e.RollCallStarted(9, 1, ()),
    e.RollAnswered(9, 1, "unit", "E1"),
    e.RollCallEnded(9, 1),
    e.RollCallUnanswered(9, 1, ()),
    e.RollCallOverdue(9, at(0)),
    e.PeopleMissing(9, "unit", "E1", 1),
    e.MissingResolved(9, "unit", "E1", "found"),
)


def test_an_event_of_an_incident_that_nobody_knows_changes_nothing() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(e.MajorEvent)) - {e.ActionCardsLoaded}
    entry = Entry(1, "x", at(0), at(0), "anna", "operator", "", "seat-1", EVENTS)
    after = apply(State(), entry)
    assert after == replace(State(), sequence=1, at=at(0), answered=after.answered)


@pytest.mark.parametrize(
    ("cards", "code"),
    [
        (replace(CARDS, cards=(*CARDS.cards, CARDS.cards[0])), "named_twice"),
        (replace(CARDS, cards=(replace(CARDS.cards[0], lines=CARDS.cards[0].lines * 2),)), "named_twice"),
        (replace(CARDS, cards=(replace(CARDS.cards[0], title=" "),)), "action_cards_wrong"),
        (replace(CARDS, cards=(replace(CARDS.cards[0], lines=()),)), "action_cards_wrong"),
        (replace(CARDS, cards=(replace(CARDS.cards[0], id=" "),)), "text_missing"),
    ],
)
def test_cards_that_cannot_be_worked_by_are_refused(cards: ActionCards, code: str) -> None:
    assert Story().refuses(m.LoadActionCards(cards), who=ADMINISTRATOR).code == code


def test_only_units_that_were_sent_are_put_in_a_sector(story: MajorStory) -> None:
    story.do(m.SetSector(1, "A", "North"))
    assert story.refuses(m.MoveToSector(1, ("E1", "E2"), "A")).code == "unit_not_here"
    assert story.refuses(m.MoveToSector(1, ("X9",), "A")).code == "unit_unknown"
    assert story.refuses(m.MoveToSector(1, (), "A")).code == "nobody_chosen"
    assert story.refuses(m.SetSector(1, "B", "South", perimeter_id="none")).code == "perimeter_unknown"
    assert story.refuses(m.CheckIn(1, "none", "E1")).code == "staging_unknown"
