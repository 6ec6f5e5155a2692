"""Keep GDAL off the network while it reads a stranger's file: what a file names is never fetched.

A coordinate system in GeoJSON, a schema in GML, an overview of a picture may be addresses, and GDAL asks for them
while it opens the file. Each package with a GDAL of its own (pyogrio, rasterio) is told by its own settings.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

SETTINGS: dict[str, str] = {
    "GDAL_HTTP_PROXY": "none://none",  # a kind of proxy that nobody speaks: every request fails before it begins
    "GDAL_HTTPS_PROXY": "none://none",
    "GDAL_HTTP_MAX_RETRY": "0",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "OGR_SQLITE_PRAGMA": "trusted_schema=OFF",  # views and generated columns get no functions that do something
}
_EXCEPTIONS = ("no_proxy", "NO_PROXY")  # hosts that are asked past a proxy


@contextmanager
def offline() -> Iterator[None]:
    """Let what is done inside read files of this machine only."""
    from pyogrio import set_gdal_config_options

    set_gdal_config_options(SETTINGS)
    with no_exceptions():
        yield


@contextmanager
def no_exceptions() -> Iterator[None]:
    """Take the environment's list of hosts that are asked without a proxy away for a while."""
    held = {name: os.environ.pop(name) for name in _EXCEPTIONS if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(held)
