"""Figures: from result tables to Plotly, one file per subject.

Each function takes what the workspace answered and a `Look`, and gives a `Chart`: the figure, what
it says to someone who cannot see it, and the table it was drawn from. Nothing here computes a
figure of the business, opens anything or knows where it will be shown.
"""
