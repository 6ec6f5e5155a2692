"""What the rules answer when they say no."""

from __future__ import annotations


class Refused(Exception):
    """Say no with a code and what a person needs to act on it; `app.wording` makes the sentence.

    Parameters are plain values: strings, numbers, instants, tuples of strings. Nothing was changed.
    """

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code, parameters)
        self.code = code
        self.parameters = parameters

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.code} ({told})" if told else self.code
