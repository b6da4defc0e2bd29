"""Fault runs: the services as real processes, killed and cut off in the middle of their work; afterwards nothing is
lost and nothing is doubled.

`faults` what is done to a city, `world` what happens in its incubator half and `awards` in its talent half, `outside`
the program that tells it, `city` its servers and processes, `worker` one service as a process that may kill itself,
`mailserver` and `postgres` servers that misbehave, `expected` what has to be there afterwards, `findings` and, of the
talent half, `grants` what is; `found` what both say. `python -m tests.faults` runs them all.
"""
