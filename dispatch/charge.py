"""Who is in charge of an incident, and to whom it is offered: frozen records. Reporting one puts nobody in charge.

Whoever hands an incident over stays in charge of it until another takes it. `charges` asks about them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.commands import Who

# How somebody came to be in charge: nobody was; it was handed over; it was taken, with a reason, from somebody who is
# there; whoever had it has signed out; or it is their own, and they sit somewhere else now, or somebody else there.
FREE, HANDED_OVER, TAKEN_OVER, LEFT, MOVED = "free", "handed_over", "taken_over", "left", "moved"
WAYS = (FREE, HANDED_OVER, TAKEN_OVER, LEFT, MOVED)


@dataclass(frozen=True, slots=True)
class Offer:
    """Say to which seat or person an incident is offered (both given: to that person at that seat), by whom, when."""

    to_seat: str
    to_actor: str
    note: str
    actor: str
    seat: str
    offered_at: datetime

    def is_for(self, who: Who) -> bool:
        """Tell whether somebody may take it up."""
        return self.to_seat in ("", who.seat) and self.to_actor in ("", who.actor)


@dataclass(frozen=True, slots=True)
class Charge:
    """Say who is in charge of an open incident, since when and how; `actor` is empty where it is only offered."""

    incident_id: int
    actor: str = ""
    role: str = ""
    department: str = ""
    seat: str = ""
    since: datetime | None = None
    way: str = ""
    reason: str = ""
    offer: Offer | None = None

    @property
    def is_held(self) -> bool:
        """Tell whether somebody is in charge."""
        return self.since is not None
