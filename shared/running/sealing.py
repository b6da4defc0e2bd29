"""A service seals its audit trail by itself, for as long as it runs."""

from shared.audit.sealing import Sealer
from shared.running.running import Running


async def seal_trail(running: Running) -> None:
    trail = running.service.trail
    if trail is None:
        raise RuntimeError(f"{running.service.name} has no audit trail to seal")
    await Sealer(running.engine, trail.tables, running.now).run(running.stop)
