"""Who is trained in an exercise."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.commands import Who

ROLES = ("operator", "dispatcher", "coordinator")


@dataclass(frozen=True, slots=True)
class Trainee:
    """One who decides: for a department (empty: for all), in turn with the others on the same screen."""

    id: str
    department: str = ""
    role: str = "operator"

    @property
    def who(self) -> Who:
        """Return in whose name the trainee's commands are given."""
        return Who(self.id, self.role, self.department, f"trainee-{self.id}")
