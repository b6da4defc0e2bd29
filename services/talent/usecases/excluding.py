"""What excludes an application, in words for the office: other applications are called by who applied and for what.

What is kept of a decision goes on naming them by their ids: a name would outlast its person's erasure.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import application_list, applications, known
from shared.programme.eligibility import Excluded, exclusions
from shared.programme.load import load_programme

CLEAR: Mapping[str, str] = {
    "running_project": "没有查到本人的在研项目",
    "one_per_company": "没有查到同一企业同一年度的其他申报",
    "dishonesty": "没有查到惩戒期内的失信记录",
    "same_content": "没有查到项目名称相同的其他申报",
}
"""By rule, what is said of an application that it does not exclude."""
NOT_CHECKED: Mapping[str, tuple[str, str]] = {
    "running_project": ("id_mark", "没有身份证件号码的标记，无法核对在研项目"),
    "dishonesty": ("id_mark", "没有身份证件号码的标记，无法核对失信记录"),
    "one_per_company": ("company_code", "没有填写企业，不必核对同一企业的申报"),
    "same_content": ("project_mark", "没有项目名称，无法核对内容相同的申报"),
}
"""By rule, what it is checked by, and what is said where an application does not have that."""


def checked_clear(row: RowMapping, excluded: Sequence[Excluded]) -> list[str]:
    """What the checks of its programme that do not exclude it came to, a sentence each."""
    failed = {each.code for each in excluded}
    found = []
    for code in load_programme(row["programme_id"]).excludes:
        if code not in failed:
            by, without = NOT_CHECKED[code]
            found.append(CLEAR[code] if row[by] else without)
    return found


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
