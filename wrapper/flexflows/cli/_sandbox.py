"""`flexflows sandbox`: a Flex API on loopback, until Ctrl-C."""

import signal
import time
from collections.abc import Sequence

import click

from flexflows._generated import list_flex_flows
from flexflows.sandbox import FAULTS, Sandbox

from ._app import ExitCode, no_color_option
from ._signals import Interrupted
from ._terminal import Terminal

HELP = """Serve a Flex API with a sample account on this machine, until Ctrl-C.

\b
Examples:
  flexflows sandbox --flows 2500 --latency 0.2
  flexflows sandbox --fault 429@2x3 --fault cut-off@7
"""


def _faults(context: click.Context, _option: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    if "help" in names and not context.resilient_parsing:
        _draw_faults(context.ensure_object(Terminal))
        context.exit()
    return names


@click.command("sandbox", help=HELP)
@click.option("--port", type=click.IntRange(0, 65535), default=8480, show_default=True, help="0: any free port.")
@click.option(
    "--flows", type=click.IntRange(min=0), default=100, show_default=True, help="The number of flows, up to 2,500."
)
@click.option(
    "--latency", type=click.FloatRange(min=0), default=0.0, show_default=True, help="Seconds before each response."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed gives another account.")
@click.option(
    "--fault",
    "faults",
    metavar="NAME",
    multiple=True,
    callback=_faults,
    help="A fault, repeatable: NAME affects the first request, NAME@3 the third, NAME@3x2 the third and fourth, "
    "NAME+ all, NAME@3+ all from the third on. `help` lists the names.",
)
@no_color_option
@click.pass_context
def command(
    context: click.Context, *, port: int, flows: int, latency: float, seed: int, faults: tuple[str, ...]
) -> int:
    """Run `flexflows sandbox`."""
    terminal = context.ensure_object(Terminal)
    try:
        sandbox = Sandbox(flows, seed=seed, latency=latency, faults=faults, port=port)
    except ValueError as error:
        raise click.UsageError(str(error), context) from None
    with sandbox:
        terminal.draw(*_directions(terminal, sandbox))
        try:
            while True:
                terminal.signals.check()
                time.sleep(1)
        except Interrupted as interruption:
            if interruption.args[0] != signal.SIGINT:
                raise
    return ExitCode.OK  # Ctrl-C is its normal end


def _directions(terminal: Terminal, sandbox: Sandbox) -> Sequence[str]:
    return [
        f"A Flex API at {terminal.style(sandbox.url, 'bold')}, until Ctrl-C",
        "",
        f"  export TWILIO_ACCOUNT_SID={sandbox.account_sid}",
        f"  export TWILIO_AUTH_TOKEN={sandbox.auth_token}",
        "",
        f"  flexflows list --base-url {sandbox.url}",
        f'  curl -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" {sandbox.url}{list_flex_flows.path}',
        f"  python -c 'import flexflows; print(flexflows.FlexFlows(base_url=\"{sandbox.url}\").list(limit=1))'",
    ]


def _draw_faults(terminal: Terminal) -> None:
    widest = max(map(len, FAULTS)) + 2
    terminal.draw(
        *(f"{terminal.style(name.ljust(widest), 'bold')}{fault.description}" for name, fault in FAULTS.items())
    )
