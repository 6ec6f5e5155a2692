"""Where a report comes from: the log with the head of its chain, who printed it, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.parts.names import city_name

if TYPE_CHECKING:
    from app.desk import Desk
    from dispatch.log import Log


@dataclass(frozen=True, slots=True)
class Origin:
    """Say where a report comes from: the log with the head of its chain, who printed it, and when."""

    city: str
    log_name: str
    head: str
    made_by: str
    made_at: datetime


def origin_at(desk: Desk, log_now: Callable[[], Log] | None) -> Callable[[], Origin]:
    """Note who prints, when, and of which log; the answer asks that log for its head, which is for a job to wait for.

    `log_now` gives the log that is open now.
    """
    city, actor, at = city_name(desk), desk.who.actor, desk.clock()
    log = log_now() if log_now is not None else None

    def origin() -> Origin:
        if log is None:
            return Origin(city, "", "", actor, at)
        return Origin(city, log.name, str(log.chain_head() or ""), actor, at)

    return origin
