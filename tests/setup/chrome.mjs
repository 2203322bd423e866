import { existsSync } from "node:fs";

const program = process.env["PROGRAMFILES"] ?? "C:\\Program Files";
const program32 = process.env["PROGRAMFILES(X86)"] ?? "C:\\Program Files (x86)";
const local = process.env["LOCALAPPDATA"] ?? "";

/** Where each system keeps a browser with WebGPU. */
const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  `${program}\\Google\\Chrome\\Application\\chrome.exe`,
  `${program32}\\Google\\Chrome\\Application\\chrome.exe`,
  `${local}\\Google\\Chrome\\Application\\chrome.exe`,
  `${program32}\\Microsoft\\Edge\\Application\\msedge.exe`,
];

/** The path of an installed Chrome or Chromium (CHROME_PATH goes first), or null. @returns {string | null} */
export function findChrome() {
  const chosen = process.env["CHROME_PATH"];
  if (chosen !== undefined && chosen !== "") {
    if (!existsSync(chosen)) throw new Error(`CHROME_PATH is ${chosen}, and there is no such file.`);
    return chosen;
  }
  return usualPlaces.find((path) => existsSync(path)) ?? null;
}
