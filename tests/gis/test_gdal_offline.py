"""What a stranger's file names is never fetched, whatever the environment says of proxies."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import rasterio
from pyogrio import set_gdal_config_options
from rasterio.transform import from_origin

from gis.city import City
from gis.gdal_offline import SETTINGS
from gis.imagery import add_imagery
from gis.io import VectorError, read_vector
from gis.layer_import import list_layers
from tests.maps.village import build_village


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City.open(build_village(tmp_path / "village"))


@pytest.fixture
def trap() -> Iterator[tuple[str, list[str]]]:
    """Answer the address of a server, and what it was asked for."""
    asked: list[str] = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def pointing_file(folder: Path, kind: str, address: str) -> Path:
    file = folder / f"a.{kind.partition(' ')[0]}"
    if kind.startswith("geojson"):
        crs = {"type": kind.split()[1], "properties": {"href": f"{address}/crs", "url": f"{address}/crs"}}
        point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [24.94, 60.17]}}
        file.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [point]}))
    else:
        schema = f"{address}/s?SERVICE=WFS&amp;REQUEST=DescribeFeatureType&amp;TYPENAME=a"
        file.write_text(
            '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" xmlns:gml="http://www.opengis.net/gml" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            f'xsi:schemaLocation="http://a {schema}"><gml:featureMember><a fid="a.0"><g><gml:Point>'
            "<gml:coordinates>24.9,60.1</gml:coordinates></gml:Point></g></a></gml:featureMember>"
            "</wfs:FeatureCollection>"
        )
    return file


@pytest.mark.parametrize("kind", ["geojson link", "geojson url", "gml"])
def test_addresses_inside_of_vector_files_are_not_asked(
    tmp_path: Path, trap: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    from pyogrio import list_layers as unguarded

    address, asked = trap
    file = pointing_file(tmp_path, kind, address)
    set_gdal_config_options(dict.fromkeys(SETTINGS))
    unguarded(file)
    assert asked  # the file is what it claims to be
    asked.clear()
    monkeypatch.setenv("no_proxy", "*")
    list_layers(file)
    assert len(read_vector(file).geometries) == 1
    assert asked == []


def test_a_pointer_inside_of_an_archive_is_refused(tmp_path: Path, trap: tuple[str, list[str]]) -> None:
    address, asked = trap
    layer = f'<OGRVRTLayer name="a"><SrcDataSource>/vsicurl/{address}/a.json</SrcDataSource></OGRVRTLayer>'
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>")
    with pytest.raises(VectorError, match="points to data elsewhere"):
        read_vector(tmp_path / "a.zip")
    assert asked == []


def test_a_pictures_overviews_and_masks_elsewhere_are_not_asked(
    tmp_path: Path, city: City, trap: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, asked = trap
    monkeypatch.setenv("no_proxy", "*")
    file = tmp_path / "a.tif"
    x, y = city.to_metric(*city.center)
    with rasterio.open(
        file, "w", driver="GTiff", width=2100, height=2100, count=1, dtype="uint16", crs=city.metric_crs,
        transform=from_origin(x - 1000, y + 1000, 1, 1),
    ) as picture:  # fmt: skip
        picture.write(np.full((1, 2100, 2100), 7, np.uint16))
    for ending, side in ((".ovr", 1050), (".msk", 2100)):
        window = f"<UpperLeftX>0</UpperLeftX><UpperLeftY>0</UpperLeftY><SizeX>{side}</SizeX><SizeY>{side}</SizeY>"
        corner = f"<LowerRightX>{side}</LowerRightX><LowerRightY>-{side}</LowerRightY><TileLevel>2</TileLevel>"
        service = f'<Service name="TMS"><ServerUrl>{address}/${{z}}/${{x}}/${{y}}</ServerUrl></Service>'
        file.with_name(file.name + ending).write_text(
            f"<GDAL_WMS>{service}<DataWindow>{window}{corner}</DataWindow><BandsCount>1</BandsCount></GDAL_WMS>"
        )
    with suppress(ValueError):  # refused is as good
        add_imagery(file, city, "pointing")
    assert asked == []
