"""The room of a major incident: clocks, METHANE, ground, casualties, people, roll calls, and its papers."""
