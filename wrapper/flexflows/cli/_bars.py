"""Bar charts, made of the characters that are eighths of a block."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from ._text import fit, shortened, visible

EIGHTHS = " ▏▎▍▌▋▊▉█"
LONGEST_LABEL = 24
LONGEST_BAR = 60


def chart(
    title: str, counts: Sequence[tuple[str, int]], width: int, label_width: int = 0, *, has_blocks: bool = True
) -> list[Text]:
    """Draw how often each of some values came.

    Args:
        title: What the values are.
        counts: The values and how often each came; the bars' lengths are shares of the largest.
        width: The cells that a line may take.
        label_width: The cells that the values take at least, so that charts below each other are aligned.
        has_blocks: Whether there are other characters than ASCII's.
    """
    labels = [shortened(visible(label), LONGEST_LABEL) for label, _ in counts]
    total = sum(number for _, number in counts) or 1
    most = max((number for _, number in counts), default=1) or 1
    label_width = max([label_width, *map(cell_len, labels)])
    number_width = max((len(f"{number:,}") for _, number in counts), default=0)
    bar_width = min(LONGEST_BAR, width - label_width - number_width - len("    100 %  "))
    lines = [Text(title, style="bold")]
    for label, (_, number) in zip(labels, counts, strict=True):
        line = Text(f"{fit(label, label_width)}  {number:>{number_width},}  ")
        line.append(f"{_percent(number, total):>5}  ", "dim")
        line.append(bar(number / most, max(0, bar_width), has_blocks=has_blocks), "cyan")
        lines.append(line)
    return lines


def bar(share: float, width: int, *, has_blocks: bool = True) -> str:
    """Draw a share, 0 to 1, of so many cells; one that is more than nothing is seen."""
    if not has_blocks:
        return "#" * max(round(share * width), 1 if share and width else 0)
    eighths = max(round(share * width * 8), 1 if share and width else 0)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _percent(number: int, total: int) -> str:
    percent = 100 * number / total
    return "<1 %" if 0 < percent < 1 else f"{percent:.0f} %"
