"""What became of a file, as rows and pages say it."""

WAITING, UNCHECKED, CLEAN, INFECTED, DELETED = "waiting", "unchecked", "clean", "infected", "deleted"
"""Waiting for the virus scanner; taken while there was none; found clean; found infected and erased; taken back."""
STATES = {WAITING: "等待查毒", UNCHECKED: "未查毒", CLEAN: "已查毒", INFECTED: "有病毒，已删除", DELETED: "已删除"}
KEPT = (WAITING, UNCHECKED, CLEAN)
"""Its content is on disk, and counts."""
TO_CHECK = (WAITING, UNCHECKED)
GONE = (INFECTED, DELETED)
