"""The list of fonts that matplotlib wants before it draws, built once by set-up.

matplotlib looks at every font of the machine when it is first used, keeps the list in the home of whoever used it, and
says so where that takes longer than five seconds. No chart here needs one of them. So set-up builds the list
(``python -m priority_two.font_list``) and keeps it in the environment, and each process reads it there: whose home it
is, whether that can be written to, and how fast the machine is make no difference.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

READY = Path(sys.prefix) / "share" / "priority-two" / "charts"
_SETTING = "MPLCONFIGDIR"


def build() -> None:
    """Build the list, as set-up does."""
    os.environ[_SETTING] = os.fspath(READY)
    import_matplotlib()


def import_matplotlib() -> None:
    """Import matplotlib with the list that set-up built, and without a word.

    An environment that was made in another way has no such list; there matplotlib builds one in its user's home. What
    it says of that is silenced: no paper is made where something was printed.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    with _settings_folder(sorted(READY.glob("fontlist-*.json"))):
        import matplotlib.font_manager  # noqa: F401 -- reads the list


@contextlib.contextmanager
def _settings_folder(lists: list[Path]) -> Iterator[None]:
    """Give matplotlib a folder with these lists. It takes none that it may not write to, so it gets one of its own."""
    if not lists:
        yield
        return
    before = os.environ.get(_SETTING)
    with tempfile.TemporaryDirectory() as folder:
        for file in lists:
            shutil.copyfile(file, Path(folder) / file.name)
        os.environ[_SETTING] = folder
        try:
            yield
        finally:
            del os.environ[_SETTING]
            if before is not None:
                os.environ[_SETTING] = before


if __name__ == "__main__":
    build()
