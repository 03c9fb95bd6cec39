"""The command, as `flexflows` and as `python -m flexflows`."""

import gc
import sys

CONFIGURATION = 3
"""The exit code of a wrong set-up; `cli`, which has them all, cannot be imported then."""

YOUNG = 20_000
"""How many objects make a collection worth its time: a page is a few thousand, and none of them is in a circle."""


def main() -> None:
    """Run the command, or say what to install first."""
    try:
        from .cli import run  # noqa: PLC0415 - it needs an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"click", "rich"}:
            raise
        sys.stderr.write("flexflows: the command needs an extra: pip install 'flexflows[cli]'\n")
        sys.exit(CONFIGURATION)
    # What the imports made stays to the end: the collections of a long listing need not look at it again.
    gc.freeze()
    gc.set_threshold(YOUNG)
    sys.exit(run())


if __name__ == "__main__":
    main()
