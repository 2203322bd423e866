import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findChrome } from "./chrome.mjs";

/**
 * Makes sure that tests find a WebGPU adapter and a browser: installs both on Debian as root, else says what to
 * install. Returns the adapter's name. Errors: an Error with one line.
 */
export function prepareSystem() {
  const mayInstall = debianCodename() !== null && process.getuid?.() === 0;
  if (mayInstall && adapterName() === null) installDriver();
  if (mayInstall && findChrome() === null) installBrowser();
  const adapter = adapterName();
  if (adapter === null) throw new Error(`No WebGPU adapter was found: ${driverAdvice()}`);
  if (findChrome() === null) {
    throw new Error("No browser was found: install Google Chrome or Chromium, or set CHROME_PATH to one.");
  }
  return adapter;
}

/** The adapter's name as adapter.mjs prints it, or null where there is none. @returns {string | null} */
function adapterName() {
  const probe = spawnSync(process.execPath, [fileURLToPath(new URL("adapter.mjs", import.meta.url))], {
    encoding: "utf8",
  });
  return probe.status === 0 ? probe.stdout.trim() : null;
}

function driverAdvice() {
  switch (process.platform) {
    case "linux":
      return "install the GPU's Vulkan driver, or Mesa's software one (apt-get install mesa-vulkan-drivers).";
    case "win32":
      return "install the GPU's driver.";
    default:
      return "this system has no GPU that Dawn can use.";
  }
}

/** "bookworm" and the like on Debian, else null. @returns {string | null} */
function debianCodename() {
  if (!existsSync("/etc/os-release")) return null;
  const release = readFileSync("/etc/os-release", "utf8");
  return /^ID=debian$/m.test(release) ? (/^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1] ?? null) : null;
}

function installDriver() {
  // Dawn refuses the software driver of Debian 12's own Mesa 22: it lacks dynamic indexing of uniforms.
  const old = debianCodename() === "bookworm";
  if (old) addBackports();
  apt(["mesa-vulkan-drivers", "libvulkan1"], old ? ["-t", "bookworm-backports"] : []);
}

function installBrowser() {
  apt(["chromium", "fonts-dejavu-core"], []);
}

function addBackports() {
  const folder = "/etc/apt/sources.list.d";
  const parts = readdirSync(folder).filter((name) => /\.(list|sources)$/.test(name));
  const lists = ["/etc/apt/sources.list", ...parts.map((name) => `${folder}/${name}`)];
  const listed = lists.some((path) => existsSync(path) && readFileSync(path, "utf8").includes("bookworm-backports"));
  if (listed) return;
  writeFileSync(`${folder}/bookworm-backports.list`, "deb http://deb.debian.org/debian bookworm-backports main\n");
}

/** @param {readonly string[]} packages @param {readonly string[]} options */
function apt(packages, options) {
  console.log(`Installing ${packages.join(" and ")} (apt-get) ...`);
  // A foreign source that does not answer is no reason to stop: what counts is whether the packages install.
  spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit" });
  const steady = ["-qq", "-y", "--no-install-recommends", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300"];
  try {
    execFileSync("apt-get", ["install", ...steady, ...options, ...packages], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch {
    throw new Error(`apt-get could not install ${packages.join(" and ")}, see above.`);
  }
}
