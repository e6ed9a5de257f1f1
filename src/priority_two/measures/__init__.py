"""Measures: from what partners sent to what a table or a chart shows.

``expressions`` reads expressions such as ``CNT01[printed] - CNT01[distributed]``; ``breaks`` knows where a series
changes its meaning; ``rollup`` makes quarters and years of months by the catalogue's rule; ``rates`` divides;
``change`` sets a figure beside the one a year before; ``xmr`` tells change from chance; ``effects`` says what a
revision did to the roll-ups that contain it; ``provision`` sets what a service was asked for beside what it gave. These
are pure: the same observations give the same figures. ``book`` opens all of them on a data folder, as at a date.

Arithmetic is exact (:class:`decimal.Decimal` and :class:`fractions.Fraction`) and is rounded once, at the end, half to
even.
"""
