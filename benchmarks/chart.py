"""The measurements as a bar chart, in an SVG that is readable on a light and on a dark page."""

from collections.abc import Sequence
from html import escape

from measure import Measure
from report import number

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
    """Return an SVG with a bar for each contender, whose length is its figure; shorter is better."""
    parts: list[str] = []
    top = 0
    for measure in (each for each in measures if each.drawn):
        top += 30
        parts.append(_text(0, top, measure.title, "title"))
        longest = max(map(measure.median, measure.figures))
        for index, name in enumerate(measure.figures):
            top += ROW
            kind, figure = "theirs" if index else "ours", measure.median(name)
            length = max(1, round((WIDTH - NAMES - FIGURES) * figure / longest))
            parts.append(_text(0, top, name, kind))
            box = f'x="{NAMES}" y="{top - BAR + 3}" width="{length}" height="{BAR}" rx="3"'
            parts.append(f'<rect class="{kind}" {box}/>')
            parts.append(_text(NAMES + length + 8, top, f"{number(figure)} {measure.unit}", kind))
        top += 8
    parts.append(_text(0, top + 22, "Shorter is better. Medians of interleaved runs.", "theirs"))
    width, height = WIDTH + 2 * MARGIN, top + 24 + 2 * MARGIN
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-MARGIN} 0 {width} {height}" role="img">'
    # With its own background, since the page may have another color scheme than the system.
    paper = f'<path class="paper" d="M{-MARGIN} 0h{width}v{height}h{-width}z"/>'
    return "\n".join([head, "<title>Shorter is better</title>", f"<style>{STYLE}</style>", paper, *parts, "</svg>", ""])


def _text(left: int, top: int, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{left}" y="{top}">{escape(text)}</text>'
