"""The child program that adds a file to a city: GDAL may crash or take gigabytes there, and the desk goes on.

Run as `python -m app.layer_child` by `app.layer_apart`: one job as a JSON line in; lines of progress, then one answer
out. It ends when its input is closed, which is what is left of a parent that died.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

from app.layer_apart import REFUSALS

Table = dict[str, Any]


def answer_of(job: Table, tell: Callable[[Table], None]) -> Table:
    """Do a job; `tell` gets lines of progress {share, words}. Answers {added}, {layers}, {crs} or {refused}."""
    from app.layer_deeds import CrsNeeded, add_file
    from gis.city import City
    from gis.imagery_build import imagery_kind
    from gis.layer_import import list_layers, sample_coordinates

    path, layer = Path(job["path"]), job["layer"]
    try:
        city = City.open(Path(job["city"]))
        is_picture = path.is_file() and bool(imagery_kind(path))
        if layer is None and not is_picture and len(found := list_layers(path)) > 1:
            return {"layers": [astuple(each) for each in found]}
        try:
            added = add_file(
                city, path, title=job["title"], name=job["name"], layer=layer or None, crs=job["crs"],
                place=job["place"], report=lambda share, words: tell({"share": share, "words": words}),
            )  # fmt: skip
        except CrsNeeded as needed:
            sample = [] if is_picture else sample_coordinates(path, city, layer=layer or None).tolist()
            return {"crs": str(needed), "guesses": needed.guesses, "sample": sample}
    except Exception as error:
        kind = next((name for name, refusal in REFUSALS.items() if isinstance(error, refusal)), None)
        if kind is None:
            traceback.print_exc()
            return {"refused": "", "words": f"{type(error).__name__}: {error}"}
        if isinstance(error, OSError):
            return {
                "refused": kind,
                "words": error.strerror or str(error),
                "errno": error.errno,
                "file": error.filename,
            }
        return {"refused": kind, "words": str(error)}
    names = [each.name for each in added.layers]
    return {"added": names, "kept": added.kept, "problems": [astuple(problem) for problem in added.problems]}


def main() -> None:
    """Do the job of standard input."""
    if hasattr(os, "nice"):
        os.nice(5)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    lock = threading.Lock()

    def tell(line: Table) -> None:
        with lock:
            answers.write(json.dumps(line) + "\n")
            answers.flush()

    tell(answer_of(job, tell))
    os._exit(0)  # a reader that crashes while it is taken down has nothing to say any more


def _end_with_parent() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os._exit(1)


if __name__ == "__main__":
    main()
