import { expect, test } from "vitest";
import { globals } from "webgpu";
import { createArena } from "../../src/gpu/arena.ts";
import { PlanRecorder } from "../../src/gpu/recorder.ts";
import { portableKernels } from "../../src/nn/tuning/choice.ts";
import { createScope, noDropout, secondScope } from "../../src/nn/scope.ts";

Object.assign(globalThis, globals);

function scope() {
  const parts = { rec: new PlanRecorder(), mem: createArena(null), kernels: portableKernels };
  return createScope({ ...parts, seed: 1, step: 1, dropout: noDropout });
}

test("a label's memory is handed out again once it was freed, and not before", () => {
  const s = scope();
  const first = s.temporary("d x", [2, 3]);
  expect(() => s.temporary("d x", [1])).toThrow("The temporary d x is still in use.");
  expect(() => secondScope(s, null).temporary("d x", [1])).toThrow("still in use");
  s.temporary("d y", [2, 3]);
  s.free(first);
  expect(s.temporary("d x", [2, 3])).toBe(first);
});

test("what is no temporary in use cannot be freed", () => {
  const s = scope();
  const [saved, once] = [s.saved("x", [4]), s.temporary("d x", [4])];
  s.free(once);
  expect(() => s.free(once)).toThrow("temporary d x is freed but is no temporary in use.");
  expect(() => s.free(saved)).toThrow("x is freed");
});

test("the same label and shape of another type is another tensor", () => {
  const s = scope();
  expect(s.mem.tensor("inputs", "n", [4], "u32").dtype).toBe("u32");
  expect(s.mem.tensor("inputs", "n", [4]).dtype).toBe("f32");
});
