"""The dashboard: screens that ask the workspace and draw, and compute nothing themselves."""
