"""Let a command that is told to end (SIGTERM) end as with Ctrl+C: nothing half-made stays, and a line says so."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

TERMINATED = 143  # what a shell says of a program that was told to end
Run = Callable[[argparse.Namespace], int]


class Terminated(KeyboardInterrupt):
    """The program was told to end. Whatever tidies up after Ctrl+C tidies up after this."""


def ends_when_told(run: Run) -> Run:
    """Return what runs a command so; told once more, it ends where it stands. Only the main thread hears signals."""

    def run_until_told(args: argparse.Namespace) -> int:
        if threading.current_thread() is not threading.main_thread():
            return run(args)
        was_told = False

        def end(*_: Any) -> None:
            nonlocal was_told
            was_told = True
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            raise Terminated

        before = signal.signal(signal.SIGTERM, end)
        try:
            code = run(args)
        except Terminated:
            code = TERMINATED
            with contextlib.suppress(OSError, ValueError):  # nobody may read it any more
                sys.stderr.write("opsroom: told to end\n")
        finally:
            signal.signal(signal.SIGTERM, before)
        return TERMINATED if was_told and code else code

    return run_until_told
