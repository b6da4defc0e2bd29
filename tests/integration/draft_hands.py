"""A report being filled in: what is typed into it, and the hands that do it."""

from datetime import date, timedelta
from typing import Any

from services.incubator.usecases import draft_views, drafts
from services.incubator.usecases.drafts import Saved, SaveDraft, SubmitDraft
from tests.integration.little_city import ROUND, City

Z1 = f"{ROUND}-Z1"
TYPED = {
    "seats": "１００", "seats_used": "95 个", "mentors": "9", "agencies": "8", "new_teams": "25", "commercialised": "5",
    "activities.hosted": "8", "activities.undertaken": "2", "activities.hosted_jointly": "1",
    "activities.undertaken_jointly": "1", "registered.company": "8", "registered.sole_trader": "1",
    "talent.college": "1", "talent.bachelor": "3", "talent.master": "2", "talent.doctor": "1",
    "financing": "240万", "tax": "240,000.00", "operating_cost": "９００，０００．００ 元",
}  # fmt: skip
WARNING = "new_teams<=seats_used"


def later(city: City, **by: int) -> None:
    city.instant += timedelta(**by)


async def save(city: City, by: str, based_on: int, report: str = Z1, **typed: str) -> Saved:
    order = SaveDraft(
        report_id=report, typed={name.replace("__", "."): text for name, text in typed.items()}, based_on=based_on
    )
    saved: Saved = await city.do(drafts.save_draft, order, by)
    return saved


async def look(city: City, report: str = Z1) -> draft_views.Draft:
    async with city.running.look() as connection:
        return await draft_views.draft_of(connection, report, date(2018, 11, 20))


async def history(city: City) -> list[draft_views.DraftVersion]:
    async with city.running.look() as connection:
        return await draft_views.draft_versions(connection, Z1)


async def whole(city: City, by: str = "operator-1", **typed: str) -> Saved:
    order = SaveDraft(report_id=Z1, typed={**TYPED, **typed}, based_on=(await look(city)).version)
    saved: Saved = await city.do(drafts.save_draft, order, by)
    return saved


async def submit(city: City, version: int, signed_by: str = "王某", *, committed: bool = True) -> Any:
    order = SubmitDraft(report_id=Z1, version=version, signed_by=signed_by, committed=committed)
    return await city.do(drafts.submit_draft, order, "operator-1")
