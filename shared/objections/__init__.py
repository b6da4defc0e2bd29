"""Objections (异议) to a public result: filed by name within publicity, decided within working days, taken back.

An objection holds its own subject alone, and upheld it changes that alone. `tables` are the rows, `life` their states,
`store` the questions to them; `filing`, `own`, `paper` and `deciding` the use cases; `receipt` and `paper_page` the
pages that are the same everywhere, with their `files`.

A service makes its tables once (`OBJECTIONS = objection_tables(METADATA, "evaluation")`) and says in one `Area` what is
objected to and until when it is public, whom it concerns, what a correction does, and which events tell of it; in one
`Showing` how its pages call things. The list, and the page of a decision with what it would move, are the service's.
"""
