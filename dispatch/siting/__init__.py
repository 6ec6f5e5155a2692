"""Where to stand: how stations cover a city's demand, where k more would do most, and two plans side by side.

Shares and times weigh the demand of a kind of department (`dispatch.demand.cells`, moved toward what a log knows);
times are by road. Nothing here changes a log.
"""
