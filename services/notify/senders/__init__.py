"""Ways out: a sender hands one mail over and says what became of it. It knows no database and no event."""
