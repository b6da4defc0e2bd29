"""Everything in one process: an embedded message server, all services, one web origin, a mail catcher.

For an office on one machine and for the demo; `services/alone.py` runs a service by itself. `box` puts it together,
`mails` keeps what the services send when no mail server is configured, `mail_pages` shows it.
"""

from services.onebox.box import Box, onebox, run

__all__ = ["Box", "onebox", "run"]
