"""A self-signed certificate for 127.0.0.1, created each time, so that no key is kept in the repository.

ECDSA on the curve P-256 (FIPS 186-5), in an X.509 certificate (RFC 5280) and a SEC 1 private key (RFC 5915). For
tests only: nothing here runs in constant time.
"""

import base64
import hashlib
import secrets
from pathlib import Path

_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
_Point = tuple[int, int] | None


def _add(one: _Point, other: _Point) -> _Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % _P == 0:
        return None
    slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, _P) if one == other else (y2 - y1) * pow(x2 - x1, -1, _P)
    x = (slope * slope - x1 - x2) % _P
    return x, (slope * (x1 - x) - y1) % _P


def _times(number: int, point: _Point) -> tuple[int, int]:
    found: _Point = None
    for bit in f"{number:b}":
        found = _add(found, found)
        if bit == "1":
            found = _add(found, point)
    assert found is not None
    return found


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size) + content


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, *parts)


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1))


def _oid(encoded: str) -> bytes:
    return _der(0x06, bytes.fromhex(encoded))


def _pem(label: str, der: bytes) -> str:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"


_CURVE = _oid("2a8648ce3d030107")
_SIGNATURE = _sequence(_oid("2a8648ce3d040302"))


def write(folder: Path) -> tuple[Path, Path]:
    """Write a certificate and its key, and return their paths."""
    private = secrets.randbelow(_ORDER - 1) + 1
    public = b"\x04" + b"".join(number.to_bytes(32) for number in _times(private, _G))
    name = _sequence(_der(0x31, _sequence(_oid("550403"), _der(0x0C, b"flexflows tests"))))
    names = _sequence(_der(0x87, bytes([127, 0, 0, 1])))
    key_id = _der(0x04, hashlib.sha256(public).digest()[:20])
    to_sign = _sequence(
        _der(0xA0, _integer(2)),
        _integer(secrets.randbits(64) | 1),
        _SIGNATURE,
        name,
        _sequence(_der(0x17, b"200101000000Z"), _der(0x17, b"491231235959Z")),
        name,
        _sequence(_sequence(_oid("2a8648ce3d0201"), _CURVE), _der(0x03, b"\0" + public)),
        _der(
            0xA3,
            _sequence(
                _sequence(_oid("551d11"), _der(0x04, names)),
                _sequence(_oid("551d0e"), _der(0x04, key_id)),
            ),
        ),
    )
    nonce = secrets.randbelow(_ORDER - 1) + 1
    r = _times(nonce, _G)[0] % _ORDER
    digest = int.from_bytes(hashlib.sha256(to_sign).digest())
    s = pow(nonce, -1, _ORDER) * (digest + r * private) % _ORDER
    certificate = _sequence(to_sign, _SIGNATURE, _der(0x03, b"\0" + _sequence(_integer(r), _integer(s))))
    key = _sequence(
        _integer(1),
        _der(0x04, private.to_bytes(32)),
        _der(0xA0, _CURVE),
        _der(0xA1, _der(0x03, b"\0" + public)),
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_text(_pem("CERTIFICATE", certificate))
    paths[1].write_text(_pem("EC PRIVATE KEY", key))
    return paths


def subject_hash() -> int:
    """Return the hash by which OpenSSL finds the certificate in a folder (`openssl x509 -subject_hash`)."""
    attribute = _sequence(_oid("550403"), _der(0x0C, b"flexflows tests"))  # lower case and UTF-8: canonical
    return int.from_bytes(hashlib.sha1(_der(0x31, attribute), usedforsecurity=False).digest()[:4], "little")
