"""Learn from the past who could be sent and what kinds of incident there are: a roster, and run cards."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from dispatch.history.mapping import Mapping, UnitKind
from dispatch.history.past import Past, PastIncident, PastResponse
from dispatch.runcard import Need, RunCard, RunCards
from resources.unit import Department, Roster, Station, Turnout, Unit

if TYPE_CHECKING:
    from gis.city import City

RESPONDERS = Department("responders", "Responders", "other", "出动单位")
TURNOUT = Turnout("history", 60.0, 90.0)
ANY = "responder"
NO_DISPOSITION = "recorded"
LONGEST_CODE = 40
MOST_COUNTED = 100


def code_of(words: str) -> str:
    """Return words as a code of small letters, digits and _, empty where nothing of them can be written so."""
    folded = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().casefold()
    code = re.sub(r"[^a-z0-9]+", "_", folded).strip("_")
    if code and not code[0].isalpha():
        code = f"k_{code}"
    return code[:LONGEST_CODE].strip("_")


def codes_of(words: Iterable[str], *, stem: str) -> dict[str, str]:
    """Return a code for each word, words that differ by capitals only under one; numbered where they collide."""
    by_fold: dict[str, str] = {}
    taken: set[str] = set()
    found: dict[str, str] = {}
    for word in words:
        fold = word.casefold()
        if fold not in by_fold:
            code, number = code_of(word) or f"{stem}_{len(by_fold) + 1}", 2
            unique = code
            while unique in taken:
                unique, number = f"{code[: LONGEST_CODE - 4]}_{number}", number + 1
            taken.add(unique)
            by_fold[fold] = unique
        found[word] = by_fold[fold]
    return found


def learn(incidents: Sequence[PastIncident], mapping: Mapping, *, city: City | None, time_zone: str) -> Past:
    """Return the past with its roster and run cards. The same incidents give the same, whatever their order in a file.

    A need is what the middle one of a kind's incidents was sent. A unit stands at the station that its call sign or
    the file names; one without stands at the station nearest to the middle of where it was sent, and is marked
    `invented`.
    """
    kinds = codes_of(dict.fromkeys(each.kind for each in incidents), stem="kind")
    units = _Units(mapping, city)
    roster = units.roster([each for incident in incidents for each in incident.responses], incidents)
    cards = _cards(incidents, mapping, kinds, {unit.id: unit.capabilities for unit in roster.units}, roster)
    return Past(
        incidents=tuple(incidents),
        roster=roster,
        cards=cards,
        kind_ids=kinds,
        city=city.name if city is not None else "",
        time_zone=city.time_zone if city is not None else (mapping.time_zone or time_zone),
        close_after_min=mapping.close_after_min,
    )


def _cards(
    incidents: Sequence[PastIncident],
    mapping: Mapping,
    kinds: dict[str, str],
    capabilities: dict[str, tuple[str, ...]],
    roster: Roster,
) -> RunCards:
    by_kind: defaultdict[str, list[PastIncident]] = defaultdict(list)
    for incident in incidents:
        by_kind[kinds[incident.kind]].append(incident)
    main = roster.departments[0].id if roster.departments else ""
    cards = []
    for kind, found in sorted(by_kind.items()):
        priorities = Counter(each.priority for each in found if each.priority is not None)
        ends = codes_of(dict.fromkeys(each.disposition for each in found if each.disposition), stem="disposition")
        cards.append(
            RunCard(
                kind=kind,
                name=found[0].kind,
                group=main or "other",
                priority=min(priorities, key=lambda each: (-priorities[each], each), default=mapping.priority),
                mode=mapping.mode,
                needs=_needs(found, capabilities),
                lead=main,
                dispositions=tuple(dict.fromkeys((*ends.values(), NO_DISPOSITION))),
            )
        )
    return RunCards(tuple(cards))


def _needs(incidents: Sequence[PastIncident], capabilities: dict[str, tuple[str, ...]]) -> tuple[Need, ...]:
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    sent = [each for each in incidents if each.responses]
    for incident in sent:
        roles = Counter(capabilities[unit][0] for unit in {each.unit_id for each in incident.responses})
        for role, count in roles.items():
            counts[role][min(count, MOST_COUNTED)] += 1
    needs = []
    for role, found in sorted(counts.items()):
        every = [count for count, times in found.items() for _ in range(times)]
        usual = round(median([*every, *([0] * (len(sent) - len(every)))]))
        if usual:
            needs.append(Need(role, (role,), usual))
    if sent and not needs:
        role = min(counts, key=lambda each: (-sum(counts[each].values()), each))
        needs.append(Need(role, (role,)))
    first = needs[0].any_of if needs else (ANY,)
    highest = max((each.alarm_level for each in incidents), default=1)
    return (*needs, *(Need(f"alarm_{level}", first, level=level, optional=True) for level in range(2, highest + 1)))


class _Units:
    def __init__(self, mapping: Mapping, city: City | None) -> None:
        self._mapping = mapping
        self._city = city
        self._kinds = {each.word.casefold(): each for each in mapping.unit_kinds}
        self._stations = _stations(city)
        self._pattern = re.compile(mapping.stations) if mapping.stations else None

    def roster(self, responses: Sequence[PastResponse], incidents: Sequence[PastIncident]) -> Roster:
        """Return every unit that was ever sent, sorted by call sign, where it stands and whose it is."""
        seen: defaultdict[str, list[PastResponse]] = defaultdict(list)
        for each in responses:
            seen[each.unit_id].append(each)
        scenes: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        for incident in incidents:
            for unit_id in {each.unit_id for each in incident.responses}:
                scenes[unit_id].append((incident.location.lon, incident.location.lat))
        words = sorted({_most(each.department for each in found) for found in seen.values()} - {""})
        own = codes_of(words, stem="department") if not self._mapping.departments else {}
        departments = {each.id: each for each in self._mapping.departments}
        departments |= {code: Department(code, word, "other") for word, code in own.items()}
        departments = departments or {RESPONDERS.id: RESPONDERS}
        first = next(iter(departments))
        units = [
            self._unit(unit_id, found, scenes[unit_id], own, first, departments)
            for unit_id, found in sorted(seen.items())
        ]
        owner = next((each.id for each in departments.values() if each.kind == "fire"), first)
        stations = tuple(
            Station(f"station_{number}", name, owner, lon, lat)
            for number, name, lon, lat in sorted(self._stations.values())
        )
        return Roster(tuple(departments.values()), stations, tuple(units), (TURNOUT,))

    def _unit(
        self,
        unit_id: str,
        found: Sequence[PastResponse],
        scenes: Sequence[tuple[float, float]],
        own: dict[str, str],
        first: str,
        departments: dict[str, Department],
    ) -> Unit:
        word = _most(each.unit_kind for each in found)
        kind = self._kinds.get(word.casefold()) or self._kinds.get("")
        kind = kind or UnitKind(word, (code_of(word) or ANY,))
        department = kind.department or own.get(_most(each.department for each in found), first)
        number = self._number(unit_id) or _number_in(_most(each.station for each in found))
        station = self._stations.get(number)
        invented = station is None
        if station is not None:
            lon, lat = station[2], station[3]
        else:
            lon, lat = self._nearest(_middle(scenes))
        owner = next((each.id for each in departments.values() if each.kind == "fire"), first)
        stands = f"station_{station[0]}" if station is not None and department == owner else ""
        return Unit(
            id=unit_id,
            department=department,
            capabilities=kind.capabilities,
            lon=round(lon, 6),
            lat=round(lat, 6),
            kind=code_of(word) or kind.capabilities[0],
            station=stands,
            crew=kind.crew,
            turnout=TURNOUT.id,
            invented=invented,
        )

    def _number(self, unit_id: str) -> str:
        found = self._pattern.fullmatch(unit_id) if self._pattern is not None else None
        return (found[1] or "").lstrip("0") if found is not None else ""

    def _nearest(self, at: tuple[float, float]) -> tuple[float, float]:
        from gis.places import distance_m

        near = min(self._stations.values(), key=lambda each: (distance_m(*at, each[2], each[3]), each), default=None)
        return (near[2], near[3]) if near is not None else at


def _stations(city: City | None) -> dict[str, tuple[str, str, float, float]]:
    """Return a city's stations by number: number, name, lon, lat. One without a number has none that units name."""
    if city is None or "stations" not in city.layer_names():
        return {}
    layer = city.layer("stations")
    columns = layer.columns()
    numbers: list[Any] = [None] * layer.count
    for column in ("ref", "station", "number", "name"):
        if column in columns:
            values = layer.attribute(column)
            numbers = [_number_in(str(v)) if n in (None, "") else n for n, v in zip(numbers, values, strict=True)]
    names = layer.attribute("name") if "name" in columns else [""] * layer.count
    middles = (layer.boxes[:, :2] + layer.boxes[:, 2:]) / 2
    lons, lats = city.to_lonlat(middles[:, 0], middles[:, 1])
    found: dict[str, tuple[str, str, float, float]] = {}
    for row, number in enumerate(numbers):
        key = number or f"x{row + 1}"
        found.setdefault(key, (key, str(names[row] or key), round(float(lons[row]), 6), round(float(lats[row]), 6)))
    return found


def _number_in(text: str) -> str:
    found = re.search(r"\d+", text)
    return found[0].lstrip("0")[:9] if found is not None else ""


def _most(words: Iterable[str]) -> str:
    counted = Counter(word for word in words if word)
    return min(counted, key=lambda each: (-counted[each], each), default="")


def _middle(places: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return (median(lon for lon, _ in places), median(lat for _, lat in places))
