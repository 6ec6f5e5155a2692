"""Simulated people do what the rules let them, at their own pace, once, and only what is theirs to do."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta
from itertools import count

import pytest

from dispatch import case_commands as k
from dispatch.account_commands import AddAccount, AddFirstAdministrator, SignIn
from dispatch.case import CaseStage, Evidence
from dispatch.case_staff import Owed, StaffHabits, deeds, entrances, person
from dispatch.commands import Who
from dispatch.refused import Refused
from tests.dispatch import case_town as t
from tests.dispatch.case_town import CaseStory

_numbers = count(1)
HABITS = StaffHabits(case_spread=0.0)


def photo(kind: str, standard_id: str) -> Evidence:
    return Evidence(f"{next(_numbers):064x}", kind)


def due(story: CaseStory, at: datetime, *, tried: Container[Owed] = frozenset()) -> list:
    found = deeds(story.state, at, since=t.MONDAY_TEN, habits=HABITS, photo=photo, words=lambda code: code, tried=tried)
    return list(found)


def test_they_verify_handle_and_check_and_leave_the_centre_its_part() -> None:
    story, at = CaseStory(), t.MONDAY_TEN
    story.report()
    seen = []
    for _ in range(60):
        at += timedelta(minutes=1)
        for _, (who, body) in due(story, at):
            seen.append((type(body), who.role))
            story.do(body, who=who, at=at)
        if story.case().stage in (CaseStage.COLLECT, CaseStage.FILE, CaseStage.DISPATCH, CaseStage.FEED_BACK):
            body, who = story.next_step()
            story.do(body, who=who, at=at)
    assert story.case().stage is CaseStage.CLOSE
    assert seen == [
        (k.ReportVerification, "collector"),
        (k.ReportHandled, "department_officer"),
        (k.ReportCheck, "checker"),
    ]


def test_nothing_is_done_before_its_time_nor_at_once_for_what_is_old() -> None:
    story = CaseStory()
    story.report(at=t.MONDAY_TEN - timedelta(hours=2))
    story.do(k.AcceptCase(1), who=t.ACCEPTOR, at=t.MONDAY_TEN - timedelta(hours=2))
    assert not due(story, t.MONDAY_TEN + timedelta(seconds=HABITS.verify_s - 1))
    assert due(story, t.MONDAY_TEN + timedelta(seconds=HABITS.verify_s))


def test_what_was_refused_is_not_asked_again() -> None:
    story, late = CaseStory(), t.MONDAY_TEN + timedelta(hours=1)
    story.report()
    story.walk(CaseStage.HANDLE)
    [(owed, _)] = due(story, late)
    assert not due(story, late, tried={owed})


def test_a_danger_comes_first_also_while_the_clocks_stand() -> None:
    story, late = CaseStory(), t.MONDAY_TEN + timedelta(hours=1)
    story.report("sewer_cover")
    story.walk(CaseStage.HANDLE)
    story.do(k.PauseCase(1, "suspended", "frost"), who=t.SUPERVISOR)
    [(_, (who, body))] = due(story, late)
    assert isinstance(body, k.ReportMadeSafe) and who.department == "water"
    story.do(body, who=who, at=late)
    assert not due(story, late + timedelta(days=1))


def test_who_asked_for_more_time_waits_for_the_answer() -> None:
    story = CaseStory()
    story.report()
    story.walk(CaseStage.HANDLE)
    story.do(k.AskExtension(1, 1.0, "rain"), who=t.OFFICER)
    assert not due(story, t.MONDAY_TEN + timedelta(days=1))


def test_they_sign_in_where_the_log_has_accounts_and_nobody_else_can_as_them() -> None:
    story, who = CaseStory(), person("collector")
    assert list(entrances(story.state, who, "Simulated collector")) == []
    first = AddFirstAdministrator("root", "Root", secret_id="a" * 64)
    story.do(first, who=Who("console", "system"))
    with pytest.raises(Refused, match="not_signed_in"):
        story.do(k.AddCaseNote(1, "x"), who=who)
    asked = list(entrances(story.state, who, "Simulated collector"))
    assert [type(body) for _, body in asked] == [AddAccount, SignIn]
    for by, body in asked:
        story.do(body, who=by)
    account = story.state.accounts[who.actor]
    assert account.is_demo and account.roles == ("collector",)
    assert list(entrances(story.state, who, "Simulated collector")) == []
