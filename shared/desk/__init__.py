"""The desk (待办): what waits for a person in one service, oldest first, with the counts at the navigation.

A service gives its matters and the questions to its rows (`rows.shown` are the columns all of them answer), who looks
at the desk, by what it is narrowed, and what its page shows around the list: all of it in one `Desk`. Where several
services run together, each has its own desk, and each leads to the others.
"""
