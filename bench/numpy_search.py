"""The peer of the search: whole training runs in NumPy, one process a core, each with one BLAS thread.

The arguments are the number of processes, the training samples and the validation samples. For each
line "search:EPOCHS RUNS" on standard input it prints the milliseconds that so many runs took. A run is
what a trial of the report's search is: 3072-50-30-10 with batch normalisation, overlapping
mini-batches, cost and accuracy on the training samples before the first epoch and on the validation
samples after each.
"""

import multiprocessing
import sys
import time

import numpy as np

from numpy_peer import EPSILON, LAMBDA, Network, make_data

CHUNK = 500


def evaluate(network, x, labels, room):
    """Mean cost and accuracy, normalised by the moving averages, a chunk of samples at a time."""
    cost, correct = 0.0, 0
    for first in range(0, len(x), CHUNK):
        h, true = x[first:first + CHUNK], labels[first:first + CHUNK]
        for l, (w, b) in enumerate(zip(network.w, network.b)):
            s = room[l][:len(h)]
            np.dot(h, w.T, out=s)
            s += b
            if l < len(network.w) - 1:
                mean, variance = network.averages[2 * l:2 * l + 2]
                s -= mean
                s *= 1 / np.sqrt(variance + EPSILON)
                np.maximum(s, 0, out=s)
            h = s
        correct += np.count_nonzero(h.argmax(axis=1) == true)
        h -= h.max(axis=1, keepdims=True)
        of_true = h[np.arange(len(h)), true].sum()
        np.exp(h, out=h)
        cost += np.log(h.sum(axis=1)).sum() - of_true
    squares = sum(np.vdot(w, w) for w in network.w)
    return cost / len(x) + LAMBDA * squares, correct / len(x)


def train(epochs):
    (x, labels), validation = DATA
    N = len(x)
    n = 100 + N // 100
    network, smaller = Network(n, True), {}
    room = [np.empty((CHUNK, len(w))) for w in network.w]
    network.averages = [np.full(m, f) for m in (50, 30) for f in (0.0, 1.0)]
    history = [evaluate(network, *DATA[0], room)]
    network.averages = None
    for _ in range(epochs):
        for first in range(0, (N // 100 - 1) * 100, 100):
            batch = slice(first, min(first + n, N))
            with_size(network, smaller, batch.stop - first)
            network.forward(x[batch])
            network.backward(x[batch], labels[batch])
            network.update()
        history.append(evaluate(network, *validation, room))
    return history


def with_size(network, rooms, n):
    """Lets the network work on n samples: the last mini-batches of an epoch are smaller."""
    if n == network.n:
        return
    names = ("h", "g", "z", "room")
    rooms.setdefault(network.n, {name: getattr(network, name) for name in names})
    if n not in rooms:
        rooms[n] = {name: [np.empty((n, len(w))) for w in network.w] for name in names}
    for name in names:
        setattr(network, name, rooms[n][name])
    network.n = n


if __name__ == "__main__":
    processes, training, validation = map(int, sys.argv[1:])
    DATA = make_data(training), make_data(validation)
    if "fork" not in multiprocessing.get_all_start_methods():
        sys.exit("This peer needs a system that can fork.")
    # Forked, the processes share the data, which no one writes.
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for line in sys.stdin:
            case, runs = line.split()
            epochs = int(case.split(":")[1])
            start = time.perf_counter()
            pool.map(train, [epochs] * int(runs), chunksize=1)
            print((time.perf_counter() - start) * 1000, flush=True)
