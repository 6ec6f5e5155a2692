"""Which cases somebody still has an eye on, although they may be closed."""

from __future__ import annotations

from dispatch.case import Case


def is_watched(case: Case) -> bool:
    """Tell whether a case is open, or closed with an appeal to be read, or not put right."""
    return case.is_open or case.is_contested or (case.appeal is not None and len(case.appeal.readings) < 2)
