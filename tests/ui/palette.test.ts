import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { markerPath, markerShapes } from "../../src/analysis/drawing/marker.ts";
import { dashes, methodLooks } from "../../src/analysis/drawing/method-looks.ts";
import { colorDistance, contrast, linearOf, seenBy, type Vision } from "./color-vision.ts";

const sheet = readFileSync(new URL("../../src/ui/page.css", import.meta.url), "utf8");
const [light = "", dark = ""] = sheet.split(':root[data-mantine-color-scheme="dark"]');
const visions: readonly Vision[] = ["trichromat", "protan", "deutan", "tritan"];

/**
 * Four times what is just noticeable between two large patches side by side, which CSS Color 4 (section 13.2, gamut
 * mapping) sets at 0.02 in OKLab. Marks are small and apart: for dots of a third of a degree Stone, Szafir and Setlur (An
 * engineering model for color difference as a function of size, 2014) find two to three times the patches' threshold.
 */
const leastDistance = 4 * 0.02 * 100;

function colorsOf(scheme: string): readonly string[] {
  return [...scheme.matchAll(/--method-\d: (#\w{6});/g)].map(([, color = ""]) => color);
}

function closest(colors: readonly string[], vision: Vision): number {
  const seen = colors.map((color) => seenBy(vision, linearOf(color)));
  return Math.min(...seen.flatMap((one, index) => seen.slice(index + 1).map((other) => colorDistance(one, other))));
}

describe.each([
  ["light", light],
  ["dark", dark],
])("the methods' colours, %s", (_, scheme) => {
  const colors = colorsOf(scheme);

  it.each(visions)("are told apart by a %s", (vision) => {
    expect(colors).toHaveLength(10);
    expect(closest(colors, vision)).toBeGreaterThanOrEqual(leastDistance);
  });

  it("stand out from the card by 3:1, as WCAG 1.4.11 wants of graphics", () => {
    const card = linearOf(/--card: (#\w{6});/.exec(scheme)?.[1] ?? "");
    for (const color of colors) expect(contrast(linearOf(color), card)).toBeGreaterThanOrEqual(3);
  });
});

describe("the measure", () => {
  it("sees no difference between red and green of one brightness for a deutan, and a large one for others", () => {
    const pair = ["#b04a00", "#787800"];
    expect(closest(pair, "deutan")).toBeLessThan(leastDistance);
    expect(closest(pair, "trichromat")).toBeGreaterThan(leastDistance);
  });

  it("leaves white white, black black, and puts them 100 apart", () => {
    for (const vision of visions) expect(closest(["#ffffff", "#000000"], vision)).toBeCloseTo(100, 1);
  });
});

describe("looks", () => {
  it("share no dash, no shape and no colour among the methods of one palette", () => {
    const methods = colorsOf(light).map((_, index) => ({ method: `m${index}`, label: "" }));
    const looks = methods.map(({ method }) => methodLooks(null, methods)(method));
    for (const part of ["color", "dash", "shape"] as const) {
      expect(new Set(looks.map((look) => look[part])).size).toBe(looks.length);
    }
    expect(new Set(dashes).size).toBe(dashes.length);
  });

  it("have dots of different outlines, and of a circle's area to within a third", () => {
    const paths = markerShapes.map((shape) => markerPath(shape, 50, 50, 10));
    expect(new Set(paths).size).toBe(markerShapes.length);
    for (const path of paths.filter((one) => !one.includes("a"))) {
      const points = [...path.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
      const ends = [...points.slice(1), ...points.slice(0, 1)];
      const area = points.reduce(
        (sum, [x, y], at) => sum + (x * (ends[at]?.[1] ?? 0) - y * (ends[at]?.[0] ?? 0)) / 2,
        0,
      );
      expect(Math.abs(area / (Math.PI * 100) - 1)).toBeLessThan(1 / 3);
    }
  });
});
