"""Who may go on alone, and who decides what stands against an island's entries: roles and commands as data."""

from __future__ import annotations

from dispatch import island_commands as i

_GOING = frozenset({i.BeginIsland})
# Whoever decides a conflict decides over what another seat did meanwhile: one who oversees the room, not its party.
_DECIDING = _GOING | {i.LeaveIslandEntry, i.TakeIslandEntry}

MAY_ISLAND: dict[str, frozenset[type]] = {
    "operator": _GOING,
    "dispatcher": _DECIDING,
    "coordinator": _DECIDING,
    "supervisor": _DECIDING,
    "trainer": _DECIDING,
    "administrator": _DECIDING,
    # The program says how far a merge has come, and keeps what was refused on the island already.
    "system": _GOING | {i.LeaveIslandEntry, i.ReportIslandMerge},
}
