import { execSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's top folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Installs the packages of package-lock.json where node_modules is missing or differs from it. Needs nothing installed.
 * Errors: an Error with one line, when Node is too old or npm fails.
 */
export function install() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node ${process.versions.node} is too old: install Node 20.19 or newer from https://nodejs.org.`);
  }
  const problem = staleness();
  if (problem === null) return;
  console.log(`Installing packages (${problem}) ...`);
  try {
    execSync("npm ci --loglevel=error", { cwd: root, stdio: "inherit" });
  } catch {
    throw new Error("npm ci failed, see above: the packages need the network once, and about 1 GB of disk.");
  }
}

/** Why node_modules does not match the lock file, or null when it does. @returns {string | null} */
function staleness() {
  const installed = packagesOf("node_modules/.package-lock.json");
  if (installed === null) return "first use";
  const wanted = packagesOf("package-lock.json");
  if (wanted === null) throw new Error("package-lock.json is missing: restore it with git.");
  const stale = Object.entries(wanted).find(([path, entry]) => {
    // "" is this project itself; packages for other systems are optional and stay away.
    const mayLack = path === "" || entry?.optional === true;
    return path in installed ? installed[path]?.version !== entry?.version : !mayLack;
  });
  return stale === undefined ? null : `${stale[0].replace("node_modules/", "")} is not at ${stale[1]?.version}`;
}

/**
 * The packages of a lock file by path, or null when there is no such file.
 * @param {string} file
 * @returns {Readonly<Partial<Record<string, { version: string, optional?: boolean }>>> | null}
 */
function packagesOf(file) {
  const path = `${root}/${file}`;
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : null;
}
