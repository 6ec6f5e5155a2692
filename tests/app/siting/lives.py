"""Lives of a child process that tests need: one that is slow, one that ends at once."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection

from app.siting.questions import Answered, Failed, Taught, Told


def obedient(connection: Connection, folder: str) -> None:
    """Answer text with itself, `sleep` never, `die` by ending, `no` with a refusal; a Taught with nothing."""
    knows: list[str] = []
    while (question := connection.recv()) is not None:
        connection.send(Told(0.5, "times"))
        if isinstance(question, Taught):
            knows.append(question.key)
            connection.send(Answered(None))
        elif question == "sleep":
            time.sleep(600)
        elif question == "die":
            os._exit(3)
        elif question == "no":
            connection.send(Failed("too_many", {"count": 4, "candidates": 3}))
        elif question == "knows":
            connection.send(Answered(tuple(knows)))
        else:
            connection.send(Answered((question, os.getpid())))
