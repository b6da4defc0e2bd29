"""What someone can do: one function, one thing done whole or not at all."""
