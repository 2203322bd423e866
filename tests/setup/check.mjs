// npm test: sets everything up, runs every check in order, stops at the first that fails. Needs only Node.
// The last line is "N passed, N failed", in tests; a check that is no test counts as one failure.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { install, root } from "../../.config/install.mjs";
import { prepareSystem } from "./system.mjs";

const checks = ["format", "types", "lint", "floors", "dead", "unit", "build", "weight", "e2e"];
const suites = ["unit", "e2e"];
const results = `${root}/test-results`;

let passed = 0;
let failed = 0;
try {
  install();
  console.log(`GPU: ${prepareSystem()}`);
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);
  for (const check of checks) {
    run(check);
    if (failed > 0) break;
  }
} catch (error) {
  failed += 1;
  console.error(error instanceof Error ? error.message : error);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs one script of package.json and counts. @param {string} check */
function run(check) {
  const startMs = performance.now();
  const report = `${results}/${check}.json`;
  const reporting = suites.includes(check)
    ? ["--", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
    : [];
  const { status } = spawnSync("npm", ["run", "--silent", check, ...reporting], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
    env: { ...process.env, REQUIRE_GPU: "1" },
  });
  const counts = existsSync(report)
    ? JSON.parse(readFileSync(report, "utf8"))
    : { numPassedTests: 0, numFailedTests: 0 };
  passed += counts.numPassedTests;
  failed += status === 0 ? 0 : Math.max(1, counts.numFailedTests);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(status === 0 ? `ok: ${check} (${seconds} s)` : `FAILED: npm run ${check}, see above.`);
  if (status === 0 && suites.includes(check) && counts.numPassedTests === 0) {
    failed += 1;
    console.log(`FAILED: npm run ${check} ran no test.`);
  }
}
