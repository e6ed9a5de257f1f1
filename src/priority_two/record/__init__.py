"""The record: what went into a run and what came out of it, and where the files lie."""
