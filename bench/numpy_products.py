"""What the matrix products alone cost in NumPy: the limit of every program that leaves them to its BLAS.

For each line "CASE STEPS" on standard input it prints the milliseconds of so many steps. CASE is that
of numpy_peer.py, for the products of a training step and nothing else, or "square:m", for one product
of two m x m matrices.
"""

import time

import numpy as np

from numpy_peer import Network, read_case, serve


def square(m, steps):
    a = np.random.default_rng(1).standard_normal((m, m))
    b, c = a + 1, np.empty((m, m))
    start = time.perf_counter()
    for _ in range(steps):
        np.dot(a, b, out=c)
    return (time.perf_counter() - start) * 1000


def run(data, case, steps):
    kind, n, width, _ = read_case(case)
    if kind == "square":
        return square(n, steps)
    x, _ = data
    room = Network(n, False, width)
    for h, g in zip(room.h, room.g):
        h.fill(0.5)
        g.fill(0.5)
    start = time.perf_counter()
    for step in range(steps):
        first = step * 100 % (len(x) - n + 1)
        inputs = [x[first:first + n], *room.h]
        for l, w in enumerate(room.w):
            np.dot(inputs[l], w.T, out=room.h[l])
        for l, w in enumerate(room.w):
            np.dot(room.g[l].T, inputs[l], out=room.dw[l])
            if l > 0:
                np.dot(room.g[l], w, out=room.g[l - 1])
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    serve(run)
