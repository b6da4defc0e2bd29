"""A service as a process runs it: `service` the declaration each service writes, `running` the service at work."""
