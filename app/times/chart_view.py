"""One chart in the window."""

from app.charts.view import ChartView

__all__ = ["ChartView"]
