"""Anything done on both sides, and any decision afterwards: nothing lost, nothing twice, nobody in two places.

The same holds wherever the merge is killed: the room's log is the one that it would have been without.
"""

from __future__ import annotations

import contextlib
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import json

from dispatch import commands as c
from dispatch.commands import AssignUnits, Body, Choice, Who
from dispatch.duty_commands import AcceptDuty, DutyDraft, GiveDuties, LinkDuty
from dispatch.events import Entry
from dispatch.incident import OrderState
from dispatch.island.conflicts import LEAVE, conflicts
from dispatch.island.decisions import leave, see, take
from dispatch.island.merge import Merge
from dispatch.island.outcome import Outcome
from dispatch.log_island import IslandLog
from dispatch.message import TO_DEPARTMENT, Addressee
from dispatch.message_commands import ReceiveMessage, SendMessage
from dispatch.refused import Refused
from dispatch.state import State, fold
from resources.status import Signal, Status
from tests.dispatch.island.parted import Parted, bound_twice, make_folder, remove
from tests.dispatch.island_story import DISPATCHER
from tests.dispatch.town import CLOCK, OPERATOR, OTHER_OPERATOR, crew, crossing

DUTIES = (DutyDraft("cordon", "police"), DutyDraft("tow", "police", after=(0,)))
ALONE, IN_ROOM, BOTH = "alone", "in the room", "both"
units = st.sampled_from(["E1", "E1", "E2", "A1", "P1"])
incidents = st.sampled_from([1, 1, 2, 2, 3])
needs = st.sampled_from(["", "engine", "als"])
statuses = st.sampled_from([Status.EN_ROUTE, Status.ON_SCENE, Status.AVAILABLE, Status.AVAILABLE_BY_RADIO])
places = st.builds(crossing, st.integers(0, 2), st.integers(0, 2))
bodies = st.one_of(
    st.builds(c.ReportIncident, st.sampled_from(["structure_fire", "burst_water_main"]), places),
    st.builds(lambda i, u, n: AssignUnits(i, (Choice(u, n),)), incidents, units, needs),
    st.builds(lambda i: AssignUnits(i, (Choice("E1"), Choice("A1"))), incidents),
    st.builds(lambda i, u, f: AssignUnits(i, (Choice(u, taken_from=f),)), incidents, units, incidents),
    st.builds(c.ReportStatus, units, statuses),
    st.builds(c.ReportStatus, units, statuses, source=st.just("crew")),
    st.builds(c.ReleaseUnit, units, st.just("enough")),
    st.builds(c.MoveOrder, st.sampled_from(["1/1", "2/1"]), st.sampled_from(OrderState)),
    st.builds(c.CorrectLocation, incidents, places),
    st.builds(c.ChangePriority, incidents, st.integers(1, 4)),
    st.builds(c.AddNote, incidents, st.just("seen")),
    st.builds(lambda i: c.CloseIncident(i, "extinguished", release_units=True), incidents),
    st.builds(c.ReopenIncident, incidents, st.just("again")),
    st.builds(c.HoldUnit, units, st.just("cover")),
    st.builds(
        lambda i: GiveDuties((DutyDraft("cordon", "police"), DutyDraft("tow", "police", after=(0,))), i), incidents
    ),
    st.builds(AcceptDuty, st.integers(1, 3), st.just("by telephone")),
    st.builds(LinkDuty, st.integers(1, 3), st.tuples(st.integers(1, 3))),
    st.builds(lambda i: SendMessage("come", incident_id=i, needs_receipt=True), incidents),
    st.builds(ReceiveMessage, st.integers(1, 2), st.just(Addressee(TO_DEPARTMENT, "police")), st.just("told")),
    st.just(c.Tick()),
)


def press(parted: Parted, body: Body, *, alone: bool) -> None:
    """Ask at one side; a refusal is an answer."""
    who: Who = OPERATOR if alone else OTHER_OPERATOR
    if isinstance(body, c.Tick):
        who = CLOCK
    elif isinstance(body, c.ReportStatus) and body.source == "crew":
        who = crew(body.unit_id)
    engine = parted.seat if alone else parted.other
    with contextlib.suppress(Refused):
        engine.do(parted.command(body, who, based_on=engine.state.sequence))


def check(parted: Parted, merge: Merge) -> None:
    """Hold the room's log and the outcomes against what must be."""
    entries = list(parted.log.read())
    assert parted.log.verify().is_intact
    assert bound_twice(iter(entries)) == []
    assert fold(State(), entries) == parted.state
    ids = [entry.command_id for entry in entries]
    assert len(set(ids)) == len(ids)
    ledger = merge.ledger
    assert ledger.settled.keys() == ledger.entries.keys()  # each of them once, whatever became of it
    report = ledger.report()
    told = (report.taken, report.already, report.nothing, report.refused, report.left, report.conflicts, report.waiting)
    assert sum(told) == report.entries == len(ledger.entries)
    by_id = {entry.command_id: entry for entry in entries}
    for sequence, settled in ledger.settled.items():
        command = ledger.commands[sequence]
        assert command is not None
        if settled.outcome is Outcome.TAKEN:
            assert settled.room_sequence in {entry.sequence for entry in entries}
            assert settled.decided_by or by_id[command.id].occurred_at == ledger.entries[sequence].occurred_at
        elif settled.outcome is not Outcome.ALREADY:
            assert command.id not in by_id
    island = parted.state.islands[report.island_id]
    assert (island.entries, island.taken, island.left) == (report.entries, report.taken, report.left)
    assert [island.holds(each) for each in sorted(ledger.own)].count(False) == report.already + report.refused


@settings(
    max_examples=int(os.environ.get("OPSROOM_ISLANDS", "25")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    before=st.lists(bodies, max_size=4),
    pressed=st.lists(st.tuples(st.sampled_from([ALONE, ALONE, IN_ROOM, BOTH]), bodies), min_size=4, max_size=24),
    data=st.data(),
)
def test_nothing_is_lost_and_nothing_done_twice(
    before: list[Body], pressed: list[tuple[str, Body]], data: st.DataObject
) -> None:
    folder = make_folder()
    parted = Parted(folder)
    try:
        for body in (c.ReportIncident("structure_fire", crossing(0, 0)), *before):
            press(parted, body, alone=False)
        parted.go()
        for side, body in pressed:
            if side != ALONE:
                press(parted, body, alone=False)
            if side != IN_ROOM:
                press(parted, body, alone=True)
        merge, _ = parted.merged()
        check(parted, merge)
        while waiting := conflicts(merge):
            conflict = data.draw(st.sampled_from(waiting), "conflict")
            how = data.draw(st.sampled_from(conflict.choices), "choice")
            try:
                if how == LEAVE:
                    behind = data.draw(st.booleans(), "with what waits for it")
                    leave(merge, [conflict.sequence], who=DISPATCHER, at=parted.now, reason="no", with_behind=behind)
                else:
                    take(merge, conflict.sequence, how, who=DISPATCHER, at=parted.now, reason="all the same")
            except Refused:
                leave(merge, [conflict.sequence], who=DISPATCHER, at=parted.now, reason="it cannot be")
            check(parted, merge)
        assert see(merge).is_over and merge.finish()
        island = parted.state.islands[merge.island.base.island_id]
        assert island.merged_at is not None and island.waiting == 0
    finally:
        parted.close()
        remove(folder)


def story(parted: Parted) -> None:
    """Let there be something of every kind to merge."""
    parted.fire_in_room("P1")
    parted.go()
    parted.fire_in_room("E1", east=0)
    parted.room(c.ChangePriority(1, 2))
    parted.room(c.CorrectLocation(1, crossing(0, 1)))
    parted.room(c.RaiseSignal("P1", Signal.REQUEST_TO_SPEAK), who=crew("P1"))
    for body in (
        c.RaiseSignal("P1", Signal.REQUEST_TO_SPEAK),  # nothing to do in the room: it rings there too
        c.AcknowledgeSignal("P1", Signal.REQUEST_TO_SPEAK),  # and now it does not
        c.CorrectLocation(1, crossing(0, 1)),  # nothing to do in the room
        c.CorrectLocation(1, crossing(1, 1)),  # somebody else has put it elsewhere
        c.ChangePriority(1, 3),  # a conflict
        c.ReportIncident("structure_fire", crossing(0, 2)),
        AssignUnits(2, (Choice("E1"), Choice("A1"))),  # a conflict
        c.AddNote(2, "the island's"),
        AssignUnits(2, (Choice("E2"),)),
        c.ReportStatus("A1", Status.ON_SCENE, source="crew"),  # waits
        c.ReportStatus("E2", Status.ON_SCENE, source="crew"),
        GiveDuties((DutyDraft("cordon", "police"),), 2),
        AcceptDuty(1, "by telephone"),
    ):
        press(parted, body, alone=True)


class Killed(BaseException):
    """The process is gone: nothing that it meant to do happens any more."""


def merged_with_a_kill(at: int | None, *, is_done: bool, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Entry], int]:
    """Return the room's log after a merge that dies at the room's answer number `at`, and how many it asked for.

    `is_done`: the room wrote it before. Then another process merges on.
    """
    folder = make_folder()
    parted = Parted(folder)
    try:
        story(parted)
        merge, asked, done = parted.come_back(), [0], parted.seat.do
        is_dead = [False]

        def do(command: c.Command) -> Entry | None:
            asked[0] += 1
            if asked[0] - 1 == at:
                is_dead[0] = True
                if is_done:
                    done(command)
                raise Killed
            return done(command)

        keep = IslandLog.keep_outcomes

        def keep_outcomes(self: IslandLog, found: dict[int, bytes]) -> None:
            if not is_dead[0]:
                keep(self, found)

        with monkeypatch.context() as patch, contextlib.suppress(Killed):
            patch.setattr(parted.seat, "do", do)
            patch.setattr(IslandLog, "keep_outcomes", keep_outcomes)
            merge.run()
        merge.island.close()
        [found] = parted.islands.pending()
        again = parted.islands.take_up(found)
        again.run()
        check(parted, again)
        name = again.island.base.island_id
        again.island.close()
        return [_plain(entry, name) for entry in parted.log.read(parted.base)], asked[0]
    finally:
        parted.close()
        remove(folder)


def _plain(entry: Entry, island_id: str) -> Entry:
    return json.decode(json.encode(entry).replace(island_id.encode(), b"island"))  # type: ignore[no-any-return]


def test_a_merge_that_is_killed_anywhere_gives_the_same_log(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, count = merged_with_a_kill(None, is_done=False, monkeypatch=monkeypatch)
    assert count >= 8
    for at in range(count):
        for is_done in (False, True):
            found, _ = merged_with_a_kill(at, is_done=is_done, monkeypatch=monkeypatch)
            assert found == whole, (at, is_done)
