"""What the service hears: one module per publishing service. A consumer is a declaration that calls one use case."""
