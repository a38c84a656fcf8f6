/**
 * What is worked out once and used often: the latest results of a function, by the numbers that they
 * depend on.
 *
 * @module
 */

/** How many are kept; a network of ten layers has thirty products. */
const MOST = 64;

/** A function that returns what `make` made for the same key, if it is still kept. */
export function keepPlans<Plan>(): (key: readonly number[], make: () => Plan) => Plan {
  const kept: { key: readonly number[]; plan: Plan }[] = [];
  let oldest = 0;
  return (key, make) => {
    for (let i = 0; i < kept.length; i++) if (isSame(kept[i].key, key)) return kept[i].plan;
    const plan = make();
    kept[oldest] = { key, plan };
    oldest = (oldest + 1) % MOST;
    return plan;
  };
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
