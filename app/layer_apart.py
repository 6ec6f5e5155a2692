"""Add a file to a city in a child program, from a thread: a cancel kills it, and a crash of it is only a refusal."""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from app.beside.called import environment, words_of
from app.jobs import Cancelled
from gis.imagery_problem import ImageryError
from gis.io_problem import Problem, VectorError
from maps.layers_file import LayersFileError, read_layers

if TYPE_CHECKING:
    from app.jobs import Job
    from app.layer_deeds import Added
    from gis.city import City
    from gis.layer_import import FileLayer

logger = logging.getLogger(__name__)

LOOK_S = 0.1  # how soon a cancel is seen
TOUCH_S = 10.0
ENDING_S = 10.0
MOST_LOGGED = 2000
# The refusals that a child hands on by name, the narrower first.
REFUSALS: dict[str, type[Exception]] = {
    "VectorError": VectorError, "ImageryError": ImageryError, "LayersFileError": LayersFileError,
    "ValueError": ValueError, "OSError": OSError,
}  # fmt: skip


class LayerNeeded(ValueError):
    """A file holds several layers, and nobody said which."""

    code = "layer_choice_needed"

    def __init__(self, layers: tuple[FileLayer, ...]) -> None:
        super().__init__(f"the file holds {len(layers)} layers; choose")
        self.layers = layers


class ReaderEnded(RuntimeError):
    """The child program ended without an answer; nothing was added. `how`: by which signal or exit code."""

    code = "layer_reader_ended"

    def __init__(self, how: str) -> None:
        super().__init__(f"the file's reader ended ({how}); nothing was added")
        self.parameters = {"how": how}


def add_file_apart(
    city: City,
    path: Path,
    *,
    title: str = "",
    name: str = "",
    layer: str | None = None,
    crs: str | None = None,
    place: str = "",
    job: Job | None = None,
) -> Added:
    """Add a file as `app.layer_deeds.add_file` does, in a child program; call it in a job, which may be cancelled.

    layer: None asks (LayerNeeded) where a vector file has several; "" takes the first. Raises what add_file raises
    (CrsNeeded with a sample of a vector file's coordinates), ReaderEnded and Cancelled; nothing is left then.
    """
    from app.layer_deeds import Added, name_for
    from app.layer_leavings import begin_adding, end_adding, still_adding, sweep

    sweep(city.folder)
    title = title or path.stem
    name = name or name_for(city, title)
    note = begin_adding(city.folder, name)
    wish = {
        "city": str(city.folder), "path": str(path), "title": title, "name": name, "layer": layer, "crs": crs,
        "place": place,
    }  # fmt: skip
    try:
        answer = _asked(wish, job, lambda: still_adding(note))
    finally:
        end_adding(city.folder, note)
    if "added" not in answer:
        raise _refusal(answer)
    listing, _ = read_layers(city.folder)
    layers = tuple(found for each in answer["added"] if (found := listing.named(each)) is not None)
    return Added(layers, answer["kept"], tuple(Problem(*problem) for problem in answer["problems"]))


def _asked(wish: dict[str, Any], job: Job | None, touch: Callable[[], None]) -> dict[str, Any]:
    """Have a child do what is wished for; it is gone afterwards, whatever happens."""
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    with tempfile.TemporaryFile() as said, _started(said) as child:
        assert child.stdin is not None and child.stdout is not None
        reader = threading.Thread(target=_read, args=(child.stdout, lines), daemon=True)
        reader.start()
        try:
            with suppress(OSError):  # one that is dead already says so below
                child.stdin.write(json.dumps(wish).encode() + b"\n")
                child.stdin.flush()
            answer = _answer(lines, job, touch)
            if answer is None:
                with suppress(subprocess.TimeoutExpired):
                    child.wait(ENDING_S)
        finally:
            child.kill()
            child.wait()
            reader.join()
            with suppress(OSError):
                child.stdin.close()
        if answer is None:
            raise _ended(child.returncode, said)
        return answer


def _started(said: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words_of("app.layer_child"),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, env=environment(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )  # fmt: skip


def _read(stream: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _answer(
    lines: queue.SimpleQueue[bytes | None], job: Job | None, touch: Callable[[], None]
) -> dict[str, Any] | None:
    """Wait for the answer, telling how far it is; None where there is none. Raises Cancelled."""
    touched_s = time.monotonic()
    while True:
        if job is not None and job.is_cancelled:
            raise Cancelled
        if time.monotonic() - touched_s > TOUCH_S:
            touch()
            touched_s = time.monotonic()
        try:
            line = lines.get(timeout=LOOK_S)
        except queue.Empty:
            continue
        try:
            told: dict[str, Any] = json.loads(line or b"")
        except ValueError:
            return None
        if "share" not in told:
            return told
        if job is not None:
            job.report(told["share"], told["words"])


def _refusal(answer: dict[str, Any]) -> Exception:
    from app.layer_deeds import CrsNeeded
    from gis.layer_import import FileLayer

    if "layers" in answer:
        return LayerNeeded(tuple(FileLayer(*row) for row in answer["layers"]))
    if "crs" in answer:
        sample = np.array(answer["sample"], np.float64).reshape(-1, 2)
        return CrsNeeded(answer["crs"], tuple(answer["guesses"]), sample)
    kind = REFUSALS.get(answer["refused"], RuntimeError)
    if answer.get("errno"):
        return OSError(answer["errno"], answer["words"], answer["file"])
    return kind(answer["words"])


def _ended(code: int, said: IO[bytes]) -> ReaderEnded:
    said.seek(max(0, said.seek(0, os.SEEK_END) - MOST_LOGGED))
    how = f"signal {-code}" if code < 0 else f"code {code}" if code < 256 else f"code {code:#x}"
    logger.error("the reader of a file ended (%s): %s", how, said.read().decode("utf-8", "replace"))
    return ReaderEnded(how)
