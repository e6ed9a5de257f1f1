"""Returns: what partners sent, on the day they sent it, and what of it counts at a given date."""
