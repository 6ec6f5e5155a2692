"""Response times out of a log alone: every interval of every response and incident, held against named targets.

`table` keeps the instants as columns while the log grows, `spans` makes intervals of them and says why one is blank,
`profiles` are the targets, `groups` says by what figures are split, `report` counts, with the incidents behind it.
"""
