import { describe, expect, it } from "vitest";
import type { MatrixSelection } from "../../../src/contract/run.ts";
import { matrixKind, selectionMap } from "../../../src/store/results/selection-map.ts";
import { initialView } from "../../../src/store/results/view.ts";

function matrix(
  name: string,
  layer: number | null,
  kept: number,
  overlap: number | null = null,
  size = 100,
): MatrixSelection {
  return { name, layer, size, kept, threshold: kept / 1e6, overlap };
}

const first = {
  step: 3,
  cycle: 0,
  matrices: [
    matrix("bert.encoder.layer.0.attention.self.query.weight", 0, 70),
    matrix("bert.encoder.layer.0.output.dense.weight", 0, 60, null, 300),
    matrix("bert.encoder.layer.1.attention.self.query.weight", 1, 80),
    matrix("bert.pooler.dense.weight", null, 90),
  ],
};
const second = { step: 9, cycle: 1, matrices: first.matrices.map((one) => ({ ...one, overlap: 0.5 })) };

describe("matrixKind", () => {
  it.each([
    ["bert.encoder.layer.10.attention.self.query.weight", 10, "attention query"],
    ["bert.encoder.layer.0.attention.output.dense.weight", 0, "attention output"],
    ["bert.encoder.layer.0.intermediate.dense.weight", 0, "intermediate"],
    ["bert.encoder.layer.0.attention.output.dense.bias", 0, "attention output bias"],
    ["bert.encoder.layer.0.output.dense.bias", 0, "output bias"],
    ["bert.encoder.layer.0.attention.output.LayerNorm.weight", 0, "attention output LayerNorm"],
    ["bert.encoder.layer.0.output.LayerNorm.bias", 0, "output LayerNorm bias"],
    ["bert.pooler.dense.weight", null, "pooler"],
    ["classifier.weight", null, "classifier"],
  ])("%s", (name, layer, kind) => {
    expect(matrixKind({ name, layer })).toBe(kind);
  });
});

describe("selectionMap", () => {
  it("is null before the first selection", () => {
    expect(selectionMap([], initialView)).toBeNull();
  });

  it("shows the latest cycle by matrix, others on request", () => {
    const map = selectionMap([first, second], { ...initialView, mapMeasure: "overlap" });
    expect(map?.cycle).toBe(1);
    expect(map?.columns).toEqual(["attention query", "output"]);
    expect(map?.rows.map((row) => [row.label, ...row.cells.map((cell) => cell?.value ?? null)])).toEqual([
      ["Layer 1", 0.5, 0.5],
      ["Layer 2", 0.5, null],
      ["pooler", 0.5, null],
    ]);
    const early = selectionMap([first, second], { ...initialView, mapCycle: 0 });
    expect(early?.rows[0]?.cells[0]).toMatchObject({ value: 0.7 });
    expect(early?.rows[0]?.cells[0]?.title).toContain("70 of 100 kept");
  });

  it("weighs a layer's share by size over its matrices, over cycles", () => {
    const map = selectionMap([first, second], { ...initialView, mapColumns: "cycles" });
    expect(map?.columns).toEqual(["1", "2"]);
    expect(map?.rows[0]?.cells[0]?.value).toBeCloseTo(130 / 400, 12);
  });

  it("draws at most 48 cycles", () => {
    const many = Array.from({ length: 200 }, (_, cycle) => ({ ...first, cycle }));
    const map = selectionMap(many, { ...initialView, mapColumns: "cycles" });
    expect(map?.columns).toHaveLength(48);
    expect(map?.columns.at(-1)).toBe("200");
  });
});
