"""The administrator's page: added, changed, disabled, unlocked; and who did what, by person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from app.signin.accounts_page import temporary_password
from app.signin.audit import AuditLine, audit_lines, wanted, words_of
from dispatch.account_events import AccountDisabled
from dispatch.commands import Who
from dispatch.passwords import check_password
from dispatch.refused import Refused
from dispatch.signing_in import sign_in
from tests.app.signin.live_seat import WORDS, LiveSeat


@pytest.fixture
def desk(seat: LiveSeat) -> LiveSeat:
    seat.add("dora", "administrator")
    seat.add("bela", "dispatcher")
    seat.begin()
    seat.come("dora")
    seat.window.menus.actions["accounts"].trigger()
    assert seat.room.pages.accounts.isVisible()
    return seat


def test_a_new_account_gets_a_password_that_is_shown_once(desk: LiveSeat) -> None:
    page = desk.room.pages.accounts
    page.new_button.click()
    assert page.form.id.hasFocus() and not page.save_button.isEnabled()
    desk.type("Mia")
    desk.key(Qt.Key.Key_Tab)
    desk.type("Mia Holm")
    page.form.roles["collector"].click()
    assert page.save_button.isEnabled()
    page.save_button.click()
    desk.until(lambda: "mia" in desk.desk.state.accounts and bool(page.secret.text()))
    password = page.secret.text()
    assert [row.right for row in page.rows.rows if row.key == "mia"] == ["temporary password"]
    who = sign_in(desk.engine, "mia", password, seat="desk-2", at=desk.now)
    assert who == Who("mia", "collector", "", "desk-2")
    page.rows.take_key("bela")
    assert page.secret.text() == ""
    assert page.form.id.text() == "bela"
    assert not page.form.id.isEnabled()


def test_roles_change_and_the_last_administrator_stays(desk: LiveSeat) -> None:
    page = desk.room.pages.accounts
    page.rows.take_key("bela")
    page.form.roles["observer"].click()
    page.save_button.click()
    desk.until(lambda: desk.desk.state.accounts["bela"].roles == ("dispatcher", "observer"))
    page.rows.take_key("root")
    page.reason.setText("left")
    page.disable_button.click()
    desk.until(lambda: desk.desk.state.accounts["root"].is_disabled)
    page.rows.take_key("dora")
    page.reason.setText("by mistake")
    page.disable_button.click()
    desk.until(lambda: "last administrator" in page.said.text())
    assert not desk.desk.state.accounts["dora"].is_disabled


def test_an_account_locked_after_failures_is_let_in_again(desk: LiveSeat) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            sign_in(desk.engine, "bela", "not the right words", seat="desk-2", at=desk.now)
    desk.settle()
    page = desk.room.pages.accounts
    page.rows.take_key("bela")
    page.refresh()
    assert page.enable_button.isVisible()
    assert any("locked until" in row.right for row in page.rows.rows)
    page.enable_button.click()
    desk.until(lambda: not desk.desk.state.accounts["bela"].is_locked(desk.now))
    assert sign_in(desk.engine, "bela", WORDS, seat="desk-2", at=desk.now + timedelta(seconds=1)).actor == "bela"


def test_who_did_what_is_found_by_person_and_kind(desk: LiveSeat) -> None:
    with pytest.raises(Refused):
        sign_in(desk.engine, "bela", "not the right words", seat="desk-2", at=desk.now)
    page = desk.room.pages.accounts
    page.tabs.setCurrentIndex(1)
    view = page.audit
    desk.until(lambda: view.rows.model().rowCount() > 0)
    view.person.setCurrentIndex(view.person.findData("bela"))
    shown = [row.title for row in view.rows.rows]
    assert shown[0] == "Sign-in failed: bela"
    assert any("Account bela added" in one for one in shown)
    assert not any("dora signed in" in one for one in shown)
    view.group.setCurrentIndex(view.group.findData("failed"))
    assert [row.title for row in view.rows.rows] == ["Sign-in failed: bela"]


def test_only_an_administrator_has_the_page(seat: LiveSeat) -> None:
    seat.add("bela", "dispatcher")
    seat.begin()
    seat.come("bela")
    assert not seat.window.menus.actions["accounts"].isEnabled()
    seat.room.sign_out()
    seat.until(lambda: seat.room.shut.is_shut)
    seat.add("dora", "administrator")
    seat.come("dora")
    seat.window.menus.actions["accounts"].trigger()
    seat.room.lock()
    seat.until(lambda: seat.room.shut.is_shut)
    assert not seat.room.pages.accounts.isVisible()  # nobody reads on over a locked desk


def test_every_event_about_accounts_is_worded() -> None:
    from app.signin.audit import GROUPS

    for kind in GROUPS["all"]:
        event = AccountDisabled("bela", "left") if kind is AccountDisabled else _made(kind)
        line = AuditLine(1, any_event_at(), "dora", "administrator", "desk-1", event)
        for language in ("en", "zh"):
            words = words_of(line, language, "Europe/Helsinki")
            assert words and "signin." not in words and "{" not in words, (kind, words)
    assert wanted([], person="bela") == []
    assert audit_lines([]) == []


def test_temporary_passwords_pass_the_rules_and_are_not_alike() -> None:
    made = {temporary_password() for _ in range(50)}
    assert len(made) == 50
    for each in made:
        check_password(each, account_id="bela")


def _made(kind: type) -> object:
    import dataclasses

    values: dict[str, object] = {}
    for field in dataclasses.fields(kind):
        if "datetime" in str(field.type):
            values[field.name] = any_event_at()
        elif "tuple" in str(field.type):
            values[field.name] = ("dispatcher",) if field.name == "roles" else (("role", "observer"),)
        elif "int" in str(field.type):
            values[field.name] = 3
        elif "bool" in str(field.type):
            values[field.name] = False
        else:
            values[field.name] = {"role": "observer", "why": "disabled", "command": "AssignUnits"}.get(field.name, "x")
    return kind(**values)


def any_event_at():  # type: ignore[no-untyped-def]
    from tests.dispatch import town

    return town.START
