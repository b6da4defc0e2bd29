"""What a service does by itself, by dates: questions to the rows, asked again and again, and what does each.

A service binds its table of runs (`tables`) and its `Scheduled` into one `Schedule`, whose `tick` is a task of the
service; `pages` shows when each ran, what it did and will do next.
"""
