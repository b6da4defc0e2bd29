"""Events as plain data: what one service tells the others, and nothing else.

`event` what every event is, `envelope` how it travels (CloudEvents 1.0, binary mode), `subjects` where, `streams` what
keeps it, and one module per owner with the events only that owner publishes. Events carry ids, never personal data and
never a bank account; addresses travel in contact events alone.
"""
