"""The notify service: people are told by letter what happened, once each, and where each letter has got to is known.

Owns      contacts as they were told, letters as they were written, every attempt to hand one over
Hears     incubator.> (what letters are about) and contact.incubator.changed (where they go)
Tells     notify.message.held / queued / handed_over / failed / no_address
Runs      two consumers and one sender (`schedule`), with pages under /notify

A letter is rendered once, in three parts that are stored. Its bytes are built from them at hand-over, the same every
time, outside any transaction. A crash between the hand-over and its note sends the same bytes again under the same
Message-ID; that is the only way a letter can go twice by our doing, and mail programs that look at the Message-ID show
it once.
"""
