"""The sections of the papers: a module each, which holds a function of its name that returns the section's blocks.

A notebook calls a section by that name: ``paper.at_a_glance()`` shows what ``at_a_glance(paper)`` of
``sections/at_a_glance.py`` returns. Which sections a paper has, and in which order, is read off its notebook.
"""
