"""The second factor: a code of six digits from a phone (TOTP, RFC 6238). Each code counts once."""

import hmac
from datetime import datetime

import pyotp
import segno

from shared.core.sealed import Seal

STEP_SECONDS = 30
ISSUER = "Miaopu"
PURPOSE = "second factor"
AROUND = (-1, 0, 1)
"""Steps before and after: clocks differ."""


def new_secret() -> str:
    return pyotp.random_base32()


def address(secret: str, account: str) -> str:
    """What a phone reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def picture(secret: str, account: str) -> str:
    """The address as an SVG to scan."""
    svg: str = segno.make(address(secret, account), error="m").svg_inline(scale=5, dark="#12332a", light="#fff")
    return svg


def step_of(secret: str, code: str, at: datetime, last: int | None) -> int | None:
    """The time step this code is right for, if that is later than the last one used."""
    digits = "".join(code.split())
    now = int(at.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (now + around for around in AROUND):
        right = hmac.compare_digest(totp.generate_otp(step), digits) if digits.isascii() else False
        if right and (last is None or step > last):
            return step
    return None


def encrypted(secret: str, key: str) -> bytes:
    return Seal(key, PURPOSE).close(secret)


def decrypted(kept: bytes, key: str) -> str:
    return Seal(key, PURPOSE).open(kept)
