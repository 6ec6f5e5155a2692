"""The report of a merge as tables for paper: what became of every entry that was made alone. No widget is touched."""

from __future__ import annotations

from app.desk import Desk
from app.island.words import all_notices, counts_words, deed_words, why_words
from app.parts.names import city_name
from app.parts.seats import person_name
from app.printout import Table
from app.wording import label, one_line, text
from app.wording.durations import day_and_clock
from dispatch.island.merge import Merge
from dispatch.island.outcome import MergeReport
from dispatch.state import State

HEADINGS = (
    "alone.paper_no",
    "alone.paper_when",
    "alone.paper_who",
    "alone.paper_what",
    "alone.paper_outcome",
    "alone.paper_entry",
    "alone.paper_why",
    "alone.paper_decided",
)


def merge_tables(desk: Desk, merge: Merge, report: MergeReport, island_state: State, file: str) -> list[Table]:
    """Return the report as (title, headings, rows) of plain text, in the language of the desk."""
    language, zone, base = desk.language, desk.state.time_zone, merge.island.base

    def words(key: str, **values: object) -> str:
        return text(key, language, **values)

    seat = one_line(base.seat, 40)
    facts = [
        (words("alone.paper_seat"), f"{seat}, {person_name(desk.state, base.actor)}"),
        (words("alone.paper_room"), f"{one_line(base.room_name, 200)}, {base.head.sequence:,}"),
        (words("alone.paper_began"), day_and_clock(base.began_at, zone)),
        (words("alone.paper_island"), base.island_id),
        (words("alone.paper_file"), one_line(file, 400)),
        (words("alone.paper_counts"), f"{report.entries:,}"),
        ("", counts_words(report, language)),
    ]
    rows = []
    for sequence, entry in sorted(merge.ledger.entries.items()):
        settled = merge.ledger.settled.get(sequence)
        outcome = settled.outcome if settled is not None else "waiting"
        why, decided = "", ""
        if settled is not None:
            why = " ".join(
                part for part in (why_words(desk, settled.why, settled.told), all_notices(desk, settled)) if part
            )
            by = person_name(desk.state, settled.decided_by) if settled.decided_by else ""
            decided = ": ".join(part for part in (by, one_line(settled.reason, 300)) if part)
        rows.append(
            (
                str(sequence),
                day_and_clock(entry.occurred_at, zone),
                person_name(island_state, entry.actor),
                deed_words(desk, entry, merge.ledger.commands[sequence], island_state, merge.ledger.ids),
                label("island_outcome", outcome, language),
                str(settled.room_sequence or "") if settled is not None else "",
                why,
                decided,
            )
        )
    title = words("alone.paper_title", seat=seat, city=city_name(desk))
    return [
        (title, ("", ""), facts),
        (words("alone.paper_entries"), tuple(map(words, HEADINGS)), rows),
    ]
