"""What parts of a major incident are called."""

from __future__ import annotations

from app.wording.plain import one_line
from dispatch.major import SECTOR, MajorIncident


def party_name(major: MajorIncident, kind: str, party: str) -> str:
    """Return what a unit or a sector is called."""
    if kind == SECTOR:
        return next((one_line(each.name, 60) for each in major.sectors if each.id == party), one_line(party, 40))
    return one_line(party, 40)
