"""Each form makes exactly its command, by the keyboard, and keeps what was typed where the rules say no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.case_forms.actions import CaseActions
from app.case_forms.all_forms import FORMS
from app.case_forms.fields import CollectorField
from app.case_ground.on_ground import OnGround
from dispatch import case_commands as k
from dispatch.account import Account
from dispatch.case import AFTER, BEFORE, CasePlace, CaseStage, Evidence
from dispatch.case_deeds import DEEDS
from dispatch.commands import Body, Who
from gis.components import Component
from tests.app.case_forms.conftest import CaseSeat, Shown
from tests.dispatch.case_town import (
    ACCEPTOR,
    CHECKER,
    COLLECTOR,
    COORDINATOR,
    DISPATCHER,
    LAMP,
    OFFICER,
    PLACE,
    STANDARDS,
    WATER_OFFICER,
)
from tests.dispatch.town import ADMINISTRATOR, SUPERVISOR, crossing

S = CaseStage
Fill = Callable[[Any], object]
NEAR = (PLACE.location.lon, PLACE.location.lat)


@dataclass(frozen=True)
class Row:
    """Say where a case is, who sits there, what they enter, and what the form sends; `photos` are of these kinds."""

    stage: CaseStage
    who: Who
    fill: Fill
    body: Body
    standard_id: str = "rubbish"
    before: tuple[tuple[Body, Who], ...] = ()
    photos: tuple[str, ...] = ()
    more: tuple[Body, ...] = ()


def _write(words: str) -> Fill:
    return lambda form: form.entry.setPlainText(words)


def _nothing(form: object) -> None:
    pass


def _all(*fills: Fill) -> Fill:
    return lambda form: [fill(form) for fill in fills]


NOT_OURS = (
    (k.DisownCase(1, "no"), OFFICER),
    (k.DispatchCase(1, "water"), DISPATCHER),
    (k.DisownCase(1, "nor we"), WATER_OFFICER),
)
ASKED = ((k.AskExtension(1, 1.0, "rain"), OFFICER),)
APPEALED = ((k.AppealCase(1, "it rained"), OFFICER),)
TWO = (k.ReportCase("citizen", "rubbish", PLACE), ACCEPTOR)
ROWS: dict[type, Row] = {
    k.AcceptCase: Row(S.COLLECT, ACCEPTOR, _nothing, k.AcceptCase(1, "gus")),
    k.ReportVerification: Row(
        S.VERIFY, COLLECTOR, _write("it is so"), k.ReportVerification(1, "found", (), "it is so"), photos=(BEFORE,)
    ),
    k.FileCase: Row(S.FILE, ACCEPTOR, lambda f: f.degree.list.setCurrentIndex(1), k.FileCase(1, "rubbish", "urgent")),
    k.DeclineCase: Row(S.FILE, ACCEPTOR, _write("a joke"), k.DeclineCase(1, "a joke")),
    k.DispatchCase: Row(S.DISPATCH, DISPATCHER, _nothing, k.DispatchCase(1, "urban")),
    k.RuleCase: Row(S.HANDLE, COORDINATOR, _write("yours"), k.RuleCase(1, "urban", "yours"), before=NOT_OURS),
    k.ReportHandled: Row(S.HANDLE, OFFICER, _write("gone"), k.ReportHandled(1, (), "gone"), photos=(AFTER,)),
    k.DisownCase: Row(S.HANDLE, OFFICER, _write("the park's"), k.DisownCase(1, "the park's")),
    k.PassOnFeedback: Row(S.FEED_BACK, DISPATCHER, _nothing, k.PassOnFeedback(1, "gus")),
    k.ReportCheck: Row(
        S.CHECK,
        CHECKER,
        _all(lambda f: f.result.choose("failed"), _write("half of it")),
        k.ReportCheck(1, "failed", (), "half of it"),
    ),
    k.CloseCase: Row(S.CLOSE, SUPERVISOR, _nothing, k.CloseCase(1, "rubbish")),
    k.ReturnCase: Row(
        S.CLOSE,
        SUPERVISOR,
        _all(
            lambda f: f.to.setCurrentIndex(f.to.findData("feed_back")),
            lambda f: f.fixer.setCurrentIndex(f.fixer.findData("handle")),
            _write("still there"),
        ),
        k.ReturnCase(1, S.FEED_BACK, "still there", S.HANDLE),
    ),
    k.FixOnTheSpot: Row(S.VERIFY, COLLECTOR, _nothing, k.FixOnTheSpot(1), photos=(BEFORE, AFTER)),
    k.ReopenCase: Row(S.EVALUATE, SUPERVISOR, _write("it is back"), k.ReopenCase(1, "it is back")),
    k.EscalateCase: Row(
        S.HANDLE,
        OFFICER,
        _all(lambda f: f.kind.set_kind("structure_fire"), _write("it burns")),
        k.EscalateCase(1, "it burns", "structure_fire"),
    ),
    k.DeescalateCase: Row(
        S.COLLECT,
        DISPATCHER,
        _write("out"),
        k.DeescalateCase(1, "out"),
        before=((k.EscalateCase(1, "it burns", "structure_fire"), ACCEPTOR),),
    ),
    k.MergeCase: Row(S.COLLECT, ACCEPTOR, lambda f: f.other.setText("2"), k.MergeCase(1, 2), before=(TWO,)),
    k.UnmergeCase: Row(
        S.COLLECT,
        ACCEPTOR,
        _write("another bag"),
        k.UnmergeCase(1, "another bag"),
        before=(TWO, (k.MergeCase(1, 2), ACCEPTOR)),
    ),
    k.PauseCase: Row(
        S.HANDLE,
        SUPERVISOR,
        _all(_write("frost"), lambda f: f.until.has_end.setChecked(True)),
        k.PauseCase(1, "suspended", "frost", datetime(2026, 3, 3, 7, 0, tzinfo=UTC)),
    ),
    k.ResumeCase: Row(
        S.HANDLE, SUPERVISOR, _nothing, k.ResumeCase(1), before=((k.PauseCase(1, "suspended", "frost"), SUPERVISOR),)
    ),
    k.AskExtension: Row(
        S.HANDLE,
        OFFICER,
        _all(lambda f: f.amount.setValue(1.5), _write("rain")),
        k.AskExtension(1, 1.5, "rain"),
    ),
    k.GrantExtension: Row(S.HANDLE, SUPERVISOR, _nothing, k.GrantExtension(1), before=ASKED),
    k.RefuseExtension: Row(S.HANDLE, SUPERVISOR, _write("it is dry"), k.RefuseExtension(1, "it is dry"), before=ASKED),
    k.AppealCase: Row(S.EVALUATE, OFFICER, _write("it rained"), k.AppealCase(1, "it rained")),
    k.ReadAppeal: Row(
        S.EVALUATE,
        SUPERVISOR,
        _all(lambda f: f.verdict.choose("upheld"), _write("it did")),
        k.ReadAppeal(1, "upheld", "it did"),
        before=APPEALED,
    ),
    k.ReportMadeSafe: Row(
        S.HANDLE, WATER_OFFICER, _write("fenced"), k.ReportMadeSafe(1, (), "fenced"), standard_id="sewer_cover"
    ),
    k.AddEvidence: Row(S.VERIFY, COLLECTOR, _nothing, k.AddEvidence(1, ()), photos=(BEFORE,)),
    k.AddCaseNote: Row(S.CHECK, OFFICER, _write("by the wall\nleft"), k.AddCaseNote(1, "by the wall\nleft")),
    k.TellReporter: Row(S.EVALUATE, ACCEPTOR, _write("it is gone"), k.TellReporter(1, "it is gone")),
    k.RecordAnswer: Row(
        S.EVALUATE,
        SUPERVISOR,
        _all(
            lambda f: f.answer.choose("dissatisfied"),
            lambda f: f.reopens.setChecked(True),
            _write("it is still there"),
        ),
        k.RecordAnswer(1, "dissatisfied", "it is still there"),
        more=(k.ReopenCase(1, "it is still there"),),
    ),
    k.CorrectCase: Row(
        S.VERIFY,
        ACCEPTOR,
        lambda f: (f.standard.set_standard("lamp_out"), f.standard.chosen.emit("lamp_out")),
        k.CorrectCase(1, "lamp_out", PLACE, answerable="urban"),
    ),
}  # fmt: skip


def _ready(seat: CaseSeat, row: Row) -> None:
    seat.report_case(row.standard_id)
    seat.walk(row.stage)
    for body, who in row.before:
        seat.other(body, who=replace(who, seat="elsewhere"))
    seat.sit(row.who)


def _photographs(qtbot: QtBot, form: Any, picture: Callable[..., Path], kinds: tuple[str, ...]) -> tuple[Evidence, ...]:
    if not kinds:
        return ()
    form.photos.take([picture(position=NEAR) for _ in kinds])
    qtbot.waitUntil(lambda: not form.photos.is_busy)
    taken: tuple[Evidence, ...] = form.photos.evidence()
    assert tuple(each.kind for each in taken) == kinds
    return taken


def test_every_deed_has_its_form_and_its_test() -> None:
    assert set(FORMS) == {deed.command for deed in DEEDS} == set(ROWS)


@pytest.mark.parametrize("command", list(FORMS), ids=lambda command: command.__name__)
def test_a_form_makes_exactly_its_command(
    command: type, seat: CaseSeat, shown: Shown, qtbot: QtBot, picture: Callable[..., Path]
) -> None:
    row = ROWS[command]
    _ready(seat, row)
    actions = shown(seat)
    assert actions.buttons[command].isEnabled()
    actions.buttons[command].click()
    form = actions.form
    assert form is not None and form.isVisible()
    row.fill(form)
    evidence = _photographs(qtbot, form, picture, row.photos)
    assert form.do_button.isEnabled(), form.missing.text()
    form.do_button.click()
    wanted = replace(row.body, evidence=evidence) if row.photos else row.body  # type: ignore[type-var]
    assert seat.sent == [wanted, *row.more]
    assert actions.form is None, actions.said.text()
    assert not actions.said.text()


def test_nothing_is_typed_into_a_form_that_needs_nothing(seat: CaseSeat, shown: Shown, qtbot: QtBot) -> None:
    seat.report_case()
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.AcceptCase)
    form: Any = actions.form
    assert form.do_button.hasFocus()
    qtbot.keyClick(form.do_button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert seat.sent == [k.AcceptCase(1, "gus")]
    assert seat.case().stage is S.VERIFY


def test_whoever_collects_by_account_can_be_chosen(seat: CaseSeat, qtbot: QtBot) -> None:
    field = CollectorField(seat.desk)
    qtbot.addWidget(field)
    people = (Account("bo", "Bo", ("operator",)), Account("zoe", "Zoe", ("collector",)))
    gone = Account("yan", "Yan", ("collector",), is_disabled=True)
    accounts = seat.state.accounts
    for one in (*people, gone):
        accounts = accounts.set(one.id, one)
    state = replace(seat.state, accounts=accounts)
    field.show_cell(state, "", seat.now)
    assert [field.itemText(row) for row in range(field.count())] == ["zoe"]
    field.show_cell(state, "", seat.now, without=("zoe",))
    assert field.count() == 0


def test_nobody_is_sent_where_the_source_has_seen_it(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case("rubbish", "patrol")
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.AcceptCase)
    form: Any = actions.form
    assert not form.collector.isVisible()
    form.do_button.click()
    assert seat.sent == [k.AcceptCase(1)]
    assert seat.case().stage is S.FILE


def test_an_emergency_may_be_one_that_is_open_the_nearest_first(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    far, near = seat.report("structure_fire", crossing(2, 2)), seat.report("structure_fire", crossing(1, 1))
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.EscalateCase)
    form: Any = actions.form
    assert [form.incident.itemData(row) for row in range(form.incident.count())] == [None, near, far]
    form.entry.setPlainText("it burns")
    assert not form.do_button.isEnabled()
    form.incident.setCurrentIndex(1)
    assert not form.kind.isVisible()
    form.do_button.click()
    assert seat.sent == [k.EscalateCase(1, "it burns", "", near)]


def test_enter_writes_a_line_and_ctrl_enter_does_it(seat: CaseSeat, shown: Shown, qtbot: QtBot) -> None:
    seat.report_case()
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.AddCaseNote)
    form: Any = actions.form
    qtbot.keyClicks(form.entry, "one")
    qtbot.keyClick(form.entry, Qt.Key.Key_Return)
    qtbot.keyClicks(form.entry, "two")
    assert not seat.sent
    qtbot.keyClick(form.entry, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert seat.sent == [k.AddCaseNote(1, "one\ntwo")]


def test_a_reason_is_compulsory_where_the_rules_say_so(seat: CaseSeat, shown: Shown, qtbot: QtBot) -> None:
    seat.report_case()
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.DeclineCase)
    form: Any = actions.form
    assert not form.do_button.isEnabled()
    form.entry.setPlainText("  \n ")
    assert not form.do_button.isEnabled()
    qtbot.keyClick(form.entry, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not seat.sent
    form.entry.setPlainText("a joke")
    assert form.do_button.isEnabled()


def test_a_check_that_fails_asks_why(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.walk(S.CHECK)
    seat.sit(CHECKER)
    actions = shown(seat)
    actions.open_form(k.ReportCheck)
    form: Any = actions.form
    assert form.do_button.isEnabled()
    form.result.choose("failed")
    assert not form.do_button.isEnabled()
    form.result.choose("passed")
    assert form.do_button.isEnabled()


def test_closing_names_its_standard_and_counts(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.walk(S.CLOSE)
    seat.sit(SUPERVISOR)
    actions = shown(seat)
    actions.open_form(k.CloseCase)
    form: Any = actions.form
    assert "rubbish" in form.standard.text()
    assert "gone" in form.condition.text()
    assert "1 of 1 before, 1 of 1 after" in form.photos_had.text()


def test_more_time_says_what_would_be_due(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.walk(S.HANDLE)
    seat.sit(OFFICER)
    actions = shown(seat)
    actions.open_form(k.AskExtension)
    form: Any = actions.form
    form.amount.setValue(1.0)
    assert "17:05" in form.would_be.text() and "16:05" in form.would_be.text()
    assert form.amount.maximum() == 4.0


def test_only_who_may_suspend_is_offered_it(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.walk(S.HANDLE)
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.PauseCase)
    form: Any = actions.form
    assert not form.why.buttons["suspended"].isEnabled()
    assert form.why.choice == "citizen"
    assert form.why_not.text()


def test_what_may_be_the_same_is_listed(seat: CaseSeat, shown: Shown, qtbot: QtBot) -> None:
    seat.report_case(text="bags by the bins")
    seat.report_case(text="bags beside bins")
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.MergeCase)
    form: Any = actions.form
    assert [row.key for row in form.alike.rows] == ["2"]
    assert not form.do_button.isEnabled()
    assert form.other.hasFocus()
    qtbot.keyClick(form.other, Qt.Key.Key_Down)
    assert form.other.text() == "2"
    assert form.do_button.isEnabled()
    form.other.setText("1")
    assert not form.do_button.isEnabled()
    assert "itself" in form.missing.text()


def _correct(seat: CaseSeat, shown: Shown, qtbot: QtBot) -> Any:
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.CorrectCase)
    form: Any = actions.form
    qtbot.waitUntil(lambda: not form.ground.is_busy)
    return form


def test_a_new_place_is_asked_of_the_ground(seat: CaseSeat, shown: Shown, qtbot: QtBot) -> None:
    seat.report_case()
    form = _correct(seat, shown, qtbot)
    form.where.set_location(crossing(2, 2))
    form.where.chosen.emit(crossing(2, 2))
    assert not form.do_button.isEnabled() and "Looking" in form.missing.text()
    qtbot.waitUntil(lambda: not form.ground.is_busy)
    assert form.answers.text() == "Answers: Urban Management"  # the only one of the kind: no area is known there
    form.do_button.click()
    (sent,) = seat.sent
    assert isinstance(sent, k.CorrectCase)
    assert sent.place == CasePlace(crossing(2, 2))
    assert sent.answerable == "urban"


def test_a_component_is_corrected_and_its_owner_answers(seat: CaseSeat, shown: Shown, qtbot: QtBot) -> None:
    owned = tuple(replace(each, area_rule="owner") if each.id == "lamp_out" else each for each in STANDARDS.small)
    seat.other(k.LoadStandards(replace(STANDARDS, small=owned)), who=ADMINISTRATOR)
    seat.report_case("lamp_out")
    form = _correct(seat, shown, qtbot)
    where = PLACE.location
    lamps = (Component(LAMP, "lamps", 0, 0.0, 0.0, "water"), Component(LAMP[:-1] + "9", "lamps", 1, 3.0, 0.0))
    near = tuple((each, each.x) for each in lamps)
    form._on_found(OnGround(where.lon, where.lat, True, PLACE.cell, components=near))
    assert form.component.isVisible() and form.component.code == ""  # none is chosen by itself
    assert not form.do_button.isEnabled()
    form.component.setCurrentIndex(1)
    form.component.activated.emit(1)
    assert form.answers.text().startswith("Answers: ")
    form.do_button.click()
    (sent,) = seat.sent
    assert (sent.place.component, sent.answerable) == (LAMP, "water")
    assert seat.case().answerable == "water"


def test_a_component_that_the_ground_does_not_name_stays_known(seat: CaseSeat, shown: Shown, qtbot: QtBot) -> None:
    seat.other(k.ReportCase("hotline", "lamp_out", replace(PLACE, component=LAMP)), who=ACCEPTOR)
    form = _correct(seat, shown, qtbot)
    assert form.component.code == LAMP and LAMP in form.component.currentText()
    form.degree.list.setCurrentIndex(0)
    assert form.bodies()[0].place.component == LAMP
    form.component.setCurrentIndex(0)
    form.component.activated.emit(0)
    assert form.bodies()[0].place.component == ""
    form.where.set_location(crossing(2, 2))
    form.where.chosen.emit(crossing(2, 2))
    qtbot.waitUntil(lambda: not form.ground.is_busy)
    assert form.bodies()[0].place.component == "" and not form.component.isVisible()


def test_the_reporter_is_told_by_the_outcome(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.other(k.DeclineCase(1, "a joke"), who=ACCEPTOR)
    seat.sit(replace(ACCEPTOR, actor="eve"))
    actions = shown(seat)
    actions.open_form(k.TellReporter)
    form: Any = actions.form
    assert "not taken further" in form.entry.toPlainText()


def test_a_person_of_every_side_is_told_what_stands_in_the_way(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.walk(S.FILE)
    seat.other(k.FileCase(1), who=ADMINISTRATOR)
    seat.walk(S.HANDLE)
    seat.sit(ADMINISTRATOR)
    actions: CaseActions = shown(seat)
    assert not actions.buttons[k.ReportHandled].isEnabled()
    assert "dora" in actions.why_not.text()


def test_photographs_that_stand_on_another_case_are_told_to_whoever_judges(seat: CaseSeat, shown: Shown) -> None:
    seat.report_case()
    seat.walk(S.CHECK)
    seat.sit(CHECKER)
    actions = shown(seat)
    actions.open_form(k.ReportCheck)
    form: Any = actions.form
    assert not form.shared.isVisible()
    actions.close_form()
    other = seat.report_case(evidence=(seat.case().evidence[-1].evidence,))
    actions.open_form(k.ReportCheck)
    assert form.shared.isVisible() and f"case {other}" in form.shared.text()
    actions.close_form()
    seat.other(k.MergeCase(other, 1), who=ACCEPTOR)  # it is the same thing: its photographs may be
    actions.open_form(k.ReportCheck)
    assert not form.shared.isVisible()


def test_the_reporter_is_told_why_it_is_not_filed(seat: CaseSeat, shown: Shown) -> None:
    seat.desk.case_history = lambda case_id: seat.entries()
    seat.report_case()
    seat.walk(S.VERIFY)
    seat.other(k.ReportVerification(1, "not_found", (), "nothing there"), who=COLLECTOR)
    seat.other(k.DeclineCase(1, "nothing was found there"), who=ACCEPTOR)
    seat.sit(ACCEPTOR)
    actions = shown(seat)
    actions.open_form(k.TellReporter)
    form: Any = actions.form
    assert form.entry.words.endswith("because nothing was found there")
