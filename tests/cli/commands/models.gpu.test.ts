import { expect, test } from "vitest";
import { runDps } from "../../../src/cli/program.ts";
import { catalog } from "../../../src/experiment/catalog.ts";
import { recordingTerminal } from "../recording-terminal.ts";

async function models(...words: readonly string[]) {
  const terminal = recordingTerminal();
  const code = await runDps(["models", "--kernels", "portable", ...words], terminal);
  const rows = terminal.lines.filter((line) => /^\S+\/\S+ /.test(line)).map((line) => line.split(/ {2,}/));
  return { code, lines: terminal.lines, errors: terminal.errors.join("\n"), rows };
}

test("every model that is offered by name, its weights, and what a run of it takes at these settings", async () => {
  const short = await models("--max-length", "32");
  const long = await models("--max-length", "64", "--methods", "vanilla,dps-mix");
  expect([short.code, short.errors, short.lines[0]]).toEqual([0, "", expect.stringMatching(/^Device {2}/)]);
  expect(short.rows.map(([id]) => id)).toEqual(catalog().presets.map(({ id }) => id));
  for (const [index, { parameterCount }] of catalog().presets.entries()) {
    const [few, many] = [short, long].map(({ rows }) => Number(rows[index]?.[2]) * 2 ** 20);
    // Weight, gradient and two moments.
    expect(few).toBeGreaterThan(16 * parameterCount);
    expect(many).toBeGreaterThan(few ?? Number.NaN);
  }
  expect(short.lines.at(-1)).toMatch(/^Memory is that of one run at these settings, at most/);
});

test("below a model stands what takes less, with its memory", async () => {
  const { lines, rows } = await models("--methods", "dps-mix");
  const at = lines.findIndex((line) => line.startsWith("google-bert/bert-large-uncased"));
  // lavapipe and most GPUs have numbers of 16 bits; one without has no such line.
  const half = lines[at + 1]?.includes("mixed precision") === true;
  const told = lines
    .slice(at + 1, at + (half ? 5 : 4))
    .map((line) => line.split(/ {2,}/).filter((cell) => cell !== ""));
  expect(told.map(([words]) => words)).toEqual([
    ...(half ? ["mixed precision"] : []),
    "layers recomputed",
    "4 × 4 rows a step",
    `${half ? "mixed precision, " : ""}layers recomputed, 4 × 4 rows a step`,
  ]);
  const whole = Number(rows.at(-1)?.[2]);
  for (const [, mebibytes] of told) expect(Number(mebibytes)).toBeLessThan(whole - 256);
});

test("of each that this GPU is too small for, a note says why", async () => {
  const { code, rows, lines } = await models("--batch-size", "256", "--max-length", "512");
  const large = rows.filter((cells) => cells[3] === "too large here").map(([id]) => id);
  const notes = lines.flatMap((line) => /^Note {4}(\S+): The run needs .* MiB/.exec(line)?.[1] ?? []);
  expect([code, notes]).toEqual([0, large]);
});

test("a setting that is none is refused by name", async () => {
  expect(await models("--methods", "magic")).toMatchObject({ code: 2, errors: expect.stringContaining("magic") });
});
