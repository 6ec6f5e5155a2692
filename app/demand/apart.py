"""The life of the child process for the slow questions: their libraries take seconds to load."""

from __future__ import annotations

from multiprocessing.connection import Connection

from app.beside.child import Answered, Failed, Tell, serve
from dispatch.demand.places import Question, answer


def run(connection: Connection) -> None:
    """Answer until the parent says None or is gone."""
    serve(connection, _answer)


def _answer(question: Question, tell: Tell) -> Answered | Failed:
    try:
        return Answered(answer(question))
    except Exception as error:  # the window says what it was
        return Failed("unforeseen", {"words": f"{type(error).__name__}: {error}"})
