"""The life of one expert's review of one unit."""

from shared.lives.lifecycle import Lifecycle

REVIEW = Lifecycle(
    "review",
    "专家评审",
    {"invited": "已邀请", "accepted": "已接受", "marked": "已评分", "conflict": "已回避", "released": "已解除"},
    {
        "invited": ("accepted", "conflict", "released"),
        "accepted": ("marked", "conflict", "released"),
        "marked": ("accepted", "conflict", "released"),
    },
)
OPEN = ("invited", "accepted")
"""States in which an expert has his place and has not marked."""
HOLDING = (*OPEN, "marked")
"""States in which he has his place."""
SHOWN = ("accepted", "marked")
"""States in which he sees what is reviewed: after he said that nothing ties him to the unit."""
