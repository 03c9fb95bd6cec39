"""The certificates that are trusted: those of the environment, else those that httpx trusts.

They are read when the first connection needs them, and once for all clients: to read them takes 20 ms and 800 KiB.
"""

import os
import stat
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
    """The places that trusted certificates are read from.

    Attributes:
        file: A file of certificates.
        folder: A folder of certificates, named as OpenSSL's `c_rehash` names them.
        variables: The variables that name them.
    """

    file: str | None = None
    folder: str | None = None
    variables: tuple[str, ...] = ()

    def context(self) -> "ssl.SSLContext":
        """Return the context of connections; all that trust the same certificates share it.

        Raises:
            ConfigurationError: The certificates cannot be read.
        """
        try:
            return _load(self.file, self.folder)
        except (OSError, MemoryError) as error:
            raise ConfigurationError(
                f"{' or '.join(self.variables) or 'certifi'} has no certificates that can be read: {error}"
            ) from None


def find_certificates(environ: Mapping[str, str]) -> Certificates:
    """Return the certificates that the environment names: by OpenSSL's variables, else by those of curl and requests.

    Raises:
        ConfigurationError: A file or folder that is named cannot be read.
    """
    names = [name for name in (_environment.CERTIFICATE_FILE, _environment.CERTIFICATE_FOLDER) if environ.get(name)]
    names = names or [name for name in _environment.CERTIFICATE_BUNDLES if environ.get(name)][:1]
    found = dict.fromkeys(("file", "folder"), None) | {_check(name, environ[name]): environ[name] for name in names}
    return Certificates(found["file"], found["folder"], tuple(names))


def _check(name: str, path: str) -> str:
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - a path that is no text raises a ValueError, not this
        if not os.access(path, os.R_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise ConfigurationError(f"{name} names certificates that cannot be read: {error.strerror}; fix it") from None
    if stat.S_ISDIR(mode) and name != _environment.CERTIFICATE_FILE:
        return "folder"
    if stat.S_ISREG(mode) and name != _environment.CERTIFICATE_FOLDER:
        return "file"
    expected = {_environment.CERTIFICATE_FILE: "file", _environment.CERTIFICATE_FOLDER: "folder"}
    raise ConfigurationError(f"{name} must name a {expected.get(name, 'file or folder')} of certificates; fix it")


@cache
def _load(file: str | None, folder: str | None) -> "ssl.SSLContext":
    import ssl  # noqa: PLC0415 - costs every client of plain http otherwise

    import certifi  # noqa: PLC0415

    context = ssl.create_default_context(cafile=file or (None if folder else certifi.where()), capath=folder)
    context.set_alpn_protocols(["http/1.1"])
    return context
