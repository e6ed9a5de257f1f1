"""What a paper says as data: its form, the walk over blocks that gives it, and what differs between two papers."""
