import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { installWithApt } from "./apt.mjs";
import { findChrome } from "./chrome.mjs";

/** What the tests need of the system. */
const needs = ["a WebGPU adapter", "a browser"];

/** The command that brings each need, by the ID or ID_LIKE of /etc/os-release, or by Node's name of the platform. */
const commands = {
  debian: ["sudo apt-get install mesa-vulkan-drivers libvulkan1", "sudo apt-get install chromium"],
  ubuntu: ["sudo apt-get install mesa-vulkan-drivers libvulkan1", "sudo apt-get install chromium-browser"],
  fedora: ["sudo dnf install mesa-vulkan-drivers vulkan-loader", "sudo dnf install chromium"],
  arch: ["sudo pacman -S vulkan-swrast vulkan-icd-loader", "sudo pacman -S chromium"],
  suse: ["sudo zypper install libvulkan_lvp libvulkan1", "sudo zypper install chromium"],
  darwin: ["a Mac whose GPU has Metal is needed", "brew install --cask google-chrome"],
  win32: ["install the GPU's driver", "winget install Google.Chrome"],
};

/**
 * Makes sure that tests find a WebGPU adapter and a browser. As root on Debian or Ubuntu it installs what is missing;
 * elsewhere, and with NO_INSTALL set, it says what is missing. Returns the adapter's name. Errors: an Error with one line.
 */
export function prepareSystem() {
  const system = readSystem();
  let found = [adapterName(), findChrome()];
  const mayInstall = process.getuid?.() === 0 && (process.env["NO_INSTALL"] ?? "") === "";
  if (found.includes(null) && mayInstall && (system.id === "debian" || system.id === "ubuntu")) {
    const browser = [system.id === "ubuntu" ? "chromium-browser" : "chromium", "fonts-dejavu-core"];
    const wanted = [found[0] === null ? ["mesa-vulkan-drivers", "libvulkan1"] : [], found[1] === null ? browser : []];
    // Dawn refuses the software driver of Debian 12's own Mesa 22: it lacks dynamic indexing of uniforms.
    const backports = system.codename === "bookworm" && found[0] === null;
    installWithApt(system.codename, wanted.flat(), backports);
    found = [adapterName(), findChrome()];
  }
  const [adapter, browser] = found;
  if (typeof adapter === "string" && typeof browser === "string") return adapter;
  throw new Error(advice(system, found));
}

/**
 * The one line that says what is missing and how to get it.
 * @param {System} system @param {readonly (string | null | undefined)[]} found what answers each need, in their order
 */
function advice(system, found) {
  const missing = needs.filter((_, index) => typeof found[index] !== "string");
  const said = `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing`;
  const byNeed = system.commands.filter((_, index) => typeof found[index] !== "string");
  // Debian 12's own driver is too old; this project's set-up knows where the newer one is.
  const how = system.codename === "bookworm" ? ["sudo node tests/setup/install-system.mjs"] : byNeed;
  const set = typeof found[1] === "string" ? "" : " (or set CHROME_PATH to a Chrome or Chromium)";
  return `${said}: ${how.length > 0 ? how.join(" && ") : "install the GPU's Vulkan driver, and Chrome"}${set}`;
}

/**
 * The adapter's name as adapter.mjs prints it, or null where there is none.
 * @returns {string | null}
 */
function adapterName() {
  const probe = spawnSync(process.execPath, [fileURLToPath(new URL("adapter.mjs", import.meta.url))], {
    encoding: "utf8",
  });
  return probe.status === 0 ? probe.stdout.trim() : null;
}

/** @typedef {{ id: string, codename: string, commands: readonly string[] }} System */

/** What system this is, as /etc/os-release says on Linux. @returns {System} */
function readSystem() {
  const release =
    process.platform === "linux" && existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  const read = (/** @type {string} */ key) => new RegExp(`^${key}="?([^"\n]*)"?$`, "m").exec(release)?.[1] ?? "";
  const names = [read("ID"), ...read("ID_LIKE").split(" "), process.platform];
  const known = Object.entries(commands).find(([name]) => names.includes(name) || names.includes(`open${name}`));
  const own = Object.entries(commands).find(([name]) => name === names[0]);
  return { id: read("ID"), codename: read("VERSION_CODENAME"), commands: (own ?? known)?.[1] ?? [] };
}
