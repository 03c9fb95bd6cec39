"""Environments with only the measured package, since other packages would change its imports."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / ".venv-bench"
NEEDS = {"library": "flexflows", "command": "flexflows[cli]", "twilio": "twilio"}
REMOVED = ("TWILIO_", "FLEXFLOWS_", "PYTHON", "SSL_CERT_", "REQUESTS_CA_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def plain_environ() -> dict[str, str]:
    """Return this process's environment without variables that would add to the work of a contender."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(REMOVED)}


@cache
def environment(name: str) -> Path:
    """Return the folder of an environment, after installing the current state of the project in it."""
    folder, constraints = FOLDER / name, ROOT / "constraints.txt"
    stamp, content = folder / "made-of", sys.version + constraints.read_text("utf-8")
    if not stamp.is_file() or stamp.read_text("utf-8") != content:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    with tempfile.TemporaryDirectory() as wheels:
        needs = NEEDS[name]
        if needs.startswith("flexflows"):
            _pip("wheel", "--no-deps", f"--wheel-dir={wheels}", str(ROOT))
            needs = needs.replace("flexflows", str(next(Path(wheels).glob("*.whl"))), 1)
            if stamp.is_file():
                _pip(f"--python={folder}", "uninstall", "--yes", "flexflows")
        _pip(f"--python={folder}", "install", f"--constraint={constraints}", needs)
    stamp.write_text(content, "utf-8")
    return folder


def program(name: str, program: str = "python") -> str:
    """Return the path of a program in an environment."""
    scripts = Path(sysconfig.get_path("scripts", vars={"base": str(environment(name))}))
    return str(scripts / (f"{program}.exe" if sys.platform == "win32" else program))


def site_packages(name: str) -> Path:
    """Return the folder of an environment's packages."""
    folder = str(environment(name))
    return Path(sysconfig.get_path("purelib", vars={"base": folder, "platbase": folder}))


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)
