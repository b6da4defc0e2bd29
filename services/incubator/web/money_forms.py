"""Forms about money, done once what they touch was seen: see shared.ledger.forms."""

from functools import partial

from services.incubator.web.foreseeing import FORESEEING
from shared.ledger import forms

do = partial(forms.do, FORESEEING)
