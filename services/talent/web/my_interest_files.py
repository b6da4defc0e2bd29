"""Files that come with the form of an interest claim: attached by what they prove, taken away."""

from itertools import groupby
from operator import itemgetter

from starlette.datastructures import FormData

from services.talent.usecases.interest_claims import FILE
from services.talent.usecases.interest_files import (
    AttachToInterest,
    RemoveFromInterest,
    attach_to_interest,
    remove_from_interest,
)
from services.talent.web import my_files
from services.talent.web.applicant import text
from shared.core.errors import DomainError
from shared.evidence.refusals import refused
from shared.evidence.web import looked_at
from shared.identity.who import Who
from shared.reading.typed_fields import Unclear
from shared.running.running import Running

ATTACH = "attach"


async def keep_files(running: Running, who: Who, claim_id: str, form: FormData) -> str:
    """Attaches the files that were chosen, of each place all of them or none, and takes away the one whose button was
    pressed. What was done, as the page says it; empty: nothing about files was asked."""
    does, store = text(form, "do"), my_files.store(running)
    sent = sorted(my_files.sent_files(form), key=itemgetter(0))
    problems: dict[str, str] = {}
    for place, chosen in groupby(sent, key=itemgetter(0)):
        try:
            async with looked_at([file for _, file in chosen], store) as arrived, running.unit(who.account) as unit:
                await attach_to_interest(unit, AttachToInterest(claim_id, place, arrived), store)
        except DomainError as wrong:
            problems[FILE + place] = wrong.message
    if problems:
        raise Unclear(problems)
    if not sent and does == ATTACH:
        raise refused("evidence-missing")
    if does.startswith(my_files.REMOVE):
        async with running.unit(who.account) as unit:
            evidence_id = does.removeprefix(my_files.REMOVE).rstrip(":")
            await remove_from_interest(unit, RemoveFromInterest(claim_id, evidence_id))
        return "removed"
    return "files" if sent else ""
