"""The commands that run without a window; each module named here offers some, by `add_commands`."""

COMMANDS = (
    "archive", "backup", "city", "coverage", "demo", "evidence", "exercise", "figures",
    "grid", "history", "layers", "learn_speeds", "log", "map", "month", "plan", "positions", "recommend",
    "replay", "report", "route", "server", "simulate", "siting", "user",
)  # fmt: skip
