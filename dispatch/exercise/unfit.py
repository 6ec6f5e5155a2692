"""What cannot be trained with, as a code and parameters that a window words; the text says it in English."""

from __future__ import annotations


class Unfit(ValueError):
    """Something cannot be used for an exercise: `code` and `parameters` say why."""

    def __init__(self, code: str, words: str, **parameters: object) -> None:
        super().__init__(words)
        self.code, self.parameters = code, parameters
