"""What Qt needs of the system, looked for before Qt is: a missing library is named with the package that brings it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping

# Debian and Ubuntu package by library; the first group is needed always, the second to show windows under X11.
ALWAYS = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
UNDER_X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def has_display(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """Tell whether windows can be shown: always but on a Linux without X11 and Wayland."""
    environment = os.environ if environment is None else environment
    if not platform.startswith("linux"):
        return True
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if chosen:
        return not chosen.startswith(("offscreen", "minimal"))
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def missing_packages(
    *,
    with_display: bool,
    platform: str = sys.platform,
    environment: Mapping[str, str] | None = None,
    load: Callable[[str], object] = ctypes.CDLL,
) -> dict[str, str]:
    """Return the libraries that cannot be loaded, each with its Debian package; empty where all are there."""
    environment = os.environ if environment is None else environment
    if not platform.startswith("linux"):
        return {}
    wanted = dict(ALWAYS)
    if with_display and environment.get("DISPLAY") and not environment.get("WAYLAND_DISPLAY"):
        wanted |= UNDER_X11
    missing = {}
    for library, package in wanted.items():
        try:
            load(library)
        except OSError:
            missing[library] = package
    return missing


def advice(missing: Mapping[str, str]) -> str:
    """Return what to do about missing libraries, as one command."""
    return (
        f"Opsroom needs libraries that this system lacks: {', '.join(missing)}.\n"
        f"On Debian or Ubuntu: apt-get install {' '.join(dict.fromkeys(missing.values()))}"
    )
