"""What an OpenStreetMap object is: its drawn layer and class from its tags, and what its tags say in numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

Tags = Mapping[str, str]
KIND_LIMIT = 500

ROAD_KINDS = (
    "corridor", "steps", "path", "footway", "bridleway", "cycleway", "track", "construction", "service",
    "pedestrian", "living_street", "road", "unclassified", "residential", "tertiary_link", "tertiary",
    "secondary_link", "secondary", "primary_link", "primary", "trunk_link", "trunk", "busway", "motorway_link",
    "motorway",
)  # fmt: skip
RAIL_KINDS = (
    "disused",
    "construction",
    "funicular",
    "monorail",
    "narrow_gauge",
    "tram",
    "light_rail",
    "subway",
    "rail",
)
WATERWAY_KINDS = ("ditch", "drain", "stream", "canal", "river")
WATER_KINDS = (
    "sea",
    "bay",
    "river",
    "canal",
    "dock",
    "basin",
    "reservoir",
    "lake",
    "pond",
    "pool",
    "fountain",
    "water",
)
PARK_KINDS = (
    "nature_reserve", "park", "recreation_ground", "golf_course", "village_green", "garden", "dog_park",
    "sports_centre", "stadium", "track", "pitch", "playground",
)  # fmt: skip
LAND_USE_KINDS = (
    "residential", "commercial", "retail", "industrial", "institutional", "farmland", "forest", "scrub", "grass",
    "wetland", "bare", "beach", "allotments", "cemetery", "military", "railway", "airfield", "port", "quarry",
    "construction", "brownfield", "landfill", "education", "medical", "parking", "plaza", "pier",
)  # fmt: skip
BUILDING_KINDS = (
    "yes", "house", "apartments", "commercial", "retail", "office", "hotel", "industrial", "school", "hospital",
    "public", "religious", "transport", "garage", "shed", "construction", "other",
)  # fmt: skip
BOUNDARY_KINDS = ("neighbourhood", "district", "municipality", "county", "region", "country")
PLACE_KINDS = ("locality", "neighbourhood", "quarter", "suburb", "island", "hamlet", "village", "town", "city")
CAMERA_KINDS = ("other", "indoor", "outdoor", "public", "traffic", "alpr", "speed")
HYDRANT_KINDS = ("other", "wall", "pillar", "underground", "pipe", "pond")
STATION_KINDS = ("fire", "police", "ambulance")

# layer -> (geometry, kinds in drawing order)
LAYERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "land_use": ("polygon", LAND_USE_KINDS),
    "parks": ("polygon", PARK_KINDS),
    "water": ("polygon", WATER_KINDS),
    "waterways": ("line", WATERWAY_KINDS),
    "buildings": ("polygon", BUILDING_KINDS),
    "roads": ("line", ROAD_KINDS),
    "railways": ("line", RAIL_KINDS),
    "boundaries": ("line", BOUNDARY_KINDS),
    "place_names": ("point", PLACE_KINDS),
    "cameras": ("point", CAMERA_KINDS),
    "hydrants": ("point", HYDRANT_KINDS),
    "stations": ("point", STATION_KINDS),
    "hospitals": ("point", ("hospital",)),
    "house_numbers": ("point", ("address",)),
}

_LAND_USE = {
    "residential": "residential", "commercial": "commercial", "retail": "retail", "industrial": "industrial",
    "depot": "industrial", "institutional": "institutional", "farmland": "farmland", "farm": "farmland",
    "farmyard": "farmland", "orchard": "farmland", "vineyard": "farmland", "meadow": "grass", "grass": "grass",
    "greenfield": "grass", "flowerbed": "grass", "plant_nursery": "farmland", "greenhouse_horticulture": "farmland",
    "forest": "forest", "allotments": "allotments", "cemetery": "cemetery", "military": "military",
    "railway": "railway", "port": "port", "harbour": "port", "quarry": "quarry", "construction": "construction",
    "brownfield": "brownfield", "landfill": "landfill", "education": "education",
}  # fmt: skip
_NATURAL = {
    "wood": "forest", "scrub": "scrub", "heath": "scrub", "grassland": "grass", "wetland": "wetland", "beach": "beach",
    "sand": "beach", "bare_rock": "bare", "scree": "bare", "shingle": "bare", "rock": "bare",
}  # fmt: skip
_WATER = {
    "river": "river", "stream": "river", "canal": "canal", "ditch": "canal", "lock": "canal", "reservoir": "reservoir",
    "basin": "basin", "wastewater": "basin", "lake": "lake", "lagoon": "lake", "oxbow": "lake", "pond": "pond",
    "reflecting_pool": "fountain", "fountain": "fountain", "harbour": "dock",
}  # fmt: skip
_BUILDINGS = {
    "house": "house", "detached": "house", "semidetached_house": "house", "terrace": "house", "bungalow": "house",
    "residential": "apartments", "apartments": "apartments", "dormitory": "apartments", "commercial": "commercial",
    "retail": "retail", "supermarket": "retail", "kiosk": "retail", "office": "office", "hotel": "hotel",
    "industrial": "industrial", "warehouse": "industrial", "manufacture": "industrial", "factory": "industrial",
    "school": "school", "university": "school", "college": "school", "kindergarten": "school", "hospital": "hospital",
    "clinic": "hospital", "public": "public", "civic": "public", "government": "public", "museum": "public",
    "fire_station": "public", "stadium": "public", "church": "religious", "cathedral": "religious",
    "chapel": "religious", "mosque": "religious", "temple": "religious", "synagogue": "religious",
    "train_station": "transport", "transportation": "transport", "parking": "transport", "hangar": "transport",
    "garage": "garage", "garages": "garage", "carport": "garage", "shed": "shed", "hut": "shed", "roof": "shed",
    "construction": "construction",
}  # fmt: skip
_CARDINAL = {
    name: index * 22.5
    for index, name in enumerate(
        ("n", "nne", "ne", "ene", "e", "ese", "se", "sse", "s", "ssw", "sw", "wsw", "w", "wnw", "nw", "nnw")
    )
}
_CARDINAL |= {"north": 0.0, "northeast": 45.0, "east": 90.0, "southeast": 135.0, "south": 180.0}
_CARDINAL |= {"southwest": 225.0, "west": 270.0, "northwest": 315.0}
_NO = ("no", "false", "0")


def area_class(tags: Tags) -> tuple[str, str] | None:
    """Name the polygon layer and class of a closed way or a multipolygon, None when it is not an area that is drawn."""
    building = tags.get("building")
    if building and building not in _NO and tags.get("location") != "underground":
        return "buildings", "yes" if building == "yes" else _BUILDINGS.get(building, "other")
    natural, landuse, leisure = tags.get("natural"), tags.get("landuse"), tags.get("leisure")
    if natural == "water" or tags.get("waterway") == "riverbank":
        return "water", "river" if natural != "water" else _WATER.get(tags.get("water", ""), "water")
    if natural == "bay":
        return None
    if landuse in ("reservoir", "basin"):
        return "water", landuse
    if tags.get("waterway") == "dock":
        return "water", "dock"
    if leisure == "swimming_pool" or tags.get("amenity") == "swimming_pool":
        return ("water", "pool") if tags.get("location") != "indoor" else None
    if tags.get("amenity") == "fountain":
        return "water", "fountain"
    if leisure in PARK_KINDS and tags.get("indoor") != "yes":
        return "parks", leisure or ""
    if landuse in ("recreation_ground", "village_green"):
        return "parks", landuse
    return _ground(tags, natural, landuse)


def _ground(tags: Tags, natural: str | None, landuse: str | None) -> tuple[str, str] | None:
    if landuse in _LAND_USE:
        return "land_use", _LAND_USE[landuse]
    if natural in _NATURAL:
        return "land_use", _NATURAL[natural]
    amenity = tags.get("amenity")
    if amenity in ("school", "university", "college", "kindergarten"):
        return "land_use", "education"
    if amenity in ("hospital", "clinic"):
        return "land_use", "medical"
    if amenity == "parking" and tags.get("parking") not in ("underground", "multi-storey"):
        return "land_use", "parking"
    if amenity == "grave_yard":
        return "land_use", "cemetery"
    if tags.get("aeroway") in ("aerodrome", "apron", "runway", "taxiway"):
        return "land_use", "airfield"
    if tags.get("man_made") in ("pier", "breakwater"):
        return "land_use", "pier"
    if tags.get("place") == "square" or (
        tags.get("highway") in ("pedestrian", "footway") and tags.get("area") == "yes"
    ):
        return "land_use", "plaza"
    return None


def line_class(tags: Tags) -> tuple[str, str] | None:
    """Name the line layer and class of a way, None when it is not a line that is drawn."""
    highway = tags.get("highway")
    if highway:
        if tags.get("area") == "yes":
            return None
        return ("roads", highway) if highway in ROAD_KINDS else None
    railway = tags.get("railway")
    if railway:
        return ("railways", railway) if railway in RAIL_KINDS else None
    waterway = tags.get("waterway")
    return ("waterways", waterway) if waterway in WATERWAY_KINDS else None


def boundary_class(tags: Tags) -> str | None:
    """Name the class of an administrative boundary from its admin_level."""
    if tags.get("boundary") != "administrative":
        return None
    level = whole(tags.get("admin_level"))
    if level is None or not 2 <= level <= 11:
        return None
    kinds = ("country", "region", "region", "county", "county", "municipality", "municipality", "district", "district")
    return kinds[level - 2] if level < 11 else "neighbourhood"


def camera_kind(tags: Tags) -> str | None:
    """Name the kind of a camera, None when it is none."""
    if tags.get("highway") == "speed_camera" or tags.get("enforcement") == "maxspeed":
        return "speed"
    if tags.get("man_made") not in ("surveillance", "camera"):
        return None
    if tags.get("surveillance:type", "").casefold() in ("alpr", "anpr"):
        return "alpr"
    zone = (tags.get("surveillance:zone", ""), tags.get("surveillance", ""))
    if "traffic" in zone:
        return "traffic"
    return zone[1] if zone[1] in ("public", "outdoor", "indoor") else "other"


def hydrant_kind(tags: Tags) -> str | None:
    """Name the kind of a hydrant, None when it is none."""
    if tags.get("emergency") != "fire_hydrant":
        return None
    kind = tags.get("fire_hydrant:type", "")
    return kind if kind in HYDRANT_KINDS else "other"


def station_kind(tags: Tags) -> str | None:
    """Name whose station it is: "fire", "police" or "ambulance"; None when it is none."""
    if tags.get("amenity") == "fire_station":
        return "fire"
    if tags.get("amenity") == "police":
        return "police"
    if tags.get("emergency") == "ambulance_station" or tags.get("amenity") == "ambulance_station":
        return "ambulance"
    return None


def is_hospital(tags: Tags) -> bool:
    """Tell whether it is a hospital (a clinic or a doctor's practice is none)."""
    return tags.get("amenity") == "hospital" or (tags.get("healthcare") == "hospital" and "amenity" not in tags)


def direction_deg(tags: Tags) -> float:
    """Read the viewing direction of a camera, clockwise from north in [0, 360), NaN where none is tagged.

    Reads camera:direction, surveillance:direction and direction; degrees, cardinal words ("NW", "north") and
    ranges ("45-135", answered by their middle).
    """
    for key in ("camera:direction", "surveillance:direction", "direction"):
        for part in tags.get(key, "").split(";"):
            found = _bearing(part)
            if not math.isnan(found):
                return found
    return math.nan


def _bearing(text: str) -> float:
    text = text.strip().casefold().rstrip("°").replace("_", "").replace(" ", "")
    if text in _CARDINAL:
        return _CARDINAL[text]
    ends = re.fullmatch(r"(\d{1,3}(?:\.\d+)?|[nesw]{1,3})-(\d{1,3}(?:\.\d+)?|[nesw]{1,3})", text)
    if ends:
        first, last = _bearing(ends[1]), _bearing(ends[2])
        return (first + ((last - first) % 360) / 2) % 360
    if re.fullmatch(r"-?\d{1,3}(?:\.\d+)?", text):
        value = float(text)
        return value % 360 if -360 <= value <= 360 else math.nan
    return math.nan


def whole(text: str | None) -> int | None:
    """Read a whole number, None where the text is none."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text.strip()) else None


def metres(text: str | None) -> float:
    """Read a length in metres ("12", "12.5 m", "40 ft", "12'6\\""), NaN where the text is none."""
    text = (text or "").strip().replace(",", ".")
    feet = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:ft|feet|')\s*(?:(\d+(?:\.\d+)?)\s*(?:in|\"))?", text)
    if feet:
        return (float(feet[1]) + float(feet[2] or 0) / 12) * 0.3048
    plain = re.fullmatch(r"(\d+(?:\.\d+)?)\s*m?", text)
    return float(plain[1]) if plain else math.nan


def one_way(tags: Tags) -> int:
    """Read which way the traffic of a road may go: 1 along the way, -1 against it, 0 both."""
    value = tags.get("oneway", "")
    if value in ("yes", "true", "1"):
        return 1
    if value in ("-1", "reverse"):
        return -1
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") == "motorway"
    return 1 if implied and value not in _NO else 0


def named_kind(tags: Tags) -> str | None:
    """Name what a named thing is, for search ("amenity school", …); None when it is not worth finding."""
    for key in (
        "amenity", "shop", "tourism", "leisure", "office", "historic", "healthcare", "emergency", "public_transport",
        "railway", "aeroway", "man_made", "natural", "landuse", "craft", "club", "building", "bridge", "waterway",
    ):  # fmt: skip
        value = tags.get(key)
        if not value or value in _NO:
            continue
        if key == "railway" and value not in ("station", "halt", "tram_stop", "subway_entrance"):
            return None
        return key if value == "yes" else value
    return None
