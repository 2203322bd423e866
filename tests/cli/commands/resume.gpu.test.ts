import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDps } from "../../../src/cli/program.ts";
import type { ExperimentResult } from "../../../src/contract/run.ts";
import { drawUniform } from "../../../src/core/rng.ts";
import { readResult } from "../../../src/analysis/result-file.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { smallTable, writeSmallModel } from "../small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-resume-"));
const at = (name: string): string => join(folder, name);
const launcher = fileURLToPath(new URL("../../../src/cli/dps.mjs", import.meta.url));

/** A disk of 2 MB at that path, where one may be mounted; null where not. */
function smallDisk(path: string): string | null {
  mkdirSync(path);
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", path]);
  if (status === 0) return path;
  console.log("No small disk can be mounted here (root may): what happens on a full one is not tested.");
  return null;
}
const disk = smallDisk(at("disk"));

/** KILLS=20: at so many moments drawn by a seed, and again from the beginning whenever all runs are there. */
const kills = Number(process.env["KILLS"] ?? 3);

const plan = {
  version: 1,
  name: "Six runs",
  methods: ["vanilla", { id: "dps-dense", values: { updateRatio: 0.25 } }, "child-tuning-d"],
  seeds: [1, 2],
  training: { steps: 40, batchSize: 4, learningRate: 1e-3, evaluateEvery: 10 },
};

beforeAll(async () => {
  await writeSmallModel(at("model"));
  writeFileSync(at("train.tsv"), smallTable(40));
  writeFileSync(at("fewer.tsv"), smallTable(36));
  writeFileSync(at("dev.tsv"), smallTable(12));
  writeFileSync(at("plan.json"), JSON.stringify(plan));
  const long = { ...plan, methods: plan.methods.slice(1), seeds: [1], training: { ...plan.training, steps: 200 } };
  writeFileSync(at("long-plan.json"), JSON.stringify(long));
  const ended = { ...long, training: { ...plan.training, steps: 80 } };
  writeFileSync(at("ended-plan.json"), JSON.stringify(ended));
  writeFileSync(at("ended-side.json"), JSON.stringify({ ...ended, order: "interleaved" }));
  writeFileSync(at("side.json"), JSON.stringify({ ...plan, order: "interleaved" }));
});
afterAll(() => {
  if (disk !== null) spawnSync("umount", [disk]);
  rmSync(folder, { recursive: true });
});

function words(output: string, rest: string, planName = "plan.json", train = "train.tsv"): readonly string[] {
  const files = `--plan ${at(planName)} --model ${at("model")} --train ${at(train)} --dev ${at("dev.tsv")}`;
  return `experiment ${files} --output ${at(output)} ${rest}`.trim().split(" ");
}

/** Within this process. */
async function experiment(...given: Parameters<typeof words>) {
  const terminal = recordingTerminal();
  const code = await runDps(words(...given), terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

/** In one of its own, which is killed when `due` says so of what it wrote; resolves with that. */
async function killed(given: readonly string[], due: (text: string) => boolean, afterMs = Infinity) {
  const child = spawn(process.execPath, [launcher, ...given], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const timer = afterMs === Infinity ? null : setTimeout(() => child.kill("SIGKILL"), afterMs);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const looking = setInterval(() => due(text) && child.kill("SIGKILL"), 10);
  const code = await new Promise((resolve) => child.once("exit", resolve));
  clearInterval(looking);
  if (timer !== null) clearTimeout(timer);
  return { text, code };
}

const resultAt = (name: string): ExperimentResult => readResult(readFileSync(at(name), "utf8"), name);

/** Without its clock: which steps are timed depends on it, too. */
function timeless(result: ExperimentResult): unknown {
  return { ...result, runs: result.runs.map((run) => ({ ...run, elapsedMs: 0, openMs: 0, times: [] })) };
}

const completed = (text: string): number => [...text.matchAll(/^run .*: completed/gm)].length;

describe("dps experiment --resume", () => {
  test("killed in the middle, again and again, the runs that ended are kept and the result is the same", async () => {
    expect(await experiment("whole.json", "")).toMatchObject({ code: 0, errors: "" });
    const first = await killed(words("cut.json", ""), (text) => completed(text) === 2);
    expect(first.code).toBe(null);
    const kept = resultAt("cut.json").runs.filter(({ status }) => status === "completed");
    expect(kept.length).toBeGreaterThanOrEqual(1);
    expect(resultAt("cut.json").runs).toHaveLength(6);
    for (let draw = 0; draw < kills; draw++) {
      const afterMs = 1000 + 2000 * drawUniform(11, "kill", 0, draw);
      const { code } = await killed(words("cut.json", "--resume"), () => false, afterMs);
      if (code !== 0) continue;
      expect(timeless(resultAt("cut.json"))).toEqual(timeless(resultAt("whole.json")));
      rmSync(at("cut.json"));
    }
    const last = await experiment("cut.json", "--resume");
    expect(last).toMatchObject({ code: 0, errors: "" });
    expect(last.text).toMatch(/^Going on with .*cut\.json: \d of its 6 runs are complete\.$|^Note {4}There is no /m);
    expect(timeless(resultAt("cut.json"))).toEqual(timeless(resultAt("whole.json")));
    expect(resultAt("cut.json").overlaps?.jaccard.flat()).not.toContain(null);
    expect(existsSync(at("cut.json.masks"))).toBe(false);
    const again = await experiment("cut.json", "--resume");
    expect([again.code, completed(again.text)]).toEqual([0, 0]);
    expect(timeless(resultAt("cut.json"))).toEqual(timeless(resultAt("whole.json")));
  });

  test("killed within its runs it goes on within them, to the same result", async () => {
    expect(await experiment("long.json", "", "long-plan.json")).toMatchObject({ code: 0, errors: "" });
    const folderOfRuns = at("long-cut.json.runs");
    const saved = (): boolean =>
      existsSync(folderOfRuns) && readdirSync(folderOfRuns).some((name) => name.endsWith(".safetensors"));
    const go = (rest: string) => words("long-cut.json", `--checkpoint-every 0.02 ${rest}`.trim(), "long-plan.json");
    await killed(go(""), saved);
    expect(resultAt("long-cut.json").runs.map(({ status }) => status)).toEqual(["stopped", "stopped"]);
    for (const draw of [0, 1]) {
      const { text } = await killed(go("--resume"), () => false, 2000 + 1500 * drawUniform(12, "kill", 0, draw));
      expect(text).toMatch(/^Run {5}dps-dense-seed1 goes on from step [1-9]\d* of 200$|^Going on .* 1 of its 2 runs/m);
    }
    const last = await experiment("long-cut.json", "--resume --checkpoint-every 0.02", "long-plan.json");
    expect(last).toMatchObject({ code: 0, errors: "" });
    expect(timeless(resultAt("long-cut.json"))).toEqual(timeless(resultAt("long.json")));
    expect(existsSync(folderOfRuns)).toBe(false);
  });

  test.each([
    ["one after another", "ended-plan.json", 1, 4],
    ["side by side", "ended-side.json", 2, 12],
  ])(
    "Ctrl+C saves the runs that are under way at once: nothing is trained again (%s)",
    async (_, planName, count, due) => {
      if (!existsSync(at("not-ended.json"))) await experiment("not-ended.json", "", "ended-plan.json");
      const output = `cut-${planName}`;
      const terminal = recordingTerminal();
      let told = 0;
      const watched = {
        ...terminal,
        status: (text: string) => {
          terminal.status(text);
          if (/step \d/.test(text) && (told += 1) === due) process.emit("SIGINT");
        },
      };
      expect(await runDps(words(output, "", planName), watched)).toBe(130);
      expect(terminal.errors.join()).toContain("Stopping after the step in flight and saving");
      const stopped = resultAt(output).runs.filter((run) => run.status === "stopped" && run.steps.length > 0);
      expect(stopped).toHaveLength(count);
      expect(readdirSync(at(`${output}.runs`))).toHaveLength(count);
      const last = await experiment(output, "--resume", planName);
      expect(last).toMatchObject({ code: 0, errors: "" });
      for (const { id, steps } of stopped) {
        expect(steps.length).toBeLessThan(80);
        expect(last.text).toContain(`Run     ${id} goes on from step ${steps.length} of 80`);
      }
      const plain = (name: string) => resultAt(name).runs.map((run) => [run.id, run.steps, run.evaluations]);
      expect(plain(output)).toEqual(plain("not-ended.json"));
    },
  );

  test("runs side by side come to the same result as one after another, in the order of the plan", async () => {
    await killed(words("side-cut.json", "", "side.json"), (text) => completed(text) === 1);
    expect(await experiment("side-cut.json", "--resume", "side.json")).toMatchObject({ code: 0, errors: "" });
    const ids = resultAt("side-cut.json").runs.map(({ id }) => id);
    expect(ids).toEqual(resultAt("whole.json").runs.map(({ id }) => id));
    const steps = (name: string) => resultAt(name).runs.map((run) => [run.steps, run.evaluations, run.subnetwork]);
    expect(steps("side-cut.json")).toEqual(steps("whole.json"));
  });

  test.each(["SIGTERM", "SIGHUP"] as const)("%s ends it as Ctrl+C does, with what there is written", async (signal) => {
    const terminal = recordingTerminal();
    const watched = {
      ...terminal,
      line: (text: string) => {
        terminal.line(text);
        if (completed(text) === 1) process.emit(signal);
      },
    };
    expect(await runDps(words(`${signal}.json`, ""), watched)).toBe(130);
    expect(terminal.lines.at(-1)).toMatch(/^\d of 6 runs are missing; the same command with --resume runs them\.$/);
    expect(resultAt(`${signal}.json`).runs.map(({ status }) => status)).toContain("stopped");
  });

  test.skipIf(disk === null)(
    "a disk that fills up in the middle takes no finished run, and with room there is all of it",
    async () => {
      const fill = (): void => {
        try {
          for (;;) appendFileSync(at("disk/filler"), Buffer.alloc(4096));
        } catch {
          // Nothing more goes in.
        }
      };
      const terminal = recordingTerminal();
      const watched = {
        ...terminal,
        line: (text: string) => {
          terminal.line(text);
          if (text.includes("completed") && completed(terminal.lines.join("\n")) === 3) fill();
        },
      };
      expect(await runDps(words("disk/cut.json", ""), watched)).toBe(1);
      expect(terminal.errors.join("\n")).toMatch(/no room for .*cut\.json.*the disk, or your share of it, is full/);
      const kept = resultAt("disk/cut.json").runs.filter(({ status }) => status === "completed");
      expect(kept.length).toBeGreaterThanOrEqual(1);
      rmSync(at("disk/filler"));
      expect(await experiment("disk/cut.json", "--resume")).toMatchObject({ code: 0, errors: "" });
      expect(timeless(resultAt("disk/cut.json"))).toEqual(timeless(resultAt("whole.json")));
      expect(readdirSync(at("disk"))).toEqual(["cut.json"]);
    },
  );

  test("another plan, other rows and a result that is none are refused before anything is run", async () => {
    writeFileSync(at("begun.json"), readFileSync(at("whole.json")));
    const seeds = await experiment("begun.json", "--resume --seeds 1-3");
    expect([seeds.code, seeds.errors]).toEqual([
      2,
      expect.stringMatching(/--resume: the plan is another than before: seeds: was \[1,2\], is \[1,2,3\]\. Give/),
    ]);
    const rows = await experiment("begun.json", "--resume", "plan.json", "fewer.tsv");
    expect([rows.code, rows.errors]).toEqual([
      2,
      expect.stringMatching(/--resume: load its rows: .*40 train.*36 train/),
    ]);
    expect(readFileSync(at("begun.json"), "utf8")).toBe(readFileSync(at("whole.json"), "utf8"));
    writeFileSync(at("broken.json"), "{");
    expect((await experiment("broken.json", "--resume")).errors).toMatch(/broken\.json is not JSON/);
    const bare = await runDps(["experiment", "--plan", "compare", "--resume"], recordingTerminal());
    expect(bare).toBe(2);
  });

  test("without a result yet, every run is run", async () => {
    const { code, text } = await experiment("fresh.json", "--resume --seeds 1");
    expect([code, completed(text)]).toEqual([0, 3]);
    expect(text).toMatch(/^Note {4}There is no .*fresh\.json to go on with, so every run is run\.$/m);
  });
});
