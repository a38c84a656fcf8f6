"""The same training steps as numpy_peer.py in PyTorch, in float64 on the processor, as its users write them.

For each line "CASE STEPS" on standard input it prints the milliseconds that so many steps took. The
argument is the number of threads; "--version" prints the version and ends.
"""

import sys
import time

import torch
from torch import nn

from numpy_peer import DECAY, EPSILON, ETA, INPUTS, LAMBDA, MORE_WIDTHS, MU, read_case, serve


def network(width, batch_norm):
    layers = []
    widths = [INPUTS, width, *MORE_WIDTHS]
    for d, m in zip(widths, widths[1:]):
        layers.append(nn.Linear(d, m))
        if m != widths[-1]:
            if batch_norm:
                layers.append(nn.BatchNorm1d(m, eps=EPSILON, momentum=1 - DECAY, affine=False))
            layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


def optimiser(model):
    weights = [p for p in model.parameters() if p.dim() > 1]
    biases = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": weights, "weight_decay": 2 * LAMBDA}, {"params": biases}]
    return torch.optim.SGD(groups, lr=ETA, momentum=MU)


def run(data, case, steps):
    x, labels = (torch.from_numpy(part) for part in data)
    kind, n, width, _ = read_case(case)
    model = network(width, kind == "batch-norm")
    optimise = optimiser(model)
    cost = nn.CrossEntropyLoss()
    start = time.perf_counter()
    for step in range(steps):
        first = step * 100 % (len(x) - n + 1)
        optimise.zero_grad()
        cost(model(x[first:first + n]), labels[first:first + n]).backward()
        optimise.step()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    if sys.argv[1] == "--version":
        print(torch.__version__)
    else:
        torch.set_default_dtype(torch.float64)
        torch.set_num_threads(int(sys.argv[1]))
        serve(run)
