"""Bring lines in: sources, mapping, cleaning, store. Knows nothing of the figures."""
