"""The event spine: what is written is published, what is heard is handled once, and nothing is only in a log.

`tables` the rows behind it, `outbox` what is to be published, `relay` publishes it, `inbox` what was heard, `consumer`
hears it in batches, `parking` what could not be handled, `redrive` handles it again, `provision` streams and durables,
`broker` the connection, `tracing` how a trace travels, `tally` and `watch` how it all goes, `asyncapi` the document for
programs outside. Only this package touches the NATS driver.
"""
