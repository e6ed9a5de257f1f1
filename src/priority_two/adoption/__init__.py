"""A partnership's beginning: what is asked of it, and the workspace that is laid out from the answers."""
