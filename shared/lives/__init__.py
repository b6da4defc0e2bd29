"""Rows with a life: which state may follow which, and moving a row so that who, when and why stay beside it.

`lifecycle` is pure; `changes` moves rows by conditional UPDATE in the transaction of a use case.
"""
