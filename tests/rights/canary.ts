/**
 * What a program may do that runs in a command's place: tries it all and prints the names, as JSON, of
 * what was not refused. The argument is a folder outside the project.
 *
 * @module
 */

/** What is tried, by name. What does not exist is refused all the same where the right is missing. */
const attempts: Readonly<Record<string, () => unknown>> = {
  "read the project": () => Deno.readTextFileSync("deno.json"),
  "read /tmp": () => Deno.statSync("/tmp/klayer-canary"),
  "read anywhere": () => Deno.statSync("/klayer-canary"),
  "read the folder": () => Deno.statSync(Deno.args[0]),
  "write data": () => write("data/klayer-canary"),
  "write runs": () => write("runs/klayer-canary"),
  "write report": () => write("report/klayer-canary"),
  "write notebooks": () => write("notebooks/klayer-canary"),
  "write .venv": () => write(".venv/klayer-canary"),
  "write /tmp": () => write("/tmp/klayer-canary"),
  "write the sources": () => write("src/klayer-canary"),
  "write the settings": () => write("deno.json.klayer-canary"),
  "write anywhere": () => write("/klayer-canary"),
  "env CIFAR10_DIR": () => Deno.env.get("CIFAR10_DIR"),
  "env any": () => Deno.env.get("KLAYER_CANARY"),
  "run python3": () => run("python3"),
  "run git": () => run("git"),
  "run any program": () => run(Deno.execPath()),
  "net official": () => granted({ name: "net", host: "www.cs.toronto.edu:443" }),
  "net official, not encrypted": () => granted({ name: "net", host: "www.cs.toronto.edu:80" }),
  "net local": () => granted({ name: "net", host: "127.0.0.1:80" }),
  "net any": () => granted({ name: "net", host: "klayer-canary.invalid:443" }),
  "machine code": () => Deno.UnsafePointer.of(new Uint8Array(1)),
  "sys loadavg": () => Deno.loadavg(),
  "sys any": () => Deno.hostname(),
};

/** Asks for a file to be created that must not be there yet, and takes it away again. */
function write(path: string): void {
  Deno.writeTextFileSync(path, "");
  Deno.removeSync(path);
}

function run(command: string): void {
  new Deno.Command(command, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
}

function granted(permission: Deno.PermissionDescriptor): void {
  if (Deno.permissions.querySync(permission).state !== "granted") {
    throw new Deno.errors.NotCapable("not granted");
  }
}

const allowed = Object.entries(attempts).flatMap(([name, attempt]) => {
  try {
    attempt();
    return [name];
  } catch (error) {
    return error instanceof Deno.errors.NotCapable ? [] : [name];
  }
});
console.log(JSON.stringify(allowed));
