"""What this service counts for the home that shows the city: talents by programme and year, technology brokers."""

from collections.abc import Sequence
from urllib.parse import urlencode

from services.talent.store import city_figures
from shared.programme.load import load_programme
from shared.running.figures import Actual
from shared.running.running import Running

PART = "人才（按计划和年度）"


async def figures(running: Running) -> Sequence[Actual]:
    async with running.look() as connection:
        awarded = await city_figures.awarded(connection)
        brokers = await city_figures.brokers(connection)
    editions = sorted((load_programme(id_) for id_ in awarded), key=lambda each: (each.line, each.year))
    found = [
        Actual(
            f"award/{each.line}/{each.year}",
            PART,
            each.title,
            f"{each.year} 年",
            awarded[each.id],
            "个" if each.applicant == "team" else "人",
            f"/talent/awards?{urlencode({'programme': each.id})}",
        )
        for each in editions
    ]
    found += [] if found else [Actual("award", PART, "入选", "", 0, "人", "/talent/awards")]
    return [
        *found,
        Actual("broker", "技术经纪人", "技术经纪人", "已登记", brokers, "人", "/talent/brokers?state=registered"),
    ]
