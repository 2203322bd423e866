import { expect, test } from "vitest";
import { asTheFileSays } from "../../src/contract/reading.ts";
import { createApp } from "../../src/store/app.ts";
import { DataPanel } from "../../src/ui/setup/data/DataPanel.tsx";
import { ModelPanel } from "../../src/ui/setup/model/ModelPanel.tsx";
import { model } from "../store/fake-records.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import { markup, words } from "./page-words.tsx";

test("a table's card tells how it was read, in menus that overrule it, and what was assumed", async () => {
  const app = createApp(createFakeTrainer(), { quietMs: 0 });
  await app.actions.connect();
  await app.actions.data.load("train", [{ path: "train.tsv", file: new Blob(["x"]) }]);
  const before = markup(app, <DataPanel />);
  expect(before).toContain('aria-label="How the train table was read"');
  for (const [label, found] of [
    ["Encoding", "UTF-8"],
    ["Separator", "tab"],
    ["Quotes", "quoted"],
    ["Header", "header"],
  ]) {
    expect(before).toMatch(new RegExp(`aria-label="${label} of the train table"[^>]*><option[^>]*>${found}<`));
  }
  expect(before).toContain('aria-label="column 4 is the label: use other columns"');
  expect(words(app, <DataPanel />)).toContain("Cells are in quotes, and quotes inside them are doubled.");

  await app.actions.data.readAgain("train", { ...asTheFileSays, encoding: "koi8-r", header: false });
  const after = markup(app, <DataPanel />);
  expect(after).toMatch(/<option value="-1">as found in the file<\/option>/);
  expect(after).toMatch(/<option[^>]*selected=""[^>]*>KOI8-R</);
  expect(after).toMatch(/<option[^>]*selected=""[^>]*>no header</);
  expect(after).toContain(">column 4 is the label<");
});

test("a model's card tells how its files were read, and what was assumed", async () => {
  const app = createApp(createFakeTrainer(), { quietMs: 0 });
  await app.actions.connect();
  await app.actions.model.load([{ path: "config.json", file: new Blob(["x"]) }]);
  const [, chain = ""] = markup(app, <ModelPanel />).split('aria-label="How the model was read"');
  const chips = [...(chain.split("</ul>")[0]?.matchAll(/<li><span[^>]*>([^<]*)</g) ?? [])].map(([, chip]) => chip);
  expect(chips).toEqual(model.reading.map((step) => step.replaceAll('"', "&quot;")));
  expect(words(app, <ModelPanel />)).toContain(model.notes[0]);
});

test("rows without a label are counted, whether their cell is empty or says so", async () => {
  const trainer = createFakeTrainer();
  const reasons = ["the label is missing", "no label (NA)", "empty text", "the label is missing"];
  const skipped = reasons.map((reason, index) => ({ line: index + 2, reason }));
  const app = createApp(
    {
      ...trainer,
      async prepareData(...choice) {
        const data = await trainer.prepareData(...choice);
        return { ...data, train: { ...data.train, skipped, skippedCount: skipped.length } };
      },
    },
    { quietMs: 0 },
  );
  await app.actions.connect();
  await app.actions.model.load([{ path: "config.json", file: new Blob(["x"]) }]);
  await app.actions.data.load("train", [{ path: "train.tsv", file: new Blob(["x"]) }]);
  await expect.poll(() => words(app, <DataPanel />)).toContain("3 rows without a label");
});
