"""The life of the planning page's child process: what answers there, and what is said where nothing does."""

from __future__ import annotations

import logging
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from app.beside.child import Answered, Failed, NoAnswer, Tell, serve
from app.siting.questions import Write
from app.siting.work import Work
from dispatch.siting.plan import BadPlan
from gis.city import CityError
from gis.within import BadArea

logger = logging.getLogger(__name__)


def run(connection: Connection, folder: str) -> None:
    """Serve one parent: the child's whole life."""
    work = Work(Path(folder))
    serve(connection, lambda question, tell: answer_of(work, question, tell))


def answer_of(work: Work, question: Any, tell: Tell) -> Answered | Failed:
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
