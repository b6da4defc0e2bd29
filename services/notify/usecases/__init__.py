"""What notify does: one function, one transaction. A hand-over is two of them, with the mail server in between."""
