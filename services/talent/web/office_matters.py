"""What applications, brokers and requests to be erased bring to the desk."""

from sqlalchemy import RowMapping

from services.talent.store import office_desk
from services.talent.web.looks import to
from shared.desk.matters import Matter, always, said
from shared.identity.roles import Role

CLERKS, HEAD = frozenset({Role.CLERK, Role.HEAD}), frozenset({Role.HEAD})
APPLICATIONS, BROKERS, DEALS, ERASURES = "/talent/applications", "/talent/brokers", "/talent/deals", "/talent/erasures"


def _application(row: RowMapping) -> str:
    return to("applications", row["id"])


def _broker(row: RowMapping) -> str:
    return to("brokers", row["id"])


def _deal(row: RowMapping) -> str:
    return to("deals", row["id"])


OFFICE_MATTERS = {
    "formal-check": Matter("形式审查", CLERKS, office_desk.to_check, APPLICATIONS, _application, said),
    "brokers": Matter("登记技术经纪人", CLERKS, office_desk.brokers_to_register, BROKERS, _broker),
    "deals": Matter("核定成交奖励", CLERKS, office_desk.claims_to_check, DEALS, _deal, said),
    "erasures": Matter("处理个人信息清除申请", HEAD, office_desk.to_erase, ERASURES, always(ERASURES), said),
}
