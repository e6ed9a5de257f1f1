"""Updates: what leads write each quarter, read as data: front matter, narrative, briefings, the group's report."""
