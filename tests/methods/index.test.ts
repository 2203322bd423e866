import { describe, expect, test } from "vitest";
import { globals } from "webgpu";
import { defaultValues, parseValues, problemWith } from "../../src/contract/fields.ts";
import { methods } from "../../src/methods/index.ts";
import { plannedWorld } from "./world.ts";

Object.assign(globalThis, globals);

const files = import.meta.glob<Record<string, unknown>>("../../src/methods/*.ts", { eager: true });

/** Methods that a file of the room exports, by file name. */
const found = Object.entries(files).flatMap(([path, module]) =>
  path.endsWith("/index.ts")
    ? []
    : Object.values(module)
        .filter((value) => typeof value === "object" && value !== null && "start" in value && "equation" in value)
        .map((value) => ({ file: path.replace(/^.*\/|\.ts$/g, ""), value })),
);

test("every method of the room is listed, under its file's name", () => {
  expect(new Set(methods)).toEqual(new Set(found.map(({ value }) => value)));
  expect(found.map(({ value, file }) => [file, value])).toEqual(
    found.map(({ value }) => [methods.find((method) => method === value)?.id, value]),
  );
});

test("ids are unique and the baseline comes first", () => {
  expect(new Set(methods.map(({ id }) => id)).size).toBe(methods.length);
  expect(methods[0]?.id).toBe("vanilla");
});

const model = { hidden: 0.1, attention: 0.2, classifier: 0.3 };
const off = { hidden: 0, attention: 0, classifier: 0 };

describe.each(methods)("$id", (method) => {
  test("its fields have help and defaults that fit", () => {
    expect(method.fields.filter(({ help }) => help.length <= 20)).toEqual([]);
    expect(method.fields.map((field) => problemWith(field, field.default))).toEqual(method.fields.map(() => null));
    expect(new Set(method.fields.map(({ id }) => id)).size).toBe(method.fields.length);
    expect(parseValues(method.fields, {})).toEqual(defaultValues(method.fields));
  });

  test("says where it comes from", () => {
    expect(method.source.url).toMatch(/^https:\/\//);
    expect(method.source.where.length).toBeGreaterThan(5);
    expect(method.summary.length).toBeGreaterThan(60);
  });

  test("takes a rate of the settings as it is", () => {
    const values = parseValues(method.fields, { dropout: 0.25 });
    expect(method.dropout(values, model, 100)).toEqual({
      hidden: 0.25,
      attention: 0.25,
      classifier: 0.25,
      activation: 0.25,
      pooler: 0.25,
    });
    const none = { ...off, activation: 0, pooler: 0 };
    expect(method.dropout(parseValues(method.fields, { dropout: 0 }), model, 5000)).toEqual(none);
  });
});

test.each([
  ["vanilla", 100, model],
  ["vanilla", 5000, model],
  ["dps-dense", 1999, off],
  ["dps-dense", 2000, model],
  ["dps-mix", 100, off],
  ["dps-mix", 5000, off],
  ["mixout", 100, model],
  ["child-tuning-f", 100, model],
  ["r3f", 100, model],
  ["r-drop", 100, model],
  ["child-tuning-d", 100, model],
  ["re-init", 100, model],
])("published dropout of %s in %i steps", (id, maxSteps, rates) => {
  const method = methods.find((one) => one.id === id);
  expect(method?.dropout(defaultValues(method.fields), model, maxSteps)).toEqual(rates);
});

describe("ranges", () => {
  const fields = methods.find(({ id }) => id === "dps-dense")?.fields ?? [];
  test.each([
    ["frozenShare", 0, true],
    ["frozenShare", 0.99, true],
    ["frozenShare", 1, false],
    ["frozenShare", -0.1, false],
    ["updateRatio", 0, false],
    ["updateRatio", 0.5, true],
    ["updateRatio", 0.51, false],
    ["dropout", null, true],
    ["dropout", 1, false],
    ["frozenWeights", "strict", true],
    ["frozenWeights", "frozen", false],
  ])("%s = %s", (id, value, fits) => {
    const field = fields.find((one) => one.id === id);
    if (field === undefined) throw new Error(`dps-dense has no ${id}`);
    expect(problemWith(field, value) === null).toBe(fits);
  });
});

test("R3F refuses a regression in words", () => {
  const r3f = methods.find(({ id }) => id === "r3f");
  const { world } = plannedWorld(10);
  expect(() => r3f?.start({ ...world, kind: "regression" }, defaultValues(r3f.fields))).toThrow(
    /probabilities of classes, and this task's answer is a number/,
  );
});
