"""The options that the commands share, and what they become."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import click

from flexflows._paging import MAX_PAGE_SIZE

from ._accounts import Query
from ._outcome import Code
from ._screen import say
from ._source import Source, complete_profile

P = ParamSpec("P")

profile_option = click.option(
    "-p",
    "--profile",
    "profiles",
    metavar="NAME",
    multiple=True,
    shell_complete=complete_profile,
    help="A profile of the Twilio CLI. Repeat it to list several accounts.",
)


def takes_source(command: Callable[Concatenate[Source, P], int]) -> Callable[..., int]:
    """Give a command the options that say where records come from, and hand them to it as a `Source`."""

    @functools.wraps(command)
    def with_source(
        *args: Any,
        profiles: tuple[str, ...],
        all_profiles: bool,
        base_url: str | None,
        sandbox: bool,
        friendly_name: str | None,
        limit: int | None,
        page_size: int | None = None,
        cursor: str | None = None,
        **others: Any,
    ) -> int:
        query = Query(friendly_name, limit, page_size, cursor)
        source = Source(tuple(dict.fromkeys(profiles)), all_profiles, base_url, sandbox, query)
        try:
            return command(source, *args, **others)
        except KeyboardInterrupt:  # click would write an empty line
            say("interrupted")
            return Code.INTERRUPTED

    for option in reversed(
        [
            profile_option,
            click.option("--all-profiles", is_flag=True, help="Every profile of the Twilio CLI."),
            click.option("--base-url", metavar="URL", help="Another origin for the API."),
            click.option("--sandbox", is_flag=True, help="A made-up account; needs no credentials."),
            click.option("--friendly-name", metavar="TEXT", help="Only flows of this name, as Twilio compares it."),
            click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N flows of each account."),
        ]
    ):
        with_source = option(with_source)
    return with_source


page_size_option = click.option(
    "--page-size",
    type=click.IntRange(1, MAX_PAGE_SIZE),
    metavar="N",
    help=f"Ask for N flows at a time, at most {MAX_PAGE_SIZE}, which is the default.",
)
cursor_option = click.option("--cursor", metavar="CURSOR", help="Go on where an error or an interruption said.")


def _uncolored(context: click.Context, _parameter: click.Parameter, is_given: bool) -> None:  # noqa: FBT001 - click's
    if is_given:
        context.find_root().obj = {"is_colored": False}


no_color_option = click.option(
    "--no-color",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_uncolored,
    help="No colors; NO_COLOR in the environment does the same.",
)


def is_colored() -> bool:
    """Say whether the user lets a terminal have colors."""
    return click.get_current_context().find_root().obj is None
