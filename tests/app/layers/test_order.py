"""How layers stand on the screen, and what moving one of them means."""

from __future__ import annotations

from app.layers.order import blocks, dropped, joined, stepped, top_down
from maps.user_layers import LayerList, UserLayer


def layer(name: str, group: str = "", place: str = "over") -> UserLayer:
    return UserLayer(name, name, "vector", group=group, place=place)


LIST = LayerList(
    (layer("photo", place="under"), layer("a"), layer("n1", "net"), layer("b"), layer("n2", "net"), layer("c"))
)


def names(listing: LayerList) -> str:
    return " ".join(one.name for one in top_down(listing))


def test_groups_stand_where_their_topmost_layer_is_and_what_lies_under_roads_comes_last() -> None:
    assert names(LIST) == "c n2 n1 b a photo"
    assert [group for _, group, _ in blocks(LIST)] == ["", "net", "", "", ""]


def test_a_step_goes_over_a_whole_group_and_stays_within_ones_own() -> None:
    assert names(stepped(LIST, "c", 1)) == "n2 n1 c b a photo"
    assert names(stepped(LIST, "b", -1)) == "c b n2 n1 a photo"
    assert names(stepped(LIST, "n1", -1)) == "c n1 n2 b a photo"
    assert stepped(LIST, "n2", -1) == LIST
    assert stepped(LIST, "a", 1) == LIST  # the roads lie between
    assert stepped(LIST, "nothing", 1) == LIST


def test_a_layer_that_is_dropped_takes_the_place_and_group_of_where_it_fell() -> None:
    moved = dropped(LIST, "c", "photo", below=True)
    assert names(moved) == "n2 n1 b a photo c"
    assert moved.named("c").place == "under"  # type: ignore[union-attr]
    inside = dropped(LIST, "a", "n2", below=True)
    assert names(inside) == "c n2 a n1 b photo"
    assert inside.named("a").group == "net"  # type: ignore[union-attr]
    assert dropped(LIST, "a", "a", below=True) == LIST


def test_a_layer_joins_a_group_on_top_and_leaves_it() -> None:
    assert names(joined(LIST, "a", "net")) == "c a n2 n1 b photo"
    out = joined(LIST, "n2", "")
    assert out.named("n2").group == ""  # type: ignore[union-attr]
    assert len(out.layers) == len(LIST.layers)
