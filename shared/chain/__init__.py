"""The chain page: one story from an event to the letters about what came of it, for the office.

`stories` asks a service's own tables for everything under one correlation id; `timeline` puts it on a line: what
happened, what was computed of it, what the ledger says, which letters went; `pages` shows it. A service supplies a
`Stories` (its outbox, its letters seen, its ledger, the names of those it writes to), a `Telling` (what its events say,
to whom a letter may be said to have gone) and a `Chain` (its templates and addresses).
"""
