"""Bring together what two hands did to one list of layers."""

from __future__ import annotations

from maps.user_layers import LayerList


def merged(base: LayerList, mine: LayerList, theirs: LayerList) -> LayerList:
    """Answer a list with both hands' changes since `base`; where both changed one layer, mine stands.

    The order is mine; layers that they added lie on top.
    """
    was = {layer.name: layer for layer in base.layers}
    other = {layer.name: layer for layer in theirs.layers}
    layers = []
    for layer in mine.layers:
        if layer.name in was and layer.name not in other:
            continue  # they took it out
        theirs_now = other.get(layer.name, layer)
        layers.append(theirs_now if was.get(layer.name) == layer else layer)
    held = {layer.name for layer in mine.layers}
    layers += [layer for layer in theirs.layers if layer.name not in held and layer.name not in was]
    hidden = (mine.hidden | (theirs.hidden - base.hidden)) - (base.hidden - theirs.hidden)
    return LayerList(tuple(layers), hidden)
