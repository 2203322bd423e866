import { expect, it } from "vitest";
import { inPlanOrder } from "../../../src/store/results/method-order.ts";

const plan = { methods: ["a", "b"].map((id) => ({ id, values: {} })) };
const runs = (...names: readonly string[]) => names.map((name) => ({ method: name.slice(0, 1), name }));

it("puts runs into the plan's order of methods, whichever ended or was retried first", () => {
  const names = inPlanOrder(runs("b1", "a1", "x1", "b2", "a2"), plan).map(({ name }) => name);
  expect(names).toEqual(["a1", "a2", "b1", "b2", "x1"]);
});

it("gives the same list where nothing moves, so that nothing is drawn again", () => {
  const sorted = runs("a1", "b1");
  expect(inPlanOrder(sorted, plan)).toBe(sorted);
  expect(inPlanOrder(sorted, undefined)).toBe(sorted);
});
