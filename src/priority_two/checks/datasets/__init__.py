"""The tables that the expectations judge, one a dataset.

``reference_tables``, ``received_returns``, ``counted_figures`` and ``written_updates`` each lay out one kind of thing
as tables, and ``frame`` gives every table the same form.
"""
