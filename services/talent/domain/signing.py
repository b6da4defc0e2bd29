"""Who signs what he hands in: himself, having read the commitment, with the name he is known by."""

import unicodedata
from collections.abc import Collection

COMMITTED, SIGNED = "committed", "signed_by"
LABELS = {COMMITTED: "承诺", SIGNED: "本人姓名"}
"""The two fields of a signature, as pages call them."""
_DOTS = dict.fromkeys(map(ord, "·•・‧∙."))
"""Within a name the dot is typed in many ways, or left out."""


def unsigned(signed_by: str, names: Collection[str], promise: str, *, committed: bool, mend: str) -> dict[str, str]:
    """What a signature lacks, by field. `names`: what the signer is called where he is known; none: nobody knows.
    `promise`: how the commitment begins; `mend`: what to do if the known name is the wrong one."""
    found = {} if committed else {COMMITTED: f"请阅读承诺，勾选“{promise}”"}
    known = [name for name in dict.fromkeys(names) if name.strip()]
    if not signed_by.strip():
        found[SIGNED] = "请写明本人姓名"
    elif known and _plain(signed_by) not in {_plain(name) for name in known}:
        found[SIGNED] = f"应由本人签署，姓名写“{'”或“'.join(known)}”，写的是“{signed_by.strip()}”；{mend}"
    return found


def _plain(name: str) -> str:
    """Blanks, case and the width of letters make no other name."""
    return "".join(unicodedata.normalize("NFKC", name).translate(_DOTS).split()).casefold()
