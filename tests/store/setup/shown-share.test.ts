import { describe, expect, it } from "vitest";
import { asShown, problemWith, type NumberField } from "../../../src/contract/fields.ts";
import { readAxisText, writeAxisText } from "../../../src/store/setup/axis-text.ts";

const share: NumberField = {
  kind: "number",
  id: "frozenShare",
  label: "Trained share",
  help: "",
  default: 0.3,
  min: 0,
  max: 1,
  maxExclusive: true,
  leftOut: true,
};

describe("a share that is held as what is left out", () => {
  it("is shown as what is trained, and read back as it was, without the dust of binary fractions", () => {
    for (let percent = 0; percent < 100; percent++) {
      const value = percent / 100;
      expect(String(asShown(share, value)).length).toBeLessThanOrEqual(4);
      expect(asShown(share, asShown(share, value))).toBe(value);
    }
  });

  it("leaves alone what is no number, and other fields", () => {
    expect(asShown(share, "x")).toBe("x");
    expect(asShown({ ...share, leftOut: false }, 0.3)).toBe(0.3);
  });

  it("is typed and written as trained where it is varied", () => {
    expect(readAxisText(share, "0.9, 0.7 0.5")).toEqual([0.1, 0.3, 0.5]);
    expect(writeAxisText(share, [0.1, 0.3, 0.5])).toBe("0.9, 0.7, 0.5");
  });

  it("is refused in both words, with the bounds of what is shown", () => {
    expect(problemWith(share, 1)).toBe("Trained share is 0 (frozenShare 1); it must be above 0 and at most 1.");
    expect(problemWith(share, 0)).toBeNull();
  });
});
