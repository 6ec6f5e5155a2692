"""A persistent map whose old part lies in a cabinet: it answers all that an `immutables.Map` answers."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from itertools import chain
from typing import Any, Generic, TypeAlias, TypeVar

from immutables import Map

from dispatch.cabinet import Cabinet

K = TypeVar("K")
V = TypeVar("V")

_Keys: TypeAlias = "set[Any]"  # the map has a method of that name
_ABSENT: Any = object()
GONE: Any = object()
"""What stands in `above` under a key that the cabinet holds and the map does not."""


class Filed(Mapping[K, V]):
    """Look a key up in what has changed since (`above`), then in the cabinet. Changing one costs what a Map costs.

    Equal to a Map, and to another of its kind, that holds the same.
    """

    __slots__ = ("_count", "_shadowed", "above", "cabinet")

    def __init__(self, cabinet: Cabinet[K, V], above: Map[K, Any]) -> None:
        self.cabinet = cabinet
        self.above = above
        self._count: int | None = None
        self._shadowed: dict[int, _Keys] | None = None

    def __getitem__(self, key: K) -> V:
        value = self.get(key, _ABSENT)
        if value is _ABSENT:
            raise KeyError(key)
        return value  # type: ignore[no-any-return]

    def get(self, key: K, default: Any = None) -> Any:
        """Return what stands under a key."""
        value = self.above.get(key, _ABSENT)
        if value is _ABSENT:
            return self.cabinet.get(key, default)
        return default if value is GONE else value

    def __contains__(self, key: object) -> bool:
        value = self.above.get(key, _ABSENT)  # type: ignore[arg-type]
        return key in self.cabinet if value is _ABSENT else value is not GONE

    def __len__(self) -> int:
        if self._count is None:
            self._count = _count(self.cabinet, self.above)
        return self._count

    def __iter__(self) -> Iterator[K]:
        for key, value in self.above.items():
            if value is not GONE:
                yield key
        numbers: Any = self.cabinet.numbers()
        if numbers is None:
            yield from (key for pairs in self._below() for key, _ in pairs)
            return
        hidden: _Keys = set().union(*self._hidden().values())
        yield from (key for key in numbers if key not in hidden) if hidden else numbers

    def items(self) -> ItemsView[K, V]:
        return _Items(self)

    def values(self) -> ValuesView[V]:
        return _Values(self)

    def set(self, key: K, value: V) -> Filed[K, V]:
        """Return the map with a value under a key."""
        return Filed(self.cabinet, self.above.set(key, value))

    def delete(self, key: K) -> Filed[K, V]:
        """Return the map without a key. Raises KeyError."""
        if key not in self:
            raise KeyError(key)
        mutation = self.mutate()
        del mutation[key]
        return mutation.finish()

    def update(self, pairs: Any = (), /, **more: Any) -> Filed[K, V]:
        """Return the map with the pairs of a mapping, or of an iterable of pairs."""
        mutation = self.mutate()
        mutation.update(pairs, **more)
        return mutation.finish()

    def mutate(self) -> FiledMutation[K, V]:
        """Open the map for changes."""
        return FiledMutation(self)

    def pairs(self) -> Iterator[tuple[K, V]]:
        """Yield keys with values, opening every drawer."""
        above = [pair for pair in self.above.items() if pair[1] is not GONE]
        return chain(above, chain.from_iterable(self._below()))

    def only_values(self) -> Iterator[V]:
        """Yield the values, opening every drawer."""
        hidden = self._hidden()
        above = [value for value in self.above.values() if value is not GONE]
        below: Iterator[Iterable[V]] = (
            drawer.values() if place not in hidden else [drawer[key] for key in drawer if key not in hidden[place]]
            for place, drawer in enumerate(self.cabinet.drawers())
        )
        return chain(above, chain.from_iterable(below))

    def _below(self) -> Iterator[Iterable[tuple[K, V]]]:
        """Yield drawer by drawer what has not changed since."""
        hidden = self._hidden()
        for place, drawer in enumerate(self.cabinet.drawers()):
            gone = hidden.get(place)
            yield drawer.items() if gone is None else [pair for pair in drawer.items() if pair[0] not in gone]

    def _hidden(self) -> dict[int, _Keys]:
        """Return by drawer which keys have changed since."""
        if self._shadowed is None:
            found: dict[int, _Keys] = {}
            for key in self.above:
                place = self.cabinet.place(key)
                if place is not None:
                    found.setdefault(place, set()).add(key)
            self._shadowed = found
        return self._shadowed

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Filed | Map):
            return NotImplemented
        if isinstance(other, Filed) and other.cabinet is self.cabinet and other.above == self.above:
            return True
        if len(self) != len(other):
            return False
        return all(self.get(key, _ABSENT) == value for key, value in other.items())

    def __hash__(self) -> int:
        return hash(Map(self.pairs()))

    def __reduce__(self) -> tuple[Any, ...]:
        return Map, (dict(self.pairs()),)  # another process has no cabinet

    def __repr__(self) -> str:
        return f"Filed({dict(self.pairs())!r})"


class FiledMutation(Generic[K, V]):
    """A `Filed` opened for changes: what `immutables` calls a mutation. It is neither counted nor gone through."""

    __slots__ = ("_above", "_cabinet")

    def __init__(self, begun: Filed[K, V]) -> None:
        self._cabinet = begun.cabinet
        self._above: Any = begun.above.mutate()

    def __getitem__(self, key: K) -> V:
        value = self.get(key, _ABSENT)
        if value is _ABSENT:
            raise KeyError(key)
        return value  # type: ignore[no-any-return]

    def get(self, key: K, default: Any = None) -> Any:
        """Return what stands under a key."""
        value = self._above.get(key, _ABSENT)
        if value is _ABSENT:
            return self._cabinet.get(key, default)
        return default if value is GONE else value

    def __contains__(self, key: object) -> bool:
        value = self._above.get(key, _ABSENT)
        return key in self._cabinet if value is _ABSENT else value is not GONE

    def __setitem__(self, key: K, value: V) -> None:
        self._above[key] = value

    def set(self, key: K, value: V) -> None:
        """Put a value under a key."""
        self._above[key] = value

    def __delitem__(self, key: K) -> None:
        self.pop(key)

    def pop(self, key: K, default: Any = _ABSENT) -> Any:
        """Take a key off, and return what stood under it. Raises KeyError without a default."""
        value = self.get(key, _ABSENT)
        if value is _ABSENT:
            if default is _ABSENT:
                raise KeyError(key)
            return default
        if key in self._cabinet:
            self._above[key] = GONE
        else:
            del self._above[key]
        return value

    def update(self, pairs: Any = (), /, **more: Any) -> None:
        """Put the pairs of a mapping, or of an iterable of pairs."""
        self._above.update(pairs, **more)

    def finish(self) -> Filed[K, V]:
        """Return the map after the changes."""
        return Filed(self._cabinet, self._above.finish())


class _Items(ItemsView[K, V]):
    _mapping: Filed[K, V]

    def __iter__(self) -> Iterator[tuple[K, V]]:
        return self._mapping.pairs()


class _Values(ValuesView[V]):
    _mapping: Filed[Any, V]

    def __iter__(self) -> Iterator[V]:
        return self._mapping.only_values()


def _count(cabinet: Cabinet[Any, Any], above: Map[Any, Any]) -> int:
    count = len(cabinet)
    for key, value in above.items():
        if value is GONE:
            count -= key in cabinet
        else:
            count += key not in cabinet
    return count
