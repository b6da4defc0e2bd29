"""Where policies are: the library of published versions, or any folder."""

import re
from functools import cache
from pathlib import Path

from shared.core.errors import DomainError
from shared.policy.build import build
from shared.policy.model import Policy
from shared.policy.sources import read_files

_ID = re.compile(r"[a-z][a-z0-9-]{0,99}")
LIBRARY = Path(__file__).parent / "library"


def read_policy(folder: Path) -> Policy:
    """The policy written in `folder`; one DataFileError with file and line of everything that is wrong with it."""
    return build(read_files(folder))


@cache
def load_policy(policy: str, version: int | None = None) -> Policy:
    """A published version from the library, the newest if none is named. A version never changes nor goes."""
    published = versions(policy)
    if not published:
        known = "、".join(sorted(folder.name for folder in LIBRARY.iterdir() if versions(folder.name)))
        raise DomainError("unknown-policy", f"政策库没有 {policy}；有：{known}", status=404)
    wanted = max(published) if version is None else version
    if wanted not in published:
        raise DomainError("unknown-policy", f"政策库没有 {policy} 第 {wanted} 版；有：{sorted(published)}", status=404)
    return read_policy(published[wanted])


def versions(policy: str) -> dict[int, Path]:
    """The published versions of a policy and their folders."""
    folders = (LIBRARY / policy).glob("v*") if _ID.fullmatch(policy) else ()
    return {int(folder.name[1:]): folder for folder in folders if folder.name[1:].isdecimal()}


def published() -> list[tuple[str, int, Path]]:
    """Every published version of every policy."""
    return sorted(
        (folder.name, version, path) for folder in LIBRARY.iterdir() for version, path in versions(folder.name).items()
    )
