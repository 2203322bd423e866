import { expect, test } from "vitest";
import { createArena } from "../../../src/gpu/arena.ts";
import { lossesOf } from "../../../src/train/finetuning/losses.ts";
import { syntheticSplit, syntheticTask } from "../synthetic.ts";

/** Of six rows: of the classes 0, 0, 0, 0, 1 and 1, which weigh 3/4 and 3/2 where they are balanced. */
function shareOf(classWeights: "none" | "balanced", kind: "classification" | "regression" = "classification") {
  const train = { ...syntheticSplit(6, 5, 50), labels: Float32Array.of(0, 0, 0, 0, 1, 1) };
  const request = { task: { ...syntheticTask, kind }, labels: ["no", "yes"], train, settings: { classWeights } };
  return lossesOf(request, createArena(null), () => {}).shareOf;
}
const whole = Uint32Array.of(5, 0, 1, 2, 4);

test("a part counts as many of a step's rows as it has", () => {
  for (const kind of ["classification", "regression"] as const) {
    expect(shareOf("none", kind)(Uint32Array.of(0, 1), whole)).toBe(2 / 5);
    expect(shareOf("none", kind)(whole, whole)).toBe(1);
  }
});

test("with class weights a part counts as much as its rows weigh", () => {
  const share = shareOf("balanced");
  expect(share(Uint32Array.of(5, 0), whole)).toBe((3 / 2 + 3 / 4) / (2 * (3 / 2) + 3 * (3 / 4)));
  expect(share(whole, whole)).toBe(1);
});
