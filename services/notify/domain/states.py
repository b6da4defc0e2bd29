"""Where a letter can be: a closed vocabulary. “Queued” is not “sent”, and “handed over” is not “read”."""

from typing import NamedTuple

HELD = "held"
QUEUED = "queued"
HANDED_OVER = "handed_over"
FAILED = "failed"
BOUNCED = "bounced"
NO_ADDRESS = "no_address"


class Shown(NamedTuple):
    """How people read a state: its name, the tone of its tag, and what it means."""

    name: str
    tone: str
    means: str


STATES = {
    HANDED_OVER: Shown("已交付", "good", "邮件服务器已经收下；此后是否送达，邮件服务器不再告知"),
    QUEUED: Shown("待发送", "fair", "等待交给邮件服务器，失败会自动重试"),
    HELD: Shown("待放行", "wait", "这类信件须经人放行才会发出"),
    NO_ADDRESS: Shown("无地址", "calm", "还没有收件人的邮箱；联系人到达后自动发出"),
    FAILED: Shown("发送失败", "bad", "邮件服务器拒收，或多日重试仍未成功；不会再自动重试"),
    BOUNCED: Shown("被退回", "bad", "邮件服务器收下后又退回"),
}
