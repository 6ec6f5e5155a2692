"""One life of the planner's process: two threads carry messages so that the window never waits for a pipe."""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from app.planner.child import run
from app.planner.questions import Stop

_GONE = object()


class PlannerLink:
    """Start the child and carry messages to and from it; `hear` and `lost` are called on the link's own thread.

    `lost` is called once, with a reason, when the child has ended for whatever cause.
    """

    def __init__(
        self, city_folder: Path, hear: Callable[[PlannerLink, Any], None], lost: Callable[[PlannerLink, str], None]
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self.process = context.Process(target=run, args=(theirs, str(city_folder)), name="opsroom-planner", daemon=True)
        self.process.start()
        theirs.close()
        self.started_at_s = time.monotonic()
        self.heard_at_s = self.started_at_s
        self._hear = hear
        self._lost = lost
        self._outbox: SimpleQueue[Any] = SimpleQueue()
        threading.Thread(target=self._write, name="planner-out", daemon=True).start()
        self._reader = threading.Thread(target=self._read, name="planner-in", daemon=True)
        self._reader.start()

    def send(self, message: Any) -> None:
        """Queue a message; it is pickled and written on the link's thread."""
        self._outbox.put(message)

    def kill(self) -> None:
        """End the child at once; `lost` follows."""
        if self.process.is_alive():
            self.process.kill()

    def stop(self, *, within_s: float = 2.0) -> None:
        """Ask the child to end, and end it where it does not in time."""
        self._lost = lambda link, reason: None
        self._hear = lambda link, message: None
        self.send(Stop())
        self.process.join(within_s)
        self.kill()
        self.process.join(within_s)
        self._outbox.put(_GONE)
        self._reader.join(within_s)

    def _write(self) -> None:
        while (message := self._outbox.get()) is not _GONE:
            try:
                self._connection.send(message)
            except OSError:  # the reader sees the end too and tells
                return
            except Exception:
                logging.getLogger(__name__).exception("a message to the planner could not be written")

    def _read(self) -> None:
        try:
            while True:
                message = self._connection.recv()
                self.heard_at_s = time.monotonic()
                self._hear(self, message)
        except (EOFError, OSError):
            pass
        except Exception:
            logging.getLogger(__name__).exception("the planner's answer could not be read")
            self.kill()
        self.process.join(2.0)
        self._outbox.put(_GONE)
        self._connection.close()
        self._lost(self, f"exit code {self.process.exitcode}")
