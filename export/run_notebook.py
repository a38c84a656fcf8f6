"""Execute one notebook in a fresh Deno kernel without losing any of its outputs.

Usage: run_notebook.py INPUT OUTPUT DIRECTORY

The kernel runs in DIRECTORY. What happens is told on standard output, one JSON object a line:
a cell starts, shows a line, ends, or fails. Execution stops at the first cell that fails; OUTPUT
holds everything up to there. The exit code is 0 unless the runner itself breaks down.
"""

import json
import sys
import time
from queue import Empty

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, DeadKernelError

SILENCE = 0.1  # seconds
INTERVAL = 0.2  # seconds between two lines shown of one cell


def tell(**event):
    print(json.dumps(event), flush=True)


class LingeringClient(NotebookClient):
    """Reads on after "idle": the Deno kernel says it before all outputs have been sent."""

    cell_number = 0
    last_line = 0.0

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        timeout = None
        while True:
            try:
                msg = await self.kc.iopub_channel.get_msg(timeout=timeout)
            except Empty:
                return
            if msg["parent_header"].get("msg_id") != parent_msg_id:
                continue
            try:
                self.process_message(msg, cell, cell_index)
            except CellExecutionComplete:
                timeout = SILENCE

    def process_message(self, msg, cell, cell_index):
        line = last_line(msg)
        if line and time.monotonic() > self.last_line + INTERVAL:
            self.last_line = time.monotonic()
            tell(event="line", cell=self.cell_number, line=line)
        return super().process_message(msg, cell, cell_index)

    async def async_execute_cell(self, cell, cell_index, **options):
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        self.cell_number += 1
        tell(event="start", cell=self.cell_number)
        started = time.monotonic()
        try:
            return await super().async_execute_cell(cell, cell_index, **options)
        except CellExecutionError as error:
            tell(event="fail", cell=self.cell_number, reason=f"{error.ename}: {error.evalue}")
            raise
        except DeadKernelError:
            tell(event="fail", cell=self.cell_number, reason="the kernel died")
            raise
        finally:
            seconds = time.monotonic() - started
            tell(event="end", cell=self.cell_number, seconds=round(seconds, 3))


def last_line(msg):
    """The last line of what a running cell says, as text on a stream or as a progress line."""
    content = msg["content"]
    text = content.get("text")
    if content.get("metadata", {}).get("klayer", {}).get("unfinished"):
        text = content["data"].get("text/plain")
    lines = text.strip().splitlines() if isinstance(text, str) else []
    return lines[-1] if lines else None


def main(source, target, directory):
    notebook = nbformat.read(source, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    client = LingeringClient(
        notebook,
        kernel_name="deno",
        timeout=None,
        iopub_timeout=600,
        raise_on_iopub_timeout=True,
        record_timing=False,
        resources={"metadata": {"path": directory}},
    )
    try:
        client.execute()
    except (CellExecutionError, DeadKernelError):
        pass  # told already
    nbformat.write(notebook, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
