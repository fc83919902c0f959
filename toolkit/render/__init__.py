"""Reports as text: one small module per format, each a function from a Report to a string."""

from toolkit.render.json import render_json
from toolkit.render.markdown import render_markdown
from toolkit.render.pages import render_page, render_rules
from toolkit.render.text import render_text

__all__ = ["render_json", "render_markdown", "render_page", "render_rules", "render_text"]
