"""The gate: everything that a paper is made from is judged before the paper is made.

``datasets`` and ``consistency`` lay out tables, and ``gate`` has Great Expectations judge each of them by its suite in
``expectations/``. What they need is read by ``identities`` (equations between figures), ``prose`` (facts in words),
``rules`` (what a partnership knows of its own words and figures) and ``waivers`` (warnings that are known and stay).
"""
