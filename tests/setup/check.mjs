// npm test: sets everything up and runs every check. npm run quick: the checks that need no adapter and no browser.
// Needs only Node. The last line is "N passed, N failed", in tests; a check that is no test counts as one failure.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { install, root } from "../../.config/install.mjs";
import { prepareSystem } from "./system.mjs";

/** Scripts of package.json. Those of a stage run together; the next stage starts when all have passed. */
const stages = {
  quick: [["unit", "types", "lint", "format", "floors", "dead"]],
  all: [["unit", "types", "lint", "format", "floors", "dead"], ["gpu"], ["build"], ["weight"], ["e2e"]],
};
const suites = ["unit", "gpu", "e2e"];
const results = `${root}/test-results`;

const quick = process.argv[2] === "quick";
let passed = 0;
let failed = 0;
try {
  install();
  if (!quick) console.log(`GPU: ${prepareSystem()}`);
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);
  for (const stage of quick ? stages.quick : stages.all) {
    await runStage(stage);
    if (failed > 0) break;
  }
} catch (error) {
  failed += 1;
  console.error(error instanceof Error ? error.message : error);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs checks, two at a time, for two cores are common. @param {readonly string[]} checks */
async function runStage(checks) {
  const waiting = [...checks];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      await run(check, checks.length === 1);
    }
  };
  await Promise.all([work(), work()]);
}

/**
 * Runs one script of package.json and counts; what it prints is shown when it ends, or as it comes where it runs alone.
 * @param {string} check @param {boolean} alone
 */
async function run(check, alone) {
  const startMs = performance.now();
  const report = `${results}/${check}.json`;
  const reporting = suites.includes(check)
    ? ["--", alone ? "--reporter=default" : "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`]
    : [];
  const { status, output } = await start(["run", "--silent", check, ...reporting], alone);
  const counts = existsSync(report)
    ? JSON.parse(readFileSync(report, "utf8"))
    : { numPassedTests: 0, numFailedTests: 0 };
  passed += counts.numPassedTests;
  failed += status === 0 ? 0 : Math.max(1, counts.numFailedTests);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  if (status !== 0) console.log(output);
  console.log(status === 0 ? `ok: ${check} (${seconds} s)` : `FAILED: npm run ${check}, see above.`);
  if (status === 0 && suites.includes(check) && counts.numPassedTests === 0) {
    failed += 1;
    console.log(`FAILED: npm run ${check} ran no test.`);
  }
}

/**
 * Runs npm to its end; where it is not shown, its output is returned.
 * @param {readonly string[]} words @param {boolean} shown
 * @returns {Promise<{ status: number | null, output: string }>}
 */
async function start(words, shown) {
  const pipe = shown ? "inherit" : "pipe";
  const child = spawn("npm", words, {
    cwd: root,
    stdio: ["ignore", pipe, pipe],
    shell: process.platform === "win32",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += text));
  return await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
  });
}
