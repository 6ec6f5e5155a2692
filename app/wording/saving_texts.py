"""What is said where what a page shows leaves as a file, in English and in Chinese."""

from __future__ import annotations

ENGLISH: dict[str, str] = {
    "saving.where": "Where to?",
    "saving.writing": "Writing …",
    "saving.written": "Written: {path}",
    "saving.failed": "It could not be written: {reason}",
    "saving.not_allowed": "Your role may not take figures out of the program.",
    "saving.of_record": "A replay writes nothing out; `{command}` does, from the same log.",
    "saving.form_pdf": "Report on paper (PDF)",
    "saving.form_html": "Report as a page (HTML)",
    "saving.form_csv": "Every figure as a table (CSV)",
}
CHINESE: dict[str, str] = {
    "saving.where": "保存到哪里？",
    "saving.writing": "正在写入…",
    "saving.written": "已写入：{path}",
    "saving.failed": "无法写入：{reason}",
    "saving.not_allowed": "您的角色不能导出数据。",
    "saving.of_record": "回放不导出；可用 `{command}` 从同一日志导出。",
    "saving.form_pdf": "纸质报告（PDF）",
    "saving.form_html": "网页报告（HTML）",
    "saving.form_csv": "全部数据表（CSV）",
}
