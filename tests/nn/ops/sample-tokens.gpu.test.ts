import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawBits } from "../../../src/core/rng.ts";
import type { Device } from "../../../src/gpu/device.ts";
import { sampleTokens } from "../../../src/nn/ops/sample-tokens.ts";
import { onDevice, openTestDevice } from "../../gpu/device.ts";
import { at } from "../../reference/array.ts";
import { normals } from "../material.ts";

let device: Device;
beforeAll(async () => (device = await openTestDevice()));
afterAll(() => device.destroy());

interface Got {
  readonly drawn: readonly number[];
  readonly ids: readonly number[];
  readonly replaced: readonly number[];
}

/** Row r goes to token 2r + 1, where 7 stood. */
async function run(logits: Float64Array, rows: number, step = 1): Promise<Got> {
  let got: Got = { drawn: [], ids: [], replaced: [] };
  await onDevice(device, async (b) => {
    const tokens = 2 * rows + 1;
    const words = (label: string, values: readonly number[]) =>
      b.tensor(label, [values.length], Uint32Array.from(values));
    const places = {
      places: words(
        "places",
        Array.from({ length: rows }, (_, row) => 2 * row + 1),
      ),
      originals: words(
        "originals",
        Array.from({ length: rows }, () => 7),
      ),
      drawn: words(
        "drawn",
        Array.from({ length: rows }, () => 999),
      ),
      ids: words(
        "ids",
        Array.from({ length: tokens }, () => 999),
      ),
      replaced: b.tensor("replaced", [tokens], new Float32Array(tokens).fill(9)),
    };
    sampleTokens(b.scope({ step }), "draws", b.tensor("logits", [rows, logits.length / rows], logits), places);
    got = {
      drawn: [...(await b.readWords(places.drawn))],
      ids: [...(await b.readWords(places.ids))],
      replaced: [...(await b.read(places.replaced))],
    };
  });
  return got;
}

/** Keys of a row in float64: the highest wins. */
function keysOf(logits: Float64Array, row: number, vocabulary: number, step: number): Float64Array {
  return logits.subarray(row * vocabulary, (row + 1) * vocabulary).map((logit, token) => {
    const bits = drawBits(1, "draws", step, row * vocabulary + token);
    const uniform = ((bits >>> 9) + 0.5) * 2 ** -23;
    return logit - Math.log(-Math.log1p(-uniform));
  });
}

// A winner has an E of about 1 / vocabulary: from the series, or from a log that is 2^-21 off and at least 1/32. So a key
// is off by 32 · 2^-21 at most, and two of them that lie closer than this may change places.
const clear = 1e-4;

describe("sampleTokens", () => {
  test.each([1, 2, 31, 32, 33, 257, 8192])("of %i words draws what the float64 reference draws", async (vocabulary) => {
    const rows = 9;
    const logits = normals("logits", rows * vocabulary, 3);
    const { drawn } = await run(logits, rows, 5);
    let compared = 0;
    for (let row = 0; row < rows; row++) {
      const keys = keysOf(logits, row, vocabulary, 5);
      const [first = 0, second = -Infinity] = [...keys].sort((left, right) => right - left);
      if (first - second < clear) continue;
      compared += 1;
      expect(at(drawn, row)).toBe(keys.indexOf(first));
    }
    expect(compared).toBeGreaterThan(rows / 2);
  });

  test("puts the draw in its place and says whether it differs; other tokens stay", async () => {
    const [rows, vocabulary] = [40, 9];
    const { drawn, ids, replaced } = await run(normals("logits", rows * vocabulary), rows);
    expect(drawn.some((token) => token === 7) && drawn.some((token) => token !== 7)).toBe(true);
    expect(ids).toEqual(ids.map((_, token) => (token % 2 === 1 ? drawn[(token - 1) / 2] : 999)));
    expect(replaced).toEqual(replaced.map((_, token) => (token % 2 === 0 ? 9 : drawn[(token - 1) / 2] === 7 ? 0 : 1)));
  });

  test("draws each word as often as softmax says", async () => {
    const [rows, shares] = [20_000, [0.5, 0.25, 0.15, 0.1]];
    const logits = Float64Array.from({ length: rows * 4 }, (_, index) => Math.log(at(shares, index % 4)));
    const { drawn } = await run(logits, rows);
    shares.forEach((share, token) => {
      const got = drawn.filter((draw) => draw === token).length;
      // Five standard deviations of a binomial count.
      expect(Math.abs(got - rows * share)).toBeLessThan(5 * Math.sqrt(rows * share * (1 - share)));
    });
  });

  test("draws anew in another step, and more rows than one dimension has workgroups", async () => {
    const rows = 65_600;
    const logits = new Float64Array(rows * 2);
    const [one, other] = [await run(logits, rows, 1), await run(logits, rows, 2)];
    const same = one.drawn.filter((token, row) => token === other.drawn[row]).length;
    expect(Math.abs(same - rows / 2)).toBeLessThan(5 * Math.sqrt(rows / 4));
  });

  test("control: the draws of another seed's keys are not these", async () => {
    const [rows, vocabulary] = [50, 64];
    const logits = normals("logits", rows * vocabulary);
    const { drawn } = await run(logits, rows, 1);
    const others = drawn.map((_, row) => {
      const keys = keysOf(logits, row, vocabulary, 2);
      return keys.indexOf(Math.max(...keys));
    });
    expect(drawn).not.toEqual(others);
  });
});
