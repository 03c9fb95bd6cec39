"""The certificates that are trusted: those that httpx trusts, read once, when the first connection needs them.

httpx reads them for every client when it is made. That is most of the time that making one takes, and for nothing where
the connections are plain http, to a sandbox for instance.
"""

import os
import ssl
from functools import cache
from typing import Any

import httpx


class DeferredContext(ssl.SSLContext):
    """Wraps connections in httpx's default context, made when the first one comes; by itself it trusts nobody."""

    def set_alpn_protocols(self, alpn_protocols: Any) -> None:
        _default_context().set_alpn_protocols(alpn_protocols)

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        return _default_context().wrap_socket(*args, **kwargs)

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        return _default_context().wrap_bio(*args, **kwargs)


def verification() -> ssl.SSLContext | bool:
    """Give httpx's `verify=`; certificates that the environment names are read at once, so that a wrong name shows."""
    if os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR"):
        return True
    return DeferredContext(ssl.PROTOCOL_TLS_CLIENT)


@cache
def _default_context() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
