"""The quick `replace` answers what the standard library's does."""

from __future__ import annotations

import dataclasses
from dataclasses import fields

import pytest

from dispatch.incident import Assignment, Call, Incident, Task
from dispatch.record import replace
from dispatch.unit_state import UnitState


@pytest.mark.parametrize("kind", [Assignment, Call, Incident, Task, UnitState])
def test_it_changes_what_it_is_told_and_nothing_else(kind: type) -> None:
    assert not hasattr(kind, "__post_init__")
    names = [field.name for field in fields(kind)]
    record = kind(**{name: f"value of {name}" for name in names})
    for name in names:
        changed = replace(record, **{name: 1})
        assert changed == dataclasses.replace(record, **{name: 1})
        assert changed != record
        assert type(changed) is kind
    assert replace(record) == record
    with pytest.raises(KeyError):
        replace(record, nothing=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(replace(record), names[0], 2)
