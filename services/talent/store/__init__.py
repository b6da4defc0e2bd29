"""Questions to the service's rows, and the rows themselves."""
