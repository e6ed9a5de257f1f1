"""The kernel that runs a report's notebook, and what it may say on its own.

What a notebook prints is an output, and no paper is made with it. What the kernel's process itself writes to standard
error, such as a library's last words when it ends, belongs to no notebook and is of use to nobody.
"""

from __future__ import annotations

import subprocess
from typing import Any

from jupyter_client.manager import AsyncKernelManager


class SilentKernelManager(AsyncKernelManager):
    """Starts kernels whose processes write to no terminal."""

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
        """Start a kernel."""
        await super().start_kernel(**options, stderr=subprocess.DEVNULL)
