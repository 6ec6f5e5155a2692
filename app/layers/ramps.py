"""Ramps of colours for classes by size: each can be read on the night's ground and on the day's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from maps.classes import RAMP

# Anchors of middle lightness, so that both ends stand off from dark and from light ground.
RAMPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "layers.ramp_rainbow": RAMP,
        "layers.ramp_blue": ("#9db8cf", "#6fa3d6", "#3f83cf", "#2f62b3", "#4a49a8"),
        "layers.ramp_green": ("#b5bf8a", "#8db56a", "#5aa264", "#2c8a6e", "#1f7480"),
        "layers.ramp_heat": ("#c9b458", "#d99a3e", "#d9793b", "#c95648", "#a8425f"),
        "layers.ramp_two_sided": ("#3f78b8", "#7f9fbd", "#9a9a93", "#cf9a5b", "#c0612f"),
    }
)
