"""Time other routers on one question. Run by a Python that has them (3.12 or later); it imports nothing of ours.

Arguments: osrm, valhalla or networkx, the extract (for networkx: a folder of tail, head and time_ms as raw arrays), a
folder to work in. Standard input is the question as JSON: `units` and `places`, lists of [lon, lat] (for networkx: of
nodes). One line of JSON comes out: the figure in seconds by name.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from array import array
from pathlib import Path
from typing import Any


def main() -> int:
    """Answer for the peer that is named."""
    name, source, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    question = json.load(sys.stdin)
    ask = {"osrm": ask_osrm, "valhalla": ask_valhalla, "networkx": ask_networkx}[name]
    print(json.dumps(ask(source, folder, question)))
    return 0


def ask_osrm(extract: Path, folder: Path, question: dict[str, Any]) -> dict[str, float]:
    """Prepare contraction hierarchies with the profile for cars, then time tables and routes."""
    import osrm

    home = Path(osrm.__file__).parent
    there = folder / extract.name
    there.symlink_to(extract.resolve())
    begun = time.perf_counter()
    for tool in ("osrm-extract", "osrm-contract"):
        profile = ["-p", str(home / "share" / "profiles" / "car.lua")] if tool == "osrm-extract" else []
        subprocess.run([str(home / "bin" / tool), *profile, str(there)], check=True, capture_output=True)
    found = {"build": time.perf_counter() - begun}
    engine = osrm.OSRM(
        algorithm="CH",
        storage_config=str(there).removesuffix(".pbf").removesuffix(".osm") + ".osrm",
        use_shared_memory=False,
        max_locations_distance_table=100_000,
    )
    units = [tuple(each) for each in question["units"]]
    places = [tuple(each) for each in question["places"]]

    def table(targets: list[tuple[float, float]]) -> float:
        asked = osrm.TableParameters(
            coordinates=[*units, *targets],
            sources=list(range(len(units))),
            destinations=list(range(len(units), len(units) + len(targets))),
            annotations=["duration"],
        )
        return timed(lambda: len(engine.Table(asked)["durations"]))

    table(places[:1])
    found["one"] = statistics.median(table([place]) for place in places[:5])
    found["matrix"] = table(places)
    routes = []
    for unit, place in zip(units, places, strict=False):
        asked = osrm.RouteParameters(coordinates=[unit, place], overview="false", steps=False)
        routes.append(timed(lambda asked=asked: engine.Route(asked)))
    found["route"] = statistics.median(routes)
    return found


def ask_valhalla(extract: Path, folder: Path, question: dict[str, Any]) -> dict[str, float]:
    """Build tiles, then time the matrix of a thousand units to one place that it can reach."""
    import valhalla

    tiles = folder / "tiles"
    tiles.mkdir()
    settings = valhalla.get_config(tile_dir=str(tiles), tile_extract="", verbose=False)
    limits = settings["service_limits"]["auto"]
    limits["max_matrix_location_pairs"] = limits["max_matrix_distance"] = 10**7
    file = folder / "valhalla.json"
    file.write_text(json.dumps(settings), encoding="utf-8")
    tool = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    library = Path(valhalla.__file__).parent.parent / "pyvalhalla.libs"
    begun = time.perf_counter()
    environment = {**os.environ, "LD_LIBRARY_PATH": str(library)}
    subprocess.run([str(tool), "-c", str(file), str(extract)], check=True, capture_output=True, env=environment)
    found = {"build": time.perf_counter() - begun}
    actor = valhalla.Actor(settings)
    units = [{"lon": lon, "lat": lat} for lon, lat in question["units"][:1000]]
    for lon, lat in question["places"]:
        asked = {"sources": units, "targets": [{"lon": lon, "lat": lat}], "costing": "auto", "verbose": False}
        try:
            found["one"] = timed(lambda asked=asked: actor.matrix(json.dumps(asked)))
        except RuntimeError:
            continue  # it refuses a whole question where one place is on an island
        break
    found["units"] = len(units)
    return found


def ask_networkx(arrays: Path, folder: Path, question: dict[str, Any]) -> dict[str, float]:
    """Time Dijkstra's algorithm from one place over the reversed network."""
    import networkx

    tail, head, time_ms = (read(arrays / name) for name in ("tail", "head", "time_ms"))
    graph = networkx.DiGraph()
    for source, target, weight in zip(tail, head, time_ms, strict=True):
        known = graph.get_edge_data(target, source)
        if known is None or weight < known["weight"]:
            graph.add_edge(target, source, weight=weight)
    asked = [node for node in question["places"] if node in graph][:5]

    def times(place: int) -> list[float]:
        reached = networkx.single_source_dijkstra_path_length(graph, place)
        return [reached.get(unit, float("inf")) for unit in question["units"]]

    reached = [sum(time_ms < float("inf") for time_ms in times(place)) for place in asked]
    return {
        "one": statistics.median(timed(lambda place=place: times(place)) for place in asked),
        "reached": statistics.median(reached),
    }


def read(file: Path) -> array[int]:
    """Read whole numbers of eight bytes."""
    numbers = array("q")
    numbers.frombytes(file.read_bytes())
    return numbers


def timed(work: Any) -> float:
    """Return the seconds that something took."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    raise SystemExit(main())
