"""What the pages of this service say was just done, by the word in the address; see shared.webkit.notices.

A word is what moved (noun-state), or the name of a step that moves no state. Of several the first is said."""

from shared.ledger.words import NOTICES
from shared.webkit.notices import Notices

REGRADED, BY_HAND, AS_SCHEME, CORRECTED = "regraded", "graded-by-hand", "graded-as-scheme", "grade-corrected"
DID: Notices = {
    "report-accepted": "已受理 {} 份填报，受理信随即发给运营单位。",
    "round-closed": "填报已截止。",
    "evaluation-graded": "已给 {} 家定等次。",
    "evaluation-publicised": "已公示 {} 家的等次，公示信随即发出。",
    "evaluation-finalised": "已确定 {} 家的等次，补助随之核算。",
    "objection-upheld": "异议已按成立处理，结果已更正，异议人会收到来信。",
    "objection-rejected": "异议已按不成立处理，异议人会收到来信。",
    "objection-withdrawn": "已按异议人撤回处理。",
    **NOTICES,
    REGRADED: "已重新定等次。",
    BY_HAND: "等次已按人工决定调整。",
    AS_SCHEME: "人工调整已撤销，等次按方案执行。",
    CORRECTED: "已确定的等次已经更正，受影响的补助见下。",
}
