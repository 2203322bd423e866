// npm run sample-scores: fine-tunes the model that ships on every sample task, plainly, over five seeds, and writes
// sample-scores.json beside this file. Takes a quarter of an hour on a software GPU.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../.config/install.mjs";
import { shippedSums } from "./shipped-sums.mjs";

const folder = mkdtempSync(join(tmpdir(), "dps-scores-"));
/** @type {{ id: string }[]} */
const tasks = JSON.parse(readFileSync(`${root}/public/tasks/index.json`, "utf8"));
const options = ["--methods", "vanilla", "--seeds", "1-5", "--epochs", "3", "--batch-size", "16"];

/** @type {Record<string, unknown>} */
const scores = {};
for (const { id } of tasks) {
  const output = join(folder, `${id}.json`);
  const words = ["finetune", "--model", "bundled", "--sample", id, ...options, "--output", output];
  execFileSync(process.execPath, [`${root}/src/cli/dps.mjs`, ...words], { stdio: "inherit" });
  const { runs, config, device } = JSON.parse(readFileSync(output, "utf8"));
  const [metric = ""] = Object.keys(runs[0].evaluations[0].scores);
  const last = runs.map((/** @type {any} */ run) => run.evaluations.at(-1).scores[metric]);
  scores[id] = {
    command: `dps ${words.slice(0, -2).join(" ")}`,
    training: config.plan.training,
    device: device.description,
    metric,
    scores: last,
  };
}
rmSync(folder, { recursive: true });
writeFileSync(
  new URL("sample-scores.json", import.meta.url),
  `${JSON.stringify({ sums: shippedSums(), tasks: scores }, null, 1)}\n`,
);
