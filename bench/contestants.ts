/**
 * Who takes part: klayer's backends, NumPy, PyTorch where it is installed, and the bare products.
 *
 * @module
 */

import { InputError } from "klayer/errors.ts";
import { type Backend, openKernels } from "klayer/kernels/mod.ts";
import { type Program } from "./peer.ts";

/** One column of a comparison. */
export interface Contestant {
  /** What to call it, without its threads. */
  readonly name: string;
  readonly threads: number;
  readonly program: Program;
}

/** What this machine has to compare. */
export interface Tools {
  /** The interpreter of the virtual environment, which has NumPy. */
  readonly python: string;
  /** An interpreter with PyTorch, and its version. */
  readonly torch: { readonly python: string; readonly version: string } | null;
  /** klayer's backends that work here, the fastest first. */
  readonly backends: readonly Backend[];
  /** How many threads a training run may have, the most first: klayer uses 2 at most. */
  readonly threads: readonly number[];
}

/** The row that all others are compared with. */
export const NUMPY = "NumPy";

/** The row of the products alone. */
export const PRODUCTS = "NumPy, products only";

const file = (name: string) => Deno.realPathSync(new URL(name, import.meta.url));

/** Looks for all of it; `python` is the interpreter of the virtual environment. */
export async function findTools(python: string): Promise<Tools> {
  const cores = navigator.hardwareConcurrency;
  return {
    python,
    torch: await findTorch([python, "python3"]),
    backends: (["native", "blas", "wasm"] as const).filter(isAvailable),
    threads: cores > 1 ? [2, 1] : [1],
  };
}

/** Those that take training steps, at so many threads. */
export function steppers({ python, torch, backends }: Tools, threads: number): Contestant[] {
  // A BLAS computes on one core here.
  const able = backends.filter((backend) => backend !== "blas" || threads === 1);
  const all = able.map((backend) => ({
    name: `klayer, ${backend}`,
    threads,
    program: deno("klayer_peer.ts", [backend, String(threads)]),
  }));
  const numpy = withBlas(python, [file("numpy_peer.py")], threads);
  return [
    ...all,
    { name: NUMPY, threads, program: numpy },
    ...torch === null ? [] : [{
      name: "PyTorch",
      threads,
      program: withBlas(torch.python, [file("torch_peer.py"), String(threads)], threads),
    }],
  ];
}

/** The products of a training step and nothing else, at so many threads. */
export function products({ python }: Tools, threads: number): Contestant {
  const program = withBlas(python, [file("numpy_products.py")], threads);
  return { name: PRODUCTS, threads, program };
}

/** Those that run many independent runs on so many samples, on all cores. */
export function searchers({ python, backends }: Tools, samples: number): Contestant[] {
  const threads = navigator.hardwareConcurrency;
  const data = [String(samples), String(samples)];
  const script = [file("numpy_search.py"), String(threads), ...data];
  return [
    {
      name: `klayer, ${backends[0]}`,
      threads,
      program: deno("klayer_search.ts", [backends[0], ...data]),
    },
    { name: NUMPY, threads, program: withBlas(python, script, 1) },
  ];
}

function deno(script: string, args: readonly string[]): Program {
  const allowed = ["--quiet", "--no-prompt", "--allow-read", "--allow-env", "--allow-ffi"];
  return { command: Deno.execPath(), args: ["run", ...allowed, file(script), ...args] };
}

/** A Python program whose BLAS, whichever it is, has so many threads. */
function withBlas(command: string, args: readonly string[], threads: number): Program {
  const names = ["OPENBLAS", "OMP", "MKL"].map((name) => `${name}_NUM_THREADS`);
  const variables = [...names, "VECLIB_MAXIMUM_THREADS"];
  return { command, args, env: Object.fromEntries(variables.map((v) => [v, String(threads)])) };
}

async function findTorch(interpreters: readonly string[]): Promise<Tools["torch"]> {
  for (const python of interpreters) {
    try {
      const args = [file("torch_peer.py"), "--version"];
      const { success, stdout } = await new Deno.Command(python, { args, stderr: "null" }).output();
      if (success) return { python, version: new TextDecoder().decode(stdout).trim() };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return null;
}

function isAvailable(backend: Backend): boolean {
  try {
    openKernels(backend, { threads: 1 });
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
