"""`flexflows sandbox`: serves until it is told to stop."""

import time
from collections.abc import Sequence
from contextlib import suppress

import click
from rich.text import Text

from flexflows._flex_flows import FLEX_FLOWS
from flexflows.sandbox import FAULTS, Sandbox

from ._outcome import Code
from ._output import Output
from ._screen import Screen


def serve(*, port: int, flows: int, latency: float, seed: int, faults: Sequence[str], is_colored: bool) -> Code:
    """Serve, and say how to point a client at it; Ctrl-C is how it ends."""
    screen = Screen(Output.standard(), is_colored=is_colored)
    try:
        sandbox = Sandbox(flows, seed=seed, latency=latency, faults=faults, port=port)
    except ValueError as error:
        raise click.UsageError(str(error), click.get_current_context()) from None
    with sandbox:
        screen.draw(*_directions(sandbox))
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(3600)
    return Code.FINE


def _directions(sandbox: Sandbox) -> list[Text]:
    return [
        Text.assemble("A Flex API at ", (sandbox.url, "bold"), ", until Ctrl-C"),
        Text(),
        Text(f"  export TWILIO_ACCOUNT_SID={sandbox.account_sid}"),
        Text(f"  export TWILIO_AUTH_TOKEN={sandbox.auth_token}"),
        Text(),
        Text(f"  flexflows list --base-url {sandbox.url}"),
        Text(f'  curl -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" {sandbox.url}{FLEX_FLOWS.path}'),
        Text(f"  python -c 'import flexflows; print(flexflows.FlexFlows(base_url=\"{sandbox.url}\").list(limit=1))'"),
    ]


def draw_faults(*, is_colored: bool) -> None:
    """List what can go wrong."""
    widest = max(map(len, FAULTS)) + 2
    screen = Screen(Output.standard(), is_colored=is_colored)
    screen.draw(*(Text.assemble((fault.name.ljust(widest), "bold"), fault.description) for fault in FAULTS.values()))
