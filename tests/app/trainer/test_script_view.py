"""The script says what comes and what it waits for, and brings it forward at a word."""

from __future__ import annotations

import pytest

from app.trainer.window import TrainerWindow
from dispatch import injects as i
from dispatch.commands import AssignUnits, Choice, ReportIncident
from dispatch.injects import Condition, Inject
from tests.app.trainer.conftest import HandPlay, HandSession, Made, send_engine
from tests.dispatch.town import crossing

REPORT = ReportIncident("structure_fire", crossing(0, 0))


def line(window: TrainerWindow, key: str) -> tuple[str, str, str]:
    """Return title, right and detail of a row of the script."""
    window.script.refresh()
    [row] = [each for each in window.script.rows.rows if each.key == key]
    return row.title, row.right, row.detail


def part_of(window: TrainerWindow, key: str) -> str:
    """Return under which heading a row stands."""
    window.script.refresh()
    keys = [each.key for each in window.script.rows.rows]
    return [each.key for each in window.script.rows.rows[: keys.index(key)] if each.is_heading][-1]


def test_rows_tell_what_comes_when_and_on_which_condition(window: TrainerWindow, play: HandPlay) -> None:
    play.pass_s(20)
    assert line(window, "inject:snow") == ("Weather · Snow", "in 4:40", "5:00 after the beginning")
    title, right, detail = line(window, "inject:spreads")
    assert title == "Caller · 1 Structure fire: it spreads" and right == "waits"
    assert detail == "1 × engine on the scene of 1 Structure fire"
    window.script.rows.take_key("inject:spreads")
    assert "so far 0" in window.script.more.text()
    assert part_of(window, "inject:flat") == "done" and line(window, "inject:flat")[1] == "10:00:06"
    assert part_of(window, "incident:B") == "waiting" and line(window, "incident:B")[1] == "in 0:40"
    send_engine(play)
    play.pass_s(150)
    assert part_of(window, "inject:spreads") == part_of(window, "incident:B") == "done"


def test_what_can_come_true_no_more_says_so(make: Made, session: HandSession, window: TrainerWindow) -> None:
    late = Inject("late", i.CALLER, (CONDITIONS["unattended"],), "why is nobody coming?", incident="B")
    play = make("late.db", injects=(late,))
    session.go_on_with(play)
    play.pass_s(62)
    window.script.refresh()
    window.script.rows.take_key("inject:late")
    assert window.script.more.text().endswith("nobody was sent to 2 Traffic collision within 1:00")
    play.decide(AssignUnits(2, (Choice("P1", "patrol"),)))
    window.script.refresh()
    assert window.script.more.text().endswith("(somebody was sent: it will not come true any more)")


def test_what_did_not_happen_waits_no_more(window: TrainerWindow, play: HandPlay) -> None:
    play.pass_s(play.exercise.lasts_s + 100)
    assert play.is_over
    title, right, _ = line(window, "inject:spreads")
    assert title.endswith("it spreads") and right == ""
    [heading] = [each for each in window.script.rows.rows if each.key == part_of(window, "inject:spreads")]
    assert heading.title == "Did not happen"


def test_one_is_let_happen_now_and_only_once(window: TrainerWindow, play: HandPlay) -> None:
    play.pass_s(10)
    window.script.refresh()
    window.script.rows.take_key("inject:snow")
    assert window.script.now_button.isEnabled()
    window.script.let_happen()
    assert play.state.weather == "snow" and "Happened" in window.script.said.text()
    assert part_of(window, "inject:snow") == "done" and not window.script.now_button.isEnabled()
    play.pass_s(300)
    weather = [entry for entry in play.run.log.read() if "inject-snow" in entry.command_id]
    assert len(weather) == 1 and weather[0].seat == "exercise-trainer"


def test_what_cannot_happen_says_why(window: TrainerWindow, play: HandPlay) -> None:
    window.script.rows.take_key("inject:spreads")  # its incident has not come in
    assert "not in yet, comes 0:04 after the beginning" in window.script.more.text()
    window.script.let_happen()
    assert "did not happen" in window.script.said.text() and "not there" in window.script.said.text()


def test_what_is_refused_each_time_says_so(make: Made, session: HandSession, window: TrainerWindow) -> None:
    nowhere = Inject("nowhere", i.CALLER, (CONDITIONS["few_free"],), "hello", incident="nothing")
    play = make("stuck.db", injects=(nowhere,))
    session.go_on_with(play)
    play.run.do(AssignUnits(play.run.do(REPORT).events[0].incident_id, (Choice("E1"),)))  # type: ignore[union-attr]
    assert part_of(window, "inject:nowhere") == "due"
    window.script.rows.take_key("inject:nowhere")
    assert "next step" in window.script.more.text()
    play.pass_s(20)
    window.script.refresh()
    assert "cannot happen" in window.script.more.text()


def test_of_a_long_script_the_far_end_is_counted(make: Made, session: HandSession, window: TrainerWindow) -> None:
    whens = [(Condition(i.CLOCK, after_s=500 - number),) for number in range(60)]
    injects = tuple(Inject(str(number), i.WEATHER, when, weather="snow") for number, when in enumerate(whens))
    session.go_on_with(make("long.db", injects=injects))
    keys = [each.key for each in window.script.rows.rows]
    assert keys[1:4] == ["incident:A", "incident:B", "inject:59"] and window.script.rows.rows[-1].title == "22 more"


def test_an_incident_of_the_script_comes_by_itself(window: TrainerWindow) -> None:
    window.script.rows.take_key("incident:B")
    assert not window.script.now_button.isEnabled()


CONDITIONS = {
    "clock": Condition(i.CLOCK, after_s=60),
    "on_scene": Condition(i.ON_SCENE, incident="A", count=2, after_s=30),
    "unattended": Condition(i.UNATTENDED, incident="B", after_s=60),
    "unit": Condition(i.UNIT, unit="E1", status="en_route", incident="A"),
    "alarm": Condition(i.ALARM, incident="A", count=2),
    "closed": Condition(i.CLOSED, incident="A"),
    "few_free": Condition(i.FEW_FREE, capability="engine", count=1),
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_condition_is_worded_whole(
    make: Made, session: HandSession, window: TrainerWindow, language: str
) -> None:
    play = make(
        f"{language}.db", injects=tuple(Inject(k, i.WEATHER, (c,), weather="snow") for k, c in CONDITIONS.items())
    )
    play.desk.language = language
    session.go_on_with(play)
    for _ in range(2):
        said = [line(window, f"inject:{name}")[2] for name in CONDITIONS]
        assert all(said) and not any(sign in each for each in said for sign in "{}[]–")
        for name in CONDITIONS:
            window.script.rows.take_key(f"inject:{name}")
            assert window.script.more.text() and "[" not in window.script.more.text()
        play.pass_s(8)
