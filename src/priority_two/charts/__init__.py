"""Figures: charts as SVG with alternative text that says what they show, and the tables that stand beneath them."""

from priority_two.font_list import import_matplotlib

import_matplotlib()  # before any module here does
