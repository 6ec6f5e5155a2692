"""Every code of a score has its words in both languages; what stands out is found, the worst of each kind first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.debriefing.material import Material
from app.debriefing.names import Names
from app.debriefing.parts import report_of
from app.debriefing.words import VERDICTS, breach_words, done_words, loss_words, reasons, verdict_words
from app.debriefing.worst import worst_of
from app.wording import chinese, english
from dispatch.exercise import score_records as r
from dispatch.exercise.score_records import Breach, Decision, Going, Option
from dispatch.exercise.walk import LATE_INCIDENT, LATE_ORDER
from tests.app.debriefing.conftest import HOSTILE

KINDS = (r.SENT, r.REDIRECTED, r.RELEASED, r.ALARM, r.MOVED_UP, r.MOVE_UP_ENDED, r.ROAD, r.REPORTED, r.CHANGED,
         r.CLOSED, r.HELD, r.NOTHING, r.REFUSED)  # fmt: skip
JUDGED = (r.AS_BEST, r.AS_QUICK, r.QUICKER, r.SLOWER, r.FEWER, r.MORE, r.LATE)


def decision(verdict: str = "", kind: str = r.SENT, **more: object) -> Decision:
    return Decision(1, 10.0, kind, "anna", "fire", verdict=verdict, **more)  # type: ignore[arg-type]


def test_every_kind_and_verdict_is_named_in_both_languages() -> None:
    for table in (english.LABELS, chinese.LABELS):
        assert set(table["debrief_kind"]) == set(KINDS)
        assert set(table["debrief_verdict"]) == {*JUDGED, r.UNJUDGED}
        assert set(table["debrief_column"]) == set(r.COLUMNS)
    assert set(VERDICTS) == set(JUDGED)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("verdict", [*JUDGED, r.UNJUDGED])
def test_a_verdict_is_a_whole_sentence(verdict: str, language: str) -> None:
    said = verdict_words(decision(verdict, loss_s=-75.0, lasted_s=90.0), language)
    assert said and "{" not in said and said[-1] in ".。"
    if verdict == r.QUICKER:
        assert "1:15" in said
    never = verdict_words(decision(r.SLOWER), language)
    assert "–" not in never and never[-1] in ".。"


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_done_is_said_of_every_kind(kind: str, names: Names) -> None:
    did = Option((Going("E1", "engine", "fire", eta_s=62.0),), alarm_level=2, station="S1", text="why")
    refusal = Breach("unit_unknown", (("command", "AssignUnits"), ("unit_id", HOSTILE)))
    said = done_words(decision(kind=kind, did=did, lasted_s=120.0, breaches=(refusal,)), names)
    assert said and "{" not in said.replace("${a}", "") and "\u202e" not in said


def test_reasons_are_those_of_the_recommendation(names: Names) -> None:
    why = (("rank", 2), ("unit", "A1"), ("incident", 7), ("need", "als"), ("gain_s", 77.0))
    best = Option((Going("A2", "als", "medical", code="needed_elsewhere", parameters=why),))
    did = Option((Going("A1", "als", "medical", code="slower", parameters=(("unit", "A2"), ("by_s", 60.0))),))
    said = list(reasons(decision(did=did, best=best), names))
    assert said[0].startswith("Why A2 was best: A1 is 1:17 quicker but goes to incident 7")
    assert said[1].startswith("Of A1, which was sent: ") and "1:00" in said[1]


def test_deadlines_and_rules_name_who_and_where(names: Names) -> None:
    order = Breach(LATE_ORDER, (("at_s", 5.0), ("unit", "E1"), ("incident", 3)))
    assert breach_words(order, names) == "E1 had not confirmed its order to incident 3 in time"
    assert "incident 3" in breach_words(Breach(LATE_INCIDENT, (("at_s", 5.0), ("incident", 3))), names)
    unknown = breach_words(Breach("something_new", (("command", "AssignUnits"),)), names)
    assert "something new" in unknown


def test_what_is_not_judged_has_no_seconds() -> None:
    assert loss_words(decision()) == "–"
    assert loss_words(decision(r.SLOWER, loss_s=61.0)) == "1:01"
    assert loss_words(decision(r.LATE, r.NOTHING, lasted_s=95.0)) == "1:35"


def test_the_worst_of_each_kind_come_before_the_second_of_one() -> None:
    late = [decision(r.LATE, r.NOTHING, lasted_s=100.0 * number) for number in (3, 9, 6)]
    slow, good = decision(r.SLOWER, loss_s=40.0), decision(r.AS_BEST, loss_s=0.0)
    short = decision(r.FEWER, best=Option((Going("E1", "", ""), Going("E2", "", ""))))
    found = worst_of([good, *late, slow, short], 4)
    assert found == (5, 2, 4, 3)
    assert worst_of([good, decision(r.QUICKER, loss_s=-20.0)]) == ()
    assert worst_of([replace(good, breaches=(Breach("override"),))]) == (0,)


def test_an_exercise_and_its_city_are_called_by_their_names_in_the_language(material: Material) -> None:
    named = replace(material, exercise=replace(material.exercise, name_zh="冻雨之夜"), city_zh="赫尔辛基")
    assert Names(named, "zh").title == "冻雨之夜 · 赫尔辛基" and "冻雨" not in Names(named, "en").title
    assert "冻雨之夜" in report_of(Names(named, "zh"), 0).subtitle
