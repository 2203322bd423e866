import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planSizeLimit, readPlanFile, writePlanFile } from "../../src/contract/plan-file.ts";
import { AppError } from "../../src/core/errors.ts";
import { fakeCatalog } from "../store/fake-catalog.ts";

const full = {
  version: 1,
  name: "Frozen shares",
  methods: ["plain", { id: "one", values: { dropout: 0.1, frozenWeights: "strict" } }],
  seeds: [1, 2, 5],
  training: { epochs: 2, steps: null },
  grid: [{ field: "frozenShare", values: [0.1, 0.5] }],
  order: "interleaved",
};

const read = (json: unknown) => readPlanFile(JSON.stringify(json), "plan.json", fakeCatalog);

describe("a plan file", () => {
  it("is read as it stands", () => {
    expect(read(full)).toEqual({
      name: "Frozen shares",
      plan: {
        methods: [
          { id: "plain", values: {} },
          { id: "one", values: { dropout: 0.1, frozenWeights: "strict" } },
        ],
        seeds: [1, 2, 5],
        training: { epochs: 2, steps: null },
        grid: [{ field: "frozenShare", values: [0.1, 0.5] }],
        order: "interleaved",
      },
    });
  });

  it("may leave out what it does not change", () => {
    const { training: _, grid: __, order: ___, ...short } = { ...full, methods: ["plain"], seeds: "1-3, 7" };
    expect(read(short).plan).toEqual({
      methods: [{ id: "plain", values: {} }],
      seeds: [1, 2, 3, 7],
      training: {},
      grid: [],
      order: "sequential",
    });
  });

  it("is written so that it reads the same", () => {
    const named = read(full);
    expect(readPlanFile(writePlanFile(named), "plan.json", fakeCatalog)).toEqual(named);
    expect(writePlanFile(named)).toContain('"methods": [\n    "plain",');
    for (const entry of fakeCatalog.plans) {
      for (const plan of Object.values(entry.sizes)) {
        const one = { name: entry.label, plan };
        expect(readPlanFile(writePlanFile(one), "plan.json", fakeCatalog)).toEqual(one);
      }
    }
  });

  it.each([
    ["a list", [], /A plan is not an object with version, name, methods/],
    ["null", null, /A plan is not an object/],
    ["a result", { config: {}, runs: [] }, /It is a result, not a plan: use “Open a result”/],
    ["an unknown field", { ...full, sedes: [1] }, /A plan has no field "sedes"; known are version, name, methods, seeds, training, grid, order\./], // prettier-ignore
    ["no version", { ...full, version: undefined }, /A plan has no "version"/],
    ["another version", { ...full, version: 2 }, /version is not 1/],
    ["no name", { ...full, name: undefined }, /A plan has no "name"/],
    ["a name of blanks", { ...full, name: "  " }, /The name is empty/],
    ["a long name", { ...full, name: "x".repeat(101) }, /The name is longer than 100/],
    ["no methods", { ...full, methods: undefined }, /A plan has no "methods"/],
    ["an empty list of methods", { ...full, methods: [], grid: [] }, /names no method/],
    ["an unknown method", { ...full, methods: ["magic"] }, /no method "magic"; known are plain, one, two/],
    ["a method twice", { ...full, methods: ["one", { id: "one" }] }, /names method one twice/],
    ["an unknown field of a method", { ...full, methods: [{ id: "one", value: {} }] }, /A method has no field "value"; known are id, values/], // prettier-ignore
    ["a method without an id", { ...full, methods: [{ values: {} }] }, /A method has no "id"/],
    ["a method that is a number", { ...full, methods: [3] }, /A method is not an object/],
    ["an unknown setting of a method", { ...full, methods: [{ id: "one", values: { share: 1 } }] }, /Method one: There is no setting "share" here; known are dropout, frozenShare/], // prettier-ignore
    ["a setting outside its range", { ...full, methods: [{ id: "one", values: { frozenShare: 2 } }] }, /Method one: Frozen share p is 2/], // prettier-ignore
    ["a setting named as what every object has", { ...full, training: JSON.parse('{"__proto__":1}') }, /Training: There is no setting "__proto__"/], // prettier-ignore
    ["a field named as what every object has", { ...full, toString: 1 }, /no field "toString"/],
    ["an unknown training setting", { ...full, training: { epoch: 1 } }, /Training: There is no setting "epoch" here; known are epochs/], // prettier-ignore
    ["a list of training settings", { ...full, training: [] }, /Settings are not an object/],
    ["seeds in words", { ...full, seeds: "one" }, /Seeds: "one" is not a seed/],
    ["no seeds", { ...full, seeds: [] }, /Seeds: Give at least one seed/],
    ["seeds twice", { ...full, seeds: [1, 1] }, /Seeds: Seed 1 is given twice/],
    ["seeds as words in a list", { ...full, seeds: ["1"] }, /seeds are neither a list of numbers nor a text/],
    ["another order", { ...full, order: "random" }, /neither "sequential" nor "interleaved"/],
    ["a grid that is no list", { ...full, grid: {} }, /The grid is not a list/],
    ["an unknown field of an axis", { ...full, grid: [{ field: "frozenShare", value: [1] }] }, /axis of the grid has no field "value"/], // prettier-ignore
    ["an axis without values", { ...full, grid: [{ field: "frozenShare" }] }, /An axis of the grid has no "values"/],
    [
      "an axis of lists",
      { ...full, grid: [{ field: "frozenShare", values: [[1]] }] },
      /A value of the grid is neither/,
    ],
    ["an axis of no method", { ...full, grid: [{ field: "share", values: [1] }] }, /"share" is a setting of none/],
    ["an axis outside its range", { ...full, grid: [{ field: "frozenShare", values: [2] }] }, /Frozen share p is 2/],
    ["too many runs", { ...full, seeds: "1-100", grid: [{ field: "learningRate", values: [1e-5, 2e-5, 3e-5, 4e-5, 5e-5, 6e-5] }] }, /1200 runs/], // prettier-ignore
  ])("is refused with %s", (_, json, wanted) => {
    expect(() => read(json)).toThrow(wanted);
    expect(() => read(json)).toThrow(/^plan\.json cannot be used\. /);
  });

  it("is refused where it is no JSON, or too large to be a plan", () => {
    expect(() => readPlanFile("{", "x.json", fakeCatalog)).toThrow(/x\.json cannot be used\. It is not JSON/);
    expect(() => readPlanFile(" ".repeat(planSizeLimit + 1), "x.json", fakeCatalog)).toThrow(/larger than 256 KiB/);
    expect(() => readPlanFile("[".repeat(planSizeLimit), "x.json", fakeCatalog)).toThrow(AppError);
  });

  it("answers whatever it is given with a plan or an AppError of one short sentence or two", () => {
    const key = fc.constantFrom(...Object.keys(full), "methods.0", "grid.0", "training.epochs", "other");
    fc.assert(
      fc.property(key, fc.jsonValue({ maxDepth: 4 }), (path, value) => {
        try {
          const { plan } = read(replaced(path, value));
          expect(plan.seeds.length * plan.methods.length).toBeGreaterThan(0);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError);
          expect(thrown instanceof AppError ? thrown.code : "").toBe("bad-settings");
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** The full plan with one part of it exchanged. */
function replaced(path: string, value: unknown): unknown {
  const [first = "", second] = path.split(".");
  if (second === undefined) return { ...full, [first]: value };
  const part: unknown = Reflect.get(full, first);
  return { ...full, [first]: Array.isArray(part) ? part.with(Number(second), value) : { [second]: value } };
}
