"""The list of layers of the city before the desk: one for all its maps, kept with the city in a plain file."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QFileSystemWatcher, QObject, QTimer, Signal

from app.jobs import Job
from app.layers.merging import merged
from gis.city import City
from gis.located_toml import Problem
from maps.layers_file import LAYERS_FILE, LayersFileError, read_layers, write_layers
from maps.listing import read_elsewhere
from maps.user_layers import LayerList, UserLayer

logger = logging.getLogger(__name__)

SAVE_MS = 500
LOOK_MS = 200
NOTHING: NDArray[np.int64] = np.empty(0, np.int64)


class LayerBook(QObject):
    """Hold the layers over a city, what of them is picked, and which live layers are switched off.

    A change is painted at once (the maps read a copy of this session) and written into the city's folder half a second
    later; what another program wrote there meanwhile is kept. `saved_changed` carries whether the last writing came
    through, and why not.
    """

    changed = Signal(object)  # LayerList
    picked_changed = Signal(str, object)  # a layer's name, features int64 (n,)
    live_changed = Signal(object)  # frozenset of the live layers that are switched off
    saved_changed = Signal(bool, str)

    def __init__(self, city: City | None, parent: QObject | None = None, *, live_file: Path | None = None) -> None:
        super().__init__(parent)
        self.city = city if isinstance(city, City) else None
        self.problems: tuple[Problem, ...] = ()
        self.listing = LayerList()
        self.picked: tuple[str, NDArray[np.int64]] = ("", NOTHING)
        self.is_saved = True
        self._base = LayerList()  # what stands in the file
        self._signature: tuple[int, ...] = ()
        self._copy: Path | None = None
        self._writing: Job | None = None
        self._live_file = live_file
        self.live_hidden = _read_names(live_file)
        self._save_soon = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._save_soon.timeout.connect(self.save)
        self._look_soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._look_soon.timeout.connect(self.look)
        self._watcher = QFileSystemWatcher(self)
        if self.city is not None:
            self._signature = self._read_signature()
            self._base, self.problems = read_layers(self.city.folder)
            self.listing = self._base
            self._watcher.addPath(str(self.city.folder))
            self._watcher.directoryChanged.connect(lambda _: self._look_soon.start())
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    def layer(self, name: str) -> UserLayer | None:
        """Find a layer by its name."""
        return self.listing.named(name)

    def put(self, layer: UserLayer) -> None:
        """Change a layer, or put a new one on top."""
        self.apply(self.listing.with_layer(layer))

    def apply(self, listing: LayerList) -> None:
        """Take another list: the maps show it at once, and it is written soon."""
        if listing == self.listing or self.city is None:
            return
        self._show(listing)
        self._save_soon.start()

    def show_for_now(self, listing: LayerList) -> None:
        """Let the maps show a list that is not written: a look that is being tried."""
        if listing != self.listing:
            self._show(listing)

    def keep(self) -> None:
        """Write what the maps show."""
        if self.listing != self._base:
            self._save_soon.start()

    def pick(self, name: str, features: Sequence[int] | NDArray[np.int64]) -> None:
        """Take features of a layer in hand; those of another are let go."""
        found = np.sort(np.asarray(features, dtype=np.int64))
        found = found[np.diff(found, prepend=-1) != 0]  # each once; numpy's own `unique` takes seconds for a million
        if not len(found):
            name = ""
        if name == self.picked[0] and np.array_equal(found, self.picked[1]):
            return
        self.picked = (name, found)
        self.picked_changed.emit(name, found)

    def set_live(self, name: str, is_shown: bool) -> None:
        """Switch a live layer on or off on this seat's maps."""
        hidden = self.live_hidden - {name} if is_shown else self.live_hidden | {name}
        if hidden != self.live_hidden:
            self.live_hidden = hidden
            self.live_changed.emit(hidden)
            _write_names(self._live_file, hidden)

    def look(self) -> None:
        """Take what another program wrote into the city's file."""
        if self.city is None or self._writing is not None or self._read_signature() == self._signature:
            return
        self._catch_up()
        if self.listing != self._base:
            self._save_soon.start()

    def save(self) -> None:
        """Write the list into the city's folder, in a worker; what others wrote meanwhile is brought in before."""
        if self.city is None:
            return
        if self._writing is not None:
            self._save_soon.start()
            return
        if self._read_signature() != self._signature:
            self._catch_up()
        folder, listing = self.city.folder, self.listing
        if listing == self._base:
            return
        self._writing = Job(lambda job: write_layers(folder, listing), self)
        self._writing.done.connect(lambda _: self._on_written(listing))
        self._writing.failed.connect(self._on_not_written)
        self._writing.start()

    def flush(self) -> None:
        """Write what was not written yet, now; for the end, and before somebody else reads the file."""
        self._save_soon.stop()
        if self.city is None or self.listing == self._base:
            return
        if self._read_signature() != self._signature and self._writing is None:
            self._catch_up()
        try:
            write_layers(self.city.folder, self.listing)
        except (OSError, LayersFileError) as problem:
            self._on_not_written(problem)
        else:
            self._on_written(self.listing)

    def close(self) -> None:
        """Write what is left, and let the maps read the city's own file again."""
        self.flush()
        if self._copy is not None and self.city is not None:
            read_elsewhere(self.city.folder, None)
            shutil.rmtree(self._copy, ignore_errors=True)
            self._copy = None

    def _show(self, listing: LayerList) -> None:
        self.listing = listing
        self._write_copy()
        if self.picked[0] and listing.named(self.picked[0]) is None:
            self.pick("", ())
        self.changed.emit(listing)

    def _write_copy(self) -> None:
        assert self.city is not None
        if self._copy is None:
            self._copy = Path(tempfile.mkdtemp(prefix="opsroom-layers-"))
        write_layers(self._copy, self.listing)
        read_elsewhere(self.city.folder, self._copy)

    def _catch_up(self) -> None:
        """Bring in what stands in the file now."""
        assert self.city is not None
        self._signature = self._read_signature()
        theirs, self.problems = read_layers(self.city.folder)
        base, self._base = self._base, theirs
        listing = merged(base, self.listing, theirs)
        if listing != self.listing:
            self._show(listing)

    def _on_written(self, listing: LayerList) -> None:
        self._writing = None
        self._base = listing
        self._signature = self._read_signature()
        self._set_saved(True, "")
        if self.listing != listing:
            self._save_soon.start()

    def _on_not_written(self, problem: BaseException) -> None:
        self._writing = None
        logger.warning("the list of layers is not written: %s", problem)
        self._set_saved(False, getattr(problem, "strerror", None) or str(problem))

    def _set_saved(self, is_saved: bool, reason: str) -> None:
        if is_saved != self.is_saved:
            self.is_saved = is_saved
            self.saved_changed.emit(is_saved, reason)

    def _read_signature(self) -> tuple[int, ...]:
        assert self.city is not None
        try:
            found = (self.city.folder / LAYERS_FILE).stat()
        except OSError:
            return ()
        return found.st_ino, found.st_mtime_ns, found.st_size


def _read_names(file: Path | None) -> frozenset[str]:
    if file is None:
        return frozenset()
    try:
        kept = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(name for name in kept if isinstance(name, str)) if isinstance(kept, list) else frozenset()


def _write_names(file: Path | None, names: frozenset[str]) -> None:
    if file is None:
        return
    with suppress(OSError):  # a folder that cannot be written is no reason to stop
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(sorted(names)), "utf-8")
        part.replace(file)
