/**
 * Finding a Python that will do.
 *
 * @module
 */

import { InputError } from "../src/errors.ts";

const OLDEST = [3, 11];

/** Environment variables that differ from this process's. */
export type Variables = Readonly<Record<string, string>>;

/** The first interpreter on PATH that will do. Throws `InputError` that says what was found. */
export async function findPython(env: Variables = {}): Promise<string> {
  const names = Deno.build.os === "windows"
    ? ["python", "python3", "py"]
    : ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
  const found: string[] = [];
  for (const name of names) {
    const facts = await probe(name, env);
    if (facts === null) continue;
    const reason = unfit(facts);
    if (reason === null) return name;
    found.push(`${name} is Python ${facts.version.join(".")}, ${reason}`);
  }
  throw new InputError(
    `Found ${found.length > 0 ? found[0] : "no python3 on PATH"}; expected Python ` +
      `${OLDEST.join(".")} or newer with its venv module: install it (Debian, Ubuntu: ` +
      `apt install python3 python3-venv) and run this again.`,
  );
}

/** What a Python interpreter says of itself. */
interface PythonFacts {
  readonly version: readonly number[];
  readonly venv: boolean;
}

/** Why an interpreter will not do, or null when it will. */
function unfit({ version, venv }: PythonFacts): string | null {
  const [major, minor] = version;
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) return "which is too old";
  return venv ? null : "which has no venv module or no pip";
}

async function probe(name: string, env: Variables): Promise<PythonFacts | null> {
  // Debian ships venv without ensurepip unless python3-venv is installed.
  const code = "import importlib.util as u, json, sys; print(json.dumps({" +
    "'version': sys.version_info[:3], 'venv': all(u.find_spec(m) for m in ('venv', 'ensurepip'))}))";
  try {
    const { success, stdout } = await new Deno.Command(name, { args: ["-c", code], env }).output();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : null;
  } catch {
    return null;
  }
}
