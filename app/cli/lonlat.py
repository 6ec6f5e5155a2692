"""Take places as LON,LAT on the command line, negative ones included."""

import argparse
import math
import re


def lonlat(text: str) -> tuple[float, float]:
    """Read 'LON,LAT' in degrees; raise argparse.ArgumentTypeError saying what is wrong."""
    parts = text.split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not LON,LAT in degrees, as 24.94,60.17") from None
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise argparse.ArgumentTypeError(f"{text!r}: longitude is -180 to 180, latitude -90 to 90, longitude first")
    return lon, lat


def take_western_longitudes(parser: argparse.ArgumentParser) -> None:
    """Let a parser read '-123.1,49.2' as a value: argparse alone takes it for an option."""
    parser._negative_number_matcher = re.compile(r"^-\d[\d.]*(,.*)?$|^-\.\d+(,.*)?$")
