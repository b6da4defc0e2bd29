"""The incubator's rows: tables, and one file per noun that reads and writes them. Nothing here commits."""
