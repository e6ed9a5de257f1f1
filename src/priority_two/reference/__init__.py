"""Reference data: what the words mean to one partnership, and the outlines of its areas."""
