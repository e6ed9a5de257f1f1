"""Figures: charts as SVG with alternative text that says what they show, and the tables that stand beneath them."""

import logging

# matplotlib speaks up where a machine is slow or a home cannot be written to: nothing that whoever
# makes a paper can mend, and no paper is made where something was printed.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
