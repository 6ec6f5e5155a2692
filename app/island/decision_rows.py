"""What waits for a person in a merge, as rows: to be decided, to be looked at, and what other seats have left."""

from __future__ import annotations

from dataclasses import dataclass

from app.desk import Desk
from app.island.alone import Alone
from app.island.targets import Target, targets
from app.island.words import all_notices, deed_words, why_words
from app.parts.row import Row
from app.parts.seats import who_words
from app.wording import one_line, text
from app.wording.durations import clock, day_and_clock
from dispatch.commands import Command
from dispatch.events import Entry
from dispatch.island.conflicts import Conflict
from dispatch.island.outcome import Settled, Words

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry that waits for a person: a conflict, or `settled` with notices that nobody has looked at."""

    sequence: int
    entry: Entry
    command: Command | None
    why: str = ""
    parameters: Words = ()
    choices: tuple[str, ...] = ()
    behind: tuple[int, ...] = ()
    settled: Settled | None = None

    def targets(self, desk: Desk, alone: Alone | None) -> tuple[Target, ...]:
        """Return what it is about that the map can show."""
        if alone is None or alone.merge is None:
            return ()
        told = [each.parameters for each in self.settled.notices] if self.settled is not None else [self.parameters]
        return targets(desk, self.command, told, alone.merge.ledger.ids)


def waiting_of(alone: Alone | None, key: str) -> Waiting | None:
    """Return what a row stands for, None where it is a heading or another seat's."""
    if alone is None or alone.merge is None or alone.look is None:
        return None
    kind, _, number = key.partition(":")
    if not number.isdigit():
        return None
    if kind == "decide":
        found = next((each for each in alone.look.conflicts if each.sequence == int(number)), None)
        return _of_conflict(found) if found is not None else None
    settled = alone.look.settled.get(int(number))
    if kind != "see" or settled is None:
        return None
    ledger = alone.merge.ledger
    return Waiting(
        settled.sequence, ledger.entries[settled.sequence], ledger.commands[settled.sequence], settled=settled
    )


def conflict_rows(desk: Desk, alone: Alone) -> list[Row]:
    """Return a heading and a row for everything to be decided."""
    if alone.merge is None or alone.look is None or not alone.look.conflicts:
        return []
    language, zone, found = desk.language, desk.state.time_zone, alone.look.conflicts
    rows = [Row("decide", text("alone.to_decide", language, count=len(found)), is_heading=True)]
    for each in found[:MOST_ROWS]:
        against = why_words(desk, each.why, each.parameters) or text("alone.free_now", language)
        hanging = len(each.behind)
        rows.append(
            Row(
                f"decide:{each.sequence}",
                deed_words(desk, each.entry, each.command, alone.island_state, alone.merge.ledger.ids),
                right=clock(each.entry.occurred_at, zone),
                detail=one_line(against, 400),
                detail_tone="warn" if each.why else "muted",
                badge=text("alone.behind_short", language, count=hanging) if hanging else "",
            )
        )
    return rows


def notice_rows(desk: Desk, alone: Alone) -> list[Row]:
    """Return a heading and a row for everything that was taken and should be looked at."""
    if alone.merge is None or alone.look is None or not (found := alone.look.to_look_at):
        return []
    ledger, zone = alone.merge.ledger, desk.state.time_zone
    rows = [Row("see", text("alone.to_see", desk.language, count=len(found)), is_heading=True)]
    for each in found[:MOST_ROWS]:
        entry = ledger.entries[each.sequence]
        rows.append(
            Row(
                f"see:{each.sequence}",
                deed_words(desk, entry, ledger.commands[each.sequence], alone.island_state, ledger.ids),
                right=clock(entry.occurred_at, zone),
                detail=one_line(all_notices(desk, each), 400),
            )
        )
    return rows


def other_islands(desk: Desk, alone: Alone | None) -> list[Row]:
    """Return a heading and a row for each island of another seat that the room knows and that is not settled."""
    own = alone.own_ids if alone is not None else frozenset[str]()
    found = [each for each in desk.state.islands.values() if each.merged_at is None and each.id not in own]
    if not found:
        return []
    language, zone = desk.language, desk.state.time_zone
    rows = [Row("others", text("alone.elsewhere", language, count=len(found)), is_heading=True)]
    for each in sorted(found, key=lambda one: one.began_at)[:MOST_ROWS]:
        key = "alone.elsewhere_open" if each.entries else "alone.elsewhere_begun"
        rows.append(
            Row(
                f"other:{each.id}",
                who_words(desk, each.actor, each.seat),
                right=day_and_clock(each.began_at, zone),
                detail=text(key, language, waiting=each.waiting, count=each.entries),
                is_quiet=True,
            )
        )
    return rows


def _of_conflict(found: Conflict) -> Waiting:
    return Waiting(found.sequence, found.entry, found.command, found.why, found.parameters, found.choices, found.behind)
