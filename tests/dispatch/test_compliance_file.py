"""Tables survive being written and read; what they name must exist."""

from __future__ import annotations

import pytest

from dispatch.compliance import ComplianceTable
from dispatch.compliance_file import BadFile, compliance_text, parse_compliance
from tests.dispatch.coverage_town import state_of, target, targets, unit

ROSTER = state_of([unit("E1", 0)], [1, 7]).roster
GOALS = targets(target(1))


def test_what_is_written_is_read_again() -> None:
    tables = (ComplianceTable("fire", "first", (("s1",), ("s1", "s7"), ("s1", "s7", "s1"))),)
    assert parse_compliance(compliance_text(tables), roster=ROSTER, targets=GOALS) == tables
    assert parse_compliance("", roster=ROSTER, targets=GOALS) == ()


@pytest.mark.parametrize(
    ("hold", "told"),
    [
        ('[["s2"]]', "is no station"),
        ('[["s1", "s7"]]', "1 units cannot hold 2"),
        ('[[["s1"]]]', "must be a list of lists"),
        ('["s1"]', "list of lists"),
        ("[]", "list of lists"),
        ("[[1]]", "list of lists"),
    ],
)
def test_what_cannot_be_held_is_told_with_its_line(hold: str, told: str) -> None:
    text = f'[[table]]\ndepartment = "fire"\ntarget = "first"\nhold = {hold}\n'
    with pytest.raises(BadFile, match=told) as caught:
        parse_compliance(text, "c.toml", roster=ROSTER, targets=GOALS)
    assert {problem.line for problem in caught.value.problems} == {4}


def test_unknown_departments_targets_and_fields_are_told_and_none_has_two_tables() -> None:
    table = '[[table]]\ndepartment = "fire"\ntarget = "first"\nhold = [["s1"]]\n'
    with pytest.raises(BadFile, match="has a table already"):
        parse_compliance(table + table, roster=ROSTER, targets=GOALS)
    with pytest.raises(BadFile) as caught:
        parse_compliance('[[table]]\ndepartment = "fir"\ntarget = "x"\nholds = 1\n', roster=ROSTER, targets=GOALS)
    assert len(caught.value.problems) == 4
