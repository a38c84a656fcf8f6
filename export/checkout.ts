/**
 * Which state of this project is running: its version, and its commit where git knows it.
 *
 * @module
 */

/** The version of the library. */
export async function versionOf(root: string): Promise<string | undefined> {
  return JSON.parse(await Deno.readTextFile(`${root}/deno.json`)).version;
}

/** The commit of the checkout, and whether something was changed since; none without git. */
export async function commitOf(root: string): Promise<string | undefined> {
  const hash = await git(root, "rev-parse", "--short=12", "HEAD");
  if (!hash) return undefined;
  const changed = await git(root, "status", "--porcelain", "--untracked-files=no");
  return changed === "" ? hash : `${hash}, with changes`;
}

/** The commit that a file was last changed in, with its day; none for a file as no commit has it. */
export async function commitOfFile(root: string, path: string): Promise<string | undefined> {
  const last = await git(root, "log", "-1", "--format=%h of %cs", "--abbrev=12", "--", path);
  if (!last) return undefined;
  return await git(root, "status", "--porcelain", "--", path) === "" ? last : undefined;
}

async function git(cwd: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", { args, cwd }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
