"""The figures of urban management (综合评价): every indicator from the log alone, with the cases behind it.

`indicators.toml` says what is measured, `duties` what of a case counts and when, `facts` keeps that as one table,
`sets` names the sets of cases, `compute` counts, `marks` ranks, `places` finds hot spots.
"""
