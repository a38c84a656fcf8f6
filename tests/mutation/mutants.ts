/**
 * Ways to break the core of `src/`, each of which a test must notice.
 *
 * @module
 */

/** One way to break a file. */
export interface Break {
  /** What is wrong then. */
  readonly what: string;
  /** Text that the file has exactly once. */
  readonly original: string;
  readonly broken: string;
}

/** A file, the ways to break it, and the tests that must notice every one. */
export interface Breakable {
  readonly file: string;
  readonly tests: readonly string[];
  readonly breaks: readonly Break[];
}

/** A break from what is wrong, the original and the broken text. */
const as = (what: string, original: string, broken: string): Break => ({ what, original, broken });

const LAYERS = "tests/layers_test.ts";
const NETWORK = "tests/network_test.ts";
const MOMENTUM = "tests/momentum_test.ts";

export const breakables: readonly Breakable[] = [
  {
    file: "src/softmax.ts",
    tests: [NETWORK, LAYERS],
    breaks: [
      as("no shift", "Math.exp(s[row + k] - largest)", "Math.exp(s[row + k])"),
      as(
        "the smallest score is subtracted",
        "if (s[row + k] > largest) largest = s[row + k]",
        "if (s[row + k] < largest) largest = s[row + k]",
      ),
      as("the label is added", "p[i * K + labels[i]] -= 1", "p[i * K + labels[i]] += 1"),
      as("no mean over the samples", "p[i] /= n", "p[i] /= 1"),
      as("the sum of ln p", "sum -= Math.log", "sum += Math.log"),
      as("the wrong probability", "Math.log(p[i * K + labels[i]])", "Math.log(p[i * K])"),
      as("the last class wins ties", "> p[i * K + winner]", ">= p[i * K + winner]"),
      as(
        "the last class never wins",
        "let k = 1; k < K; k++) if (p",
        "let k = 1; k < K - 1; k++) if (p",
      ),
    ],
  },
  {
    file: "src/dense.ts",
    tests: [NETWORK, LAYERS],
    breaks: [
      as("no bias", "kernels.addRow(size.n, s, b);", ""),
      as(
        "no gradient of the bias",
        "kernels.weightGradient(size, g, x, dw);\n  kernels.sumRows(size.n, g, db);",
        "kernels.weightGradient(size, g, x, dw);",
      ),
      as(
        "no gradient of the inputs",
        "if (dx !== null) kernels.inputGradient(size, g, w, dx);\n}",
        "}",
      ),
    ],
  },
  {
    file: "src/dense.ts",
    tests: [MOMENTUM],
    breaks: [
      as(
        "no gradient of the bias in a step",
        "kernels.sumRows(size.n, g, db);\n  kernels.weightStep",
        "kernels.weightStep",
      ),
      as(
        "the inputs' gradient by the weights after the step",
        "if (dx !== null) kernels.inputGradient(size, g, w, dx);\n  kernels.sumRows(size.n, g, db);\n" +
          "  kernels.weightStep(size, step, g, x, w, v);",
        "kernels.sumRows(size.n, g, db);\n  kernels.weightStep(size, step, g, x, w, v);\n" +
          "  if (dx !== null) kernels.inputGradient(size, g, w, dx);",
      ),
    ],
  },
  {
    file: "src/relu.ts",
    tests: [NETWORK, LAYERS],
    breaks: [
      as("negative scores are turned", "if (s[i] < 0) s[i] = 0", "if (s[i] < 0) s[i] = -s[i]"),
      as("NaN becomes 0", "if (s[i] < 0) s[i] = 0", "if (!(s[i] >= 0)) s[i] = 0"),
      as("a gradient at 0", "if (h[i] === 0) g[i] = 0", "if (h[i] < 0) g[i] = 0"),
    ],
  },
  {
    file: "src/kernels/reference.ts",
    tests: [NETWORK, LAYERS],
    breaks: [
      as("forward: one input short", "k < d; k++) sum += at", "k < d - 1; k++) sum += at"),
      as(
        "forward: the transposed weights",
        "at(i * d + k) * w[j * d + k]",
        "at(i * d + k) * w[k * m + j]",
      ),
      as("weights: one sample short", "i < n; i++) sum += g", "i < n - 1; i++) sum += g"),
      as("inputs: one unit short", "j < m; j++) sum += g", "j < m - 1; j++) sum += g"),
    ],
  },
  {
    file: "src/kernels/reference.ts",
    tests: [MOMENTUM],
    breaks: [
      as("momentum: no past", "mu * v[i] + eta * g", "eta * g"),
      as("momentum: uphill", "w[i] -= v[i]", "w[i] += v[i]"),
      as("momentum: L2 has the wrong sign", "+ ofWeights * w[i]", "- ofWeights * w[i]"),
      as("momentum: the loss is not scaled", "ofLoss * dw[i]", "dw[i]"),
    ],
  },
  {
    file: "src/batch_norm.ts",
    tests: [NETWORK, LAYERS],
    breaks: [
      as(
        "epsilon is subtracted",
        "Math.sqrt(variance + epsilon)),",
        "Math.sqrt(variance - epsilon)),",
      ),
      as("no epsilon behind", "/ Math.sqrt(variance + epsilon)", "/ Math.sqrt(variance)"),
      as("no scale", "scale: gamma ?? new", "scale: new"),
      as("no shift", "shift: beta ?? new", "shift: new"),
      as("dgamma is dbeta", "dgamma?.set(sumGZ)", "dgamma?.set(sumG)"),
      as("dbeta is dgamma", "dbeta?.set(sumG)", "dbeta?.set(sumGZ)"),
      as("the mean of dz is dropped", "sumG.map((sum) => sum / n)", "sumG.map(() => 0)"),
      as("the mean of dz z is dropped", "sumGZ.map((sum) => sum / n)", "sumGZ.map(() => 0)"),
      as("gamma is dropped behind", "(gamma === null ? 1 : gamma[j])", "1"),
      as("a sum for a mean", "mean[j] /= n", "mean[j] /= 1"),
      as("the unbiased variance", "variance[j] /= n", "variance[j] /= n - 1"),
      as("the first mini-batch is not taken", "norm.seen === 0 ? 0 : decay", "decay"),
      as(
        "the past and the present change places",
        "past * averages.mean[j] + (1 - past)",
        "(1 - past) * averages.mean[j] + past",
      ),
      as(
        "the variance follows the mean",
        "(1 - past) * batch.variance[j]",
        "(1 - past) * batch.mean[j]",
      ),
      as("every mini-batch is the first", "norm.seen++", "norm.seen = 0"),
    ],
  },
  {
    file: "src/kernels/columns.ts",
    tests: [NETWORK, LAYERS],
    breaks: [
      as("squares not about the mean", "(s[i * m + j] - mean[j]) ** 2", "s[i * m + j] ** 2"),
      as("the slope has the wrong sign", "- z[at] * slope[j]", "+ z[at] * slope[j]"),
      as("z is not centred", "(s[at] - mean[j]) / deviation[j]", "s[at] / deviation[j]"),
    ],
  },
  {
    file: "src/network.ts",
    tests: [NETWORK, LAYERS],
    breaks: [
      as(
        "normalised by the averages in training",
        'statistics === "batch" ? batch : norm.averages',
        "norm.averages",
      ),
      as(
        "normalised by the samples in use",
        'statistics === "batch" ? batch : norm.averages',
        "batch",
      ),
      as(
        "batch normalisation in the last layer, too",
        "batchNorm !== null && l < size.hidden.length",
        "batchNorm !== null",
      ),
      as(
        "ReLU is skipped",
        "if (l < layers.length - 1) kernels.relu(h)",
        "if (l < layers.length - 1) h.fill(h[0], 0, 0)",
      ),
      as("ReLU lets every gradient through", "kernels.reluGradient(h.subarray(0, n * m), g);", ""),
      as(
        "the first layer's outputs as input of all",
        "before?.h ?? x",
        "before ? cache.layers[0].h : x",
      ),
      as(
        "averages of copies are shared",
        "mean: norm.averages.mean.slice()",
        "mean: norm.averages.mean",
      ),
      as("weights of copies are shared", "w: w.slice()", "w"),
      as("a layer of 0 units", "m < 1", "m < 0"),
    ],
  },
  {
    file: "src/momentum.ts",
    tests: [MOMENTUM],
    breaks: [
      as("half the weight decay", "ofWeights: 2 * lambda", "ofWeights: lambda"),
      as(
        "L2 on the biases",
        "{ eta, mu, ofLoss: 1, ofWeights: 0 }",
        "{ eta, mu, ofLoss: 1, ofWeights: 0.1 }",
      ),
      as(
        "no L2 on the weights",
        "{ ...step, ...l2 }, w, gradients[l].w",
        "{ ...step, ofLoss: 1, ofWeights: 0 }, w, gradients[l].w",
      ),
      as(
        "no L2 on the weights in a step",
        "velocity, { ...step, ...l2 });",
        "velocity, { ...step, ofLoss: 1, ofWeights: 0 });",
      ),
      as(
        "a step of the weights alone",
        "velocity, { ...step, ...l2 });\n  updateOthers(network, gradients, velocity, step);",
        "velocity, { ...step, ...l2 });",
      ),
      as("gamma is not learnt", "if (norm?.gamma) kernels", "if (false) kernels"),
      as("beta is not learnt", "if (norm?.beta) kernels", "if (false) kernels"),
      as("beta follows gamma", "g.beta!, v.beta!", "g.gamma!, v.beta!"),
    ],
  },
  {
    file: "src/protocol.ts",
    tests: ["tests/protocol_test.ts"],
    breaks: [
      as("the last mini-batch is dropped", "Math.ceil(N / batchSize)", "Math.floor(N / batchSize)"),
      as("no shuffling", "order: permutation(N, random)", "order: null"),
      as("a mini-batch beyond the end", "Math.min((b + 1) * batchSize, N)", "(b + 1) * batchSize"),
      as("a cost that is no number goes on", "Number.isFinite(cost) ? null", "cost < 0 ? null"),
      as("the best network goes on learning", "keep: copyNetwork", "keep: (network) => network"),
    ],
  },
  {
    file: "src/report/protocol.ts",
    tests: ["tests/report/protocol_test.ts"],
    breaks: [
      as("not one sample late", "from: b * batchSize + 1", "from: b * batchSize"),
      as("one sample short", "to: (b + 1) * batchSize + 1", "to: (b + 1) * batchSize"),
      as("mini-batches that do not overlap", "(b + 1) * batchSize + more", "(b + 1) * batchSize"),
      as("the last step is taken", "Math.floor(N / batchSize) - 1)", "Math.floor(N / batchSize))"),
      as("He by the inputs", "Math.sqrt(2 / m)", "Math.sqrt(1 / m)"),
      as("no plain initialisation before", "plain()(network, random);", ""),
      as("one draw less", "i < draw; i++", "i < draw - 1; i++"),
      as("half the scaled gradient", "1 + 2 * lambda", "1 + lambda"),
      as("one decimal", "Math.round(percent * 100) / 100", "Math.round(percent * 10) / 10"),
      as("stopped at twice the cost", "cost <= 3 * initialCost", "cost <= 2 * initialCost"),
      as(
        "a cost that is no number goes on",
        "if (cost <= 3 * initialCost) return null",
        "if (!(cost > 3 * initialCost)) return null",
      ),
      as("the textbook's epsilon", "epsilon: 1e-20", "epsilon: 1e-5"),
      as("the textbook's averages", "decay: 0.99", "decay: 0.9"),
      as("scale and shift", "scaleAndShift: false", "scaleAndShift: true"),
      as(
        "overlap without normalisation",
        "batchNorm ? overlappingBatches : shiftedBatches",
        "overlappingBatches",
      ),
      as(
        "the scaled gradient with normalisation, too",
        "batchNorm ? weightDecay : scaledGradient",
        "scaledGradient",
      ),
      as(
        "the best epoch's own averages",
        "averages: live.averages",
        "averages: layer.norm!.averages",
      ),
      as(
        "the stopped epoch cannot be the best",
        "bestMayBeStopped: true",
        "bestMayBeStopped: false",
      ),
      as("normalisation in the last layer, too", "norm: l < last ?", "norm: l <= last ?"),
    ],
  },
  {
    file: "src/report/compare.ts",
    tests: ["tests/report/compare_test.ts"],
    breaks: [
      as("relative to what was found", "/ Math.abs(printed)", "/ Math.abs(found)"),
      as(
        "the sign is not looked at",
        "Math.abs(found - printed)",
        "Math.abs(Math.abs(found) - Math.abs(printed))",
      ),
      as("digits below 0", "digits > 0 ?", "true ?"),
      as("a missing row is right", "found[i] ?? NaN", "found[i] ?? value"),
      as("the most digits for the least", "least: sorted[0]", "least: sorted[sorted.length - 1]"),
      as("the median is one off", "Math.floor(sorted.length / 2)", "Math.ceil(sorted.length / 2)"),
    ],
  },
  {
    file: "src/report/judge.ts",
    tests: ["tests/report/judge_test.ts"],
    breaks: [
      as("some digits will do", "least >= rule.least", "least >= 1"),
      as("one of the numbers will do", "printed.every((value", "printed.some((value"),
      as(
        "any test file will do",
        "officialTest && Math.abs(difference) <= rule.within",
        "Math.abs(difference) <= rule.within",
      ),
      as(
        "only too much is too far",
        "const close = Math.abs(difference) <=",
        "const close = difference <=",
      ),
      as(
        "only too little is noticed",
        "Math.max(value / found[i], found[i] / value)",
        "value / found[i]",
      ),
      as("0 is near everything", "factor >= 1 ? factor : Infinity", "factor >= 1 ? factor : 1"),
      as("only too high is far", "Math.abs(distance) <= rule", "distance <= rule"),
      as(
        "a claim holds where it does not",
        "found[0] === 1,\n        false",
        "found[0] !== undefined,\n        false",
      ),
    ],
  },
  {
    file: "src/gradient_check.ts",
    tests: ["tests/gradient_check_test.ts"],
    breaks: [
      as(
        "a one-sided difference",
        "const below = costAt(unit, -h)",
        "const below = costAt(unit, 0)",
      ),
      as("the wrong sign", "(costAt(unit, h) - below)", "(below - costAt(unit, h))"),
      as("divided by h", "/ (2 * h)", "/ h"),
      as(
        "the first entries instead of those asked for",
        "entries === undefined ? e : entries[e]",
        "e",
      ),
      as("another unit is moved", "moved[i * layer.m + unit] +=", "moved[i * layer.m] +="),
    ],
  },
  {
    file: "src/gradient_check/deviation.ts",
    tests: ["tests/gradient_check_test.ts"],
    breaks: [
      as("no mean", "sum / analytic.length / largest", "sum / largest"),
      as(
        "the largest of one side",
        "Math.abs(analytic[i]) + Math.abs(numeric[i])",
        "Math.abs(analytic[i])",
      ),
      as(
        "signs cancel",
        "sum += Math.abs(analytic[i] - numeric[i])",
        "sum += analytic[i] - numeric[i]",
      ),
    ],
  },
  {
    file: "src/initialise.ts",
    tests: ["tests/initialise_test.ts"],
    breaks: [
      as("He with 1 / d", "Math.sqrt(2 / d)", "Math.sqrt(1 / d)"),
      as("ten times the plain deviation", "deviation = 0.001", "deviation = 0.01"),
      as("the last weight stays 0", "i < w.length; i++", "i < w.length - 1; i++"),
      as("inputs and units change places", "= deviation(d, m)", "= deviation(m, d)"),
    ],
  },
  {
    file: "src/random.ts",
    tests: ["tests/random_test.ts"],
    breaks: [
      as("seeding without its index", "previous) + i", "previous)"),
      as("the second Gaussian is lost", "kept = scale * x", "kept = null"),
      as("the two Gaussians change places", "return scale * y", "return scale * x"),
      as("26 high bits", "bits() >>> 5", "bits() >>> 6"),
      as("a shift of 396", "const shift = 397", "const shift = 396"),
      as("a tempering shift", "word ^= word >>> 11", "word ^= word >>> 12"),
      as(
        "Sattolo's cycle for a permutation",
        "random.uniform() * (last + 1)",
        "random.uniform() * last",
      ),
      as(
        "the mean is dropped",
        "mean + deviation * standardNormal()",
        "deviation * standardNormal()",
      ),
    ],
  },
  {
    file: "src/evaluate.ts",
    tests: ["tests/evaluate_test.ts"],
    breaks: [
      as("the cost is a sum", "sum / N + lambda", "sum + lambda"),
      as("the penalty is dropped", "lambda * sumOfSquares(network)", "0 * lambda"),
      as("a part for percent", "100 * correct / N", "correct / N"),
      as("the last chunk is dropped", "from < N; from += chunk", "from + chunk < N; from += chunk"),
      as("batch statistics in chunks", 'statistics === "batch" ? N : Math', "false ? N : Math"),
      as(
        "the labels of the first chunk",
        "split.labels.subarray(from, to)",
        "split.labels.subarray(0, to - from)",
      ),
    ],
  },
  {
    file: "src/test_accuracy.ts",
    tests: ["tests/test_accuracy_test.ts"],
    breaks: [
      as(
        "the averages for the statistics",
        'batchStatistics: percent(network, "batch")',
        'batchStatistics: percent(network, "moving")',
      ),
      as(
        "the statistics for the averages",
        'movingAverage: percent(network, "moving")',
        'movingAverage: percent(network, "batch")',
      ),
      as("through nothing", "percent(throughBatchNorm(network)", "percent(network"),
    ],
  },
  {
    file: "src/pixels.ts",
    tests: ["tests/pixels_test.ts"],
    breaks: [
      as("the mean is added", "= u / 255 - mean", "= u / 255 + mean"),
      as("divided by 256", "= u / 255 - mean", "= u / 256 - mean"),
      as(
        "images without their order",
        "split.pixels.subarray(sample * d, (sample + 1) * d)",
        "split.pixels.subarray((from + i) * d, (from + i + 1) * d)",
      ),
      as(
        "labels without their order",
        "(sample) => split.labels[sample]",
        "(_, i) => split.labels[from + i]",
      ),
    ],
  },
  {
    file: "src/train.ts",
    tests: ["tests/train_test.ts"],
    breaks: [
      as("eta does not fall", "eta *= etaDecay;", ""),
      as(
        "the last of equals is the best",
        "validationAccuracy > best.validationAccuracy",
        "validationAccuracy >= best.validationAccuracy",
      ),
      as("the averages do not follow", "followBatch(network, memory.cache);", ""),
      as(
        "the stopped epoch is recorded",
        "if (reason !== null) {",
        "if (reason !== null) { history.trainCost.push(onTraining.cost);",
      ),
      as(
        "accuracies are not rounded",
        "const validationAccuracy = rules.accuracy(onValidation.accuracy)",
        "const validationAccuracy = onValidation.accuracy",
      ),
      as(
        "lambda is not in the cost",
        "{ lambda, cache: evaluationCache }",
        "{ cache: evaluationCache }",
      ),
    ],
  },
  {
    file: "src/search.ts",
    tests: ["tests/search_test.ts"],
    breaks: [
      as(
        "uniform draws",
        "Math.exp(Math.log(low) + random.uniform() * Math.log(high / low))",
        "low + random.uniform() * (high - low)",
      ),
      as("every range has the same stream", "openRandom(plan.seed + r)", "openRandom(plan.seed)"),
      as(
        "the worst first",
        "b.validationAccuracy! - a.validationAccuracy!",
        "a.validationAccuracy! - b.validationAccuracy!",
      ),
      as("only eta is in the key", "`${eta} ${lambda} ${seed}`", "`${eta}`"),
      as("all trials from the first range", "r = (r + 1) % counts.length", "r = r % counts.length"),
      as(
        "an unfinished run is a result",
        "finished.stopped?.reason === ON_REQUEST ? null : resultOf(trial, finished)",
        "resultOf(trial, finished)",
      ),
    ],
  },
  {
    file: "src/resume.ts",
    tests: ["tests/resume_test.ts", "tests/search_test.ts"],
    breaks: [
      as(
        "the later of two results counts",
        "wanted.has(key) && !results.has(key)",
        "wanted.has(key)",
      ),
      as("finished jobs are run again", "!results.has(key));", "key !== undefined);"),
      as(
        "reported before it is kept",
        "journal?.append(result);\n      results.set(key, result);\n      progress(1);",
        "results.set(key, result);\n      progress(1);\n      journal?.append(result);",
      ),
      as("a failure leaves the others running", "stop.abort();\n", "\n"),
    ],
  },
  {
    file: "src/variance.ts",
    tests: ["tests/variance_test.ts"],
    breaks: [
      as("as many degrees of freedom as values", "values.length - groups.length", "values.length"),
      as("as many degrees of freedom as groups", "(groups.length - 1)", "groups.length"),
      as("within / n", "within / Math.sqrt(n)", "within / n"),
      as("only farther shuffles count", "spread(dealt) >= found", "spread(dealt) < found"),
      as("the found order is not counted", "(asFar + 1) / (shuffles + 1)", "asFar / shuffles"),
      as("groups overlap", "order.subarray(g * n, (g + 1) * n)", "order.subarray(g, g + n)"),
    ],
  },
];
