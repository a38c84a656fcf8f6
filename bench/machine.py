"""Prints a JSON of the processor, of NumPy and of its BLAS."""

import json
import platform
import re

import numpy


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return re.search(r"^model name\s*:\s*(.+)$", file.read(), re.MULTILINE)[1]
    except (OSError, TypeError):
        return platform.processor() or platform.machine()


blas = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
print(json.dumps({
    "processor": processor(),
    "numpy": f"NumPy {numpy.__version__} with {blas['name']} {blas['version']}",
}))
