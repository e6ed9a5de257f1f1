"""Priority Two: a partnership's papers, from its partners' returns to HTML and PDF.

Data flows one way, and a module knows only the stages before it::

    returns, updates -> expectations -> observations -> disclosure -> notebook -> HTML -> PDF -> manifest

Importing this package imports nothing heavy. What takes seconds (Great Expectations, pandas, WeasyPrint) is
imported by the stage that uses it, so that ``priority-two --help`` answers at once.
"""

__version__ = "0.1.0"
