"""What a service counts of its own for whoever looks at the city whole: how many there are of something, now."""

from typing import NamedTuple


class Actual(NamedTuple):
    """`key` as the plan's targets name it (`carrier/incubator/national`); `part` under which the page shows it, `name`
    what it is, `sort` what tells it from others of its name (a level, a year); `href` where they are listed."""

    key: str
    part: str
    name: str
    sort: str
    number: int
    unit: str
    href: str
