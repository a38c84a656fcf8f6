/**
 * What the figures were measured on, and whether the machine had other work.
 *
 * @module
 */

import type { Tools } from "./contestants.ts";

/** The machine and its programs. */
export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly deno: string;
  /** NumPy, its version and its BLAS. */
  readonly numpy: string;
  readonly torch: string | null;
  /** Load average of the last minute when the benchmark began; null where there is none. */
  readonly load: number | null;
}

/** Above this load the figures say more about the other programs. */
const BUSY = 0.5;

/** Looks at the machine. */
export async function describeMachine({ python, torch }: Tools): Promise<Machine> {
  const script = Deno.realPathSync(new URL("machine.py", import.meta.url));
  const { stdout } = await new Deno.Command(python, { args: [script] }).output();
  const [load] = Deno.build.os === "windows" ? [null] : Deno.loadavg();
  return {
    date: new Date().toISOString(),
    ...JSON.parse(new TextDecoder().decode(stdout)),
    cores: navigator.hardwareConcurrency,
    deno: Deno.version.deno,
    torch: torch && `PyTorch ${torch.version}`,
    load,
  };
}

/** Whether other programs were at work. */
export function isBusy({ load }: Pick<Machine, "load">): boolean {
  return load !== null && load > BUSY;
}
