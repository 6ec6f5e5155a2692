"""Read target profiles of response times from `targets.toml`, which a city may edit."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dispatch.coverage_targets import FILE, MOST_S, SHIPPED
from dispatch.times.profiles import EACH, FIRST, LAST, TimeProfile, TimeProfiles, TimeTarget
from dispatch.times.spans import INTERVALS
from gis.located_toml import Fields, LocatedToml
from resources.roster import CAPABILITY
from resources.unit import DEPARTMENT_KINDS

PRIORITIES = (1, 5)


@cache
def usual_time_profiles() -> TimeProfiles:
    """Return the profiles that are shipped."""
    return TimeProfiles(_read(LocatedToml.read(SHIPPED)))


def time_profiles_of(folder: Path | None) -> TimeProfiles:
    """Return a city's profiles: its own file's first, then those shipped that it does not have. Raises BadFile."""
    usual = usual_time_profiles()
    file = folder / FILE if folder is not None else None
    if file is None or not file.is_file():
        return usual
    return _with_usual(_read(LocatedToml.read(file)))


def parse_time_profiles(text: str, file: str = FILE) -> TimeProfiles:
    """Read profiles from TOML text as from a city's file; `file` names it in the problems of BadFile."""
    return _with_usual(_read(LocatedToml.parse(text, file)))


def _with_usual(own: tuple[TimeProfile, ...]) -> TimeProfiles:
    known = {profile.id for profile in own}
    return TimeProfiles((*own, *(each for each in usual_time_profiles().profiles if each.id not in known)))


def _read(toml: LocatedToml) -> tuple[TimeProfile, ...]:
    heads: dict[str, TimeProfile] = {}
    for number, (path, table) in enumerate(toml.tables("time_profile"), start=1):
        fields = Fields(toml, path, table, _label("time_profile", table, number))
        name = fields.text("name")
        head = TimeProfile(fields.text("id"), (), name, fields.text("name_zh", name), fields.text("source", ""))
        fields.done()
        if head.id in heads:
            fields.bad("id", f"{head.id!r} stands already in the file")
        heads[head.id] = head
    targets: dict[str, list[TimeTarget]] = {name: [] for name in heads}
    for number, (path, table) in enumerate(toml.tables("time_target"), start=1):
        fields = Fields(toml, path, table, _label("time_target", table, number))
        profile = fields.one_of("profile", tuple(heads), "[[time_profile]]")
        target = _target(fields)
        fields.done()
        own = targets.setdefault(profile, [])
        if target.id and target.id in {each.id for each in own}:
            fields.bad("id", f"{target.id!r} stands already in the profile {profile!r}")
        own.append(target)
    for name, own in targets.items():
        if name in heads and not own:
            toml.problem(("time_profile",), f"no [[time_target]] is of the profile {name!r}", label="time_profile")
    toml.raise_if_bad()
    return tuple(
        TimeProfile(head.id, tuple(targets[head.id]), head.name, head.name_zh, head.source) for head in heads.values()
    )


def _target(fields: Fields) -> TimeTarget:
    name = fields.text("name")
    within_s = fields.number("within_s", 1, MOST_S, 0)
    mean_s = fields.number("mean_s", 1, MOST_S, 0)
    if not within_s and not mean_s:
        fields.bad("within_s", "is missing, and so is mean_s: give at least one")
    return TimeTarget(
        id=fields.text("id"),
        interval=fields.one_of("interval", INTERVALS, "interval"),
        of=fields.one_of("of", (EACH, FIRST, LAST), "choice", EACH),
        within_s=within_s or None,
        at_least=fields.number("at_least", 0, 1, 0.9),
        mean_s=mean_s or None,
        department=fields.one_of("department", ("", *DEPARTMENT_KINDS), "kind of department", ""),
        capabilities=fields.texts("capabilities", pattern=CAPABILITY),
        priorities=tuple(_priorities(fields)),
        kinds=fields.texts("kinds"),
        except_kinds=fields.texts("except_kinds"),
        name=name,
        name_zh=fields.text("name_zh", name),
    )


def _priorities(fields: Fields) -> list[int]:
    if "priorities" not in fields.table:
        fields.text("priorities", "")  # asked for, so that it is no unknown field
        return []
    given = fields.any("priorities")
    low, high = PRIORITIES
    if not isinstance(given, list) or not all(type(each) is int and low <= each <= high for each in given):
        fields.bad("priorities", f"must be a list of numbers from {low} to {high}")
        return []
    return list(given)


def _label(kind: str, table: dict[str, object], number: int) -> str:
    name = table.get("id")
    return f"[[{kind}]] {name if isinstance(name, str) else f'no. {number}'}"
