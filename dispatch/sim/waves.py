"""When a higher alarm was raised, guessed from who was sent together: most files say only how high it came to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

TOGETHER = timedelta(seconds=60)
LEAST_SENT = 2  # a further alarm sends several at once


def is_with(sent_at: datetime, raised_at: datetime) -> bool:
    """Tell whether a unit was sent so soon after an alarm was raised that it was sent for it."""
    return timedelta() <= sent_at - raised_at <= TOGETHER


def alarm_waves(sent_at: Sequence[datetime], alarm_level: int) -> tuple[datetime, ...]:
    """Return when each alarm after the first was raised: with the largest groups that were sent after the first one.

    There are fewer than `alarm_level` - 1 where fewer groups were sent: the rest of it was there from the beginning.
    """
    if alarm_level < 2:
        return ()
    waves: list[tuple[datetime, int]] = []
    for at in sorted(sent_at):
        if waves and is_with(at, waves[-1][0]):
            waves[-1] = (waves[-1][0], waves[-1][1] + 1)
        else:
            waves.append((at, 1))
    large = sorted((wave for wave in waves[1:] if wave[1] >= LEAST_SENT), key=lambda wave: (-wave[1], wave[0]))
    return tuple(sorted(at for at, _ in large[: alarm_level - 1]))
