"""Tell contacts in their own stream: units, applicants, members of teams, experts. One without an address is erased."""

import secrets

from sqlalchemy import update

from services.talent.store.tables import SPINE
from shared.contracts.contact import TalentContactChanged, applicant_person, member_person, reviewer_person
from shared.messaging.unit import Unit


def tell_unit(unit: Unit, id_: str, name: str, email: str) -> None:
    _tell(unit, TalentContactChanged(recipient_id=id_, org_id=id_, role="unit", name=name, email=email))


def tell_broker(unit: Unit, id_: str, name: str, email: str, account: str | None) -> None:
    """A broker is written to as a unit is: it may be a company, and money goes to it. Its login is told along, for no
    grant says whose letters these are."""
    told = TalentContactChanged(recipient_id=id_, org_id=id_, role="broker", name=name, email=email, account=account)
    _tell(unit, told)


def tell_applicant(unit: Unit, id_: str, name: str, email: str) -> None:
    _tell_person(unit, applicant_person(id_), "applicant", name, email)


def tell_member(unit: Unit, id_: str, name: str, email: str, link: str) -> None:
    """`link`: where he answers, which nobody else may know."""
    person = member_person(id_)
    told = {"recipient_id": person, "person_id": person, "role": "member", "name": name, "email": email, "link": link}
    _tell(unit, TalentContactChanged.model_validate(told))


def tell_expert(unit: Unit, id_: str, name: str, email: str, account: str | None) -> None:
    """`account`: the login that reads his letters, for the grant of an expert does not say of which register he is."""
    _tell_person(unit, reviewer_person(id_), "expert", name, email, account)


def _tell_person(unit: Unit, person: str, role: str, name: str, email: str, account: str | None = None) -> None:
    told = {"recipient_id": person, "person_id": person, "role": role, "name": name, "email": email}
    _tell(unit, TalentContactChanged.model_validate({**told, "account": account}))


def _tell(unit: Unit, contact: TalentContactChanged) -> None:
    # on a demo's clock, which stands still, one contact changes there and back within an instant
    unit.tell(contact, unit.now.isoformat(), secrets.token_hex(8))


async def forget_applicant(unit: Unit, id_: str) -> None:
    """Takes name and address back from whoever writes letters, and from what was told of him before."""
    await _forget(unit, applicant_person(id_), "applicant")


async def forget_broker(unit: Unit, id_: str) -> None:
    await _take_back(unit, TalentContactChanged(recipient_id=id_, org_id=id_, role="broker", name="", email=""))


async def forget_member(unit: Unit, id_: str) -> None:
    await _forget(unit, member_person(id_), "member")


async def _forget(unit: Unit, person: str, role: str) -> None:
    await _take_back(unit, TalentContactChanged(recipient_id=person, person_id=person, role=role, name="", email=""))


async def _take_back(unit: Unit, gone: TalentContactChanged) -> None:
    """The stream keeps the last contact alone; the outbox keeps all, and must hold none of a person who was erased."""
    told = update(SPINE.outbox).where(SPINE.outbox.c.subject == gone.subject())
    await unit.connection.execute(told.values(body=gone.model_dump_json().encode()))
    _tell(unit, gone)
