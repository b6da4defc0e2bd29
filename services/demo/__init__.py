"""The demo: the sample city's year 2018, played through the running services on a clock of its own.

`script` what happens and when, `play` plays it and resumes it, `outcome` what it came to.
"""
