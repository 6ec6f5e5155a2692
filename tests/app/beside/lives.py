"""The life of a child process that tests ask: one that obeys, is slow, refuses, or ends at once."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection
from typing import Any

from app.beside.child import Answered, Failed, Tell, serve


def obedient(connection: Connection, given: str) -> None:
    """Answer a text with itself, its process and what was given.

    `sleep` never; `nap` after a while; `die` by ending; `no` with a refusal; `knows` with what it was taught, which
    is said as a list.
    """
    knows: list[str] = []

    def answer(question: Any, tell: Tell) -> Answered | Failed:
        tell(0.5, "half")
        if isinstance(question, list):
            knows.extend(question)
            return Answered(None)
        if question == "sleep":
            time.sleep(600)
        if question == "nap":
            time.sleep(0.3)
        if question == "die":
            os._exit(3)
        if question == "no":
            return Failed("too_many", {"count": 4})
        if question == "knows":
            return Answered(tuple(knows))
        return Answered((question, os.getpid(), given))

    serve(connection, answer)
