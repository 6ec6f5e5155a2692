"""The child process of the planning page: answers one question after another until its parent says so or is gone."""

from __future__ import annotations

import logging
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.siting.questions import Answered, Failed, NoAnswer, Told, Write
from app.siting.work import Work
from dispatch.siting.plan import BadPlan
from gis.city import CityError
from gis.within import BadArea

logger = logging.getLogger(__name__)
NICE = 5  # the desk goes first


def run(connection: Connection, folder: str) -> None:
    """Serve one parent: the child's whole life. None ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C at a terminal is the parent's business
    if hasattr(os, "nice"):
        os.nice(NICE)
    work = Work(Path(folder))
    try:
        while (question := connection.recv()) is not None:
            connection.send(answer_of(work, question, lambda share, code: connection.send(Told(share, code))))
    except (EOFError, OSError):  # the parent is gone
        return


def answer_of(work: Work, question: Any, tell: Any) -> Answered | Failed:
    """Answer a question, or say why there is no answer."""
    try:
        if isinstance(question, Write):
            from app.siting.writing import write

            return Answered(write(work, question, tell))
        return Answered(work.answer(question, tell))
    except NoAnswer as none:
        return Failed(none.code, none.parameters)
    except OSError as problem:
        return Failed("bad_file", {"words": f"{problem.filename or ''}: {problem.strerror or problem}".lstrip(": ")})
    except (BadPlan, BadArea) as problem:
        return Failed(problem.code, getattr(problem, "parameters", {}))
    except (ValueError, LookupError) as problem:
        code = "bad_city" if isinstance(problem, CityError) else "unforeseen"
        return Failed(code, {"words": str(problem.args[0]) if problem.args else type(problem).__name__})
    except Exception as problem:
        logger.exception("no answer to %s", type(question).__name__)
        return Failed("unforeseen", {"words": f"{type(problem).__name__}: {problem}"})
