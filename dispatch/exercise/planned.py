"""What the trainer plans while an exercise is played: injects for later, beside the log until they happen.

What happens then stands in the log as commands of her seat, so that nothing but the log is needed to score it. A plan
is a part of neither the exercise nor its past; a branch takes all plans along, and each holds from the instant at which
it was made: whoever decides the same there gets the same log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.injects import Inject

MOST = 1_000  # in one exercise


@dataclass(frozen=True, slots=True)
class Planned:
    """One inject that the trainer planned at an instant (aware UTC); it never happens at that instant or before."""

    inject: Inject
    planned_at: datetime
