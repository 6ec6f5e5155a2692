"""What hangs together on an island hangs together in the room: cases, duties, messages, sessions, and who did what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch import account_commands as a
from dispatch import case_commands as k
from dispatch import commands as c
from dispatch.account_events import PermissionRefused
from dispatch.case import CaseStage
from dispatch.commands import Body, Command, Who
from dispatch.duty_commands import AcceptDuty, DutyDraft, GiveDuties
from dispatch.island.conflicts import conflicts
from dispatch.island.decisions import take
from dispatch.island.outcome import Outcome
from dispatch.island_commands import LeaveIslandEntry
from dispatch.island_events import IslandBegan, IslandEntryLeft
from dispatch.island_record import AGAIN
from dispatch.message import TO_DEPARTMENT, Addressee
from dispatch.message_commands import ReceiveMessage, SendMessage
from dispatch.refused import Refused
from dispatch.seal import name_of
from dispatch.shelf import Shelf
from dispatch.shown import RECOMMENDATION, NotAsShown, Showing, Shown, keep, open_shown
from tests.dispatch.account_town import CONSOLE, ROOT, SECRET
from tests.dispatch.case_town import ACCEPTOR, COLLECTOR, OFFICER, PLACE, case_opening, photo
from tests.dispatch.case_town import DISPATCHER as CASE_DISPATCHER
from tests.dispatch.island.parted import Parted, outcomes, whys
from tests.dispatch.island.test_decisions import both_sent_e1
from tests.dispatch.town import OPERATOR, crossing

ZOE = Who("zoe", "operator", "", "seat-1")
DINA = Who("dina", "dispatcher", "", "seat-2")


@pytest.fixture
def cased(parted: Parted) -> Parted:
    """A room with urban management, and one case of each side's number 1."""
    for one in case_opening():
        parted.other.do(one)
    parted.go()
    parted.room(k.ReportCase("citizen", "lamp_out", PLACE))
    return parted


def alone(parted: Parted, *asked: tuple[Body, Who]) -> None:
    for body, who in asked:
        parted.alone(body, who=who)


def test_a_case_goes_its_way_under_the_rooms_number(cased: Parted) -> None:
    alone(
        cased,
        (k.ReportCase("patrol", "rubbish", PLACE, evidence=(photo("before"),)), COLLECTOR),
        (k.AcceptCase(1), ACCEPTOR),
        (k.FileCase(1), ACCEPTOR),
        (k.DispatchCase(1), CASE_DISPATCHER),
        (k.ReportHandled(1, (photo(),)), OFFICER),
        (k.AddCaseNote(1, "much of it"), OPERATOR),
    )
    stage = cased.seat.state.cases[1].stage
    merge, report = cased.merged()
    assert (whys(merge), report.taken) == ([], 7)
    cases = cased.state.cases
    assert (cases[1].standard_id, cases[1].stage) == ("lamp_out", CaseStage.COLLECT)
    assert (cases[2].standard_id, cases[2].stage) == ("rubbish", stage) and stage is not CaseStage.COLLECT
    assert [note.text for note in cases[2].notes] == ["much of it"]


def test_a_case_that_both_have_moved_waits(parted: Parted) -> None:
    for one in case_opening():
        parted.other.do(one)
    parted.room(k.ReportCase("citizen", "lamp_out", PLACE))
    parted.go()
    parted.room(k.AcceptCase(1), who=ACCEPTOR)
    alone(parted, (k.DeclineCase(1, "no lamp there"), Who("faye", "acceptor", "", "seat-1")))
    merge, _ = parted.merged()
    assert len(whys(merge)) == 1 and parted.state.cases[1].stage is CaseStage.VERIFY


def test_an_emergency_made_of_a_case_keeps_both_numbers_apart(cased: Parted) -> None:
    cased.fire_in_room()
    alone(
        cased,
        (k.ReportCase("citizen", "flooding", PLACE), OPERATOR),
        (k.EscalateCase(1, "the street is under water"), OPERATOR),
        (c.AddNote(1, "pumps asked for"), OPERATOR),
    )
    merge, _ = cased.merged()
    assert whys(merge) == []
    assert cased.state.cases[2].incident_id == 2 and cased.state.cases_of_incident[2] == (2,)
    assert cased.state.incidents[2].notes[-1].text == "pumps asked for"


def test_duties_and_messages_go_on_under_the_rooms_numbers(parted: Parted) -> None:
    parted.fire_in_room()
    parted.go()
    parted.room(GiveDuties((DutyDraft("gas off", "water"),), 1))
    parted.room(SendMessage("mind the wind", incident_id=1))
    police = Addressee(TO_DEPARTMENT, "police")
    alone(
        parted,
        (GiveDuties((DutyDraft("cordon", "police"), DutyDraft("tow", "police", after=(0,))), 1), OPERATOR),
        (AcceptDuty(1, "by telephone"), OPERATOR),
        (SendMessage("come by the north", (police,), incident_id=1, needs_receipt=True), OPERATOR),
        (ReceiveMessage(1, police, "read out"), OPERATOR),
    )
    merge, _ = parted.merged()
    assert whys(merge) == []
    state = parted.state
    assert [(each.text, each.state) for _, each in sorted(state.duties.items())] == [
        ("gas off", "given"),
        ("cordon", "accepted"),
        ("tow", "waiting"),
    ]
    assert state.duties[3].depends_on == (2,)
    assert [len(state.messages[each].receipts) for each in (1, 2)] == [0, 1]


@pytest.fixture
def signed_in(parted: Parted) -> Parted:
    """A room with accounts: anna at seat-1, dina at seat-2, and zoe, who comes for the next shift."""
    for body, who in (
        (a.AddFirstAdministrator("root", "Root", secret_id=SECRET), CONSOLE),
        (a.SignIn("root", "administrator"), ROOT),
        *((a.AddAccount(w.actor, w.actor, (w.role,), "", SECRET), ROOT) for w in (OPERATOR, DINA, ZOE)),
        (a.SignIn("anna", "operator"), OPERATOR),
        (a.SignIn("dina", "dispatcher"), DINA),
    ):
        parted.room(body, who=who)
    parted.go()
    return parted


def test_a_shift_that_changed_on_the_island_has_changed_in_the_room(signed_in: Parted) -> None:
    parted = signed_in
    alone(
        parted,
        (c.ReportIncident("structure_fire", crossing(0, 0)), OPERATOR),
        (a.LockSeat(), OPERATOR),
        (a.UnlockSeat(), OPERATOR),
        (a.SignOut(), OPERATOR),
        (a.SignIn("zoe", "operator"), ZOE),
        (c.AddNote(1, "taken over"), ZOE),
    )
    merge, report = parted.merged()
    assert whys(merge) == [] and report.is_over
    assert parted.state.sessions["seat-1"].account_id == "zoe"
    entry = parted.log.entry_of(merge.ledger.entries[max(merge.ledger.entries)].command_id)
    assert entry is not None and entry.actor == "zoe"


def test_what_the_island_refused_to_somebody_is_kept_and_not_done(signed_in: Parted) -> None:
    parted = signed_in
    island = parted.islands.island
    assert island is not None
    asked = Command("refused-1", parted.now, OPERATOR, LeaveIslandEntry(island.base.island_id, 99, "x", "y", "z"))
    with pytest.raises(Refused):
        parted.seat.do(asked)
    merge, report = parted.merged()
    assert report.refused == 1 and report.is_over
    events = [event for entry in parted.log.read(parted.base) for event in entry.events]
    [kept] = [event for event in events if isinstance(event, IslandEntryLeft)]
    assert kept.why == "refused_there" and dict(kept.told)["code"] == "not_allowed"
    assert not [event for event in events if isinstance(event, PermissionRefused)]
    assert merge.finish()


def test_what_somebody_did_who_may_not_any_more_waits_and_a_person_answers_for_it(signed_in: Parted) -> None:
    parted = signed_in
    fire = parted.alone(c.ReportIncident("structure_fire", crossing(0, 0)))
    parted.alone(a.LockSeat())
    parted.room(a.DisableAccount("anna", "left"), who=ROOT)
    merge, report = parted.merged()
    assert whys(merge) == ["account_disabled", "account_disabled"] and report.conflicts == 2
    events = [event for entry in parted.log.read(parted.base) for event in entry.events]
    assert not [event for event in events if isinstance(event, PermissionRefused)]
    [began] = [event for event in events if isinstance(event, IslandBegan)]
    assert (began.actor, began.seat) == ("anna", "seat-1")  # the program says it for them
    report_fire, lock = conflicts(merge)
    assert lock.choices == ("leave",)
    take(merge, report_fire.sequence, AGAIN, who=DINA, at=parted.now)
    entry = parted.log.entry_of(fire.command_id)
    assert entry is not None and (entry.actor, entry.occurred_at) == ("dina", fire.occurred_at)


def test_an_answer_that_was_shown_alone_stays_openable_and_is_filed_under_no_other_incident(parted: Parted) -> None:
    parted.go()
    parted.fire_in_room()
    parted.fire_alone()
    content = b'{"sequence":6,"at":"2026-03-02T08:00:00Z","incident_id":1}'
    shown = keep(RECOMMENDATION, name_of(content, ()), (), content)
    old = Shown("b" * 64, RECOMMENDATION, 0, 6, parted.now, b"body")
    shelf = Shelf(parted.log)
    shelf.move(parted.seat.log)
    for each in (shown, old):
        shelf.take(lambda each=each: Showing(each.hash, b"", each))  # type: ignore[misc]
    parted.merged()
    kept = parted.log.shown(shown.hash)
    assert kept is not None and kept.incident_id == 0 and open_shown(kept) == ((), content)
    with pytest.raises(NotAsShown):
        open_shown(replace(kept, incident_id=2))
    assert parted.log.shown_for(1) == () and parted.log.shown(old.hash) == old


def test_a_caller_that_both_have_written_down_is_told_by_both(parted: Parted) -> None:
    parted.log.save_person("caller-1", "Ilse", "")
    parted.go()
    parted.seat.log.save_person("caller-1", "Ilse", "555 0199")
    parted.seat.log.save_person("caller-2", "Otto", "555 0100")
    parted.log.save_person("caller-2", "Otto", "555 0111")
    merge, _ = parted.merged()
    merge.run()
    people = [parted.log.person(each) for each in ("caller-1", "caller-2")]
    assert [(each.name, each.number) for each in people if each is not None] == [
        ("Ilse", "555 0199"),
        ("Otto", "555 0111 / 555 0100"),
    ]


def test_another_island_may_come_before_the_first_is_merged(parted: Parted) -> None:
    merge = both_sent_e1(parted)
    merge.island.close()
    parted.go()
    parted.fire_alone("E2", east=1)
    second, report = parted.merged()
    assert report.is_over and second.finish()
    [first] = parted.islands.pending()
    again = parted.islands.take_up(first)
    assert [each.why for each in conflicts(again)] == ["unit_elsewhere"]
    assert sorted(parted.state.islands[each].waiting for each in parted.state.islands) == [0, 2]


def test_nobody_is_asked_twice_for_what_came_before(parted: Parted) -> None:
    parted.go()
    parted.fire_alone("E1")
    merge, first = parted.merged()
    head = parted.log.head
    assert merge.run() == first and parted.log.head == head
    assert outcomes(merge) == [Outcome.TAKEN, Outcome.TAKEN]
