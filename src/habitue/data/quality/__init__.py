"""What lines are worth before they are trusted: what is missing, repeated, out of range, odd.

Expressions over classified lines, and the judgement of what they count. Nothing here executes.
"""
