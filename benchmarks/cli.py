"""The command, side by side with twilio-cli: both think that they talk to Twilio, over TLS, through a proxy."""

import asyncio
import json
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from contenders import ACCOUNT_SID, AUTH_TOKEN
from environments import FOLDER, plain_environ, program
from measure import Measure, Target
from options import Options
from pages import serving

TWILIO = FOLDER / "twilio-cli" / "node_modules" / ".bin" / "twilio"
HOST = "flex-api.twilio.com"
FLOWS = 10_000
# A process of its own, and a small one: a process's peak is never less than what its parent had when it was started.
MEASURING = """
import os, subprocess, sys, time
start = time.perf_counter()
_, status, usage = os.wait4(subprocess.Popen(sys.argv[1:]).pid, 0)
print(time.perf_counter() - start, usage.ru_maxrss, status, file=sys.stderr)
"""


def installed() -> bool:
    """Say whether there is a twilio-cli to compare with; `make bench-cli` installs it."""
    return TWILIO.exists()


def measure(options: Options) -> Iterator[Measure]:
    """Compare the time to start, and the time and the memory for a listing."""
    flexflows = program("command", "flexflows")
    with tempfile.TemporaryDirectory() as folder, serving(FLOWS, page_sizes=[1000]) as url:
        environ = _environ(Path(folder), certificate=_certificate(Path(folder)))
        with proxying(Path(folder), url) as proxy:
            environ |= {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy}
            start = _interleave(
                {"flexflows": [flexflows, "--version"], "twilio-cli": [str(TWILIO), "--version"]},
                environ,
                options.few_rounds,
            )
            lists = {
                "flexflows": [flexflows, "list", "--page-size=1000", "-o", "json"],
                "twilio-cli": [
                    str(TWILIO),
                    *("api:flex:v1:flex-flows:list", "--page-size=1000", "--no-limit", "-o", "json"),
                ],
            }
            for name, command in lists.items():
                output = subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE).stdout
                if len(json.loads(output)) != FLOWS:
                    raise RuntimeError(f"{name} lists other flows than are there")
            listing = _interleave(lists, environ, options.few_rounds)
    against = "twilio-cli"
    yield Measure(
        "The command's --version, wall",
        "ms",
        {name: [1000 * wall for wall, _ in figures] for name, figures in start.items()},
        (Target(against, "times", 1 / 3, 1 / 3),),
    )
    yield Measure(
        f"The command lists {FLOWS:,} flows as JSON, 1,000 a page, wall",
        "s",
        {name: [wall for wall, _ in figures] for name, figures in listing.items()},
        (Target(against, "times", 1 / 3, 1 / 3),),
        drawn=("flexflows", "twilio-cli"),
    )
    yield Measure(
        f"The command lists {FLOWS:,} flows as JSON, peak memory",
        "MiB",
        {name: [peak for _, peak in figures] for name, figures in listing.items()},
        (Target(against, "times", 1 / 2, 1 / 2),),
        drawn=("flexflows", "twilio-cli"),
    )


def _interleave(
    commands: Mapping[str, Sequence[str]], environ: Mapping[str, str], rounds: int
) -> dict[str, list[tuple[float, float]]]:
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for turn in range(-1, rounds):
        for name, command in commands.items():
            run = subprocess.run(
                [sys.executable, "-S", "-E", "-c", MEASURING, *command],
                env=environ,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            wall, peak, status = run.stderr.split()[-3:]
            if status != "0":
                raise RuntimeError(f"{command} failed: {run.stderr}")
            if turn >= 0:
                figures[name].append((float(wall), float(peak) / (2**20 if sys.platform == "darwin" else 2**10)))
    return figures


def _environ(home: Path, *, certificate: Path) -> dict[str, str]:
    import certifi

    # All that is trusted otherwise, too: to read one certificate alone would be too easy.
    trusted = home / "trusted.pem"
    trusted.write_text(Path(certifi.where()).read_text("utf-8") + certificate.read_text("ascii"), "utf-8")
    return plain_environ() | {
        "HOME": str(home),
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "NODE_EXTRA_CA_CERTS": str(certificate),
        "SSL_CERT_FILE": str(trusted),
    }


def _certificate(folder: Path) -> Path:
    certificate = folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(certificate)]
    subprocess.run([*command, *names, *files], check=True, stderr=subprocess.DEVNULL)
    return certificate


@contextmanager
def proxying(folder: Path, url: str) -> Iterator[str]:
    """Run a proxy that is the host, whichever host is asked for: it ends TLS, and passes on to a plain server."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    server = urlsplit(url)

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        try:
            await writer.start_tls(context)
        except (ConnectionError, ssl.SSLError):
            return  # asked for as another host, by twilio-cli's look for updates
        there = await asyncio.open_connection(server.hostname, server.port)
        await asyncio.gather(_pass_on(reader, there[1]), _pass_on(there[0], writer))

    loop = asyncio.new_event_loop()
    listener = loop.run_until_complete(asyncio.start_server(tunnel, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(2**18):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()
