"""When a log's state is kept, so that the next opening need not fold everything."""

from __future__ import annotations

import logging
import threading

from dispatch.log import Log
from dispatch.state import FOLD_VERSION, State

CHECKPOINT_EVERY = 20_000
CHECKPOINT_AT_STOP = 1_000

_logger = logging.getLogger(__name__)


class Checkpoints:
    """Keep a checkpoint now and then, beside the work, one at a time; what fails there is logged and costs nothing."""

    def __init__(self, sequence: int) -> None:
        self.last = sequence  # the entry at which one was last kept
        self._writing: threading.Thread | None = None

    def keep_where_due(self, log: Log, state: State) -> None:
        """Begin to write one where enough entries came since the last."""
        if state.sequence - self.last < CHECKPOINT_EVERY or (self._writing is not None and self._writing.is_alive()):
            return
        self.last = state.sequence
        self._writing = threading.Thread(target=_write, args=(log, state), name="checkpoint", daemon=True)
        self._writing.start()

    def keep_at_stop(self, log: Log, state: State) -> None:
        """Write one where it is worth it, and wait until all are written."""
        if state.sequence - self.last >= CHECKPOINT_AT_STOP:
            self.last = state.sequence
            _write(log, state)
        if self._writing is not None:
            self._writing.join()


def _write(log: Log, state: State) -> None:
    try:
        log.save_checkpoint(state, FOLD_VERSION)
    except Exception:
        _logger.exception("no checkpoint was written at entry %d", state.sequence)
