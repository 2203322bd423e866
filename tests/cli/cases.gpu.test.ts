import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { checkSchema, shortfalls } from "./case-check.ts";
import type { Check, Outcome, Way } from "./case-check.ts";
import { openCases } from "./shared-cases.ts";
import type { CaseRuns } from "./shared-cases.ts";

const cases = fileURLToPath(new URL("../../../shared/cases", import.meta.url));
const guards = existsSync(cases) ? guardsIn(cases) : [];
const missing = "../shared/cases is not here";
if (guards.length === 0) console.log(`skipped: ${missing}`);

/** Cases that did right when they were written, and must go on so. */
function guardsIn(folder: string): readonly { readonly name: string; readonly text: string }[] {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "check.json")));
  const all = names.toSorted().map((name) => ({ name, text: readFileSync(join(folder, name, "check.json"), "utf8") }));
  return all.filter(({ text }) => v.parse(v.object({ kind: v.string() }), JSON.parse(text)).kind.startsWith("guard"));
}

describe.skipIf(guards.length === 0)("tables and models as people have them", () => {
  let runs: CaseRuns;
  // The first command compiles every kernel, which no case shall wait for.
  beforeAll(async () => {
    runs = openCases(cases);
    await runs.of("_refs/plain");
  }, 300_000);
  afterAll(() => runs.dispose());

  test.each(guards.length === 0 ? [{ name: missing, text: "" }] : guards)(
    "$name",
    async ({ name, text }) => {
      const check = v.parse(checkSchema, JSON.parse(text));
      const outcome = await runs.of(name);
      const { printed } = outcome;
      const short = await shortfalls(check, outcome, (other) => runs.of(other));
      expect({ short, printed }).toEqual({ short: [], printed });
    },
    60_000,
  );
});

describe("what a case asks for", () => {
  const recorded = new URL("../../public/recorded/run.json", import.meta.url);
  const result: ExperimentResult = JSON.parse(readFileSync(recorded, "utf8"));
  const { trainCount, devCount, labels } = result.config;
  const [{ id } = { id: "" }] = result.runs;
  const table = (logit: string) => new Map([[id, [["index", "logit_0"], ["0", logit]]]]); // prettier-ignore
  const outcome: Outcome = { code: 0, printed: "Line 2 of ~/train.tsv", result, predictions: table("0.5") };
  const refused: Outcome = { ...outcome, code: 1, result: null, predictions: new Map() };
  const others: Readonly<Record<string, Outcome>> = {
    same: { ...outcome, predictions: table("0.500001") },
    other: { ...outcome, predictions: table("0.51") },
    refused,
  };
  const sibling = (name: string): Promise<Outcome> => Promise.resolve(others[name] ?? refused);

  const held: readonly Way[] = [
    { exit: "zero", task_kind: "classification", classes: labels.length, trainRows: trainCount },
    { labels: labels.toReversed(), devRows: { min: devCount - 1, max: devCount } },
    { says: ["line 2\\b"], never: ["line 3"] },
    { equalTo: "same" },
    { differsFrom: "other" },
  ];
  test.each(held)("%j holds", async (check) => {
    expect(await shortfalls(check, outcome, sibling)).toEqual([]);
  });

  const short: readonly Check[] = [
    { exit: "nonzero" },
    { task_kind: "regression" },
    { classes: labels.length + 1 },
    { labels: ["a"] },
    { trainRows: 1 },
    { devRows: { min: 0, max: 1 } },
    { says: ["line 3"] },
    { never: ["line 2"] },
    { equalTo: "other" },
    { differsFrom: "same" },
    { anyOf: [{ exit: "nonzero" }, { classes: 3 }] },
  ];
  test.each(short)("%j falls short", async (check) => {
    expect(await shortfalls(check, outcome, sibling)).toHaveLength(1);
    expect(await shortfalls({ anyOf: [check, { exit: "zero" }] }, outcome, sibling)).toEqual([]);
  });

  test("a refusal is none where a run was wanted, nor is a stack trace one, nor a loss that is no number", async () => {
    expect(await shortfalls({ exit: "nonzero" }, refused, sibling)).toEqual([]);
    expect(await shortfalls({ exit: "zero" }, refused, sibling)).toEqual(["a result"]);
    const crashed = { ...refused, printed: "TypeError: x\n    at main (file.ts:3:4)" };
    expect(await shortfalls({ exit: "nonzero" }, crashed, sibling)).toHaveLength(1);
    const runs = result.runs.map((run) => ({ ...run, steps: run.steps.map((one) => ({ ...one, loss: Number.NaN })) }));
    const broken = { ...outcome, result: { ...result, runs } };
    expect(await shortfalls({ exit: "zero" }, broken, sibling)).toEqual(["losses that are numbers"]);
    expect(await shortfalls({ equalTo: "same" }, broken, sibling)).toHaveLength(1);
  });

  test("what cannot be checked is an error", async () => {
    await expect(shortfalls({ equalTo: "refused" }, outcome, sibling)).rejects.toThrow("does not run");
    await expect(shortfalls({ result: "len(runs) == 1" }, outcome, sibling)).rejects.toThrow("no translation");
    expect(v.safeParse(checkSchema, { kind: "guard", wishes: [] }).success).toBe(false);
  });
});
