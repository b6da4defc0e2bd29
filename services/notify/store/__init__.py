"""Rows: `tables` what there is, one module per noun. Nothing here decides anything."""
