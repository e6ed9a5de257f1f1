"""Where the checkout keeps what is code but not Python: the notebooks and the expectation suites."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
EXPECTATIONS = ROOT / "expectations"
LOCK = ROOT / "requirements.lock"
PACKAGE = Path(__file__).resolve().parent

GIVEN = "PRIORITY_TWO_GIVEN"
"""The variable that tells a running notebook where copies of files lie that were named from outside the data folder."""

JUDGED = "PRIORITY_TWO_JUDGED"
"""The variable that tells a running notebook where the judgements lie that were made before it started."""
