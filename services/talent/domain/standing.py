"""Where an application stands, as its applicant reads it: the way it has come, what comes next, by whom and by when."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from shared.core.clock import legal_date

WAY = {
    "submitted": "提交申报",
    "recommended": "单位推荐",
    "accepted": "形式审查，受理",
    "publicised": "专家评审，公示",
    "selected": "确定入选",
}
"""The states an application passes on its way to be selected, with what is done in each."""
ENDED = {"declined": "未入选", "withdrawn": "已撤回", "lapsed": "逾期未改，不再办理"}


class Moved(NamedTuple):
    """A step of its life; `why` as who took it wrote it down."""

    after: str
    at: datetime
    why: str = ""


class Stage(NamedTuple):
    """A stage of the way; `at`: when it was reached, if it was."""

    title: str
    at: datetime | None
    says: str = ""


class Days(NamedTuple):
    """The days that hold for an application; all inclusive."""

    closes_on: date
    recommend_until: date | None = None
    correct_until: date | None = None
    public_until: date | None = None
    public_from: date | None = None
    """When the list of the call is public, whether the application is on it or not."""


class Next(NamedTuple):
    """What comes next, who has to do it, and until when, if a day is set."""

    what: str
    whose: str
    until: date | None = None


def next_step(state: str, days: Days, today: date) -> Next | None:
    """None once nothing comes any more."""
    if state == "draft" and today > days.closes_on:
        return None
    steps: Mapping[str, Next] = {
        "draft": Next("填完、提交申报", "申报人", days.closes_on),
        "submitted": Next("单位推荐，或退回修改", "推荐单位", days.recommend_until),
        "recommended": Next("形式审查：受理、退回修改或不受理", "项目办公室"),
        "returned": Next("按退回的意见修改，重新提交", "申报人", days.correct_until),
        "accepted": Next("专家评审、排名，入选名单公示", "评审专家和项目办公室"),
        "publicised": Next("公示期满、没有成立的异议即确定入选", "项目办公室", days.public_until),
        "selected": Next("签订任务书，按期拨付和考核", "申报人、单位和项目办公室"),
    }
    if state == "accepted" and days.public_from is not None and days.public_from <= today:
        return Next("公示名单中没有这份申报；公示期满后通知最终结果", "项目办公室", days.public_until)
    return steps.get(state)


def way(state: str, moves: Sequence[Moved]) -> list[Stage]:
    """The whole way with the days on which its stages were reached, the last time it was handed in counting.

    What was returned or has ended stands where it stopped, and says why; that it was returned before is said where it
    was handed in again.
    """
    since = max((place for place, each in enumerate(moves) if each.after == "submitted"), default=len(moves))
    reached = {each.after: each for each in moves[since:]}
    back = [each.at for each in moves[:since] if each.after == "returned"]
    told = {"submitted": f"曾于 {'、'.join(str(legal_date(each)) for each in back)} 退回修改"} if back else {}
    done = [Stage(title, reached[after].at, told.get(after, "")) for after, title in WAY.items() if after in reached]
    if state == "returned":
        done.append(Stage("退回修改", reached[state].at if state in reached else None))
    last = moves[-1] if moves else None
    if state in ENDED:
        ended = last if last is not None and last.after == state else None
        return [*done, Stage(ENDED[state], ended.at if ended else None, ended.why if ended else "")]
    return done + [Stage(title, None) for after, title in WAY.items() if after not in reached]
