"""Pages: what people see and send. Each asks the rows or calls one use case; nothing is decided here."""
