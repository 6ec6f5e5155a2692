"""Messages to departments and seats: who is told, who has it, and who had not said so in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch import message_commands as m
from dispatch.commands import Tick
from dispatch.message import Addressee, messages_for
from dispatch.message_events import ReceiptOverdue
from tests.dispatch.case_town import COORDINATOR, OFFICER, WATER_OFFICER
from tests.dispatch.duty_story import SEAT, URBAN, WATER, DutyStory
from tests.dispatch.town import CLOCK, OPERATOR, OTHER_OPERATOR, at

WANTED = m.SendMessage("the main is shut", (WATER, URBAN, SEAT), 1, needs_receipt=True)


def sent() -> DutyStory:
    story = DutyStory()
    story.do(WANTED, who=COORDINATOR)
    return story


def test_without_addressees_it_is_for_every_other_department() -> None:
    story = DutyStory()
    story.do(m.SendMessage("mind the hole"), who=WATER_OFFICER)
    message = story.state.messages[1]
    assert message.is_to_all and {each.id for each in message.addressees} == set(story.state.departments) - {"water"}
    assert not story.state.open_messages and message.waits_for == ()


def test_receipts_come_from_the_department_and_the_seat_that_have_it() -> None:
    story = sent()
    assert story.state.messages[1].waits_for == (WATER, URBAN, SEAT)
    story.do(m.ReceiveMessage(1), who=WATER_OFFICER, at=at(30))
    assert story.do(m.ReceiveMessage(1), who=WATER_OFFICER, at=at(40)) == (), "once is enough"
    story.do(m.ReceiveMessage(1), who=OTHER_OPERATOR, at=at(50))
    assert story.state.messages[1].waits_for == (URBAN,) and 1 in story.state.open_messages
    story.do(m.ReceiveMessage(1), who=OFFICER, at=at(60))
    assert [receipt.actor for receipt in story.state.messages[1].receipts] == ["max", "bela", "lea"]
    assert not story.state.open_messages


def test_nobody_confirms_for_others_without_saying_why() -> None:
    story = sent()
    assert story.refuses(m.ReceiveMessage(1), who=OPERATOR).code == "not_addressed"
    assert story.refuses(m.ReceiveMessage(1, WATER), who=OPERATOR).code == "receipt_on_behalf_needed"
    assert story.refuses(m.ReceiveMessage(1, WATER, "by telephone"), who=OFFICER).code == "not_addressed"
    assert story.refuses(m.ReceiveMessage(1, Addressee("seat", "x"), "y"), who=OPERATOR).code == "not_addressed"
    story.do(m.ReceiveMessage(1, WATER, "read out by telephone"), who=OPERATOR)
    assert story.state.messages[1].receipts[0].on_behalf == "read out by telephone"


def test_who_has_not_confirmed_in_time_is_said_once_and_stays_said() -> None:
    story = sent()
    story.do(m.ReceiveMessage(1), who=WATER_OFFICER, at=at(30))
    assert not story.decide(Tick(), who=CLOCK, at=at(599))
    assert ReceiptOverdue(1, (URBAN, SEAT)) in story.do(Tick(), who=CLOCK, at=at(600))
    assert not any(isinstance(each, ReceiptOverdue) for each in story.decide(Tick(), who=CLOCK, at=at(9000)))
    story.do(m.ReceiveMessage(1), who=OFFICER, at=at(700))
    assert story.state.messages[1].overdue == (URBAN, SEAT)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (replace(WANTED, text=" "), "text_missing"),
        (replace(WANTED, incident_id=9), "incident_unknown"),
        (replace(WANTED, case_id=9), "case_unknown"),
        (replace(WANTED, addressees=(Addressee("pigeon", "x"),)), "choice_unknown"),
        (replace(WANTED, addressees=(Addressee("department", "parks"),)), "department_unknown"),
        (replace(WANTED, addressees=(Addressee("seat", ""),)), "text_missing"),
        (replace(WANTED, addressees=tuple(Addressee("seat", str(n)) for n in range(201))), "addressees_too_many"),
        (replace(WANTED, receipt_within_min=0.0), "receipt_time_out_of_range"),
        (m.ReceiveMessage(9), "message_unknown"),
    ],
)
def test_what_cannot_be_sent_or_received_is_refused(body: m.MessageBody, code: str) -> None:
    assert DutyStory().refuses(body, who=COORDINATOR).code == code


def test_there_must_be_somebody_to_tell() -> None:
    story = DutyStory()
    story.state = replace(story.state, departments=story.state.departments.__class__())
    assert story.refuses(m.SendMessage("hello"), who=COORDINATOR).code == "nobody_addressed"


def test_a_department_reads_what_it_sent_and_what_it_is_told_newest_first() -> None:
    story = DutyStory()
    for number in range(5):
        story.do(m.SendMessage(f"{number}", (WATER if number % 2 else URBAN,)), who=COORDINATOR, at=at(number))
    story.do(m.SendMessage("answer", (SEAT,), 1), who=WATER_OFFICER, at=at(9))
    state, last = story.state, story.state.next_message - 1
    assert [each.text for each in messages_for(state.messages, last, department="water")] == ["answer", "3", "1"]
    assert [each.text for each in messages_for(state.messages, last, seat="seat-2")] == ["answer"]
    assert [each.text for each in messages_for(state.messages, last, incident_id=1)] == ["answer"]
    assert len(messages_for(state.messages, last, limit=2)) == 2


def test_receipts_may_be_wanted_later_than_ten_minutes() -> None:
    story = DutyStory()
    story.do(replace(WANTED, receipt_within_min=30.0), who=COORDINATOR)
    assert story.state.messages[1].receipt_due_at == at(0) + timedelta(minutes=30)
