"""What the notify service can be asked to do."""

from services.notify.usecases import decide
from shared.running.operation import Operation

OPERATIONS = (
    Operation("release-letters", decide.ReleaseLetters, decide.release_letters),
    Operation("release-all", decide.ReleaseAll, decide.release_every),
    Operation("resend-letter", decide.ResendLetter, decide.resend_letter),
)
