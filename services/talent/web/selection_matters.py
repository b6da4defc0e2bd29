"""What the review, the selection and its objections bring to the desk."""

from sqlalchemy import RowMapping

from services.talent.store import selection_desk
from services.talent.web.looks import programme_name, to
from services.talent.web.ranking import address_of
from shared.desk.matters import Matter, said, several
from shared.identity.roles import Role

CLERKS, HEAD = frozenset({Role.CLERK, Role.HEAD}), frozenset({Role.HEAD})
CALLS, OBJECTIONS = "/talent/calls", "/talent/objections"


def _ranking(row: RowMapping) -> str:
    return address_of(row["id"])


def _experts(row: RowMapping) -> str:
    return f"{to('calls', row['id'])}/experts"


def _objection(row: RowMapping) -> str:
    return to("objections", row["id"])


def _nothing(_: RowMapping) -> str:
    return ""


def _call(row: RowMapping) -> str:
    return programme_name(row["unit"])


SELECTION_MATTERS = {
    "objections": Matter("处理入选异议", HEAD, selection_desk.to_decide, OBJECTIONS, _objection, said),
    "draw": Matter("抽取评审专家", CLERKS, selection_desk.to_draw, CALLS, _experts, _nothing, _call),
    "experts": Matter(
        "提醒没有评完的专家", CLERKS, selection_desk.experts_to_remind, CALLS, _experts, several("份没有评完"), _call
    ),
    "rank": Matter("评审已完，待排名", CLERKS, selection_desk.to_rank, CALLS, _ranking, _nothing, _call),
    "publicise": Matter("公示拟入选名单", HEAD, selection_desk.to_publicise, CALLS, _ranking, _nothing, _call),
    "close-selection": Matter("公示期满，结束选拔", HEAD, selection_desk.to_close, CALLS, _ranking, _nothing, _call),
}
