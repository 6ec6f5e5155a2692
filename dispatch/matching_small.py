"""Match a small table in plain Python: scipy would first have to be loaded, for a quarter of a second of the caller."""

from __future__ import annotations

import math
from collections.abc import Sequence


def match_rows(costs: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Choose a column for each row, or a row for each column where those are fewer, at the least sum of costs.

    Answers (row, column) pairs in the rows' order, the very ones of `scipy.optimize.linear_sum_assignment`, also where
    several sums are equal: the shortest augmenting paths of D. F. Crouse, On implementing 2D rectangular assignment
    algorithms, IEEE Transactions on Aerospace and Electronic Systems 52 (4), 2016. Costs are finite.
    """
    if costs and len(costs) > len(costs[0]):
        across = match_rows(list(zip(*costs, strict=True)))
        return sorted((column, row) for row, column in across)
    rows, columns = len(costs), len(costs[0]) if costs else 0
    of_row, of_column = [-1] * rows, [-1] * columns
    row_prices, column_prices = [0.0] * rows, [0.0] * columns
    for begin in range(rows):
        paid, came_from, lengths = [False] * columns, [-1] * columns, [math.inf] * columns
        left = list(range(columns - 1, -1, -1))
        row, least, sink, seen = begin, 0.0, -1, [begin]
        while sink < 0:
            lowest, place = math.inf, -1
            for at, column in enumerate(left):
                length = least + costs[row][column] - row_prices[row] - column_prices[column]
                if length < lengths[column]:
                    came_from[column], lengths[column] = row, length
                if lengths[column] < lowest or (lengths[column] == lowest and of_column[column] < 0):
                    lowest, place = lengths[column], at
            least, column = lowest, left[place]
            paid[column] = True
            left[place] = left[-1]
            left.pop()
            if of_column[column] < 0:
                sink = column
            else:
                row = of_column[column]
                seen.append(row)
        for each in seen:
            row_prices[each] += least if each == begin else least - lengths[of_row[each]]
        for column in range(columns):
            if paid[column]:
                column_prices[column] -= least - lengths[column]
        column = sink
        while True:
            row = came_from[column]
            of_column[column], of_row[row], column = row, column, of_row[row]
            if row == begin:
                break
    return list(enumerate(of_row))
