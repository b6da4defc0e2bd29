"""What excludes an application, in words for the office: other applications are called by who applied and for what.

What is kept of a decision goes on naming them by their ids: a name would outlast its person's erasure.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import application_list, applications, known
from shared.programme.eligibility import Excluded, exclusions
from shared.programme.load import load_programme


async def named_exclusions(
    connection: AsyncConnection, row: RowMapping, on: date
) -> tuple[tuple[Excluded, ...], Mapping[str, str]]:
    """What excludes it on a day, and the other applications that has to do with: id -> who applied and for what."""
    told = await known.of_application(connection, row)
    excluded = exclusions(load_programme(row["programme_id"]), told, on)
    others = {*told.of_company, *told.same_content, *(each.id for each in told.running)}
    others |= set(await applications.same_person(connection, row))
    named = await application_list.titles(connection, sorted(others))
    titles = {each["id"]: f"{each['applicant']}：{each['project']}" for each in named}
    return tuple(each._replace(found=_named(each.found, titles)) for each in excluded), titles


def _named(sentence: str, titles: Mapping[str, str]) -> str:
    """The sentence with other applications called by their titles, not by their ids."""
    for id_, title in titles.items():
        sentence = sentence.replace(id_, f"“{title}”")
    return sentence
