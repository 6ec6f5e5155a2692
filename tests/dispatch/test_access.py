"""Every command, by every role, for its own and for another department: refused at the door as the table says."""

from __future__ import annotations

import pytest

from dispatch import account_commands as a
from dispatch import commands as c
from dispatch.access import MAY, may
from dispatch.account import ACCOUNT_ROLES, MACHINE_ROLES, OFFICER
from dispatch.account_access import CONSOLE_ONLY
from dispatch.break_glass import LIFE_SAVING, may_force
from dispatch.case import CaseStage
from dispatch.case_access import MAY_CASES, OWN_ONLY
from dispatch.commands import Who
from dispatch.decide import TABLE, decide
from dispatch.island_commands import ReportIslandMerge
from dispatch.permission import PERMISSION_CODES
from dispatch.refused import Refused
from dispatch.state import State
from tests.dispatch.account_town import PEOPLE, WATER, AccountStory
from tests.dispatch.any_command import EVERY_COMMAND
from tests.dispatch.permissions import LETTERS, PERMISSIONS, PERSONS
from tests.dispatch.town import START

AT_THE_DOOR = {"not_allowed", "not_signed_in", "role_not_held", "department_not_held", "seat_locked"}
MACHINES = {role: Who(f"some {role}", role, "", f"seat-{role}") for role in sorted(MACHINE_ROLES)}
ASKERS = PEOPLE | MACHINES | {"other_officer": WATER}
OF_A_CASE = [kind for kind in MAY_CASES[OFFICER] if "case_id" in kind.__dataclass_fields__]


@pytest.fixture(scope="module")
def state() -> State:
    """A case of urban management that is being handled, and everybody signed in."""
    story = AccountStory()
    story.report("lamp_out")
    story.walk(CaseStage.HANDLE)
    story.open_accounts()
    return story.state


def code_of(state: State, body: c.Body, who: Who, forced: str = "") -> str:
    try:
        decide(state, c.Command("asked", START, who, body, forced=forced))
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.__name__)
def test_every_role_is_let_in_or_refused_as_the_table_says(state: State, kind: type) -> None:
    for name, who in ASKERS.items():
        is_open = may(who.role, kind) and not (kind in CONSOLE_ONLY and who.role == "system")
        code = code_of(state, EVERY_COMMAND[kind], who)
        if is_open:
            assert code not in AT_THE_DOOR - {"role_not_held"}, (name, code)
            assert code != "role_not_held" or kind is a.SignIn
        elif kind is not a.SignIn:
            assert code == "not_allowed", (name, code)


@pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.__name__)
def test_who_is_not_signed_in_is_refused_whatever_they_ask_and_claim(state: State, kind: type) -> None:
    for role in (*ACCOUNT_ROLES, "stranger", ""):
        for who in (Who("mallory", role, "", "seat-operator"), Who("operator-1", role, "", "seat-nowhere")):
            code = code_of(state, EVERY_COMMAND[kind], who, forced="let me in")
            assert code in ({"not_signed_in"} if kind is not a.SignIn else {"not_allowed", "sign_in_failed"})


@pytest.mark.parametrize("name", PERMISSIONS)
def test_the_tables_come_to_what_is_written(name: str) -> None:
    [kind] = [kind for kind in TABLE if kind.__name__ == name]
    assert "".join(letter for letter, role in LETTERS.items() if may(role, kind)) == PERMISSIONS[name]


def test_it_is_written_of_everybody_and_of_what_there_is() -> None:
    assert set(LETTERS.values()) == MAY.keys()
    assert [LETTERS[letter] for letter in PERSONS] == list(ACCOUNT_ROLES)
    assert PERMISSIONS.keys() == {kind.__name__ for kind in TABLE}


def test_there_is_somebody_for_everything() -> None:
    for kind in TABLE.keys() - {a.ReportFailedSignIn, ReportIslandMerge}:  # the program's own
        assert any(may(role, kind) for role in ACCOUNT_ROLES), kind


def test_an_officer_touches_their_own_departments_cases_alone(state: State) -> None:
    assert len(OF_A_CASE) > 5 and {OFFICER} == OWN_ONLY
    for kind in OF_A_CASE:
        assert code_of(state, EVERY_COMMAND[kind], PEOPLE[OFFICER]) != "not_own_department", kind
        assert code_of(state, EVERY_COMMAND[kind], WATER) == "not_own_department", kind


def test_an_officer_cannot_claim_another_department(state: State) -> None:
    for kind in OF_A_CASE:
        claimed = Who(WATER.actor, OFFICER, "urban", WATER.seat)
        assert code_of(state, EVERY_COMMAND[kind], claimed) == "department_not_held"


@pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.__name__)
def test_with_a_reason_any_person_forces_what_saves_lives_and_nothing_else(state: State, kind: type) -> None:
    for who in ASKERS.values():
        if may(who.role, kind) or kind is a.SignIn:
            continue
        opens = kind in LIFE_SAVING and who.role in ACCOUNT_ROLES
        assert may_force(who.role, kind) == opens
        assert (code_of(state, EVERY_COMMAND[kind], who, forced="he is dying") != "not_allowed") == opens
        for nothing in ("", " ", "\n"):
            assert code_of(state, EVERY_COMMAND[kind], who, forced=nothing) == "not_allowed"


def test_what_saves_lives_is_named() -> None:
    names = {kind.__name__ for kind in LIFE_SAVING}
    assert {"AssignUnits", "ReportIncident", "ChangeAlarmLevel", "EscalateCase", "RaiseSignal"} <= names
    assert not names & {"CloseIncident", "CloseCase", "DisableAccount", "SetPassword", "ReleaseUnit", "LoadRoster"}


def test_no_rule_of_the_trade_is_a_permission() -> None:
    assert not PERMISSION_CODES & {"unit_elsewhere", "incident_closed", "case_not_there", "evidence_missing"}
    assert AT_THE_DOOR < PERMISSION_CODES
