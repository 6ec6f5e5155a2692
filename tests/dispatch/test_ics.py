"""The ICS forms of a major incident: every block of the paper, from facts alone, worded in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from app.wording import chinese, english
from dispatch import commands as c
from dispatch import major_commands as m
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.ics import Bilingual, Block, Coded, Figure, Form, Table, Value
from dispatch.ics_201 import ics_201
from dispatch.ics_209 import SIGNIFICANT, ics_209
from dispatch.ics_214 import ics_214
from dispatch.ics_activity import activities
from dispatch.log_memory import MemoryLog
from dispatch.major import TRIAGE, Methane, Triage
from dispatch.refused import Refused
from resources.status import Status
from tests.dispatch.major_story import PLAN, MajorStory
from tests.dispatch.town import OTHER_OPERATOR, at

NOW = at(3_000)


@pytest.fixture
def told() -> tuple[MajorStory, list[Entry]]:
    log = MemoryLog()
    story = MajorStory(engine=Engine(log, clock=lambda: NOW))
    story.walk()
    return story, list(log.read())


def forms(story: MajorStory, entries: list[Entry]) -> tuple[Form, ...]:
    return (
        ics_201(story.state, 1, at=NOW, prepared_by="anna"),
        ics_209(story.state, 1, at=NOW, entries=entries, report_number=2),
        ics_214(story.state, 1, at=NOW, entries=entries, owner="E1"),
        ics_214(story.state, 1, at=NOW, entries=entries, owner="anna", owner_kind="person"),
        ics_214(story.state, 1, at=NOW, entries=entries, owner="seat-1", owner_kind="seat"),
    )


def block(form: Form, number: str) -> Value:
    part = form.part(number)
    assert isinstance(part, Block)
    return part.value


def rows(form: Form, number: str) -> tuple[tuple[Value, ...], ...]:
    part = form.part(number)
    assert isinstance(part, Table)
    assert all(len(row) == len(part.columns) for row in part.rows), number
    return part.rows


class TestBriefing:
    def test_it_says_what_the_next_commander_must_know(self, told: tuple[MajorStory, list[Entry]]) -> None:
        form = ics_201(told[0].state, 1, at=NOW, prepared_by="anna")
        assert (form.number, form.incident_id, form.prepared_by) == ("201", 1, "anna")
        assert block(form, "1a") == Bilingual("Structure fire", "建筑火灾")
        assert block(form, "5") == "Hall on fire" and block(form, "5c") == "Masks on"
        assert block(form, "7") == PLAN.objectives and block(form, "8") == PLAN.actions
        assert block(form, "5d") == (Coded("hazard", "smoke"),)
        letters = [row[0] for row in rows(form, "5a")]
        assert letters[0] == Coded("methane_letter", "major") and len(letters) == 7
        said = {row[0]: row[1:] for row in rows(form, "5a")}
        assert said[Coded("methane_letter", "casualties")] == ("twelve, two children", at(80), "anna")
        assert [row[2:8] for row in rows(form, "5b")] == [(0, 2, 3, 1, 4, 1), (1, 0, 0, 0, 0, 0), (1, 2, 3, 1, 4, 1)]
        assert rows(form, "8a") == (
            (at(96), Bilingual("Medical commander", "医疗指挥员"), Bilingual("Begin triage", "开展检伤分类"), "anna"),
        )

    def test_posts_that_nobody_holds_are_seen(self, told: tuple[MajorStory, list[Entry]]) -> None:
        held = dict(rows(ics_201(told[0].state, 1, at=NOW), "9"))
        assert held[Coded("ics_role", "incident_commander")] == "Chief Berg"
        assert held[Coded("ics_role", "safety_officer")] is None
        assert held[Bilingual("Medical commander", "医疗指挥员")] == "Dr Lind"
        assert held["North side"] == "E1" and held["Market square"] == "Ilse"

    def test_resources_are_those_sent_those_waiting_and_those_asked(self, told: tuple[MajorStory, list[Entry]]) -> None:
        form = ics_201(told[0].state, 1, at=NOW)
        found = {row[0]: row for row in rows(form, "10")}
        assert list(found) == ["E1", "A1", "P1", "Engine from next town", "officer on duty", "water"]
        assert found["E1"][2:] == (at(0), None, at(40), "North side")
        assert found["P1"][5] == Coded("status", "alerted")
        assert found["officer on duty"][3] == at(100) + (at(900) - at(0))
        assert found["water"][5] == Coded("call_out_answer", "asked")
        assert [row[0] for row in rows(form, "4a")] == [
            Coded("ring", "outer"),
            Coded("ics_field", "staging"),
            Coded("ics_field", "sector"),
        ]


class TestStatusSummary:
    def test_all_blocks_are_there_and_the_unknown_ones_empty(self, told: tuple[MajorStory, list[Entry]]) -> None:
        form = ics_209(told[0].state, 1, at=NOW, entries=told[1])
        numbers = {int(part.number) for part in form.parts if part.number.isdigit()}
        assert numbers == set(range(1, 53)) - {49}, "48 and 49 are one table"
        assert block(form, "3") == Coded("ics_version", "initial")
        assert block(form, "7") is None and block(form, "45") is None
        assert block(form, "51") == 8 and block(form, "29") == "gas bottles"
        assert block(form, "5") == Bilingual("Fire Service", "消防")
        assert block(form, "52") == (Bilingual("Water Works", "供水"),)
        assert [row[2:] for row in rows(form, "48")] == [(1, 2), (1, 4), (1, 2)]

    def test_numbers_are_of_now_and_of_the_period(self, told: tuple[MajorStory, list[Entry]]) -> None:
        story, _entries = told
        story.do(m.CountCasualties(1, "hall", Triage(0, 1, 3, 2, 4, 0)), at=at(2_000))
        period = (at(1_000), NOW)
        figures = {row[0].code: row[1:] for row in rows(ics_209(story.state, 1, at=NOW, period=period), "31")}  # type: ignore[union-attr]
        assert figures["fatalities"] == (1, 2) and figures["injured"] == (-1, 5) and figures["missing"] == (-1, 0)

    def test_those_of_crews_who_are_missing_are_responders(self, told: tuple[MajorStory, list[Entry]]) -> None:
        story, _ = told
        story.do(m.AnswerRollCall(1, "E1", missing=2), at=at(2_000))
        form = ics_209(story.state, 1, at=NOW)
        assert rows(form, "32") == ((Coded("ics_field", "missing"), 2),)
        assert {row[0].code: row[2] for row in rows(form, "31")}["missing"] == 1  # type: ignore[union-attr]

    def test_it_is_an_update_then_and_final_after_standing_down(self, told: tuple[MajorStory, list[Entry]]) -> None:
        story, _ = told
        assert block(ics_209(story.state, 1, at=NOW, report_number=2), "3") == Coded("ics_version", "update")
        story.do(m.StandDownMajorIncident(1, "over"), at=at(2_000))
        assert block(ics_209(story.state, 1, at=NOW, report_number=3), "3") == Coded("ics_version", "final")

    def test_significant_is_what_concerns_the_whole(self, told: tuple[MajorStory, list[Entry]]) -> None:
        story, entries = told
        codes = [row[1].code for row in rows(ics_209(story.state, 1, at=NOW, entries=entries), "28")]  # type: ignore[union-attr]
        assert set(codes) <= SIGNIFICANT and {"PeopleMissing", "MethaneReported"} <= set(codes)
        early = ics_209(story.state, 1, at=NOW, entries=entries, period=(at(0), at(81)))
        assert [row[1].code for row in rows(early, "28")][-2:] == ["MethaneReported", "ObjectivesRecorded"]  # type: ignore[union-attr]


class TestActivityLog:
    def test_a_units_log_is_what_names_it_in_the_order_of_time(self, told: tuple[MajorStory, list[Entry]]) -> None:
        story, entries = told
        form = ics_214(story.state, 1, at=NOW, entries=entries, owner="E1")
        codes = [row[1].code for row in rows(form, "7")]  # type: ignore[union-attr]
        assert codes == ["UnitAssigned", "StatusReported", "UnitsMovedToSector"]
        assert block(form, "4") == "North side" and block(form, "5") == Bilingual("Fire Service", "消防")

    def test_a_person_has_what_they_did_and_another_incident_is_not_in_it(
        self, told: tuple[MajorStory, list[Entry]]
    ) -> None:
        story, _ = told
        log = story.engine_log()
        story.do(m.ReportMethane(1, Methane(access="by boat")), who=OTHER_OPERATOR, at=at(500))
        story.fire("E2", at=at(600))
        story.do(c.ReportStatus("E2", Status.ON_SCENE), who=OTHER_OPERATOR, at=at(700))
        form = ics_214(story.state, 1, at=NOW, entries=log.read(), owner="bela", owner_kind="person")
        assert rows(form, "7") == ((at(500), Coded("ics_activity", "MethaneReported"), ("by boat",), "bela"),)
        seat = ics_214(story.state, 1, at=NOW, entries=log.read(), owner="seat-2", owner_kind="seat")
        assert rows(seat, "7") == rows(form, "7")

    def test_who_leads_a_sector_has_its_units(self, told: tuple[MajorStory, list[Entry]]) -> None:
        story, entries = told
        story.do(m.SetSector(1, "A", "North side", "Chief Berg"), at=at(500))
        form = ics_214(story.state, 1, at=NOW, entries=entries, owner="Chief Berg", owner_kind="person")
        assert rows(form, "6") == (("E1", "North side", Bilingual("Fire Service", "消防")),)
        assert block(form, "4") == Coded("ics_role", "incident_commander")

    def test_paper_stands_where_it_belongs_and_a_period_cuts(self, told: tuple[MajorStory, list[Entry]]) -> None:
        story, _ = told
        story.do(m.ReportMethane(1, Methane(hazards="found on paper")), who=OTHER_OPERATOR, at=at(30))
        story.do(m.ReportMethane(1, Methane(hazards="dust")), who=OTHER_OPERATOR, at=at(500))
        read = story.engine_log().read
        form = ics_214(story.state, 1, at=NOW, entries=read(), owner="bela", owner_kind="person")
        assert [row[0] for row in rows(form, "7")] == [at(30), at(500)]
        cut = ics_214(
            story.state, 1, at=NOW, entries=read(), owner="bela", owner_kind="person", period=(at(100), at(600))
        )
        assert [row[0] for row in rows(cut, "7")] == [at(500)]


def test_a_form_is_of_a_major_incident() -> None:
    story = MajorStory(declared=False)
    for incident_id, code in ((1, "not_major"), (9, "incident_unknown")):
        with pytest.raises(Refused, match=code):
            ics_201(story.state, incident_id, at=NOW)
    declared = MajorStory()
    with pytest.raises(Refused, match="choice_unknown"):
        ics_214(declared.state, 1, at=NOW, entries=(), owner="E1", owner_kind="ship")
    with pytest.raises(KeyError):
        ics_201(declared.state, 1, at=NOW).part("99")


def test_a_form_of_nothing_but_a_declaration_stands() -> None:
    story = MajorStory(declared=False)
    story.do(m.DeclareMajorIncident(1), at=at(60))
    for form in forms(story, []):
        assert form.parts and form.period_from_at is not None and form.period_from_at <= NOW


def test_the_same_facts_make_the_same_forms(told: tuple[MajorStory, list[Entry]]) -> None:
    story, entries = told
    assert forms(story, entries) == forms(story, entries)


@pytest.mark.parametrize("language", [english, chinese])
def test_every_code_of_a_form_has_words(language: object, told: tuple[MajorStory, list[Entry]]) -> None:
    labels: dict[str, dict[str, str]] = language.LABELS  # type: ignore[attr-defined]
    story, entries = told
    for form in forms(story, entries):
        assert form.number in labels["ics_title"]
        for part in form.parts:
            assert part.label in labels["ics_field"], part.label
            values = [part.value] if isinstance(part, Block) else [value for row in part.rows for value in row]
            if isinstance(part, Table):
                assert set(part.columns) <= labels["ics_field"].keys(), part.columns
            for value in values:
                for one in value if isinstance(value, tuple) else (value,):
                    if isinstance(one, (Coded, Figure)) and one.group not in ("hazard", "capability", "disposition"):
                        assert one.code in labels[one.group], one
    assert set(TRIAGE) == labels["triage"].keys()


def test_every_event_of_a_major_incident_has_words(told: tuple[MajorStory, list[Entry]]) -> None:
    from typing import get_args

    from dispatch.major_events import MajorEvent

    names = {each.__name__ for each in get_args(MajorEvent)} - {"ActionCardsLoaded"}
    assert names <= english.LABELS["ics_activity"].keys() & chinese.LABELS["ics_activity"].keys()
    story, entries = told
    happened = {each.code for each in activities(story.state, entries, 1)}
    assert happened <= english.LABELS["ics_activity"].keys()
    assert {type(event).__name__ for entry in entries for event in entry.events} - happened == {
        "LogOpened",
        "RosterLoaded",
        "RunCardsLoaded",
        "ActionCardsLoaded",
    }


@pytest.mark.parametrize("words", ["<b>x</b>", "line\nbreak", "水" * 500, "{name}"])
def test_hostile_words_stay_what_was_written(words: str) -> None:
    story = MajorStory()
    story.do(m.RecordObjectives(1, replace(PLAN, objectives=(words,))), at=at(90))
    assert block(ics_201(story.state, 1, at=NOW), "7") == (words,)


def test_all_instants_are_of_the_log(told: tuple[MajorStory, list[Entry]]) -> None:
    for form in forms(*told):
        for part in form.parts:
            for row in part.rows if isinstance(part, Table) else ((part.value,),):
                assert all(value.tzinfo is not None for value in row if isinstance(value, datetime))
