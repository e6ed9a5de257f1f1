"""Submitting: the template that goes out, and how what comes back is read, judged and taken into the store."""
