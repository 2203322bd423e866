import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { buildDataset, type Dataset, type DatasetChoice } from "../../../src/data/dataset/dataset.ts";
import { splitOf } from "../../../src/data/dataset/examples.ts";
import { mappingFor, taskOf } from "../../../src/data/dataset/recognise.ts";
import { stratifiedChoice, stratifiedSplit } from "../../../src/data/dataset/split.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";

const read = (lines: readonly string[], name = "train.tsv"): Promise<Table> =>
  readTable(new Blob([lines.join("\n")]), name);

async function dataset(
  task: string,
  train: readonly string[],
  dev: readonly string[] | null,
  change: Partial<DatasetChoice> = {},
): Promise<Dataset> {
  const trainTable = await read(train);
  const devTable = dev === null ? null : await read(dev, "dev.tsv");
  const chosen = taskOf(task);
  return buildDataset({
    task: chosen,
    train: trainTable,
    trainMapping: mappingFor(chosen, trainTable) ?? { first: 0, second: null, label: 1 },
    dev: devTable,
    devMapping: devTable === null ? null : mappingFor(chosen, devTable),
    devShare: 0.25,
    splitSeed: 1,
    sample: null,
    ...change,
  });
}

const head = "text\tlabel";

describe("what is said of a dev file beside its train file", () => {
  const rows = Array.from({ length: 40 }, (_, row) => `text ${row}\t${row % 2}`);
  const own = Array.from({ length: 40 }, (_, row) => `other ${row}\t${row % 2}`);

  test("rows that stand in both, where they are many", async () => {
    const { warnings } = await dataset("single", [head, ...rows], [head, ...rows.slice(0, 3), ...own.slice(0, 37)]);
    expect(warnings).toEqual([expect.stringMatching(/^3 of the 40 dev rows have texts that train has as well/)]);
    expect((await dataset("single", [head, ...rows], [head, ...rows.slice(0, 1), ...own])).warnings).toEqual([]);
    const twice = await dataset("single", [head, ...rows, ...rows], [head, ...rows.slice(0, 3), ...own.slice(0, 37)]);
    expect(twice.warnings).toEqual([expect.stringMatching(/^3 of the 40 dev rows/)]);
    const pairs = ["premise\thypothesis\tlabel", "a\tb\t1", "c\td\t0"];
    expect((await dataset("pair", pairs, [pairs[0] ?? "", "a\td\t1", "c\tb\t0"])).warnings).toEqual([]);
  });

  test("texts in letters of another script", async () => {
    const russian = rows.map((row) => row.replace("text", "совсем другой текст"));
    const { warnings } = await dataset("single", [head, ...rows], [head, ...russian]);
    expect(warnings).toEqual([expect.stringMatching(/Train's texts are in Latin letters and dev's in Cyrillic ones/)]);
    const mixed = rows.map((row) => row.replace("text", "кино film"));
    expect((await dataset("single", [head, ...rows], [head, ...mixed])).warnings).toEqual([]);
    expect((await dataset("single", [head, ...mixed], [head, ...russian])).warnings).toEqual([]);
  });
});

describe("buildDataset", () => {
  test("labels by name or by index, skipped rows with their lines", async () => {
    const rte = [
      "index\tsentence1\tsentence2\tlabel",
      "0\ta\tb\tnot_entailment",
      "1\tc\td\tentailment",
      "2\te\t \t0",
      "3\tf\tg\tmaybe",
    ];
    const { train, labels } = await dataset("rte", rte, rte);
    expect(labels).toEqual(["entailment", "not_entailment"]);
    expect(train.examples).toEqual([
      { first: "a", second: "b", label: 1, line: 2 },
      { first: "c", second: "d", label: 0, line: 3 },
    ]);
    expect(train.skipped).toEqual([
      { line: 4, reason: "empty text" },
      { line: 5, reason: 'the label "maybe" is unknown (wanted: entailment, not_entailment)' },
    ]);
    const sst2 = await dataset("sst2", ["sentence\tlabel", "a\t1", "b\t0"], ["sentence\tlabel", "c\tpositive"]);
    expect([...sst2.train.examples, ...sst2.dev.examples].map(({ label }) => label)).toEqual([1, 0, 1]);
  });

  test("labels of an own file: numbers by size, words by alphabet, a dash is none", async () => {
    const numbers = await dataset("single", [head, "a\t10", "b\t9", "c\t-1"], [head, "d\t9"]);
    expect(numbers.labels).toEqual(["-1", "9", "10"]);
    const words = await dataset("single", [head, "a\tspam", "b\tham", "c\t-"], [head, "d\tham"]);
    expect(words.labels).toEqual(["ham", "spam"]);
    expect(words.train.skippedCount).toBe(1);
  });

  test("scores are numbers", async () => {
    const rows = ["sentence1\tsentence2\tscore", "a\tb\t2.5", "c\td\thigh", "e\tf\t\t", "e\tf\t", "g\th\t-1e-1"];
    const { train, labels } = await dataset("pair-score", rows, rows);
    expect(labels).toEqual([]);
    expect(train.examples.map(({ label }) => label)).toEqual([2.5, -0.1]);
    expect(train.skipped.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '3 the label "high" is not a number',
      "4 4 cells where the table has 3",
      "5 the label is missing",
    ]);
  });

  test("a dev label is strange whatever its words, a missing one is none", async () => {
    const rows = ["d\tmissing part", "e\tno label yet", "f\tx", "g\t", "h\tNA"];
    const made = await dataset("single", [head, "a\tx", "b\ty"], [head, ...rows]);
    expect(made.warnings[0]).toMatch(/^2 of the 3 labelled dev rows are left out/);
  });

  test("a dev label that train lacks is skipped, one that dev lacks is reported", async () => {
    const made = await dataset("single", [head, "a\tx", "b\ty", "c\tz"], [head, "d\tx", "e\tnew", "f\ty"]);
    expect(made.dev.examples.length).toBe(2);
    expect(made.dev.skipped).toEqual([{ line: 3, reason: 'the label "new" is unknown (wanted: x, y, z)' }]);
    expect(made.warnings).toEqual([
      "1 of the 3 labelled dev rows are left out, as train has no such label: the scores are of the others only.",
      'Dev has no row labelled "z", which train has.',
    ]);
    const mnli = ["premise\thypothesis\tlabel", "a\tb\tneutral", "a\tc\tentailment"];
    const three = await dataset("mnli", mnli, [...mnli, "a\td\tcontradiction"]);
    expect(three.dev.skipped).toEqual([{ line: 4, reason: 'the label "contradiction" does not occur in train' }]);
    expect(three.warnings.at(-1)).toBe('Train has no row labelled "contradiction".');
  });

  test("without a dev file a share of train, by seed", async () => {
    const rows = [
      head,
      ...Array.from({ length: 40 }, (_, index) => `text ${index}\t${index % 4 === 0 ? "rare" : "often"}`),
    ];
    const made = await dataset("single", rows, null);
    expect(made.devFromTrain).toBe(true);
    expect([made.train.examples.length, made.dev.examples.length]).toEqual([30, 10]);
    const lines = [...made.train.examples, ...made.dev.examples].map(({ line }) => line);
    expect(lines.sort((left, right) => left - right)).toEqual(Array.from({ length: 40 }, (_, index) => index + 2));
    expect(await dataset("single", rows, null)).toEqual(made);
    expect((await dataset("single", rows, null, { splitSeed: 2 })).dev).not.toEqual(made.dev);
  });

  const third = [head, ...Array.from({ length: 90 }, (_, row) => `text ${row}\t${row % 3 === 0 ? "rare" : "often"}`)];

  test("a sample keeps the labels' shares and the file's order, by seed; dev is what it was", async () => {
    const all = await dataset("single", third, null);
    const sampleOf = async (count: number, seed: number): Promise<Dataset> =>
      await dataset("single", third, null, { sample: { count, seed } });
    const drawn = await sampleOf(10, 3);
    expect(all.sample).toBeNull();
    expect(drawn.sample).toEqual({ count: 10, seed: 3, of: all.train.examples.length });
    const rare = drawn.labels.indexOf("rare");
    // A third of ten is 3.3: the largest remainder is that of the other label.
    expect(drawn.train.examples.map(({ label }) => label === rare).filter(Boolean)).toHaveLength(3);
    const lines = drawn.train.examples.map(({ line }) => line);
    expect(lines).toEqual([...new Set(lines)].sort((left, right) => left - right));
    expect(drawn.train.examples.every((example) => all.train.examples.some(({ line }) => line === example.line))).toBe(
      true,
    );
    expect(drawn.dev).toEqual(all.dev);
    expect((await sampleOf(10, 3)).train).toEqual(drawn.train);
    expect((await sampleOf(10, 4)).train.examples).not.toEqual(drawn.train.examples);
    const whole = await sampleOf(all.train.examples.length, 5);
    expect(whole.train.examples).toEqual(all.train.examples);
  });

  test("a sample of a regression has its count; a label that a small one loses is said", async () => {
    const scores = [head, ...Array.from({ length: 30 }, (_, row) => `text ${row}\t${row / 10}`)];
    const drawn = await dataset("single-score", scores, null, { sample: { count: 7, seed: 1 } });
    expect(drawn.train.examples).toHaveLength(7);
    const rows = [...third, "one of its kind\tonly", "another\tonly"];
    const small = await dataset("single", rows, rows, { sample: { count: 4, seed: 1 } });
    expect(small.warnings).toContain('Train has no row labelled "only".');
  });

  const pair = { first: 0, second: 1, label: 2 };
  const cases: readonly (readonly [string, () => Promise<Dataset>, string, RegExp])[] = [
    [
      "a sample larger than the file",
      () => dataset("single", third, third, { sample: { count: 91, seed: 0 } }),
      "bad-settings",
      /A sample of 91 rows was asked for, but train.tsv has 90 to draw from/,
    ],
    [
      "a sample larger than what the split left",
      () => dataset("single", third, null, { sample: { count: 90, seed: 0 } }),
      "bad-settings",
      /train.tsv has 67 to draw from. Take at most 67/,
    ],
    [
      "a sample of one label",
      () => dataset("single", third, third, { sample: { count: 1, seed: 0 } }),
      "bad-settings",
      /A sample of 1 of 90 rows leaves one label only/,
    ],
    [
      "a sample of half a row",
      () => dataset("single", third, third, { sample: { count: 0.5, seed: 0 } }),
      "bad-settings",
      /must be a whole number from 1/,
    ],
    [
      "a sample's seed below 0",
      () => dataset("single", third, third, { sample: { count: 5, seed: -1 } }),
      "bad-settings",
      /Seed -1 of the sample/,
    ],
    [
      "one label",
      () => dataset("single", [head, "a\tx", "b\tx"], null),
      "bad-labels",
      /same label, "x" in column "label"/,
    ],
    ["one score", () => dataset("single-score", [head, "a\t1", "b\t1"], null), "bad-labels", /same label, 1 /],
    [
      "no known label",
      () => dataset("sst2", [head, "a\tup", "b\tdown"], null),
      "bad-labels",
      /Line 2: the label "up" is unknown/,
    ],
    [
      "no known label in dev",
      () => dataset("single", [head, "a\tx", "b\ty"], [head, "c\tz"]),
      "bad-labels",
      /No row of dev\.tsv/,
    ],
    [
      "texts as labels",
      () => dataset("single", [head, ...Array.from({ length: 1001 }, (_, index) => `a\t${index}`)], null),
      "bad-labels",
      /more than 1000 different/,
    ],
    [
      "a column that is not there",
      () => dataset("pair", [head, "a\tx"], null, { trainMapping: pair }),
      "bad-columns",
      /2 columns and no column 3/,
    ],
    [
      "a column twice",
      () => dataset("single", [head, "a\tx"], null, { trainMapping: { first: 1, second: null, label: 1 } }),
      "bad-columns",
      /chosen twice/,
    ],
    ["one text for a pair", () => dataset("pair", [head, "a\tx"], null), "bad-columns", /two texts a row/],
    [
      "unclear dev columns",
      () => dataset("single", [head, "a\tx", "b\ty"], ["x\ty", "a\t1", "b\t2"]),
      "bad-columns",
      /not clear which columns of dev\.tsv \(x, y\)/,
    ],
    [
      "a share of 1",
      () => dataset("single", [head, "a\tx", "b\ty"], null, { devShare: 1 }),
      "bad-settings",
      /share for the dev set is 1/,
    ],
    ["too few rows", () => dataset("single", [head, "a\tx", "b\ty"], null), "bad-table", /cannot be split/],
  ];
  test.each(cases)("refuses %s", async (_name, make, code, message) => {
    const thrown: unknown = await make().then(
      () => null,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(AppError);
    expect(thrown).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe("stratified", () => {
  const classes = fc.array(fc.nat(3), { minLength: 1, maxLength: 60 });
  const countOf = (rows: Uint32Array | readonly number[], of: readonly number[], id: number): number =>
    rows.filter((row) => of[row] === id).length;

  test("choice: distinct rows in order, as many as wanted, each class within one of its share", () => {
    fc.assert(
      fc.property(classes, fc.nat(70), fc.nat(), (of, count, seed) => {
        const rows = stratifiedChoice(of, count, seed);
        const wanted = Math.min(count, of.length);
        expect(rows.length).toBe(wanted);
        expect([...new Set(rows)].sort((left, right) => left - right)).toEqual(rows);
        for (const id of new Set(of)) {
          const exact = (of.filter((other) => other === id).length * wanted) / of.length;
          expect(Math.abs(countOf(rows, of, id) - exact)).toBeLessThan(1);
        }
      }),
    );
  });

  test("split: every row once, no class leaves train", () => {
    fc.assert(
      fc.property(classes, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (of, share) => {
        if (new Set(of).size === of.length) return; // nothing can be spared
        const { first, second } = stratifiedSplit(of, share, 5);
        expect([...first, ...second].sort((left, right) => left - right)).toEqual([...of.keys()]);
        expect(second.length).toBeGreaterThan(0);
        for (const id of new Set(of)) expect(countOf(first, of, id)).toBeGreaterThan(0);
      }),
    );
  });
});

test("labels come back as they were read: scores of any size and sign, and one list for rows with the same labels", async () => {
  const cells = ["3", "-0", "65535", "65536", "-1", "0.5"];
  const table = await read([head, ...cells.map((cell, row) => `text ${row}\t${cell}`)]);
  const mapping = { first: 0, second: null, label: 1 };
  expect([...(await splitOf(table, mapping, Number)).labels]).toEqual(cells.map(Number));
  expect([...(await splitOf(table, mapping, (cell) => Math.abs(Number(cell)))).labels]).toEqual([
    3, 0, 65_535, 65_536, 1, 0.5,
  ]);
  expect([...(await splitOf(await read([head, "a\t-0", "b\t0"]), mapping, Number)).labels]).toEqual([-0, 0]);
  const { labels } = await splitOf(table, mapping, (cell) => [cell.length > 2 ? 1 : 0]);
  expect([...labels]).toEqual([[0], [0], [1], [1], [0], [1]]);
  expect(labels[1]).toBe(labels[0]);
});
