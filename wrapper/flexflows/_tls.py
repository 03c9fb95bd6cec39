"""The trusted certificates: those of the environment, else those that httpx trusts.

They are read when the first connection needs them, once for all clients, since reading takes 20 ms and 800 KiB.
Unreadable certificates raise a `ConfigurationError`.
"""

import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import attrs

from . import _environment
from ._errors import ConfigurationError

if TYPE_CHECKING:
    import ssl


@attrs.frozen
class Certificates:
    """The file and the folder that trusted certificates are read from, and the variables that name them."""

    file: str | None = None
    folder: str | None = None
    variables: tuple[str, ...] = ()

    def context(self) -> "ssl.SSLContext":
        """Return the SSL context, which all connections with the same certificates share."""
        try:
            return _load(self.file, self.folder)
        except (OSError, MemoryError) as error:
            raise ConfigurationError(
                f"{' or '.join(self.variables) or 'certifi'} has no certificates that can be read: {error}"
            ) from None


def find_certificates(environ: Mapping[str, str]) -> Certificates:
    """Return the certificates that the environment names, in variables of OpenSSL, else of curl and requests."""
    names = [name for name in (_environment.CERTIFICATE_FILE, _environment.CERTIFICATE_FOLDER) if environ.get(name)]
    names = names or [name for name in _environment.CERTIFICATE_BUNDLES if environ.get(name)][:1]
    found: dict[str, str] = {}
    for name in names:
        kind = "file" if os.path.isfile(environ[name]) else "folder"  # noqa: PTH113 - never raises
        is_readable = os.access(environ[name], os.R_OK) and (kind == "file" or os.path.isdir(environ[name]))  # noqa: PTH112
        expected = {_environment.CERTIFICATE_FILE: "file", _environment.CERTIFICATE_FOLDER: "folder"}.get(name, kind)
        if not is_readable or kind != expected:
            raise ConfigurationError(f"{name} must name a readable {expected} of certificates; fix or unset it")
        found[kind] = environ[name]
    return Certificates(found.get("file"), found.get("folder"), tuple(names))


@cache
def _load(file: str | None, folder: str | None) -> "ssl.SSLContext":
    import ssl  # noqa: PLC0415 - keeps ssl out of clients of plain http

    import certifi  # noqa: PLC0415

    context = ssl.create_default_context(cafile=file or (None if folder else certifi.where()), capath=folder)
    context.set_alpn_protocols(["http/1.1"])
    return context
