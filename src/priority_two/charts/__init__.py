"""Figures: charts as SVG with alternative text that says what they show, and the tables that stand beneath them."""
