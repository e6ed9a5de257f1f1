"""Comparing two reports as they lie on disk, told as text, as one page, and as JSON."""
