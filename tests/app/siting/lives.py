"""The life of a child process that a bench is tested with."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection
from typing import Any

from app.beside.child import Answered, Failed, Tell, serve
from app.siting.questions import Taught


def obedient(connection: Connection, folder: str) -> None:
    """Answer text with itself, `sleep` never, `die` by ending, `no` with a refusal; a Taught with nothing."""
    knows: list[str] = []

    def answer(question: Any, tell: Tell) -> Answered | Failed:
        tell(0.5, "times")
        if isinstance(question, Taught):
            knows.append(question.key)
            return Answered(None)
        if question == "sleep":
            time.sleep(600)
        if question == "die":
            os._exit(3)
        if question == "no":
            return Failed("too_many", {"count": 4, "candidates": 3})
        return Answered(tuple(knows) if question == "knows" else (question, os.getpid()))

    serve(connection, answer)
