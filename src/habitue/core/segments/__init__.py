"""RFM scores and segments (D24-D28): who to talk to first, and why."""
