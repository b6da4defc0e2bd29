"""Addresses that lead nowhere: a mailbox that was closed, an applicant nobody can write to, a contact that came wrong.

What the repair page is for: a letter that was refused, one that has no address, an event that was put aside.
"""

from datetime import UTC

from sqlalchemy import select

from services.demo.script import CLERK, Scene
from services.incubator.demo.sample_city import nobodys_code
from services.incubator.store.tables import ORGANISATION
from services.incubator.usecases import registers
from shared.contracts.contact import IncubatorContactChanged
from shared.contracts.envelope import CONTENT_TYPE, SPEC_VERSION, TYPE_PREFIX
from shared.messaging.outside import publish_if_new

CLOSED, CLOSED_ADDRESS = "U-Z61", "former@mail.invalid"
"""Nobody has an address under .invalid (RFC 2606, section 2): the mail catcher refuses it as a mail server would."""
NEWCOMER, NEWCOMER_NAME, NEWCOMER_CODE = "U-N62", "样例单位 084", nobodys_code(84)
SENT_ADDRESS = "zhang.example.cn"
"""As another program of the office wrote it: without @."""


async def gone_wrong(scene: Scene) -> None:
    async with scene.running.unit(CLERK) as unit:
        there = set((await unit.connection.execute(select(ORGANISATION.c.id))).scalars())
        if NEWCOMER not in there:
            row = select(ORGANISATION).where(ORGANISATION.c.id == CLOSED)
            closed = (await unit.connection.execute(row)).mappings().one()
            moved = registers.RegisterOrganisation(
                id=CLOSED,
                name=closed["name"],
                credit_code=closed["credit_code"],
                contact_name="原联系人",
                contact_email=CLOSED_ADDRESS,
            )
            new = registers.RegisterOrganisation(id=NEWCOMER, name=NEWCOMER_NAME, credit_code=NEWCOMER_CODE)
            await registers.register_organisations(unit, [moved, new])
    await _sent_from_outside(scene)


async def _sent_from_outside(scene: Scene) -> None:
    """Published as another program does it, knowing no more than the contract; once."""
    type_, id_ = IncubatorContactChanged.type_, f"office-directory-{NEWCOMER}"
    contact = {
        "recipient_id": NEWCOMER,
        "org_id": NEWCOMER,
        "role": "operator",
        "name": "张联系",
        "email": SENT_ADDRESS,
    }
    headers = {
        "ce-specversion": SPEC_VERSION,
        "ce-id": id_,
        "ce-source": "/office-directory",
        "ce-type": f"{TYPE_PREFIX}{type_}",
        "ce-time": scene.running.now().astimezone(UTC).isoformat(),
        "content-type": CONTENT_TYPE,
        "Nats-Msg-Id": id_,
    }
    await publish_if_new(scene.running.jetstream, f"{type_}.{NEWCOMER}", contact, headers)
