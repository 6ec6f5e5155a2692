"""A report as a page: what is short stays on one line, and every word is text."""

from __future__ import annotations

from app.paper.report import Part, Report
from app.paper.writing import as_html


def test_short_cells_stay_on_one_line_and_long_ones_may_break() -> None:
    long = "这一格里的话比较长，可以换行"
    part = Part("评判", headings=("评判", "<b>"), rows=(("同最佳", long), ("0:00", "<img src=x>")))
    page = as_html(Report("报告", "", (), parts=(part,)), lambda name: "", "zh")
    assert "<td style='white-space: nowrap'>同最佳</td>" in page and f"<td>{long}</td>" in page
    assert "<img" not in page and "&lt;img" in page
    assert "nowrap" not in as_html(Report("报告", "", (), parts=(part,)), lambda name: "", "zh", is_page=False)
