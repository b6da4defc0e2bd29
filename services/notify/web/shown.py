"""How pages and programs read a letter's row."""

from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import RowMapping

from services.notify.domain.letters import BY_NAME
from services.notify.domain.states import STATES
from shared.contracts.contact import APPLICANT, EXPERT, MEMBER, REVIEWER, person_of
from shared.contracts.letters import BROKER, LETTERS, OBJECTOR
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who

_TO_BROKERS = {letter.name for letter in LETTERS if BROKER in letter.to}


SECRET = frozenset(letter.name for letter in LETTERS if OBJECTOR in letter.to)
"""Letters that say by whom they went to who objected: those who decide and the auditor know him, nobody else."""


def kept_from(who: Who) -> frozenset[str]:
    """The kinds of letter this reader does not see."""
    return frozenset() if who.may_be(Role.CLERK, Role.HEAD, Role.AUDITOR) else SECRET


def check_seen(who: Who, row: RowMapping) -> None:
    """A letter that is kept from him is as good as none."""
    if row["letter"] in kept_from(who):
        raise DomainError("no-such-message", f"没有编号为 {row['id']} 的信件", status=404)


def title_of(letter: str) -> str:
    """What a kind of letter is called; one that is not written any more keeps its name."""
    return BY_NAME[letter].title if letter in BY_NAME else letter


def person_name(row: RowMapping) -> str:
    """A person's id as his register has it; nothing if an organisation is written to."""
    person: str | None = row["person_id"]
    return "" if person is None else person_of(person).id


def receiver_name(row: RowMapping) -> str:
    """The id of the organisation or person that is written to, as its register has it."""
    return person_name(row) or str(row["org_id"])


class Register(NamedTuple):
    """Where an address is corrected: of whom, the page, the command that does it without one; or else who has to do it.
    `anew`: whoever is corrected is asked by a new letter, and this one does not go to him."""

    of: str
    page: str = ""
    command: str = ""
    ask: str = ""
    anew: bool = False


_PERSONS = {
    EXPERT: Register("专家", "/incubator/experts/{}", "miaopu incubator register-expert"),
    REVIEWER: Register("专家", "/talent/experts/{}", "miaopu talent register-expert"),
    APPLICANT: Register("申报人", ask="请申报人本人在“我的资料”里改正邮箱"),
    MEMBER: Register("团队成员", ask="请申报的负责人把这名成员从团队名单移除，再用正确的邮箱重新列出", anew=True),
}
_ORGANISATION = Register("单位", "/incubator/organisations/{}", "miaopu incubator register-organisation")
_BROKER = Register("技术经纪人", "/talent/brokers/{}", "miaopu talent change-broker")
_RECOMMENDER = Register("单位", "/talent/units/{}", "miaopu talent register-unit")


def of_talent(row: RowMapping) -> bool:
    """Whether a letter is about something of the talent service, whose registers are its own."""
    return str(row["event_type"]).startswith("talent.")


def register_of(row: RowMapping) -> Register:
    found = _RECOMMENDER if of_talent(row) else _ORGANISATION
    if row["letter"] in _TO_BROKERS:
        found = _BROKER
    if row["person_id"] is not None:
        found = _PERSONS[person_of(row["person_id"]).what or EXPERT]
    return found._replace(page=found.page.format(quote(receiver_name(row), safe="")))


def letters_of(row: RowMapping, *, of_unit: bool) -> tuple[str, str]:
    """The page of its receiver a letter is found from: what it is called, and its address. `of_unit`: whoever reads it
    acts for recommending units; who does not and reads a letter to an organisation is a broker."""
    if not of_talent(row):
        return "收到的信件", "/incubator/mine/letters"
    if row["person_id"] is None and of_unit:
        return "收到的信件", "/talent/unit/letters"
    if row["person_id"] is not None and person_of(row["person_id"]).what == REVIEWER:
        return "收到的信件", "/talent/reviews/letters"
    return "收到的信件", "/talent/mine/letters"


def as_json(row: RowMapping) -> dict[str, Any]:
    """A letter as the API answers it: where it has got to, without its text and without the address."""
    handed_over_at = row["handed_over_at"]
    return {
        "id": row["id"],
        "letter": row["letter"],
        "title": title_of(row["letter"]),
        "state": row["state"],
        "state_name": STATES[row["state"]].name,
        "subject": row["subject"],
        "about": row["about"],
        "carrier_id": row["carrier_id"],
        "org_id": row["org_id"],
        "person_id": row["person_id"],
        "recipient_id": row["recipient_id"],
        "cause_event_id": row["cause_event_id"],
        "correlation_id": row["correlation_id"],
        "message_id_header": row["message_id_header"],
        "created_at": row["created_at"].isoformat(),
        "handed_over_at": handed_over_at and handed_over_at.isoformat(),
        "attempts": row["attempts"],
        "last_error": row["last_error"],
        "page": f"/notify/messages/{row['id']}",
    }
