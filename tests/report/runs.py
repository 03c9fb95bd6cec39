"""A run of `flexflows report`."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from flexflows.sandbox import Sandbox


class Result(NamedTuple):
    """The exit code and the output of a run."""

    code: int
    text: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


Run: TypeAlias = Callable[..., Result]
Serve: TypeAlias = Callable[..., Sandbox]
