import { expect, test } from "vitest";
import { advice, readSystem } from "./system.mjs";

const both = [true, true];

test.each([
  ["ID=debian\nVERSION_CODENAME=bookworm\n", "linux", "sudo node tests/setup/install-system.mjs"],
  ["ID=debian\nVERSION_CODENAME=trixie\n", "linux", "mesa-vulkan-drivers libvulkan1 && sudo apt-get install chromium"],
  ["ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n", "linux", "sudo apt-get install chromium-browser"],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', "linux", "sudo apt-get install chromium-browser"],
  ["ID=fedora\n", "linux", "sudo dnf install chromium"],
  ['ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', "linux", "sudo zypper install chromium"],
  ["ID=nixos\n", "linux", "install Google Chrome or Chromium"],
  ["", "darwin", "brew install --cask google-chrome"],
  ["", "win32", "winget install Google.Chrome"],
])("%j on %s: one line with the command for it", (release, platform, command) => {
  const text = advice(readSystem(release, platform), both);
  expect(text).toContain(`a WebGPU adapter and a browser are missing: `);
  expect(text).toContain(command);
  expect(text).not.toContain("\n");
});

test("only what is missing is named", () => {
  const system = readSystem("ID=fedora\n", "linux");
  expect(advice(system, [true, false])).toBe(
    "a WebGPU adapter is missing: sudo dnf install mesa-vulkan-drivers vulkan-loader",
  );
  expect(advice(system, [false, true])).toBe(
    "a browser is missing: sudo dnf install chromium (or set CHROME_PATH to a Chrome or Chromium)",
  );
});
