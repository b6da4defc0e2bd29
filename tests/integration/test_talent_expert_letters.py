"""An expert of the talent programmes alone reads what was written to him on a page of his own."""

from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store.tables import MESSAGE_SEEN
from services.talent.usecases.review_area import AREA
from shared.contracts.contact import reviewer_person
from shared.contracts.talent import TalentReviewsAssigned
from shared.reviewing import register
from tests.integration.talent_site import talent_site

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
HERE = "/talent/reviews/letters"


async def test_an_expert_finds_his_letters_and_nobody_elses(database: AsyncEngine, tmp_path: Path) -> None:
    async with talent_site(database, tmp_path) as site:
        assert "还没有信件" in (await site.get(HERE, "expert:E1")).text
        async with site.office.unit() as unit:
            told = TalentReviewsAssigned.model_validate(TalentReviewsAssigned.example)
            row = {
                "message_id": "m1", "letter": "talent-review-invited", "cause_event_id": unit.tell(told, "letter"),
                "recipient_id": reviewer_person("E1"), "story": "s", "state": "handed_over", "reason": None,
                "at": site.office.instant,
            }  # fmt: skip
            await unit.connection.execute(insert(MESSAGE_SEEN), [row])
        page = (await site.get(HERE, "expert:E1")).text
        for said in ("人才评审邀请", told.programme.name, 'href="/notify/mine/m1"', 'href="/talent/reviews"'):
            assert said in page, said
        assert f'href="{HERE}"' in (await site.get("/talent/reviews", "expert:E1")).text, "the navigation leads there"
        assert (await site.get(f"{HERE}.xlsx", "expert:E1")).status_code == 200
        assert "人才评审邀请" not in (await site.get(HERE, "expert:E2")).text
        assert (await site.get(HERE, "unit:T-01")).status_code == 403
        async with site.office.unit() as unit:
            order = register.RegisterExpert(
                id="E1", account="e-1", name="甲", employer="外地大学", contact_email="e-1@example.cn"
            )
            await register.register_expert(unit, order, AREA)
        namesake = (await site.get(HERE, "expert:E1")).text  # of the other register: he logs in otherwise
        assert "人才评审邀请" not in namesake
        home = await site.browser.get("/", headers={"x-role": "expert:E1"}, follow_redirects=False)
        assert home.headers["location"] == "/talent/reviews"
