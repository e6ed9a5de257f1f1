"""The environment of a process without what somebody has set for Python and its libraries.

Standard library only: the command looks at its environment before it imports anything else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

_LIBRARIES = (
    "I?PYTHON|IPY_|IPYKERNEL_|JUPYTER_|JPY_|KERNEL_|PYZMQ_|TORNADO_|TRAITLETS_|PAPERMILL_|NBCONVERT_|NBFORMAT_"
    "|PYDEVD_|DEBUGPY_|MPL|MATPLOTLIB|NPY_|NUMPY_|PANDAS_|SCIPY_|GX_|GE_|PYDANTIC_|JSONSCHEMA_|OPENPYXL_|PYPARSING"
    "|TQDM_|WCWIDTH_|FONTCONFIG_|FC_|FREETYPE_|HB_|PANGO_|CAIRO_|G_"
)
PERSONAL = re.compile(f"(?:{_LIBRARIES})[A-Z0-9_]+|SOURCE_DATE_EPOCH|EAGER_IMPORT|YAMLDEBUG|QT_API")
"""Variables by which somebody's settings or code would reach a paper. ``PYTHON`` alone is that of the Makefile."""

_OF_NOTEBOOKS = {
    "GX_ANALYTICS_ENABLED": "false",
    "PYTHONSAFEPATH": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONWARNINGS": "default",
    # Papers add up, and do not multiply matrices: threads for that would only be in each other's way, and in a fork's.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def impersonal(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the settings that whoever uses a shell may have made of Python and its libraries.

    matplotlib reads the settings of a home folder where it is given none: so it is given some, in which nothing stands.
    """
    own = {name: value for name, value in environment.items() if not PERSONAL.fullmatch(name)}
    return {**own, "MATPLOTLIBRC": os.devnull}


def of_notebooks(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which notebooks run, but for what tells them of a run."""
    return {**impersonal(environment), **_OF_NOTEBOOKS}
