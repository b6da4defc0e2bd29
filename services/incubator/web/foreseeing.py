"""Exactly what a step of this service touches, shown before it is done: see shared.foreseeing.web."""

from services.incubator.usecases.foreseen import FORESIGHT
from services.incubator.web.looks import PAGES
from shared.foreseeing.web import CONFIRMED, Foreseeing

__all__ = ["CONFIRMED", "foreseen_or_done", "led_to"]
FORESEEING = Foreseeing(FORESIGHT, PAGES)
foreseen_or_done, led_to = FORESEEING.foreseen_or_done, FORESEEING.led_to
