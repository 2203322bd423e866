import { expect, test } from "vitest";
import { createArena } from "../../src/gpu/arena.ts";
import { ChildMoments } from "../../src/optim/child-moments.ts";

test("moments of several parameters share a buffer as long as every device binds it", () => {
  const mem = createArena(null);
  const mask = mem.tensor("method", "mask", [1], "u32");
  const counts = [2 ** 24, 2 ** 24, 0, 1, 2 ** 25];
  const moments = new ChildMoments(
    mem,
    counts.map((count, index) => ({ name: `w ${index}`, mask, count })),
  );
  expect(moments.tensors.map(({ shape }) => shape)).toEqual([[2 ** 25], [2 ** 25], [1], [1], [2 ** 25], [2 ** 25]]);
  expect([...moments.places.keys()]).toEqual(["w 0", "w 1", "w 2", "w 3", "w 4"]);
  // How many there are is only guessed in a plan: nothing is reserved by its guess.
  expect([...mem.capacities().keys()]).toEqual(["mask"]);
  expect(moments.places.get("w 2")?.first).toBe(moments.places.get("w 0")?.first);
});
