"""The lives of what is paid, and of what is to come back."""

from shared.lives.lifecycle import Lifecycle

PAYMENT = Lifecycle(
    "payment",
    "拨付",
    {"proposed": "已提出", "approved": "已批准", "paid": "已拨付", "cancelled": "已取消"},
    {"proposed": ("approved", "cancelled"), "approved": ("paid", "cancelled"), "cancelled": ("proposed",)},
)
RECOVERY = Lifecycle(
    "recovery",
    "追回",
    {"open": "待追回", "received": "已收回", "waived": "已免予追回"},
    {"open": ("received", "waived")},
)
