"""Passwords: hashed with argon2id at the library's parameters, and what a new one must be like (NIST SP 800-63B)."""

import asyncio
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from shared.core.errors import DomainError

LEAST = 12
MOST = 200
FEWEST_DIFFERENT = 5
HASHER = PasswordHasher()


def check_new(password: str, account: str, name: str) -> None:
    """Long enough, not the account's own name, not one character over and over. Nothing else is asked."""
    lowered = password.casefold()
    if len(password) < LEAST:
        raise DomainError("password-too-short", f"密码只有 {len(password)} 个字符，至少要 {LEAST} 个；可以用一句话")
    if len(password) > MOST:
        raise DomainError("password-too-long", f"密码超过 {MOST} 个字符")
    if len(set(lowered)) < FEWEST_DIFFERENT or any(part and part.casefold() in lowered for part in (account, name)):
        raise DomainError("password-too-easy", "这个密码太容易猜到：不要包含账号或姓名，也不要重复同样的字符")


async def hashed(password: str) -> str:
    """In a thread: hashing is meant to be slow."""
    return await asyncio.to_thread(HASHER.hash, password)


async def matches(password: str, kept: str | None) -> bool:
    """Whether it is this password. Without one, as long is spent on finding that it is not."""
    right = await asyncio.to_thread(_verified, password, kept or _nobodys())
    return right and kept is not None


def _verified(password: str, kept: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return HASHER.hash("nobody has this password")
