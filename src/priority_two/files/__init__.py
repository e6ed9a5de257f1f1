"""Files: bounded reads, changes in one step, and locks. Everything that comes from outside comes in here."""
