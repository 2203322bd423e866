import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonByLine } from "../../src/core/json.ts";

test("any value is read as what JSON.stringify would have written", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(jsonByLine(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(JSON.parse(jsonByLine({ a: undefined, b: [{}, undefined, Number.NaN] }))).toEqual({ b: [{}, null, null] });
});

test("a line is what holds no other object or list", () => {
  const layer = { layer: 0, times: [4, 5] };
  expect(jsonByLine({ id: "a", steps: [{ step: 1, loss: 0.5 }, { step: 2 }], layers: [layer], none: [] })).toBe(`{
 "id": "a",
 "steps": [
  {"step":1,"loss":0.5},
  {"step":2}
 ],
 "layers": [
  {
   "layer": 0,
   "times": [4,5]
  }
 ],
 "none": []
}`);
});
