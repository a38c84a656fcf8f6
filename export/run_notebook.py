"""Execute one notebook in a fresh Deno kernel without losing any of its outputs.

Usage: run_notebook.py INPUT OUTPUT DIRECTORY

The kernel runs in DIRECTORY. What happens is told on standard output, one JSON object a line:
a cell starts, shows a line, ends, or fails. Execution stops at the first cell that fails; OUTPUT
holds everything up to there. The exit code is 0 unless the runner itself breaks down.
"""

import json
import os
import signal
import sys
import threading
import time
from queue import Empty

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, DeadKernelError

INTERVAL = 0.2  # seconds between two lines shown of one cell
PATIENCE = 60  # seconds
ATTEMPTS = 5  # to start a kernel
MARK = "application/vnd.klayer.mark+json"
# Displays and the two streams reach the outside by ways of their own: one mark for each.
MARKS = f"""await Deno.jupyter.broadcast("display_data", {{
  data: {{ "{MARK}": 0 }}, metadata: {{}}, transient: {{}},
}});
console.log("{MARK}");
console.error("{MARK}");"""


def tell(**event):
    print(json.dumps(event), flush=True)


class DrainingClient(NotebookClient):
    """Reads on after "idle": the Deno kernel says it before all outputs have been sent.

    Once idle, the kernel is made to output marks. Outputs keep their order, so that whatever the
    cell showed has arrived when the marks have: no guess of how long to wait is needed.
    """

    cell_number = 0
    last_line = 0.0

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        parents = {parent_msg_id}
        marks = 0
        timeout = None
        while marks < 3:
            try:
                msg = await self.kc.iopub_channel.get_msg(timeout=timeout)
            except Empty:
                raise RuntimeError("the kernel is idle, but its outputs do not arrive") from None
            if msg["parent_header"].get("msg_id") not in parents:
                continue
            if timeout is not None and msg["msg_type"] in ("status", "execute_input"):
                continue  # of the marks' own execution
            if is_mark(msg):
                marks += 1
                continue
            try:
                self.process_message(msg, cell, cell_index)
            except CellExecutionComplete:
                timeout = PATIENCE
                # Silent: it does not count as an execution.
                parents.add(self.kc.execute(MARKS, silent=True, store_history=False))

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


def is_mark(msg):
    content = msg["content"]
    return MARK in content.get("data", {}) or content.get("text", "").rstrip() == MARK


def last_line(msg):
    """The last line of what a running cell says, as text on a stream or as a progress line."""
    content = msg["content"]
    text = content.get("text")
    if content.get("metadata", {}).get("klayer", {}).get("unfinished"):
        text = content["data"].get("text/plain")
    lines = text.strip().splitlines() if isinstance(text, str) else []
    return lines[-1] if lines else None


def coalesced(outputs):
    """Join what one stream said in a row; nbclient's own way is quadratic in the line's length."""
    joined = []
    for output in outputs:
        before = joined[-1] if joined else {}
        if output.output_type == "stream" == before.get("output_type"):
            if output.name == before.name:
                before.text += output.text
                continue
        joined.append(output)
    return joined


def end_with_parent():
    """Standard input is closed when the process that started this one ends, even by kill -9."""

    def wait():
        os.read(0, 1)  # not sys.stdin, whose lock would be held at the end
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def main(source, target, directory):
    end_with_parent()
    notebook = nbformat.read(source, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    for attempt in range(ATTEMPTS):
        client = DrainingClient(
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
        except RuntimeError:
            # Ports are chosen before the kernel opens them: another kernel may have been quicker.
            if client.cell_number > 0 or attempt == ATTEMPTS - 1:
                raise
            continue
        break
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = coalesced(cell.outputs)
    nbformat.write(notebook, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
