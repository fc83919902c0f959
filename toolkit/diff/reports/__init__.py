"""Differences as text: one small module per format, over the model alone."""

from toolkit.diff.reports.html import render_html
from toolkit.diff.reports.json import render_json
from toolkit.diff.reports.markdown import render_markdown
from toolkit.diff.reports.text import render_text

__all__ = ["render_html", "render_json", "render_markdown", "render_text"]
