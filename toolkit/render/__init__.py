"""Reports as text: one small module per format, each a function from a Report to a string."""

from toolkit.render.csv import render_csv
from toolkit.render.github import render_github, render_step_summary
from toolkit.render.json import render_json
from toolkit.render.jsonl import render_jsonl
from toolkit.render.junit import render_junit
from toolkit.render.markdown import render_markdown
from toolkit.render.pages import render_page, render_rules
from toolkit.render.sarif import render_sarif
from toolkit.render.shown import below
from toolkit.render.text import render_text

__all__ = [
    "below",
    "render_csv",
    "render_github",
    "render_json",
    "render_jsonl",
    "render_junit",
    "render_markdown",
    "render_page",
    "render_rules",
    "render_sarif",
    "render_step_summary",
    "render_text",
]
