/**
 * What notebooks tell the export about themselves, collected from their outputs.
 *
 * @module
 */

import { type Facts, FACTS_TYPE, provenanceText, type Published } from "../src/notebook/facts.ts";
import { codeCells, type Notebook } from "./ipynb.ts";

/** Something that a cell published. */
export interface Told extends Published {
  /** The code cell, counted from 1. */
  readonly cell: number;
}

/** The facts of a notebook, with the versions that its kernel added. */
export type KernelFacts = Facts & { readonly versions?: Readonly<Record<string, string>> };

/** Everything that the cells of a notebook published, in order. */
export function told(notebook: Notebook): Told[] {
  return codeCells(notebook).flatMap(({ outputs }, index) =>
    (outputs ?? []).flatMap(({ data }) => {
      const published = data?.[FACTS_TYPE] as Published | undefined;
      return published ? [{ ...published, cell: index + 1 }] : [];
    })
  );
}

/** All facts of a notebook as one; later ones win, and `more` adds up. */
export function factsOf(things: readonly Told[]): KernelFacts {
  return things.filter(({ kind }) => kind === "facts").map(({ value }) => value as KernelFacts)
    .reduce((all, next) => ({ ...all, ...next, more: { ...all.more, ...next.more } }), {});
}

/** Why the facts do not satisfy `--require-cifar10`, or null when they do. */
export function notCifar10({ data }: KernelFacts): string | null {
  if (data === undefined) return "does not say what data it used (await facts({ data: ... }))";
  return data.kind === "cifar-10" ? null : `used ${provenanceText(data)}`;
}
