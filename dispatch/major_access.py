"""Who may do what with major incidents: roles and commands as data. `access` asks it at the door."""

from __future__ import annotations

from typing import get_args

from dispatch import major_commands as m

_CREW = frozenset({m.TickAction, m.AnswerRollCall})
_SETUP = frozenset({m.LoadActionCards})
_COMMAND = frozenset(get_args(m.MajorBody)) - _SETUP

MAY_MAJOR: dict[str, frozenset[type]] = {
    "operator": _COMMAND,
    "dispatcher": _COMMAND,
    "coordinator": _COMMAND,
    "supervisor": _COMMAND | _SETUP,
    "trainer": _COMMAND | _SETUP,
    "administrator": _COMMAND | _SETUP,
    "system": _SETUP,
    "crew": _CREW,
}
