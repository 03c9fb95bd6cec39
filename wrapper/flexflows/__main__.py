"""The command, as `flexflows` and as `python -m flexflows`."""

import sys

# What `main` exits with when the command cannot run as it is set up; it is in here because `cli` cannot be imported then.
CONFIGURATION = 3


def main() -> None:
    """Run the command, or say what to install first."""
    try:
        from .cli import run  # noqa: PLC0415 - it needs an extra
    except ModuleNotFoundError as error:
        if error.name not in {"click", "rich"}:
            raise
        sys.stderr.write("flexflows: the command needs an extra: pip install 'flexflows[cli]'\n")
        sys.exit(CONFIGURATION)
    sys.exit(run())


if __name__ == "__main__":
    main()
