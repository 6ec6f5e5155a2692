"""Reference pictures of six views: the bundled city and an invented one, by night and by day, at three scales.

`python -m tests.maps.references` paints them anew; look at them before they are committed. They show the ground without
labels, for letters differ from machine to machine.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from gis.city import City
from maps.painter import base_image
from maps.style import THEMES
from maps.view import View

FOLDER = Path(__file__).with_name("reference_pictures")
SIZE = (640, 480)
COLOURS = 48
MOST_BYTES = 60_000
DIFFERS = 24  # levels of a colour, after both were blurred
MOST_SHARE = 0.015  # of the pixels may differ
JUNCTIONS, FEATURES, SEED = 3_000, 30_000, 1


@dataclass(frozen=True, slots=True)
class Shot:
    """One view: of which city, how far from its centre (metres east, north), at which scale, in which look."""

    city: str
    theme: str
    metres_per_pixel: float
    east_m: float = 0.0
    north_m: float = 0.0

    @property
    def file(self) -> Path:
        """Return where its reference lies."""
        return FOLDER / f"{self.city}_{self.theme}_{self.metres_per_pixel:g}.png"

    def paint(self, city: City) -> QImage:
        """Paint it."""
        x, y = city.to_metric(*city.center)
        view = View(float(x) + self.east_m, float(y) + self.north_m, self.metres_per_pixel, *SIZE)
        return base_image(city, view, THEMES[self.theme])


SHOTS = (
    Shot("helsinki", "night", 0.5),
    Shot("helsinki", "day", 2.0),
    Shot("helsinki", "night", 8.0),
    Shot("invented", "day", 0.5),
    Shot("invented", "night", 1.4),
    Shot("invented", "day", 16.0),
)


def invent(folder: Path) -> Path:
    """Make the invented city."""
    from gis.invented.generate import generate
    from gis.invented.plan import Plan

    generate(folder, Plan.of(JUNCTIONS, seed=SEED, features=FEATURES))
    return folder


def pixels(image: QImage) -> NDArray[np.float64]:
    """Return the colours of a picture, float64 (height, width, 3)."""
    plain = image.convertToFormat(QImage.Format.Format_RGBX8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine() // 4, 4)
    return rows[:, : plain.width(), :3].astype(np.float64)


def blurred(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average every pixel with its neighbours, so that an edge may lie half a pixel elsewhere."""
    for axis in (0, 1):
        colours = (np.roll(colours, 1, axis) + 2 * colours + np.roll(colours, -1, axis)) / 4
    return colours


def difference(one: QImage, other: QImage) -> NDArray[np.float64]:
    """Return by how many levels the blurred pictures differ at each pixel, float64 (height, width)."""
    apart = np.abs(blurred(pixels(one)) - blurred(pixels(other)))
    return np.asarray(apart.max(axis=2))


def as_reference(image: QImage) -> QImage:
    """Bring a picture down to few colours, the most frequent of it, so that its file is small."""
    colours = pixels(image).astype(np.uint32)
    packed = (colours[..., 0] << 16) | (colours[..., 1] << 8) | colours[..., 2]
    found, counts = np.unique(packed, return_counts=True)
    table = np.sort(found[np.argsort(counts)[::-1][:COLOURS]])
    parts = np.stack([(table >> shift) & 255 for shift in (16, 8, 0)], axis=1).astype(np.int64)
    every = np.stack([(found >> shift) & 255 for shift in (16, 8, 0)], axis=1).astype(np.int64)
    nearest = np.array([int(((parts - colour) ** 2).sum(axis=1).argmin()) for colour in every], np.uint8)
    codes = nearest[np.searchsorted(found, packed)]
    made = QImage(codes.tobytes(), image.width(), image.height(), image.width(), QImage.Format.Format_Indexed8).copy()
    made.setColorTable([0xFF000000 | int(colour) for colour in table])
    return made


def main() -> None:
    """Paint all of them anew."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    from maps.cities.helsinki import ensure_built

    app = QGuiApplication.instance() or QGuiApplication([])
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        cities = {"helsinki": City.open(ensure_built()), "invented": City.open(invent(Path(name) / "city"))}
        for shot in SHOTS:
            image = shot.paint(cities[shot.city])
            if not as_reference(image).save(str(shot.file), quality=0):
                raise OSError(f"{shot.file} was not written")
            share = float((difference(image, QImage(str(shot.file))) > DIFFERS).mean())
            sys.stdout.write(
                f"{shot.file.name}: {shot.file.stat().st_size:,} bytes, {share:.2%} lost by its few colours\n"
            )
    del app


if __name__ == "__main__":
    main()
