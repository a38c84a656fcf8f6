"""The peer of the benchmarks: the same training steps in NumPy, as fast as NumPy does them.

All arrays are allocated once and written in place; nothing of size n x n is ever formed. For each line
"CASE STEPS" on standard input it runs so many steps of the network 3072-50-30-10 and prints the
milliseconds they took. CASE is plain or batch-norm, then what differs from the report: ":n",
":n:WIDTH" (of the first layer) or ":n:WIDTH:N".
"""

import sys
import time

import numpy as np

INPUTS, USUAL_WIDTH, MORE_WIDTHS = 3072, 50, [30, 10]
ETA, MU, LAMBDA, EPSILON, DECAY = 0.0129, 0.9, 1e-4, 1e-20, 0.99


class Network:
    """Parameters, and room for one mini-batch of n samples; a sample is a row."""

    def __init__(self, n, batch_norm, width=USUAL_WIDTH):
        draw = np.random.RandomState(400).standard_normal
        widths = [INPUTS, width, *MORE_WIDTHS]
        shapes = list(zip(widths[1:], widths))
        self.n, self.batch_norm = n, batch_norm
        self.w = [draw(shape) * 0.01 for shape in shapes]
        self.b = [np.zeros(m) for m, _ in shapes]
        self.v = [np.zeros(shape) for shape in shapes]
        self.vb = [np.zeros(m) for m, _ in shapes]
        self.dw = [np.empty(shape) for shape in shapes]
        self.h = [np.empty((n, m)) for m, _ in shapes]
        self.g = [np.empty((n, m)) for m, _ in shapes]
        self.z = [np.empty((n, m)) for m, _ in shapes]
        self.room = [np.empty((n, m)) for m, _ in shapes]
        self.scale = [None for _ in shapes]
        self.averages = None

    def forward(self, x):
        last = len(self.w) - 1
        moments = []
        for l, (w, b, h) in enumerate(zip(self.w, self.b, self.h)):
            np.dot(x, w.T, out=h)
            h += b
            if self.batch_norm and l < last:
                mean = h.mean(axis=0)
                h -= mean
                np.multiply(h, h, out=self.room[l])
                variance = self.room[l].mean(axis=0)
                self.scale[l] = 1 / np.sqrt(variance + EPSILON)
                h *= self.scale[l]
                self.z[l][:] = h
                moments += [mean, variance]
            if l < last:
                np.maximum(h, 0, out=h)
            x = h
        x -= x.max(axis=1, keepdims=True)
        np.exp(x, out=x)
        x /= x.sum(axis=1, keepdims=True)
        if moments:
            past = self.averages or moments
            self.averages = [DECAY * a + (1 - DECAY) * m for a, m in zip(past, moments)]

    def backward(self, x, labels):
        g = self.g[-1]
        np.copyto(g, self.h[-1])
        g[np.arange(self.n), labels] -= 1
        g /= self.n
        for l in reversed(range(len(self.w))):
            g = self.g[l]
            if l < len(self.w) - 1:
                g *= self.h[l] > 0
                if self.batch_norm:
                    z, room = self.z[l], self.room[l]
                    np.multiply(g, z, out=room)
                    np.multiply(z, room.mean(axis=0), out=room)
                    g -= g.mean(axis=0)
                    g -= room
                    g *= self.scale[l]
            np.dot(g.T, x if l == 0 else self.h[l - 1], out=self.dw[l])
            self.vb[l] *= MU
            self.vb[l] += ETA * g.sum(axis=0)
            if l > 0:
                np.dot(g, self.w[l], out=self.g[l - 1])

    def update(self):
        for w, b, v, vb, dw in zip(self.w, self.b, self.v, self.vb, self.dw):
            if self.batch_norm:
                v *= MU
                dw *= ETA
                v += dw
                np.multiply(w, 2 * LAMBDA * ETA, out=dw)
                v += dw
            else:
                v *= MU
                dw *= ETA * (1 + 2 * LAMBDA)
                v += dw
            w -= v
            b -= vb


def read_case(case):
    """Its kind, n, the width of the first layer, and N."""
    kind, *sizes = case.split(":")
    usual = [590, USUAL_WIDTH, 49_000] if kind == "batch-norm" else [100, USUAL_WIDTH, 10_000]
    sizes = [int(size) for size in sizes]
    return kind, *sizes, *usual[len(sizes):]


def run(data, case, steps):
    """The milliseconds of so many steps; the mini-batches move on by 100 samples."""
    x, labels = data
    kind, n, width, _ = read_case(case)
    network = Network(n, kind == "batch-norm", width)
    start = time.perf_counter()
    for step in range(steps):
        first = step * 100 % (len(x) - n + 1)
        network.forward(x[first:first + n])
        network.backward(x[first:first + n], labels[first:first + n])
        network.update()
    return (time.perf_counter() - start) * 1000


def make_data(N):
    """Random images: what they show does not matter to the time."""
    random = np.random.default_rng(1)
    x = np.empty((N, INPUTS))
    for i in range(0, N, 1000):
        x[i:i + 1000] = random.integers(0, 256, x[i:i + 1000].shape) / 255 - 0.5
    return x, random.integers(0, 10, N)


def serve(measure):
    """Answers each line "CASE STEPS" with measure(data, CASE, STEPS), until the input ends."""
    data = {}
    for line in sys.stdin:
        case, steps = line.split()
        N = read_case(case)[-1]
        if N not in data:
            data[N] = make_data(N)
        print(measure(data[N], case, int(steps)), flush=True)


if __name__ == "__main__":
    serve(run)
