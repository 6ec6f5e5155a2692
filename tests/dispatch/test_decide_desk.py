"""Taking charge of an incident, handing it over, and the queues of seats."""

from __future__ import annotations

import pytest

from dispatch import commands as c
from dispatch import desk_commands as d
from dispatch.account_commands import DisableAccount, SignOut
from dispatch.break_glass import LIFE_SAVING
from dispatch.charge import Charge
from dispatch.charges import charges_of, is_in_charge, is_there, offered_to, told_of
from dispatch.commands import Body, Who
from dispatch.desk_access import OVERSEERS
from dispatch.desk_events import (
    HandOverDeclined,
    HandOverOffered,
    HandOverWithdrawn,
    IncidentGivenUp,
    IncidentTaken,
    QueueSet,
)
from dispatch.events import Entry
from tests.dispatch.account_town import PEOPLE, ROOT, AccountStory
from tests.dispatch.desk_story import ANNA, BELA, CHIEF, DESK_CODES, TAKER, DeskStory
from tests.dispatch.town import OBSERVER, at, crossing


@pytest.fixture
def story() -> DeskStory:
    return DeskStory()


def charge(story: DeskStory, incident_id: int = 1) -> Charge:
    return story.state.charges[incident_id]


def has(story: DeskStory, who: Who, incident_id: int = 1) -> bool:
    return is_in_charge(story.state, story.state.charges.get(incident_id), who)


class TestTaking:
    def test_who_reports_is_not_in_charge(self, story: DeskStory) -> None:
        assert not story.state.charges

    def test_what_nobody_has_is_taken_at_once(self, story: DeskStory) -> None:
        assert story.do(d.TakeIncident(1), who=ANNA, at=at(5)) == (IncidentTaken(1, "free"),)
        taken = charge(story)
        assert (taken.actor, taken.role, taken.seat, taken.since) == ("anna", "dispatcher", "seat-1", at(5))
        assert charges_of(story.state, ANNA) == (taken,) and not charges_of(story.state, BELA)
        assert story.do(d.TakeIncident(1), who=ANNA) == ()

    def test_somebody_elses_is_taken_with_a_reason_alone(self, story: DeskStory) -> None:
        story.do(d.TakeIncident(1), who=ANNA, at=at(5))
        refused = story.refuses(d.TakeIncident(1, " \n"), who=BELA)
        assert refused.code == "incident_in_charge"
        assert refused.parameters == {"incident_id": 1, "actor": "anna", "seat": "seat-1", "changed_at": at(5)}
        taken = IncidentTaken(1, "taken_over", "she is on the telephone", "anna", "seat-1")
        assert story.do(d.TakeIncident(1, "she is on the telephone"), who=BELA) == (taken,)
        assert has(story, BELA) and not has(story, ANNA)

    def test_two_who_take_at_once_do_not_take_from_each_other_unseen(self, story: DeskStory) -> None:
        seen = story.state.sequence
        story.do(d.TakeIncident(1), who=ANNA)
        assert story.refuses(d.TakeIncident(1), who=BELA, based_on=seen).code == "changed_since"
        refused = story.refuses(d.TakeIncident(1, "mine"), who=BELA, based_on=seen)
        assert (refused.code, refused.parameters["field"], refused.parameters["now"]) == (
            "changed_since",
            "charge",
            "anna",
        )

    def test_a_log_without_accounts_knows_seats_and_no_people(self, story: DeskStory) -> None:
        story.do(d.TakeIncident(1), who=ANNA)
        elsewhere = Who("anna", "dispatcher", "", "seat-9")
        assert story.refuses(d.TakeIncident(1), who=elsewhere).code == "incident_in_charge"
        next_one = Who("dan", "dispatcher", "", "seat-1")
        assert story.do(d.TakeIncident(1), who=next_one) == (IncidentTaken(1, "moved", "", "anna", "seat-1"),)

    def test_what_is_closed_is_nobodys_and_stays_so_when_it_is_opened_again(self, story: DeskStory) -> None:
        story.do(d.TakeIncident(1), who=ANNA)
        story.do(d.HandOverIncident(1, "seat-2"), who=ANNA)
        story.do(c.CloseIncident(1, "extinguished"), who=BELA)
        assert not story.state.charges and "incident/1/charge" not in story.state.changed
        assert story.refuses(d.TakeIncident(1), who=ANNA).code == "incident_closed"
        story.do(c.ReopenIncident(1, "smoke"), who=BELA)
        assert not story.state.charges

    def test_it_is_given_up_with_a_reason(self, story: DeskStory) -> None:
        assert story.do(d.GiveUpIncident(1, "x"), who=ANNA) == (), "nobody has it"
        story.do(d.TakeIncident(1), who=ANNA)
        assert story.refuses(d.GiveUpIncident(1, ""), who=ANNA).code == "text_missing"
        assert story.refuses(d.GiveUpIncident(1, "x"), who=BELA).code == "not_in_charge"
        story.do(d.HandOverIncident(1, "seat-2"), who=ANNA)
        events = story.do(d.GiveUpIncident(1, "taken by mistake"), who=ANNA)
        assert events == (HandOverWithdrawn(1, "taken by mistake"), IncidentGivenUp(1, "taken by mistake"))
        assert not story.state.charges


class TestPeople:
    """A log that knows who is who knows, too, who has left."""

    @pytest.fixture
    def known(self) -> AccountStory:
        story = AccountStory()
        story.do(c.ReportIncident("structure_fire", crossing(1, 1)))
        story.open_accounts()
        story.do(d.TakeIncident(1), who=PEOPLE["dispatcher"])
        return story

    def test_who_has_left_is_taken_from_without_a_reason(self, known: AccountStory) -> None:
        asked = d.TakeIncident(1)
        assert is_there(known.state, known.state.charges[1])
        assert known.refuses(asked, who=PEOPLE["operator"]).code == "incident_in_charge"
        known.do(SignOut(), who=PEOPLE["dispatcher"])
        assert not is_there(known.state, known.state.charges[1])
        [taken] = known.do(asked, who=PEOPLE["operator"])
        assert taken == IncidentTaken(1, "left", "", "dispatcher-1", "seat-dispatcher")

    def test_a_person_keeps_it_at_another_seat(self, known: AccountStory) -> None:
        elsewhere = Who("dispatcher-1", "dispatcher", "", "seat-9")
        known.sign_in(elsewhere)
        assert known.do(d.TakeIncident(1), who=elsewhere) == (
            IncidentTaken(1, "moved", "", "dispatcher-1", "seat-dispatcher"),
        )

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            (d.HandOverIncident(1, to_actor="nobody"), "account_unknown"),
            (d.HandOverIncident(1, to_actor="collector-1"), "cannot_take_charge"),
            (d.HandOverIncident(1, "seat-collector"), "cannot_take_charge"),
            (d.HandOverAll(to_actor="coordinator-1"), "cannot_take_charge"),
            (d.HandOverIncident(1, "seat-of-the-next-shift"), ""),
        ],
    )
    def test_it_is_offered_to_who_can_take_it(self, known: AccountStory, asked: Body, code: str) -> None:
        known.do(DisableAccount("coordinator-1", "left"), who=ROOT)
        if code:
            assert known.refuses(asked, who=PEOPLE["dispatcher"]).code == code
        else:
            assert known.do(asked, who=PEOPLE["dispatcher"])


class TestHandingOver:
    def test_the_call_taker_passes_what_they_have_reported(self, story: DeskStory) -> None:
        assert story.do(d.HandOverIncident(1, "seat-1", note="caller waits"), who=TAKER) == (
            HandOverOffered(1, "seat-1", "", "caller waits"),
        )
        assert not charge(story).is_held and offered_to(story.state, ANNA) == (charge(story),)
        assert not offered_to(story.state, BELA)
        assert story.do(d.TakeIncident(1), who=ANNA) == (IncidentTaken(1, "handed_over"),)
        assert charge(story).offer is None

    def test_another_may_take_what_nobody_has_though_it_is_offered(self, story: DeskStory) -> None:
        story.do(d.HandOverIncident(1, "seat-1"), who=TAKER)
        assert story.do(d.TakeIncident(1), who=BELA) == (IncidentTaken(1, "free"),)

    def test_the_giver_stays_in_charge_until_it_is_taken(self, story: DeskStory) -> None:
        story.do(d.TakeIncident(1), who=ANNA)
        story.do(d.HandOverIncident(1, "seat-2", note="end of shift"), who=ANNA, at=at(60))
        offer = charge(story).offer
        assert has(story, ANNA) and offer is not None
        assert (offer.actor, offer.seat, offer.note, offer.offered_at) == ("anna", "seat-1", "end of shift", at(60))
        taken = IncidentTaken(1, "handed_over", "", "anna", "seat-1")
        assert story.do(d.TakeIncident(1), who=BELA) == (taken,)
        assert has(story, BELA)

    def test_the_next_at_the_same_seat_takes_what_was_handed_to_them(self, story: DeskStory) -> None:
        story.do(d.TakeIncident(1), who=ANNA)
        story.do(d.HandOverAll("seat-1", "bela"), who=ANNA)
        at_her_seat = Who("bela", "dispatcher", "", "seat-1")
        assert story.do(d.TakeIncident(1), who=at_her_seat)[0].way == "handed_over"  # type: ignore[union-attr]

    def test_it_is_declined_with_a_reason_and_stays(self, story: DeskStory) -> None:
        story.do(d.TakeIncident(1), who=ANNA)
        story.do(d.HandOverIncident(1, to_actor="bela"), who=ANNA)
        assert story.refuses(d.DeclineHandOver(1, ""), who=BELA).code == "text_missing"
        assert story.refuses(d.DeclineHandOver(1, "no"), who=CHIEF).code == "hand_over_not_yours"
        assert story.do(d.DeclineHandOver(1, "two fires"), who=BELA) == (HandOverDeclined(1, "two fires"),)
        assert has(story, ANNA) and charge(story).offer is None
        assert story.refuses(d.DeclineHandOver(1, "again"), who=BELA).code == "no_hand_over"

    def test_what_nobody_has_is_nobodys_again_when_it_is_declined(self, story: DeskStory) -> None:
        story.do(d.HandOverIncident(1, "seat-2"), who=TAKER)
        story.do(d.DeclineHandOver(1, "two fires"), who=BELA)
        assert not story.state.charges

    def test_an_offer_is_withdrawn_by_who_made_it_has_it_or_oversees(self, story: DeskStory) -> None:
        story.do(d.HandOverIncident(1, "seat-2"), who=TAKER)
        assert story.refuses(d.WithdrawHandOver(1), who=BELA).code == "not_in_charge"
        assert story.do(d.WithdrawHandOver(1, "sorry"), who=TAKER) == (HandOverWithdrawn(1, "sorry"),)
        story.do(d.TakeIncident(1), who=ANNA)
        for who in (ANNA, CHIEF):
            story.do(d.HandOverIncident(1, "seat-2"), who=ANNA)
            assert story.do(d.WithdrawHandOver(1), who=who)
        assert story.refuses(d.WithdrawHandOver(1), who=ANNA).code == "no_hand_over"

    def test_a_later_offer_takes_the_place_of_the_one_before(self, story: DeskStory) -> None:
        story.do(d.TakeIncident(1), who=ANNA)
        story.do(d.HandOverIncident(1, "seat-2"), who=ANNA)
        assert story.do(d.HandOverIncident(1, "seat-2"), who=ANNA) == ()
        story.do(d.HandOverIncident(1, "seat-8"), who=ANNA)
        assert not offered_to(story.state, BELA)
        assert story.refuses(d.TakeIncident(1), who=BELA).code == "incident_in_charge"

    def test_a_whole_shift_is_handed_over_and_taken_at_once(self, story: DeskStory) -> None:
        assert story.refuses(d.HandOverAll("seat-2"), who=ANNA).code == "nothing_in_charge"
        assert story.refuses(d.TakeOffered(), who=BELA).code == "nothing_offered"
        for number in (1, 2):
            story.do(d.TakeIncident(number), who=ANNA)
        offered = story.do(d.HandOverAll("seat-2", note="good night"), who=ANNA)
        assert offered == tuple(HandOverOffered(number, "seat-2", "", "good night") for number in (1, 2))
        assert story.refuses(d.TakeOffered("seat-7"), who=BELA).code == "nothing_offered"
        assert len(story.do(d.TakeOffered("seat-1"), who=BELA)) == 2
        assert [each.incident_id for each in charges_of(story.state, BELA)] == [1, 2]

    def test_an_overseer_clears_a_seat_that_is_gone_and_nobody_else_does(self, story: DeskStory) -> None:
        story.do(d.TakeIncident(1), who=ANNA)
        cleared = d.HandOverAll("seat-2", note="her screen is dark", from_seat="seat-1")
        assert story.refuses(cleared, who=BELA).code == "not_in_charge"
        assert story.do(cleared, who=CHIEF) == (HandOverOffered(1, "seat-2", "", "her screen is dark"),)
        assert story.refuses(d.HandOverAll("seat-2", from_seat="seat-8"), who=CHIEF).code == "nothing_in_charge"

    def test_nobody_hands_over_what_is_anothers_nor_takes_it_round_the_back(self, story: DeskStory) -> None:
        story.do(d.TakeIncident(1), who=ANNA)
        refused = story.refuses(d.HandOverIncident(1, "seat-t"), who=BELA)
        assert (refused.code, refused.parameters["actor"]) == ("not_in_charge", "anna")
        for to in (d.HandOverIncident(1, "seat-3"), d.HandOverIncident(1, "", "cleo"), d.HandOverIncident(1, "seat-1")):
            assert story.refuses(to, who=CHIEF).code == "hand_over_to_self"
        assert story.refuses(d.HandOverIncident(2, "seat-t"), who=TAKER).code == "hand_over_to_self"
        assert story.refuses(d.HandOverIncident(2, " "), who=TAKER).code == "hand_over_to_nobody"


class TestOtherHands:
    def test_nothing_is_refused_because_somebody_else_has_the_incident(self, story: DeskStory) -> None:
        story.fire()
        for number in (1, 2, 3):
            story.do(d.TakeIncident(number), who=ANNA)
        asked = (
            c.AssignUnits(1, (c.Choice("E1"),)),
            c.ChangePriority(1, 2),
            c.ChangeAlarmLevel(1, 2),
            c.CorrectLocation(1, crossing(0, 0)),
            c.AddNote(1, "seen"),
            c.CloseIncident(3, "extinguished"),
        )
        for body in asked:
            assert story.do(body, who=BELA), body
        assert not LIFE_SAVING & {d.TakeIncident, d.SetQueue}

    def test_who_has_it_is_told_what_others_did_to_it(self, story: DeskStory) -> None:
        story.do(d.TakeIncident(1), who=ANNA)

        def told(body: Body, who: Who) -> list[int]:
            events = story.do(body, who=who)
            entry = Entry(story.state.sequence, "x", at(), at(), who.actor, who.role, who.department, who.seat, events)
            return [each.incident_id for each in told_of(entry, story.state)]

        assert told(c.AssignUnits(1, (c.Choice("E1"),)), BELA) == [1]
        assert told(c.AssignUnits(1, (c.Choice("E2"),)), ANNA) == []
        assert told(c.AssignUnits(2, (c.Choice("W1"),)), BELA) == [], "nobody has it"
        assert told(c.ReleaseUnit("E1"), BELA) == [1], "an assignment names its incident"
        assert told(c.MoveOrder("1/2", c.OrderState.SENT), Who("clock", "system", "", "system")) == []


class TestQueues:
    def test_a_seat_says_what_it_looks_after(self, story: DeskStory) -> None:
        asked = d.SetQueue("seat-1", ("fire", "fire", "police"), ("centre",))
        assert story.do(asked, who=ANNA, at=at(9)) == (QueueSet("seat-1", ("fire", "police"), ("centre",)),)
        queue = story.state.queues["seat-1"]
        assert (queue.departments, queue.areas, queue.set_by, queue.set_at) == (
            ("fire", "police"),
            ("centre",),
            "anna",
            at(9),
        )
        assert story.do(asked, who=ANNA) == ()
        story.do(d.SetQueue("seat-1"), who=ANNA)
        assert not story.state.queues and story.do(d.SetQueue("seat-1"), who=ANNA) == ()

    def test_another_seats_queue_is_an_overseers_to_set(self, story: DeskStory) -> None:
        asked = d.SetQueue("seat-1", ("fire",))
        for role in ("operator", "dispatcher", "acceptor"):
            assert story.refuses(asked, who=Who("x", role, "", "seat-9")).code == "queue_not_yours"
        for role in OVERSEERS:
            assert story.decide(asked, who=Who("x", role, "", "seat-9"))
        assert story.refuses(asked, who=OBSERVER).code == "not_allowed"

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            (d.SetQueue("", ("fire",)), "text_missing"),
            (d.SetQueue("seat-1", ("navy",)), "department_unknown"),
            (d.SetQueue("seat-1", (), (" ",)), "text_missing"),
            (d.SetQueue("seat-1", (), tuple(map(str, range(201)))), "queue_too_long"),
        ],
    )
    def test_what_is_no_queue_is_refused(self, story: DeskStory, asked: Body, code: str) -> None:
        assert story.refuses(asked, who=CHIEF).code == code


def test_every_code_is_told_here() -> None:
    from pathlib import Path

    words = Path(__file__).read_text(encoding="utf-8")
    assert [code for code in DESK_CODES if f'"{code}"' not in words] == []
