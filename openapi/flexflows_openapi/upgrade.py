"""The changes of another release of the generator: `make gen-diff GENERATOR=0.30.0`. No file of the repository changes.

`openapi/stock-templates.yaml` has the digest of each template of the generator that openapi/templates replaces, as of
the last update of our template.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import openapi_python_client

from . import changes
from .document import FRAGMENT, ROOT, DocumentError, load, shown
from .generate import GENERATOR, HEADER, TEMPLATES, GenerationError, generate

RECORD = ROOT / "openapi" / "stock-templates.yaml"
STOCK = Path(openapi_python_client.__file__).parent / "templates"


def outdated(stock: Path = STOCK) -> Iterator[str]:
    """Yield the generator's templates that changed since ours were written, one line each."""
    known = load(RECORD).data
    for name in sorted(
        {path.name for path in TEMPLATES.glob("*.jinja") if (stock / path.name).exists()} | known.keys()
    ):
        path = stock / name
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "gone"
        if known.get(name) != digest:
            yield f"its {name} has changed: update our template, then write {name}: {digest} into {shown(RECORD)}"


def install(release: str, into: Path) -> None:
    """Install a release of the generator, with its dependencies, into a folder.

    Raises:
        GenerationError: The release does not exist, or cannot be downloaded.
    """
    if not re.fullmatch(r"[0-9]+(\.[0-9a-z]+)*", release):
        raise GenerationError(f"{release!r} is not a release; write it as in 0.30.0")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    run = _run([*pip, "--target", str(into), f"{GENERATOR}=={release}"])
    if run.returncode != 0:
        errors = [line.removeprefix("ERROR: ") for line in run.stderr.splitlines() if line.startswith("ERROR: ")]
        raise GenerationError(f"{GENERATOR} {release} cannot be installed: {errors[-1] if errors else run.stderr}")


def _report(release: str, folder: Path) -> None:
    environment, pinned, new = folder / "environment", folder / "pinned", folder / "new"
    install(release, environment)
    stock = environment / "openapi_python_client" / "templates"
    for name in load(RECORD).data:
        _show_difference(STOCK / name, stock / name)
    for line in outdated(stock):
        print(f"{GENERATOR} {release}: {line}")
    generate(FRAGMENT, pinned)
    path = os.pathsep.join((str(environment), str(ROOT / "openapi")))
    command = [sys.executable, "-m", "flexflows_openapi.generate", "--release", release, "--into", str(new)]
    run = _run(command, PYTHONPATH=path)
    if run.returncode != 0:
        raise GenerationError(f"{GENERATOR} {release} does not generate the package:", *run.stderr.splitlines()[-1:])
    _show_difference(pinned, new)
    print(changes.report(changes.compare(changes.read(pinned), changes.read(new))))


def _show_difference(before: Path, after: Path) -> None:
    diff = ["git", "diff", "--no-index", "--no-color", "-I", re.escape(HEADER), str(before), str(after)]
    print(_run(diff).stdout, end="")


def _run(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="make gen-diff", description=__doc__)
    parser.add_argument("release", metavar="RELEASE", help=f"of {GENERATOR}, such as 0.30.0")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="flexflows-gen-diff-") as folder:
            _report(options.release, Path(folder))
    except (DocumentError, GenerationError) as error:
        print(*error.args, sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
