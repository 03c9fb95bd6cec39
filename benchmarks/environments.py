"""Environments with nothing in them but what is measured: httpx, for one, imports rich where it finds it."""

import hashlib
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
"""What is installed in each, with what that needs."""

NOT_PASSED_ON = ("TWILIO_", "PYTHON", "SSL_CERT_", "REQUESTS_CA_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def plain_environ() -> dict[str, str]:
    """Give this process's environment without what would add to the work of one contender or another."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith(NOT_PASSED_ON)}


@cache
def environment(name: str) -> Path:
    """Give the folder of one of the environments, with the project as it is now in it."""
    folder = FOLDER / name
    with tempfile.TemporaryDirectory() as wheels:
        needs = NEEDS[name]
        if needs.startswith("flexflows"):
            _pip("wheel", "--no-deps", f"--wheel-dir={wheels}", str(ROOT))
            needs = needs.replace("flexflows", str(next(Path(wheels).glob("*.whl"))), 1)
        stamp, content = folder / "made-of", _made_of(name)
        if not stamp.is_file() or stamp.read_text("utf-8") != content:
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
            _pip(f"--python={folder}", "install", f"--constraint={ROOT / 'constraints.txt'}", needs)
            stamp.write_text(content, "utf-8")
        elif name != "twilio":
            _pip(f"--python={folder}", "install", "--no-deps", "--force-reinstall", needs)
    return folder


def program(name: str, program: str = "python") -> str:
    """Give the path of a program in one of the environments."""
    scripts = Path(sysconfig.get_path("scripts", vars={"base": str(environment(name))}))
    return str(scripts / (f"{program}.exe" if sys.platform == "win32" else program))


def site_packages(name: str) -> Path:
    """Give the folder where an environment's packages are installed."""
    folder = str(environment(name))
    return Path(sysconfig.get_path("purelib", vars={"base": folder, "platbase": folder}))


def _made_of(name: str) -> str:
    files = (ROOT / "constraints.txt", ROOT / "pyproject.toml", Path(__file__))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    return f"{NEEDS[name]} {sys.version} {digest}\n"


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True)
