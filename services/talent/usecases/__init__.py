"""What somebody can do: one function, one transaction."""
