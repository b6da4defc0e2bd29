"""Exactly what a step of this service touches, shown before it is done: see shared.foreseeing.web."""

from services.talent.usecases.foreseen import FORESIGHT
from services.talent.web.looks import PAGES
from shared.foreseeing.web import CONFIRMED, Foreseeing

__all__ = ["CONFIRMED", "FORESEEING", "foreseen_or_done"]
FORESEEING = Foreseeing(FORESIGHT, PAGES)
foreseen_or_done = FORESEEING.foreseen_or_done
