"""What this service counts for the home that shows the city: carriers by kind and level, mentors by kind."""

from collections.abc import Sequence
from urllib.parse import urlencode

from services.incubator.store import city_figures, city_mentors
from services.incubator.store.mentors import COUNSELLOR_KIND, MENTOR_KIND
from services.incubator.usecases.mentors import KINDS
from services.incubator.web.wording import POLICY, kind_name, kind_order, level_name
from shared.running.figures import Actual
from shared.running.running import Running


async def figures(running: Running) -> Sequence[Actual]:
    async with running.look() as connection:
        counted = await city_figures.carriers(connection)
        mentors = await city_mentors.engaged(connection)
    levels = [*POLICY.levels, ""]
    found = [
        Actual(
            f"carrier/{kind}/{level}",
            "载体（按类型和级别）",
            kind_name(kind),
            level_name(level) if level else "",
            counted.get((kind, level), 0),
            "家",
            f"/incubator/carriers?{urlencode({'kind': kind, 'level': level, 'state': 'active'})}",
        )
        for kind, level in sorted(counted, key=lambda each: (kind_order(each[0]), levels.index(each[1])))
    ]
    href = "/incubator/carriers?state=active"
    found += [] if found else [Actual("carrier", "载体（按类型和级别）", "载体", "", 0, "家", href)]
    return [
        *found,
        Actual("mentor/mentor", "导师", KINDS[MENTOR_KIND], "在聘", mentors.mentors, "人", _people(MENTOR_KIND)),
        Actual(
            "mentor/counsellor",
            "导师",
            KINDS[COUNSELLOR_KIND],
            "在聘",
            mentors.counsellors,
            "人",
            _people(COUNSELLOR_KIND),
        ),
    ]


def _people(kind: str) -> str:
    return f"/incubator/mentors?{urlencode({'kind': kind, 'engaged': 'now'})}"
