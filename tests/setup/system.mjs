import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { installWithApt } from "./apt.mjs";
import { findChrome } from "./chrome.mjs";

/** What the tests need of the system. */
const needs = ["a WebGPU adapter", "a browser"];

/**
 * The command that brings each need, by the ID or ID_LIKE of /etc/os-release, or by Node's name of the platform.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const commands = {
  debian: ["sudo apt-get install mesa-vulkan-drivers libvulkan1", "sudo apt-get install chromium"],
  ubuntu: ["sudo apt-get install mesa-vulkan-drivers libvulkan1", "sudo apt-get install chromium-browser"],
  fedora: ["sudo dnf install mesa-vulkan-drivers vulkan-loader", "sudo dnf install chromium"],
  arch: ["sudo pacman -S vulkan-swrast vulkan-icd-loader", "sudo pacman -S chromium"],
  suse: ["sudo zypper install libvulkan_lvp libvulkan1", "sudo zypper install chromium"],
  darwin: ["a Mac whose GPU has Metal is needed", "brew install --cask google-chrome"],
  linux: ["install the GPU's Vulkan driver, or Mesa's software one", "install Google Chrome or Chromium"],
  win32: ["install the GPU's driver", "winget install Google.Chrome"],
};

/**
 * Makes sure that tests find a WebGPU adapter and a browser. As root on Debian or Ubuntu it installs what is missing;
 * elsewhere, and with NO_INSTALL set, it says what is missing. Returns the adapter's name. Errors: an Error with one line.
 */
export function prepareSystem() {
  const system = readSystem();
  let [adapter, browser] = [adapterName(), findChrome()];
  const mayInstall = process.getuid?.() === 0 && (process.env["NO_INSTALL"] ?? "") === "";
  if ((adapter === null || browser === null) && mayInstall && ["debian", "ubuntu"].includes(system.id)) {
    const driver = ["mesa-vulkan-drivers", "libvulkan1"];
    const chromium = [system.id === "ubuntu" ? "chromium-browser" : "chromium", "fonts-dejavu-core"];
    const wanted = [...(adapter === null ? driver : []), ...(browser === null ? chromium : [])];
    // Dawn refuses the software driver of Debian 12's own Mesa 22: it lacks dynamic indexing of uniforms.
    installWithApt(system.codename, wanted, system.codename === "bookworm" && adapter === null);
    [adapter, browser] = [adapterName(), findChrome()];
  }
  if (adapter === null || browser === null) throw new Error(advice(system, [adapter === null, browser === null]));
  return adapter;
}

/**
 * The one line that says what is missing and how to get it.
 * @param {System} system @param {readonly boolean[]} missing of each need whether it is missing
 */
export function advice(system, missing) {
  const pick = (/** @type {readonly string[]} */ list) => list.filter((_, index) => missing[index]);
  const named = pick(needs);
  const said = `${named.join(" and ")} ${named.length === 1 ? "is" : "are"} missing`;
  // Debian 12's own driver is too old; this project's set-up knows where the newer one is.
  const how = system.codename === "bookworm" ? ["sudo node tests/setup/install-system.mjs"] : pick(system.commands);
  return `${said}: ${how.join(" && ")}${missing[1] ? " (or set CHROME_PATH to a Chrome or Chromium)" : ""}`;
}

/** @typedef {{ id: string, codename: string, commands: readonly string[] }} System */

/**
 * What system this is.
 * @param {string} release text of /etc/os-release, "" where there is none @param {string} platform Node's name of it
 * @returns {System}
 */
export function readSystem(release = osRelease(), platform = process.platform) {
  const read = (/** @type {string} */ key) => new RegExp(`^${key}="?([^"\n]*)"?$`, "m").exec(release)?.[1] ?? "";
  const names = [read("ID"), ...read("ID_LIKE").split(" "), platform];
  const [name] = names.filter((one) => one in commands);
  return { id: read("ID"), codename: read("VERSION_CODENAME"), commands: commands[name ?? "linux"] ?? [] };
}

function osRelease() {
  return existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
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
