/**
 * The machine code of the native backend, loaded once.
 *
 * @module
 */

import { findVectorUnit, loadCode } from "./machine_code.ts";
import type { VectorUnit } from "./x86_vectors.ts";
import { emitProgram } from "./x86_program.ts";
import type { TaskName } from "./x86_tasks.ts";

/** Code once loaded stays: it is the same for every opening. */
const programs = new Map<VectorUnit, LoadedProgram | null>();
let found: { unit: VectorUnit | null } | undefined;

/** The widest vector unit of this machine; looked for once. */
export function vectorUnit(): VectorUnit | null {
  return (found ??= { unit: findVectorUnit() }).unit;
}

/** The program, loaded. */
export interface LoadedProgram {
  /** Runs the list of tasks at an address. */
  readonly call: (list: number) => void;
  /** Where the code lies that runs a list, for another thread. */
  readonly runAddress: number;
  /** Where the code of each task lies. */
  readonly codeOf: Readonly<Record<TaskName, number>>;
}

/** The program for a vector unit; null where code cannot be loaded. */
export function loadProgram(unit: VectorUnit): LoadedProgram | null {
  const known = programs.get(unit);
  if (known !== undefined) return known;
  const { bytes, start } = emitProgram(unit);
  const code = loadCode(bytes);
  const loaded = code && {
    call: code.entry(start.run),
    runAddress: code.address + start.run,
    codeOf: Object.fromEntries(
      Object.entries(start).map(([name, offset]) => [name, code.address + offset]),
    ) as Record<TaskName, number>,
  };
  programs.set(unit, loaded);
  return loaded;
}
