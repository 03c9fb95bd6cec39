"""The sandbox's account, and who may ask for its records."""

import base64
import binascii

from attrs import field, frozen

from flexflows.sandbox._records import make_sid


@frozen
class Account:
    """An account SID with its token, and an API key with its secret: either pair opens the account."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_key: str
    api_secret: str = field(repr=False)

    @classmethod
    def of(cls, seed: int, account_sid: str | None = None, auth_token: str | None = None) -> "Account":
        """Make up whatever is not given, from `seed`."""
        return cls(
            account_sid or make_sid("AC", seed),
            auth_token or make_sid("", seed, "auth token"),
            make_sid("SK", seed),
            make_sid("", seed, "api secret"),
        )

    def admits(self, authorization: str) -> bool:
        """Tell whether the value of an Authorization header is one of this account's (RFC 7617)."""
        scheme, _, encoded = authorization.partition(" ")
        try:
            given = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, ValueError):  # not base64, not ASCII, not UTF-8
            return False
        pairs = (f"{self.account_sid}:{self.auth_token}", f"{self.api_key}:{self.api_secret}")
        return scheme.lower() == "basic" and given in pairs
