"""The measurements as a picture: bars in an SVG that is readable on a light and on a dark page."""

from collections.abc import Sequence
from html import escape

from measure import Measure
from report import figure

WIDTH, NAMES, FIGURES = 760, 250, 130
ROW, BAR, MARGIN = 22, 14, 16
STYLE = """
  text { font: 13px -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #57606a }
  .title { font-weight: 600; fill: #1f2328 }
  .ours { fill: #1f2328; font-weight: 600 }
  rect { fill: #b6bec9 }
  rect.ours { fill: #d6336c }
  .paper { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 }
    .title, .ours { fill: #f0f6fc }
    rect { fill: #4a525d }
    rect.ours { fill: #f06595 }
    .paper { fill: #0d1117 }
  }
"""


def draw(measures: Sequence[Measure]) -> str:
    """Draw a bar for each contender that is to be drawn, as long as its figure, so shorter is better."""
    parts: list[str] = []
    top = 0
    for measure in measures:
        if not measure.drawn:
            continue
        top += 30
        parts.append(_text(0, top, measure.title, "title"))
        longest = max(map(measure.median, measure.drawn))
        for index, name in enumerate(measure.drawn):
            top += ROW
            kind = "theirs" if index else "ours"
            length = max(1, round((WIDTH - NAMES - FIGURES) * measure.median(name) / longest))
            parts.append(_text(0, top, name, kind))
            parts.append(
                f'<rect class="{kind}" x="{NAMES}" y="{top - BAR + 3}" width="{length}" height="{BAR}" rx="3"/>'
            )
            parts.append(_text(NAMES + length + 8, top, figure(measure, name), kind))
        top += 8
    parts.append(_text(0, top + 22, "Shorter is better. Medians of interleaved runs.", "theirs"))
    top += 24
    width, height = WIDTH + 2 * MARGIN, top + 2 * MARGIN
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-MARGIN} 0 {width} {height}" role="img">'
    # A paper of its own: the page around it may be of another colour scheme than the one that the system asks for.
    paper = f'<path class="paper" d="M{-MARGIN} 0h{width}v{height}h{-width}z"/>'
    style = f"<style>{STYLE}</style>"
    return "\n".join([head, "<title>Shorter is better</title>", style, paper, *parts, "</svg>"]) + "\n"


def _text(left: int, top: int, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{left}" y="{top}">{escape(text)}</text>'
