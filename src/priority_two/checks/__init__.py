"""The gate: Great Expectations suites over everything that a report is made from.

``datasets`` lays out what is to be judged as tables, ``identities`` works out the equations between figures, and
``gate`` has Great Expectations judge each table by its suite in ``expectations/``.
"""
