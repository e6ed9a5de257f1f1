"""The kernel that runs a report's notebook: how it is started and ended, and what it may say on its own.

What a notebook prints is an output, and no paper is made with it. What the kernel's process itself writes to standard
error, such as a library's last words when it ends, belongs to no notebook and is of use to nobody.

A warm kernel is there in a twentieth of a second. Jupyter's libraries wait by tenths: for a socket that nobody listens
on yet, for silence before the first cell, and for a process to end. That would be most of half a second a notebook.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from queue import Empty
from typing import Any, cast

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default

from priority_two.paths import KERNELS
from priority_two.publish.warm_kernels import fork_kernel

PROVISIONER = "priority-two-warm"
"""The name under which Jupyter knows the provisioner: an entry point of this package."""
_MOMENT = 0.005
"""Seconds, after which a socket is tried again, and a kernel that was killed looked for."""
_ASKED_AGAIN, _SHOWN_AGAIN = 1.0, 0.2
"""Seconds, after which a kernel that has not answered is asked again, and one of which nothing shown has arrived."""
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

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel, and see to it that it is gone where that is a matter of moments, as it mostly is."""
        await super().kill(restart=restart)
        for _ in range(20):
            if await self.poll() is not None:
                break
            await asyncio.sleep(_MOMENT)


class PromptKernelClient(AsyncKernelClient):
    """Speaks with a kernel as soon as that answers.

    What a kernel says when it starts is not waited for: it is the answer to no cell, and is passed over.
    """

    def _context_default(self) -> Any:
        return _trying_soon(super()._context_default())

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and what it shows arrives.

        Raises
        ------
        RuntimeError
            It has died, or the seconds of `timeout` are over.
        """
        try:
            await asyncio.wait_for(self._answered(), timeout)
        except TimeoutError:
            raise RuntimeError(f"the kernel did not answer in {timeout} seconds") from None

    async def _answered(self) -> None:
        while True:
            self.kernel_info()
            try:
                answer = await self.get_shell_msg(timeout=_ASKED_AGAIN)
                if answer["msg_type"] == "kernel_info_reply":
                    await self.get_iopub_msg(timeout=_SHOWN_AGAIN)
                    return
            except Empty:
                if not await self.is_alive():
                    raise RuntimeError("the kernel died before it answered") from None


class SilentKernelManager(AsyncKernelManager):
    """Starts kernels whose processes write to no terminal, warm where that is possible."""

    @default("context")
    def _context_default(self) -> Any:
        return _trying_soon(super()._context_default())

    @default("client_factory")
    def _prompt(self) -> type[AsyncKernelClient]:
        return PromptKernelClient

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


def _trying_soon(context: Any) -> Any:
    """Let the sockets of a context try again soon where nobody listens yet."""
    context.reconnect_ivl = round(1000 * _MOMENT)
    return context
