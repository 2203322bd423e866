import { expect, test } from "vitest";
import { families } from "../../../src/nn/families/index.ts";
import { packingOrder } from "../../../src/nn/params.ts";
import { baseConfigs } from "./base-configs.ts";

test.each(families)("$id: the table of words, and nothing else, may be cut, and comes first in memory", (family) => {
  const model = family.open(baseConfigs[family.id]);
  const specs = model.params(2);
  const cut = specs.filter(({ byRows }) => byRows === true);
  expect(cut.map(({ shape }) => shape[0])).toEqual([model.sizes.vocabularySize]);
  expect(cut[0]?.selectable).toBe(false);
  // Then what is packed behind it stands where it would behind one in one piece, and sums by blocks have the same bits.
  expect(packingOrder(specs.map((spec) => ({ spec })))[0]?.spec).toBe(cut[0]);
  // A pre-training multiplies by its table, which stays whole.
  expect(model.pretraining?.params.filter(({ byRows }) => byRows === true) ?? []).toEqual([]);
});
