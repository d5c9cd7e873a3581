"""Cohorts: who came back, when, and what they brought (D16-D23)."""
