"""The service's pages and JSON API: parse, call one use case or one query, render."""
