"""A review as text: one small module per format."""

from toolkit.review.reports.html import render_html
from toolkit.review.reports.json import render_json
from toolkit.review.reports.markdown import render_markdown

__all__ = ["render_html", "render_json", "render_markdown"]
