"""What notify hears of contacts: the only place addresses come from."""

from typing import Any

from services.notify.usecases.note_contacts import note_contacts
from shared.contracts.contact import IncubatorContactChanged, TalentContactChanged
from shared.messaging.consumer import Received, consumes
from shared.messaging.unit import Unit


@consumes(IncubatorContactChanged, durable="notify-contacts")
async def contacts(received: list[Received[Any]], unit: Unit) -> None:
    """Keep who is written to, and send what has waited for an address."""
    await note_contacts(received, unit)


@consumes(TalentContactChanged, durable="notify-talent-contacts")
async def talent_contacts(received: list[Received[Any]], unit: Unit) -> None:
    """Keep who is written to of units, applicants and members of teams, and send what has waited for an address."""
    await note_contacts(received, unit)
