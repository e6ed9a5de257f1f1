"""Comparison: what a paper says as data, and what differs between two papers."""
