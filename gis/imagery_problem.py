"""What can be wrong with a picture that is to lie on the map."""

from __future__ import annotations


class ImageryError(ValueError):
    """A picture or an archive of tiles cannot be used, or is refused; the message names the file and says why."""


class CrsMissing(ImageryError):
    """A picture's file does not say in which CRS its place is given; `guesses` are those that put it on the city."""

    def __init__(self, message: str, guesses: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.guesses = guesses

    def __reduce__(self) -> tuple[type[CrsMissing], tuple[str, tuple[str, ...]]]:
        return CrsMissing, (str(self), self.guesses)
