"""`--columns help`: the names of the columns, and what each is."""

import textwrap

from rich.text import Text

from ._columns import PROFILE, every_column
from ._output import Output
from ._schema import Shape
from ._screen import Screen
from ._text import visible

LEAST_WIDTH = 24


def draw_columns_help(shape: Shape, *, is_colored: bool) -> None:
    """List the columns, in the order of the table."""
    screen = Screen(Output.standard(), is_colored=is_colored)
    columns = [*every_column(shape), PROFILE]
    widest = max(len(column.name) for column in columns) + 2
    for column in columns:
        known = ", ".join(map(str, column.shape.values))
        text = column.shape.description + (f" ({known})" if known else "")
        first, *others = textwrap.wrap(visible(text), max(LEAST_WIDTH, screen.width - widest)) or [""]
        name = visible(column.name)
        screen.draw(Text.assemble((name.ljust(widest), "" if "." in name else "bold"), first))
        screen.draw(*(Text(" " * widest + line) for line in others))
