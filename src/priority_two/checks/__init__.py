"""The gate: Great Expectations suites over everything that a report is made from.

``datasets`` lays out what is to be judged as tables, ``identities`` works out the equations between figures, ``prose``
reads the facts out of words, ``rules`` what a partnership knows of its own words and figures, ``consistency`` lays out
a paper beside the whole evidence base, and ``gate`` has Great Expectations judge each table by its suite in
``expectations/``.
"""
