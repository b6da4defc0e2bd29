"""What happens in a city of these runs: grades, recognitions, tenants that share caps, contacts, and poison.

Which tenant is awarded to whom depends on who comes first; what does not depend on it is known beforehand (`due`).
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from shared.contracts.contact import IncubatorContactChanged, TalentContactChanged
from shared.contracts.event import Event
from shared.contracts.incubator import CarrierRecognised, EvaluationFinalised, SettlementRequested, TenantHnteRecognised
from shared.contracts.talent import TalentInstalmentReleased, TalentSettlementRequested
from shared.evaluation.scheme import GRADE_NAMES

KINDS = ("makerspace", "incubator", "university_park", "agri_makerspace")
GRADES = ("excellent", "excellent", "good", "excellent", "unqualified")
FOR_A_TENANT, CAP = Decimal(100_000), Decimal(500_000)
"""大政发〔2017〕52号, art. 14: for each tenant, and at most for an organisation and year."""


class Cause(NamedTuple):
    id: str
    event: Event


class Poison(NamedTuple):
    """A body nobody can handle, and who will hear it."""

    id: str
    subject: str
    body: bytes
    event: Event | None
    """Whose headers it bears; None: it bears none."""
    heard_by: tuple[str, ...]


SETTLEMENT, LETTERS, CONTACTS, SEEN = (
    "incubator-settlement",
    "notify-incubator",
    "notify-contacts",
    ("incubator-messages", "talent-messages"),
)
GRANTS, PAID, TALENT_LETTERS, TALENT_CONTACTS = (
    "talent-settlement",
    "talent-payments",
    "notify-talent",
    "notify-talent-contacts",
)


@dataclass
class World:
    """`contacts`: recipients by organisation. `early`: organisations whose contacts are told before anything happens;
    the others' are told in between. `due`: what these organisations get together, whoever comes first."""

    causes: list[Cause] = field(default_factory=list)
    contacts: dict[str, list[str]] = field(default_factory=dict)
    early: set[str] = field(default_factory=set)
    due: dict[frozenset[str], Decimal] = field(default_factory=dict)
    capped: set[str] = field(default_factory=set)
    poison: list[Poison] = field(default_factory=list)

    def contact_causes(self, *, early: bool) -> list[Cause]:
        return [
            Cause(f"contact-{recipient}", contact(recipient, org))
            for org, recipients in self.contacts.items()
            if (org in self.early) is early
            for recipient in recipients
        ]


def make_world(units: int, chance: random.Random) -> World:
    """`units` final grades, and beside them recognitions, tenants, contacts and poison in proportion."""
    world = World()
    for number in range(units):
        world.causes.append(_graded(number, chance))
    for number in range(0, units, 10):
        world.causes += _recognised(number)
    for group in range(max(2, units // 60)):
        world.causes += _one_organisation_over_its_cap(world, group)
        world.causes += _two_organisations_with_the_same_tenants(world, group)
        world.causes += _two_organisations_over_their_caps(world, group)
    for number, org in enumerate(dict.fromkeys(_org(cause.event) for cause in world.causes)):
        world.contacts[org] = [f"{org}-a", f"{org}-b"] if number % 7 == 0 else [org]
        if number % 4 != 1:
            world.early.add(org)
        if number % 7 == 0:
            world.early.add(org)  # who is written to, when there are two, is settled before anything happens
    world.poison = [*_poison(max(8, units // 10)), *_talent_poison(max(4, units // 40))]
    chance.shuffle(world.poison)
    chance.shuffle(world.causes)
    return world


def carrier(id_: str, org: str, kind: str, level: str = "city") -> dict[str, str]:
    return {"id": id_, "org_id": org, "kind": kind, "level": level, "name": f"样例载体 {id_}"}


def contact(recipient: str, org: str, email: str | None = None) -> IncubatorContactChanged:
    name = f"联系人 {recipient}"
    at = email or f"{recipient.lower()}@example.cn"
    return IncubatorContactChanged(recipient_id=recipient, role="operator", name=name, email=at, org_id=org)


def _org(event: Event) -> str:
    org: str = event.carrier.org_id  # type: ignore[attr-defined]  # every cause is about a carrier
    return org


def _graded(number: int, chance: random.Random) -> Cause:
    """Some lack a fact, or bear one that is no number: they are blocked."""
    facts = {"operating_cost_prev_year": f"{chance.randrange(10_000, 5_000_000)}.{chance.randrange(100):02d}"}
    if number % 17 == 3:
        facts = {}
    elif number % 23 == 5:
        facts = {"operating_cost_prev_year": "三十万"}
    grade = GRADES[number % len(GRADES)]
    org = f"U{number // 2 if number % 5 < 2 else number}"  # some have two carriers
    event = EvaluationFinalised.model_validate(
        {
            **EvaluationFinalised.example,
            "evaluation_id": f"2018-C{number}",
            "carrier": carrier(f"C{number}", org, KINDS[number % len(KINDS)]),
            "grade": grade,
            "grade_name": GRADE_NAMES[grade],
            "facts": facts,
            "sources": dict.fromkeys(facts, "2018 年度填报第 1 版"),
        }
    )
    return Cause(f"graded-{number}", event)


def _recognised(number: int) -> Iterator[Cause]:
    """Told twice by two events: the level is paid once, whichever comes first."""
    kind, level = (("makerspace", "provincial"), ("incubator", "national"))[number // 10 % 2]
    for time in (1, 2):
        about = carrier(f"R{number}", f"U{number}", kind, level)
        event = CarrierRecognised.model_validate(
            {"carrier": about, "date": "2018-06-20", "document_no": f"样例文〔2018〕{time}号"}
        )
        yield Cause(f"recognised-{number}-{time}", event)


def _hnte(org: str, number: int, tenant: str, kind: str = "incubator") -> Cause:
    body = {
        "carrier": carrier(f"{org}-{number}", org, kind),
        "tenant_id": tenant,
        "date": "2018-11-30",
        "entered_on": "2016-01-01",
    }
    return Cause(f"hnte-{org}-{number}-{tenant}", TenantHnteRecognised.model_validate(body))


def _one_organisation_over_its_cap(world: World, group: int) -> list[Cause]:
    """Two carriers of one organisation claim the same seven tenants: five are paid, and the cap is used up."""
    org = f"X{group}"
    world.capped.add(org)
    world.due[frozenset({org})] = CAP
    return [_hnte(org, number, f"{org}-T{tenant}") for number in (1, 2) for tenant in range(7)]


def _two_organisations_with_the_same_tenants(world: World, group: int) -> list[Cause]:
    """Three tenants, each paid once, to whom comes first."""
    orgs = (f"Y{group}", f"Y{group}B")
    world.capped.update(orgs)
    world.due[frozenset(orgs)] = 3 * FOR_A_TENANT
    return [_hnte(org, 1, f"{orgs[0]}-T{tenant}", "makerspace") for org in orgs for tenant in range(3)]


def _two_organisations_over_their_caps(world: World, group: int) -> list[Cause]:
    """Six tenants each, three of them the same: what they get together depends on who comes first."""
    first, second = f"Z{group}", f"Z{group}B"
    world.capped.update((first, second))
    mine = [_hnte(first, 1, f"{first}-T{tenant}") for tenant in range(6)]
    return mine + [_hnte(second, 1, f"{first}-T{tenant}") for tenant in range(3, 9)]


def _poison(most: int) -> Iterator[Poison]:
    graded = EvaluationFinalised.model_validate(EvaluationFinalised.example)
    asked = SettlementRequested.model_validate(SettlementRequested.example)
    subject = EvaluationFinalised.type_
    both = (SETTLEMENT, LETTERS)
    for number in range(most):
        id_ = f"poison-{number}"
        nobody = contact(f"nobody-{number}", "U-nobody", "没有邮箱")
        again = asked.model_copy(update={"cause_event_id": f"unheard-of-{number}"})
        yield (
            Poison(id_, subject, b"\xff\x00 not json", None, both),
            Poison(id_, subject, b'{"evaluation_id": 7}', graded, both),
            Poison(id_, subject, again.model_dump_json().encode(), again, (SETTLEMENT, LETTERS)),
            Poison(id_, again.subject(), again.model_dump_json().encode(), again, (SETTLEMENT,)),
            Poison(id_, "incubator.subsidy.computed.v1", b"{", graded, (LETTERS,)),
            Poison(id_, nobody.subject(), nobody.model_dump_json().encode(), nobody, (CONTACTS,)),
            Poison(id_, "notify.message.queued.v1", b"[]", None, SEEN),
        )[number % 7]


def _talent_poison(most: int) -> Iterator[Poison]:
    released = TalentInstalmentReleased.model_validate(TalentInstalmentReleased.example)
    asked = TalentSettlementRequested.model_validate(TalentSettlementRequested.example)
    nobody = TalentContactChanged.model_validate({**TalentContactChanged.example, "email": "没有邮箱"})
    for number in range(most):
        id_ = f"poison-of-talent-{number}"
        again = asked.model_copy(update={"cause_event_id": f"unheard-of-{number}"})
        yield (
            Poison(id_, released.subject(), b'{"award_id": 7}', released, (GRANTS,)),
            Poison(id_, "talent.grant.paid.v1", b"\xff\x00 not json", None, (PAID, TALENT_LETTERS)),
            Poison(id_, again.subject(), again.model_dump_json().encode(), again, (GRANTS,)),
            Poison(id_, nobody.subject(), nobody.model_dump_json().encode(), nobody, (TALENT_CONTACTS,)),
        )[number % 4]
