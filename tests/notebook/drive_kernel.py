"""Execute cells in a fresh Deno kernel, pressing Stop where asked, and tell what they said.

Usage: drive_kernel.py DIRECTORY, with a JSON list of cells on standard input: {"code": ..., "stop": text},
where Stop is pressed, as JupyterLab does it, once an output of the cell contains the text. On standard
output a JSON list: for each cell the texts that it showed, or the one word "hangs".
"""

import json
import sys
import time
from queue import Empty

from jupyter_client.manager import start_new_kernel

PATIENCE = 60  # seconds


def texts(msg):
    content = msg["content"]
    if msg["msg_type"] == "stream":
        return [content["text"]]
    if msg["msg_type"] == "error":
        return [f"{content['ename']}: {content['evalue']}"]
    return [text for text in [content.get("data", {}).get("text/plain")] if isinstance(text, str)]


def run(manager, client, cell):
    parent = client.execute(cell["code"])
    said, stop, deadline = [], cell.get("stop"), time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            msg = client.get_iopub_msg(timeout=0.2)
        except Empty:
            if not manager.is_alive():
                return ["the kernel died"]
            continue
        if msg["parent_header"].get("msg_id") != parent:
            continue
        said += texts(msg)
        if stop and any(stop in text for text in said):
            manager.interrupt_kernel()
            stop = None
        if msg["msg_type"] == "status" and msg["content"]["execution_state"] == "idle":
            # Deno says idle before the last outputs have been sent.
            time.sleep(0.3)
            while client.iopub_channel.msg_ready():
                said += texts(client.get_iopub_msg(timeout=1))
            return said
    return ["hangs"]


manager, client = start_new_kernel(kernel_name="deno", cwd=sys.argv[1])
try:
    print(json.dumps([run(manager, client, cell) for cell in json.load(sys.stdin)]))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
