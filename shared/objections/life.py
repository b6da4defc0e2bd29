"""The life of an objection."""

from shared.lives.lifecycle import Lifecycle

FILED = "filed"
"""It waits for its decision, and holds what it is about."""
OBJECTION = Lifecycle(
    "objection",
    "异议",
    {FILED: "处理中", "upheld": "成立", "rejected": "不成立", "withdrawn": "已撤回"},
    {FILED: ("upheld", "rejected", "withdrawn")},
)
