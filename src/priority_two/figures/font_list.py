"""The list of fonts that matplotlib wants before it draws, built once by set-up.

matplotlib looks at every font of the machine when it is first used, keeps the list in the home of whoever used it, and
says so where that takes longer than five seconds. No chart here needs one of them. So set-up builds the list
(``python -m priority_two.figures.font_list``) and keeps it in the environment, and each run gets a copy: whose home it
is, whether that can be written to, and how fast the machine is make no difference.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

READY = Path(sys.prefix) / "share" / "priority-two" / "charts"


def copy_list(folder: Path) -> bool:
    """Copy the list that set-up built into a folder, which is made.

    Parameters
    ----------
    folder
        What ``MPLCONFIGDIR`` is to name.

    Returns
    -------
    bool
        Whether there was one. An environment that was made in another way has none, and matplotlib builds its own.

    Raises
    ------
    OSError
        It cannot be copied.
    """
    lists = sorted(READY.glob("fontlist-*.json"))
    if lists:
        folder.mkdir()
    for file in lists:
        shutil.copyfile(file, folder / file.name)
    return bool(lists)


if __name__ == "__main__":
    os.environ["MPLCONFIGDIR"] = os.fspath(READY)
    import matplotlib.font_manager  # noqa: F401 -- builds the list
