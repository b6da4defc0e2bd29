"""Notify: letters, contacts, messages and their delivery."""
