"""In which order layers stand in the list on the screen, and what a drag of one among them means."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from maps.user_layers import PLACES, LayerList, UserLayer

Block = tuple[str, str, tuple[UserLayer, ...]]
"""A place, a group ("" for none) and its layers from the top down."""


def blocks(listing: LayerList) -> tuple[Block, ...]:
    """Cut a list into what is shown together: layers over the roads first, and each group where its topmost is."""
    found: dict[tuple[str, str], list[UserLayer]] = {}
    for place in reversed(PLACES):
        for layer in reversed(listing.layers):
            if layer.place == place:
                key = (place, layer.group or f"\0{layer.name}")
                found.setdefault(key, []).append(layer)
    return tuple(
        (place, "" if group.startswith("\0") else group, tuple(layers)) for (place, group), layers in found.items()
    )


def top_down(listing: LayerList) -> tuple[UserLayer, ...]:
    """Answer a list's layers as they stand on the screen."""
    return tuple(layer for _, _, layers in blocks(listing) for layer in layers)


def stepped(listing: LayerList, name: str, steps: int) -> LayerList:
    """Move a layer up (negative) or down among those on the screen, within its group or over a whole one."""
    shown = blocks(listing)
    at = next((i for i, (_, _, layers) in enumerate(shown) if name in [one.name for one in layers]), None)
    if at is None:
        return listing
    place, group, layers = shown[at]
    if group:
        order = [one.name for one in layers]
        here = order.index(name)
        there = max(0, min(len(order) - 1, here + steps))
        if there != here:
            return dropped(listing, name, layers[there].name, below=there > here)
        return listing
    there = at + (1 if steps > 0 else -1)
    if not 0 <= there < len(shown) or shown[there][0] != place:
        return listing
    target = shown[there][2][-1 if steps > 0 else 0].name
    return dropped(listing, name, target, below=steps > 0, joins=False)


def dropped(listing: LayerList, name: str, target: str, *, below: bool, joins: bool = True) -> LayerList:
    """Put a layer above or below another one, into its place ("over", "under") and, where it `joins`, its group."""
    layer, other = listing.named(name), listing.named(target)
    if layer is None or other is None or name == target:
        return listing
    moved = replace(layer, place=other.place, group=other.group if joins else layer.group)
    order = [one for one in top_down(listing) if one.name != name]
    at = next(i for i, one in enumerate(order) if one.name == target)
    order.insert(at + 1 if below else at, moved)
    return LayerList(tuple(reversed(order)), listing.hidden)


def joined(listing: LayerList, name: str, group: str) -> LayerList:
    """Put a layer into a group, on top of those that are in it; "" takes it out."""
    layer = listing.named(name)
    if layer is None or layer.group == group:
        return listing
    first = next((one for one in top_down(listing) if one.group == group and one.place == layer.place), None)
    listing = listing.replaced(replace(layer, group=group))
    return dropped(listing, name, first.name, below=False) if group and first is not None else listing


def groups_of(listing: LayerList) -> tuple[str, ...]:
    """Name the groups there are."""
    return tuple(key for key, _ in groupby(sorted({one.group for one in listing.layers if one.group})))
