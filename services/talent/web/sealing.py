"""The seal under which identity numbers are kept: of this installation, made once."""

from functools import lru_cache

from shared.core.sealed import Seal
from shared.core.settings import Settings
from shared.identity.opening import secret_of
from shared.running.running import Running

PURPOSE = "identity number"


def seal_of(running: Running) -> Seal:
    return seal_with(running.settings)


@lru_cache(maxsize=8)
def seal_with(settings: Settings) -> Seal:
    return Seal(secret_of(settings), PURPOSE)
