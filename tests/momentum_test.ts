import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { standardBatchNorm } from "klayer/batch_norm.ts";
import { openKernels } from "klayer/kernels/mod.ts";
import { descend, updateParameters, weightDecay } from "klayer/momentum.ts";
import { backward, copyNetwork, forward, openCache, zerosLike } from "klayer/network.ts";
import { openRandom } from "klayer/random.ts";
import { assertClose, caseSizes, openCase } from "./oracle.ts";

const TENSORS = ["w", "b", "gamma", "beta"] as const;

Deno.test("a step is v = mu v + eta g and parameter - v, with the L2 term on the weights alone", () => {
  const share = fc.double({ min: 0.1, max: 0.9, noNaN: true });
  fc.assert(fc.property(caseSizes({ n: 1 }), share, share, (size, eta, mu) => {
    const { network } = openCase(size, standardBatchNorm);
    const before = copyNetwork(network);
    const random = openRandom(size.seed);
    const drawn = () => {
      const made = zerosLike(network);
      for (const layer of made) {
        for (const tensor of TENSORS) {
          layer[tensor]?.forEach((_, i, values) => values[i] = random.normal(0, 1));
        }
      }
      return made;
    };
    const [gradients, velocity] = [drawn(), drawn()];
    const past = structuredClone(velocity);
    const l2 = { ofLoss: 1.5, ofWeights: 0.25 };
    updateParameters(network, gradients, velocity, { eta, mu }, l2);
    for (const [l, { w, b, norm }] of network.layers.entries()) {
      const old = before.layers[l];
      const tensors = [
        ["w", w, old.w, l2],
        ["b", b, old.b, { ofLoss: 1, ofWeights: 0 }],
        ["gamma", norm?.gamma, old.norm?.gamma, { ofLoss: 1, ofWeights: 0 }],
        ["beta", norm?.beta, old.norm?.beta, { ofLoss: 1, ofWeights: 0 }],
      ] as const;
      for (const [tensor, now, was, { ofLoss, ofWeights }] of tensors) {
        assertEquals(gradients[l][tensor] === null, !was);
        if (!was) continue;
        const v = was.map((value, i) =>
          mu * past[l][tensor]![i] + eta * (ofLoss * gradients[l][tensor]![i] + ofWeights * value)
        );
        assertClose(velocity[l][tensor]!, v, 1e-14, `v of ${tensor}`, 10);
        assertClose(now!, was.map((value, i) => value - v[i]), 1e-14, tensor, 10);
      }
    }
  }));
});

Deno.test("weight decay is the derivative of lambda times the sum of squares", () => {
  const [lambda, w, h] = [0.3, 1.7, 1e-3];
  const { ofLoss, ofWeights } = weightDecay(lambda);
  assertEquals(ofLoss, 1);
  // The central difference of a square is exact but for rounding.
  const slope = (lambda * (w + h) ** 2 - lambda * (w - h) ** 2) / (2 * h);
  assertClose([ofWeights * w], [slope], 1e-12, "slope");
});

Deno.test("descend is backward and updateParameters, to the bits", () => {
  const step = { eta: 0.1, mu: 0.9 };
  const l2 = { ofLoss: 1.5, ofWeights: 0.25 };
  fc.assert(
    fc.property(caseSizes({ n: 2 }), fc.boolean(), (sizes, batchNorm) => {
      const [inParts, inOne] = [false, true].map((isOne) => {
        const kernels = openKernels();
        const { network, x, labels, n } = openCase(
          { ...sizes, d: 8 * sizes.d },
          batchNorm ? standardBatchNorm : null,
          kernels,
        );
        const [gradients, velocity] = [zerosLike(network), zerosLike(network)];
        const cache = openCache(network, n);
        for (let i = 0; i < 3; i++) {
          forward(network, x, n, cache, "batch");
          if (isOne) descend(network, x, labels, n, cache, gradients, velocity, step, l2);
          else {
            backward(network, x, labels, n, cache, gradients);
            updateParameters(network, gradients, velocity, step, l2);
          }
        }
        return { layers: network.layers, velocity };
      });
      assertEquals(inOne, inParts);
    }),
    { numRuns: 20 },
  );
});
