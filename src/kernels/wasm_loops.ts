/**
 * The WebAssembly loops beside the products; `vectors` counts pairs of numbers.
 *
 * @module
 */

import {
  defineFunction,
  f64,
  f64x2,
  type FunctionCode,
  i32,
  loopWhile,
  type,
} from "./wasm_assembler.ts";

/** All of them. */
export function loops(): FunctionCode[] {
  return [momentum(), relu(), reluGradient(), sum(), transpose()];
}

/**
 * v = mu v + eta (ofLoss dW + ofWeights W) and W -= v for some rows, with the four coefficients at an
 * address. Each operation is rounded on its own, as in the reference, so that the bits are the same.
 */
function momentum(): FunctionCode {
  return defineFunction("momentum", 8, (parameters, declare) => {
    const [w, dw, v, at, rows, vectors, stride, gradientStride] = parameters;
    const coefficients = Array.from({ length: 4 }, () => declare(type.v128));
    const [mu, eta, ofLoss, ofWeights] = coefficients;
    const [weights, velocity] = [declare(type.v128), declare(type.v128)];
    const [wNext, dwNext, vNext, left] = Array.from({ length: 4 }, () => declare(type.i32));
    const gradient = f64x2.add(
      f64x2.mul(ofLoss.get, f64x2.load(0, dwNext.get)),
      f64x2.mul(ofWeights.get, weights.get),
    );
    return [
      coefficients.map((coefficient, i) => coefficient.set(f64x2.loadSplat(8 * i, at.get))),
      loopWhile(
        rows.get,
        [wNext.set(w.get), dwNext.set(dw.get), vNext.set(v.get), left.set(vectors.get)],
        loopWhile(
          left.get,
          weights.set(f64x2.load(0, wNext.get)),
          velocity.set(
            f64x2.add(f64x2.mul(mu.get, f64x2.load(0, vNext.get)), f64x2.mul(eta.get, gradient)),
          ),
          f64x2.store(0, vNext.get, velocity.get),
          f64x2.store(0, wNext.get, f64x2.sub(weights.get, velocity.get)),
          [wNext, dwNext, vNext].map((address) => address.increase(i32.value(16))),
          left.increase(i32.value(-1)),
        ),
        [w, v].map((address) => address.increase(stride.get)),
        dw.increase(gradientStride.get),
        rows.increase(i32.value(-1)),
      ),
    ];
  });
}

function relu(): FunctionCode {
  return defineFunction("relu", 2, ([s, vectors]) =>
    loopWhile(
      vectors.get,
      f64x2.store(0, s.get, f64x2.larger(f64x2.load(0, s.get), f64x2.zero)),
      s.increase(i32.value(16)),
      vectors.increase(i32.value(-1)),
    ));
}

function reluGradient(): FunctionCode {
  return defineFunction("reluGradient", 3, ([h, g, vectors]) => {
    const isPositive = f64x2.differ(f64x2.load(0, h.get), f64x2.zero);
    return loopWhile(
      vectors.get,
      f64x2.store(0, g.get, f64x2.and(f64x2.load(0, g.get), isPositive)),
      [h, g].map((address) => address.increase(i32.value(16))),
      vectors.increase(i32.value(-1)),
    );
  });
}

/** to += from. */
function sum(): FunctionCode {
  return defineFunction("sum", 3, ([to, from, vectors]) =>
    loopWhile(
      vectors.get,
      f64x2.store(0, to.get, f64x2.add(f64x2.load(0, to.get), f64x2.load(0, from.get))),
      [to, from].map((address) => address.increase(i32.value(16))),
      vectors.increase(i32.value(-1)),
    ));
}

/** to = fromᵀ: `rows` rows of `columns` numbers from the columns of a matrix, with zeros behind each. */
function transpose(): FunctionCode {
  return defineFunction("transpose", 6, ([to, from, stride, rows, columns, zeros], declare) => {
    const [next, left] = [declare(type.i32), declare(type.i32)];
    return loopWhile(
      rows.get,
      next.set(from.get),
      left.set(columns.get),
      loopWhile(
        left.get,
        f64.store(0, to.get, f64.load(0, next.get)),
        to.increase(i32.value(8)),
        next.increase(stride.get),
        left.increase(i32.value(-1)),
      ),
      left.set(zeros.get),
      loopWhile(
        left.get,
        f64.store(0, to.get, f64.zero),
        to.increase(i32.value(8)),
        left.increase(i32.value(-1)),
      ),
      from.increase(i32.value(8)),
      rows.increase(i32.value(-1)),
    );
  });
}
