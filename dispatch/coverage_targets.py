"""How soon departments should be where they are called to, from the TOML file that a city edits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from gis.located_toml import BadFile, Fields, LocatedToml
from resources.roster import CAPABILITY
from resources.unit import DEPARTMENT_KINDS

SHIPPED = Path(__file__).resolve().parent / "targets.toml"
FILE = "targets.toml"
CLOCKS = ("travel", "response")
MODES = ("emergency", "ordinary")
MOST_S = 24 * 3600.0
TIMES = ("time_profile", "time_target")  # read by `dispatch.times`

__all__ = ["BadFile", "MoveUpRules", "Target", "Targets", "default_targets", "parse_targets", "read_targets"]


@dataclass(frozen=True, slots=True)
class Target:
    """Say within how many seconds units of a kind of department should reach demand, as `targets.toml` explains."""

    id: str
    department: str
    within_s: float
    capabilities: tuple[str, ...] = ()
    clock: str = "travel"
    at_least: float = 0.9
    busy: float = 0.3
    mode: str = "emergency"
    profile: str = ""
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class MoveUpRules:
    """Say what a move-up must be worth: gains are shares of the demand."""

    least_gain: float = 0.01
    gain_a_minute: float = 0.0005
    longest_min: float = 20.0
    rest_min: float = 30.0
    most: int = 3


@dataclass(frozen=True, slots=True)
class Targets:
    """Hold the targets of the profiles in use, in the file's order, and the rules of move-ups."""

    targets: tuple[Target, ...] = ()
    move_up: MoveUpRules = field(default_factory=MoveUpRules)

    def of(self, kind: str) -> tuple[Target, ...]:
        """Return the targets of a kind of department."""
        return tuple(target for target in self.targets if target.department == kind)


def read_targets(path: Path) -> Targets:
    """Read a file of targets. Raises BadFile with every problem of it, each with file, line and field."""
    return _targets(LocatedToml.read(path))


def parse_targets(text: str, file: str = FILE) -> Targets:
    """Read targets from TOML text; `file` names it in the problems of BadFile."""
    return _targets(LocatedToml.parse(text, file))


@cache
def default_targets() -> Targets:
    """Return the targets that are shipped, for cities that have none of their own."""
    return read_targets(SHIPPED)


def _targets(toml: LocatedToml) -> Targets:
    toml.check_keys(("use", "target", "move_up", *TIMES))
    found = []
    lines: set[tuple[str, str]] = set()
    for number, (path, table) in enumerate(toml.tables("target", required=True), start=1):
        name = table.get("id")
        fields = Fields(toml, path, table, f"[[target]] {name if isinstance(name, str) else f'no. {number}'}")
        target = _target(fields)
        fields.done()
        if target.id and (target.profile, target.id) in lines:
            fields.bad("id", f"{target.id!r} stands already in the profile {target.profile!r}")
        lines.add((target.profile, target.id))
        found.append(target)
    use = _table(toml, "use")
    chosen = {}
    for kind in use.table:
        if kind not in DEPARTMENT_KINDS:
            use.bad(kind, "is no kind of department")
        profiles = {target.profile for target in found if target.department == kind}
        chosen[kind] = use.one_of(kind, sorted(profiles), f"profile with targets of {kind}")
    rules = _rules(_table(toml, "move_up"))
    toml.raise_if_bad()
    return Targets(tuple(each for each in found if chosen.get(each.department) == each.profile), rules)


def _target(fields: Fields) -> Target:
    name = fields.text("name")
    return Target(
        id=fields.text("id"),
        profile=fields.text("profile"),
        department=fields.one_of("department", DEPARTMENT_KINDS, "kind of department"),
        capabilities=fields.texts("capabilities", pattern=CAPABILITY),
        within_s=fields.number("within_s", 1, MOST_S),
        clock=fields.one_of("clock", CLOCKS, "clock", "travel"),
        at_least=fields.number("at_least", 0, 1, 0.9),
        busy=fields.number("busy", 0, 0.99, 0.3),
        mode=fields.one_of("mode", MODES, "mode", "emergency"),
        name=name,
        name_zh=fields.text("name_zh", name),
    )


def _rules(fields: Fields) -> MoveUpRules:
    usual = MoveUpRules()
    rules = MoveUpRules(
        least_gain=fields.number("least_gain", 0, 1, usual.least_gain),
        gain_a_minute=fields.number("gain_a_minute", 0, 1, usual.gain_a_minute),
        longest_min=fields.number("longest_min", 0, 240, usual.longest_min),
        rest_min=fields.number("rest_min", 0, 24 * 60, usual.rest_min),
        most=fields.whole("most", 0, 50, usual.most),
    )
    fields.done()
    return rules


def _table(toml: LocatedToml, name: str) -> Fields:
    content = toml.data.get(name, {})
    if not isinstance(content, dict):
        toml.problem((name,), "must be a table", label=name)
        content = {}
    return Fields(toml, (name,), content, f"[{name}]")
