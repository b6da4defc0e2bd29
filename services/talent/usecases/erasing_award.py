"""Erase what is personal in the papers of an award, once their years are over: who signed, what was written of the
person, and the files that came with assessments and claims. Plans, results and money stay."""

from collections.abc import Sequence

from sqlalchemy import select, update

from services.talent.store import assessment_files, award_trail, interest, interest_trail, trail
from services.talent.store.assessment_tables import (
    ASSESSMENT,
    ASSESSMENT_CONCLUSION,
    ASSESSMENT_HAND_IN,
    ASSESSMENT_OPINION,
)
from services.talent.store.award_tables import (
    AWARD,
    AWARD_CHANGE,
    CHANGE_ANSWER,
    CONTRACT,
    CONTRACT_VERSION,
    INSTALMENT,
)
from services.talent.store.evidence_tables import ASSESSMENT_FILE, EVIDENCE
from services.talent.store.interest_tables import INTEREST_CLAIM, INTEREST_HAND_IN
from services.talent.store.tables import CHANGE
from shared.evidence.files import Owner, files_of, remove_file
from shared.messaging.unit import Unit

GONE = "已清除"
"""What a file is called whose content was erased."""


async def erase_papers(unit: Unit, application_id: str) -> None:
    """Of the award, its contract with every version, its changes and its assessments; nothing if there is no award."""
    award = select(AWARD.c.id).where(AWARD.c.application_id == application_id)
    award_id = (await unit.connection.execute(award)).scalar_one_or_none()
    if award_id is None:
        return
    await unit.connection.execute(update(AWARD).where(AWARD.c.id == award_id).values(reason=""))
    contract = update(CONTRACT).where(CONTRACT.c.award_id == award_id)
    await unit.connection.execute(contract.values(reason="", reasons={}))
    signed = update(CONTRACT_VERSION).where(CONTRACT_VERSION.c.award_id == award_id)
    await unit.connection.execute(signed.values(signed_by=""))
    await trail.erased(unit, award_trail.VERSIONS, award_id)
    changed = await _changes(unit, award_id)
    assessed = await _assessments(unit, award_id)
    claimed = await _claims(unit, award_id)
    parts = select(INSTALMENT.c.id).where(INSTALMENT.c.award_id == award_id).order_by(INSTALMENT.c.number)
    for of in (award_id, *changed, *assessed, *claimed, *(await unit.connection.execute(parts)).scalars().all()):
        await unit.connection.execute(update(CHANGE).where(CHANGE.c.of == of).values(why=""))
        await trail.erased(unit, trail.CHANGES, of)


async def _changes(unit: Unit, award_id: str) -> Sequence[str]:
    """Why a change was applied for, and what each side said of it; answers their ids."""
    of_award = select(AWARD_CHANGE.c.id).where(AWARD_CHANGE.c.award_id == award_id).order_by(AWARD_CHANGE.c.id)
    ids = (await unit.connection.execute(of_award)).scalars().all()
    for id_ in ids:
        gone = {"reason": "", "unit_opinion": "", "decision": ""}
        await unit.connection.execute(update(AWARD_CHANGE).where(AWARD_CHANGE.c.id == id_).values(gone))
        answer = update(CHANGE_ANSWER).where(CHANGE_ANSWER.c.change_id == id_)
        await unit.connection.execute(answer.values(opinion=""))
        await trail.erased(unit, award_trail.BY_NOUN["award_change"], id_)
        await trail.erased(unit, award_trail.ANSWERS, id_)
    return ids


async def _assessments(unit: Unit, award_id: str) -> Sequence[str]:
    """Who signed, what was said of it and why it came out so, and its files; answers their ids."""
    of_award = select(ASSESSMENT.c.id).where(ASSESSMENT.c.award_id == award_id).order_by(ASSESSMENT.c.id)
    ids = (await unit.connection.execute(of_award)).scalars().all()
    for id_ in ids:
        await unit.connection.execute(update(ASSESSMENT).where(ASSESSMENT.c.id == id_).values(reason="", reasons={}))
        for table, gone, recorded in (
            (ASSESSMENT_HAND_IN, {"signed_by": ""}, award_trail.ASSESSMENT_HAND_INS),
            (ASSESSMENT_OPINION, {"opinion": ""}, award_trail.OPINIONS),
            (ASSESSMENT_CONCLUSION, {"reason": "", "experts": ""}, award_trail.CONCLUSIONS),
        ):
            await unit.connection.execute(update(table).where(table.c.assessment_id == id_).values(gone))
            await trail.erased(unit, recorded, id_)
        await _files(unit, id_)
    return ids


async def _claims(unit: Unit, award_id: str) -> Sequence[str]:
    """Who signed a claim of interest, what was said of it, and its files; answers their ids. The loan stays."""
    of_award = select(INTEREST_CLAIM.c.id).where(INTEREST_CLAIM.c.award_id == award_id).order_by(INTEREST_CLAIM.c.id)
    ids = (await unit.connection.execute(of_award)).scalars().all()
    for id_ in ids:
        await unit.connection.execute(update(INTEREST_CLAIM).where(INTEREST_CLAIM.c.id == id_).values(answer=""))
        signed = update(INTEREST_HAND_IN).where(INTEREST_HAND_IN.c.claim_id == id_)
        await unit.connection.execute(signed.values(signed_by=""))
        await trail.erased(unit, interest_trail.BY_NOUN["interest_claim"], id_)
        await trail.erased(unit, interest_trail.HAND_INS, id_)
        for place in interest.PLACES:
            await _files_of(unit, interest.owner_of(id_, place))
    return ids


async def _files(unit: Unit, assessment_id: str) -> None:
    await _files_of(unit, assessment_files.owner_of(assessment_id))
    given = update(ASSESSMENT_FILE).where(ASSESSMENT_FILE.c.assessment_id == assessment_id)
    await unit.connection.execute(given.values(name=GONE))


async def _files_of(unit: Unit, owner: Owner) -> None:
    """The contents go once this is committed; which hashes were handed in stays."""
    file = EVIDENCE.evidence
    for row in await files_of(unit.connection, EVIDENCE, owner):
        await remove_file(unit, EVIDENCE, row["id"])
    named = update(file).where(file.c.owner_kind == owner.kind, file.c.owner_id == owner.id)
    await unit.connection.execute(named.values(name=GONE))
