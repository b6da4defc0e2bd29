"""The audit trail: who decided or moved what, when, in rows that are never changed and seals that chain them.

`chain` says what a seal holds and finds what does not fit, purely; `tables` makes the rows and forbids to change them;
`trail` writes entries in the transaction of what they record; `sealing` seals them in batches; `verify` proves it all.
What was decided stands in the tables of the service; here are ids and hashes only, no text and no personal data.
"""
