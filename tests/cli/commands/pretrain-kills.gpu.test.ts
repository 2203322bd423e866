import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDps } from "../../../src/cli/program.ts";
import { drawUniform } from "../../../src/core/rng.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { writeSmallModel } from "../small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-pretrain-kills-"));
const at = (...names: string[]): string => join(folder, ...names);
const launcher = fileURLToPath(new URL("../../../src/cli/dps.mjs", import.meta.url));

/** KILLS=20 SEED=2: at so many moments drawn by that seed, and again from the beginning whenever the run has ended. */
const kills = Number(process.env["KILLS"] ?? 3);
/** After so many it is let run to its end, which is compared. */
const killsOfOneRun = 3;
const seed = Number(process.env["SEED"] ?? 1);

beforeAll(async () => {
  const lines = Array.from({ length: 60 }, (_, line) => `the ${line % 3 === 0 ? "film" : "book"} is very good .`);
  writeFileSync(at("text.txt"), lines.join("\n\n").replaceAll(" . ", " .\n"));
  await writeSmallModel(at("model"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A good part of the time goes into writing, so that kills fall into it. */
const recipe =
  "--held-out-share 0.2 --learning-rate 3e-3 --batch-size 4 --length 24 --steps 60 --evaluate-every 15 " +
  "--checkpoint-every 2 --kernels portable";

function words(output: string): readonly string[] {
  const files = `--model ${at("model")} --text ${at("text.txt")} --output ${at(output)}`;
  const resume = existsSync(at(output, "checkpoint.safetensors")) ? " --resume" : "";
  return `pretrain ${files} ${recipe}${resume}`.split(" ");
}

/** Runs it in a process of its own, which is killed after so many ms; resolves with whether it had ended before. */
async function endedBefore(ms: number): Promise<boolean> {
  const child = spawn(process.execPath, [launcher, ...words("cut")], { stdio: "ignore" });
  const timer = setTimeout(() => child.kill("SIGKILL"), ms);
  const code = await new Promise((resolve) => child.once("exit", resolve));
  clearTimeout(timer);
  expect([0, null]).toContain(code);
  return code === 0;
}

const evaluationsIn = (output: string): unknown =>
  JSON.parse(readFileSync(at(output, "pretraining.json"), "utf8")).evaluations;

function expectEqual(): void {
  const bytes = (output: string): Buffer => readFileSync(at(output, "model.safetensors"));
  expect(bytes("cut").equals(bytes("whole"))).toBe(true);
  expect(evaluationsIn("cut")).toEqual(evaluationsIn("whole"));
}

test("dps pretrain, killed at any moment, again and again, comes with --resume to the same bytes", async () => {
  const began = performance.now();
  expect(await runDps(words("whole"), recordingTerminal())).toBe(0);
  const wholeMs = performance.now() - began;
  let [killed, compared] = [0, 0];
  for (let draw = 0; killed < kills; draw++) {
    // From its start on, when nothing is written yet, to about half of the run.
    const ended = await endedBefore(500 + (500 + 0.6 * wholeMs) * drawUniform(seed, "kill", 0, draw));
    if (!ended) killed += 1;
    const due = ended || killed % killsOfOneRun === 0 || killed === kills;
    if (!due) continue;
    expect(await runDps(words("cut"), recordingTerminal())).toBe(0);
    expectEqual();
    expect(readdirSync(at("cut")).filter((name) => /\.(part|lock)$/.test(name))).toEqual([]);
    compared += 1;
    rmSync(at("cut"), { recursive: true });
  }
  console.log(
    `seed ${seed}: ${killed} kills, ${compared} runs compared, all equal; a whole run takes ${Math.round(wholeMs)} ms`,
  );
}, 1_200_000);
