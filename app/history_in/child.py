"""The process that reads a history file and writes its log: a stranger's file may crash it, and the desk goes on.

Run as `python -m app.history_in.child`: wishes come in, a JSON line each, with a number; lines of progress and one
answer a wish go out. `cancel` ends the wish in hand. It ends with its input, which is what is left of a parent that
died; what it was writing is then taken away.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from app.history_in.work import Refusal, Work

SAY_EVERY_S = 0.1
Line = dict[str, Any]


class Cancelled(Exception):
    """Tell the work that nobody waits for it any more."""


class Wishes:
    """Read the wishes of a parent in a thread, so that a cancel is heard while one is being done."""

    def __init__(self, lines: Any) -> None:
        self._lines = lines
        self.waiting: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
        self.upto = -1  # wishes up to this number are not wanted any more

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in self._lines:
                wish = json.loads(line)
                if wish["do"] == "cancel":
                    self.upto = max(self.upto, int(wish["number"]))
                else:
                    self.waiting.put(wish)
        self.upto = sys.maxsize
        self.waiting.put(None)


def serve(wishes: Wishes, tell: Callable[[Line], None]) -> None:
    """Do one wish after the other until there are no more."""
    work = Work()
    while (wish := wishes.waiting.get()) is not None:
        tell({"number": wish["number"], **_answered(work, wish, wishes, tell)})


def _answered(work: Work, wish: Line, wishes: Wishes, tell: Callable[[Line], None]) -> Line:
    said_s = 0.0

    def say(share: float, code: str) -> None:
        nonlocal said_s
        if wishes.upto >= wish["number"]:
            raise Cancelled
        if time.monotonic() - said_s >= SAY_EVERY_S:
            said_s = time.monotonic()
            tell({"number": wish["number"], "share": share, "code": code})

    try:
        if wishes.upto >= wish["number"]:
            raise Cancelled
        return {"do": wish["do"], **work.answer(wish, say)}
    except Cancelled:
        return {"cancelled": True}
    except Refusal as refusal:
        return {"refused": refusal.code, "words": refusal.words}
    except MemoryError:
        return {"refused": "history.failed", "words": "there is not enough memory for it"}
    except Exception as problem:
        traceback.print_exc()
        return {"refused": "history.failed", "words": f"{type(problem).__name__}: {problem}"}


def main() -> None:
    """Serve the parent at standard input."""
    if hasattr(os, "nice"):
        os.nice(5)  # the desk goes first
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    wishes = Wishes(sys.stdin)
    wishes.start()

    def tell(line: Line) -> None:
        answers.write(json.dumps(line) + "\n")
        answers.flush()

    with contextlib.suppress(OSError):  # nobody listens any more
        serve(wishes, tell)
    os._exit(0)  # a reader that crashes while it is taken down has nothing to say any more


if __name__ == "__main__":
    main()
