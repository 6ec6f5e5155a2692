"""What went wrong in an exercise, in words for whoever asked."""

from __future__ import annotations

from app.wording import is_worded, one_line, sentence
from dispatch.exercise.unfit import Unfit
from dispatch.refused import Refused


def worded(problem: BaseException, language: str, zone: str = "UTC") -> str:
    """Word what the rules refused, or what cannot be; always one line."""
    if isinstance(problem, (Refused, Unfit)) and (isinstance(problem, Refused) or is_worded(problem.code)):
        return one_line(sentence(problem.code, problem.parameters, language, zone=zone), 400)
    return one_line(str(problem) or type(problem).__name__, 400)
