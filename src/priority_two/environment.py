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


def impersonal(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the settings that whoever uses a shell may have made of Python and its libraries.

    matplotlib reads the settings of a home folder where it is given none: so it is given some, in which nothing stands.
    """
    own = {name: value for name, value in environment.items() if not PERSONAL.fullmatch(name)}
    return {**own, "MATPLOTLIBRC": os.devnull}
