"""What people do with an interest subsidy in tests: an award that pays it, a year's claim handed in and accepted."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping, insert

from services.talent.domain import lifecycles
from services.talent.store import changes, interest
from services.talent.store.application_tables import APPLICATION
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.interest_tables import INTEREST_CLAIM
from services.talent.usecases import applications, calls, contracts, interest_checking, interest_claims
from services.talent.usecases.awards import MakeAward, award
from tests.integration.grant_hands import Grants

FOUNDER = "founder-2022"
BEGINS = "2022-09-05"
LOAN = {"loan_no": "样例银借〔2022〕18 号", "principal": "1000000"}


class Lenders(Grants):
    """An office with an award of 科技人才创业 that began on 2022-09-05."""

    name = "eve"
    """Who leads it."""

    async def borrowing(self, name: str = name) -> str:
        office, hands, self.name = self.office, self.hands, name
        office.instant = datetime(2022, 9, 5, 2, 0, tzinfo=UTC)
        person = await office.applicant(name)
        async with office.unit() as unit:
            await calls.plan_call(unit, calls.PlanCall(programme_id=FOUNDER, document_no="样例文〔2022〕1号"))
            await calls.open_call(unit, calls.CallNamed(programme_id=FOUNDER))
            start = applications.StartApplication(programme_id=FOUNDER, applicant_id=person)
            id_ = await applications.start_application(unit, start)
            for state in ("submitted", "recommended", "accepted", "publicised", "selected"):
                given = {"unit_id": "T-01", "project": "样例创业项目"}
                await changes.move(unit, lifecycles.APPLICATION, APPLICATION, id_, state, **given)
        async with office.unit("head") as unit:
            award_id = await award(unit, MakeAward(application_id=id_, document_no="样例文〔2022〕9号"))
        number = await hands.confirmed(award_id, **{"milestone-1-on": "2023-06-30"})
        async with office.unit("T-01") as unit:
            await contracts.agree_to_contract(unit, contracts.AgreeToContract(award_id=award_id, number=number))
            await contracts.countersign(unit, contracts.Countersign(award_id=award_id, number=number))
        return award_id

    async def started(self, award_id: str, year: int) -> str:
        async with self.office.unit(self.name) as unit:
            order = interest_claims.StartInterest(award_id=award_id, year=year)
            return await interest_claims.start_interest(unit, order)

    async def proved(self, claim_id: str) -> None:
        """Both proofs, of which there is no more than their rows."""
        async with self.office.unit(self.name) as unit:
            for place in interest.PLACES:
                owner = interest.owner_of(claim_id, place)
                file: dict[str, Any] = {
                    "id": uuid4().hex, "owner_kind": owner.kind, "owner_id": owner.id, "name": f"{place}.pdf",
                    "kind": "pdf", "bytes": 1000, "sha256": sha256(f"{claim_id}{place}".encode()).hexdigest(),
                    "by": unit.by, "at": unit.now, "state": "unchecked", "check_at": None, "check_failures": 0,
                }  # fmt: skip
                await unit.connection.execute(insert(EVIDENCE.evidence), [file])

    async def hand_in(self, claim_id: str, **typed: str) -> int:
        given = {**LOAN, **typed, "signed_by": self.name, "committed": True}
        async with self.office.unit(self.name) as unit:
            order = interest_claims.ClaimInterest.model_validate({"claim_id": claim_id, **given})
            return await interest_claims.claim_interest(unit, order)

    async def claimed(self, award_id: str, year: int, **typed: str) -> str:
        """A year's claim, handed in with its files; a whole year unless days are given."""
        claim_id = await self.started(award_id, year)
        await self.proved(claim_id)
        days = {"interest_from": f"{year}-01-01", "interest_until": f"{year + 1}-01-01"}
        await self.hand_in(claim_id, **(days | typed))
        return claim_id

    async def accept(self, claim_id: str, number: int | None = None) -> None:
        """`number`: the hand-in that was looked at, if it is not the last."""
        row = await self.claim(claim_id)
        async with self.office.unit("head") as unit:
            order = interest_checking.AcceptInterest(claim_id=claim_id, number=number or row["handed_in"])
            await interest_checking.accept_interest(unit, order)

    async def accepted(self, award_id: str, year: int, **typed: str) -> RowMapping:
        """A year's claim all its way into the ledger; the newest entry."""
        claim_id = await self.claimed(award_id, year, **typed)
        await self.accept(claim_id)
        await self.settled()
        return (await self.entries(award_id))[-1]

    async def answer(self, claim_id: str, after: str = "returned", reason: str = "缺第四季度的付息凭证") -> None:
        does = {"returned": interest_checking.return_interest, "refused": interest_checking.refuse_interest}
        row = await self.claim(claim_id)
        async with self.office.unit("clerk") as unit:
            order = interest_checking.AnswerInterest(claim_id=claim_id, number=row["handed_in"], reason=reason)
            await does[after](unit, order)

    async def claim(self, claim_id: str) -> RowMapping:
        async with self.office.engine.connect() as connection:
            return await changes.found(connection, INTEREST_CLAIM, claim_id, "贴息申请")
