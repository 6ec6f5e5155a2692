"""What of the messages waits for whoever sits here, and what they wait for. Pure."""

from __future__ import annotations

from dispatch.commands import Who
from dispatch.message import TO_DEPARTMENT, TO_SEAT, Addressee, Message, messages_for
from dispatch.state import State

FOR_ME, ALL = "for_me", "all"
MOST_SHOWN = 200


def selves(who: Who) -> tuple[Addressee, ...]:
    """Return whom a message reaches here: the seat and, where somebody is of one, the department."""
    seat = Addressee(TO_SEAT, who.seat)
    return (Addressee(TO_DEPARTMENT, who.department), seat) if who.department else (seat,)


def is_sent_by(message: Message, who: Who) -> bool:
    """Tell whether a message came from here: from this person, at any seat."""
    return message.actor == who.actor


def reaches(message: Message, who: Who) -> Addressee | None:
    """Return the addressee that somebody is, None where a message is for others."""
    return next((each for each in selves(who) if each in message.addressees), None)


def is_unread(message: Message, who: Who) -> bool:
    """Tell whether a message is for somebody who has not said that they have it."""
    own = reaches(message, who)
    if own is None or is_sent_by(message, who):
        return False
    return all(receipt.addressee != own for receipt in message.receipts)


def inbox(state: State, who: Who, *, limit: int = MOST_SHOWN) -> tuple[Message, ...]:
    """Return the messages for somebody, newest first; what they sent themselves is not among them."""
    found = messages_for(
        state.messages, state.next_message - 1, department=who.department, seat=who.seat, limit=2 * limit
    )
    return tuple(each for each in found if reaches(each, who) is not None and not is_sent_by(each, who))[:limit]


def everything(state: State, *, limit: int = MOST_SHOWN) -> tuple[Message, ...]:
    """Return everybody's messages, newest first."""
    return messages_for(state.messages, state.next_message - 1, limit=limit)


def unread(state: State, who: Who) -> tuple[Message, ...]:
    """Return what is unread here, the oldest first."""
    return tuple(each for each in reversed(inbox(state, who)) if is_unread(each, who))


def missed(state: State, who: Who) -> tuple[Message, ...]:
    """Return what somebody sent whose receipt did not come in time and has not come since, the oldest first."""
    waiting = (state.messages[number] for number in sorted(state.open_messages))
    return tuple(
        each for each in waiting if is_sent_by(each, who) and any(one in each.overdue for one in each.waits_for)
    )


def known_seats(state: State, who: Who) -> tuple[str, ...]:
    """Return the other seats that somebody is signed in at, or has written from, by name."""
    seats = {*state.sessions, *(each.seat for each in everything(state))} - {who.seat, "", "system"}
    return tuple(sorted(seats))
