// npm run chaos -- --minutes 60 --seed 1: the chaos test for as long, over one experiment after the other; 0 minutes: over
// one to which everything happens once.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "60" }, seed: { type: "string", default: "1" } },
});
const numbers = Object.values(values).map(Number);
if (numbers.some((number) => !Number.isInteger(number) || number < 0)) {
  console.error(`--minutes and --seed are whole numbers; found ${JSON.stringify(values)}.`);
  process.exit(2);
}
const env = { ...process.env, CHAOS_MINUTES: values.minutes, CHAOS_SEED: values.seed };
const { status } = spawnSync("npm", ["run", "--silent", "e2e", "--", "tests/e2e/chaos"], {
  env,
  stdio: "inherit",
  shell: process.platform === "win32",
});
process.exitCode = status ?? 1;
