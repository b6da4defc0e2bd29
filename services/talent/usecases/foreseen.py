"""What a step of this service would touch: see shared.foreseeing."""

from services.talent.store import foreseen as rows
from services.talent.store.tables import CHANGE
from shared.foreseeing.foresight import Foresight
from shared.messaging.unit import Unit


async def _follows(_: Unit) -> None:
    """Nothing of this service hears what its own steps publish."""


FORESIGHT = Foresight(changes=CHANGE, ledger=None, follows=_follows, nouns=rows.NAMES, receivers=rows.receivers)
