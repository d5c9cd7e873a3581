"""Definitions as expressions: tables in, tables out. Nothing here executes."""
