"""How messages are worded: who sent one and to whom, about what, and who has it; in the language of the desk."""

from __future__ import annotations

from datetime import datetime

from app.cases.words import when_words
from app.desk import Desk
from app.messages.unread import is_unread, reaches
from app.parts import tints
from app.parts.names import department_name
from app.parts.row import Row
from app.wording import label, listed, one_line, plain, text
from app.wording.durations import rough_span
from dispatch.message import TO_DEPARTMENT, Addressee, Message

MOST_LETTERS = 2_000


def seat_words(seat: str, language: str) -> str:
    """Name a seat; one that is called a seat already needs no second word for it."""
    name = one_line(seat, 40)
    return (
        name if name.casefold().startswith("seat") and language != "zh" else text("messages.seat", language, seat=name)
    )


def addressee_words(desk: Desk, addressee: Addressee) -> str:
    """Name a department, or a seat."""
    if addressee.kind == TO_DEPARTMENT:
        return department_name(desk.state, addressee.id, desk.language)
    return seat_words(addressee.id, desk.language)


def to_words(desk: Desk, message: Message) -> str:
    """Say to whom a message went."""
    if message.is_to_all:
        return text("messages.to_all", desk.language)
    return listed((addressee_words(desk, each) for each in message.addressees[:6]), desk.language) + (
        " …" if len(message.addressees) > 6 else ""
    )


def from_words(desk: Desk, message: Message) -> str:
    """Say who sent a message, of which department or at which seat."""
    where = (
        department_name(desk.state, message.department, desk.language)
        if message.department
        else seat_words(message.seat, desk.language)
    )
    return f"{one_line(message.actor, 40)} ({where})"


def about_words(desk: Desk, message: Message) -> str:
    """Say what a message is about, empty where it is about nothing in particular."""
    if message.incident_id is not None:
        return text("messages.about_incident", desk.language, number=message.incident_id)
    return text("messages.about_case", desk.language, number=message.case_id) if message.case_id is not None else ""


def message_row(desk: Desk, message: Message, now: datetime) -> Row:
    """Return a message as a row: unread ones marked, what was not confirmed in time in alarm."""
    language, who = desk.language, desk.who
    new = is_unread(message, who)
    parts = [from_words(desk, message), f"→ {to_words(desk, message)}", about_words(desk, message)]
    late = [each for each in message.waits_for if each in message.overdue]
    tone = "muted"
    if message.needs_receipt:
        have, of = len(message.addressees) - len(message.waits_for), len(message.addressees)
        parts.append(text("messages.have_it", language, have=have, of=of))
    if late and reaches(message, who) is None:
        names = listed((addressee_words(desk, each) for each in late[:4]), desk.language)
        parts.append(text("messages.not_confirmed", language, names=names))
        tone = "alarm"
    elif new and message.receipt_due_at is not None:
        left_s = (message.receipt_due_at - now).total_seconds()
        key = "messages.receipt_late" if left_s < 0 else "messages.receipt_wanted"
        parts.append(text(key, language, rough=rough_span(abs(left_s))))
        tone = "alarm" if left_s < 0 else "warn"
    return Row(
        str(message.id),
        plain(message.text, MOST_LETTERS).strip(),
        right=when_words(message.sent_at, now, desk.state.time_zone, language),
        detail=" · ".join(part for part in parts if part),
        tone="normal" if new else "muted",
        detail_tone=tone,
        mark="●" if new else "",
        mark_colour=tints.tone("accent").name() if new else "",
        is_quiet=not new,
    )


def receipt_rows(desk: Desk, message: Message, now: datetime) -> list[Row]:
    """Return who has a message and who has not: those who did not say so in time first."""
    language, zone = desk.language, desk.state.time_zone
    receipts = {receipt.addressee: receipt for receipt in message.receipts}
    rows = []
    for each in sorted(message.addressees, key=lambda one: (one in receipts, one not in message.overdue)):
        receipt = receipts.get(each)
        kind = desk.state.departments[each.id].kind if each.id in desk.state.departments else ""
        colour = tints.department(kind) if each.kind == TO_DEPARTMENT else ""
        key, name = f"{each.kind}:{each.id}", addressee_words(desk, each)
        if receipt is not None:
            by = one_line(receipt.actor, 40)
            behalf = one_line(receipt.on_behalf, 100)
            detail = text("messages.received_by", language, by=by, behalf=behalf)
            right = when_words(receipt.received_at, now, zone, language)
            late = text("messages.was_late", language) if each in message.overdue else ""
            rows.append(Row(key, name, right, " · ".join(p for p in (detail, late) if p), "muted", mark_colour=colour))
        elif message.needs_receipt:
            is_late = each in message.overdue
            waits = text("messages.waits", language, rough=rough_span((now - message.sent_at).total_seconds()))
            tone = "alarm" if is_late else "normal"
            rows.append(Row(key, name, ("⚠ " if is_late else "") + waits, tone=tone, mark_colour=colour))
        else:
            rows.append(Row(key, name, label("message_state", "sent", language), tone="muted", mark_colour=colour))
    return rows
