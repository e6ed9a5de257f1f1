"""The kernel that runs a report's notebook: how it is started, and what it may say on its own.

What a notebook prints is an output, and no paper is made with it. What the kernel's process itself writes to standard
error, such as a library's last words when it ends, belongs to no notebook and is of use to nobody.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, cast

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from priority_two.paths import KERNELS
from priority_two.publish.warm_kernels import fork_kernel

PROVISIONER = "priority-two-warm"
"""The name under which Jupyter knows the provisioner: an entry point of this package."""
_STOCK = [sys.executable, "-m", "ipykernel_launcher"]


class WarmProvisioner(LocalProvisioner):
    """Has kernels forked by the server of warm kernels where there is one, and otherwise starts them anew."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Launch a kernel."""
        options["env"].pop(KERNELS, None)
        kernel = None
        if cmd[: len(_STOCK)] == _STOCK:
            kernel = fork_kernel(cmd[len(_STOCK) :], options["env"], str(options.get("cwd") or Path.cwd()))
        if kernel is None:
            return await super().launch_kernel(cmd, **options)
        self.process, self.pid, self.cwd = cast(Any, kernel), kernel.pid, options.get("cwd")
        return self.connection_info


class SilentKernelManager(AsyncKernelManager):
    """Starts kernels whose processes write to no terminal, warm where that is possible."""

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """What is known of the kernel, and that it is to be forked where this package is installed as it is now."""
        spec = super().kernel_spec
        if spec is not None and entry_points(group=KernelProvisionerFactory.GROUP_NAME, name=PROVISIONER):
            spec.metadata["kernel_provisioner"] = {"provisioner_name": PROVISIONER}
        return spec

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
        """Start a kernel."""
        await super().start_kernel(**options, stderr=subprocess.DEVNULL)
