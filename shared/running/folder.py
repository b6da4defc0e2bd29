"""One data folder, one process: a lock that the system itself takes back, however its holder ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.core.errors import DomainError

PRIVATE = 0o700
LOCK = "lock"


@contextmanager
def held(folder: Path, *, together: bool = False) -> Iterator[None]:
    """The folder, made if it is missing, is ours until the end; DomainError names the process that has it.

    `together`: processes of single services share it, each with its own files; everything in one process never does.
    """
    try:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    except OSError as error:
        raise DomainError("folder-unusable", f"建不了数据目录 {folder}（{error.strerror}）；请改 MIAOPU_DATA") from None
    with (folder / LOCK).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_SH if together else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "（还没有写下进程号）"
            raise DomainError(
                "folder-in-use",
                f"数据目录 {folder.resolve()} 正由进程 {holder} 使用；请先停止它，或用 MIAOPU_DATA 另指一个目录",
                status=409,
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
