import { describe, expect, test } from "vitest";
import { attentionVariants, portableAttention } from "../../../src/nn/ops/attention.ts";
import { layerNormVariants } from "../../../src/nn/ops/layernorm.ts";
import { matmulVariants, portableMatmul } from "../../../src/nn/ops/matmul.ts";
import { candidatesOf, portableOf } from "../../../src/nn/tuning/candidates.ts";
import { kernelsOf, portableKernels } from "../../../src/nn/tuning/choice.ts";
import { askingKernels, workOf, type Question } from "../../../src/nn/tuning/questions.ts";

const sizes = { M: 64, N: 512, K: 128 };
const nt = { op: "matmul", real: "f32", kind: "nt", sizes } as const;
const tn = { op: "matmul", real: "f32", kind: "tn", sizes: { M: 512, N: 128, K: 64 } } as const;
const attention = { op: "attention", real: "f32", heads: 2, size: 64, tokens: 100, sequences: 4, longest: 40 } as const;
const layernorm = { op: "layernorm", real: "f32", rows: 100, cols: 128 } as const;
const questions: readonly Question[] = [nt, tn, attention, layernorm];
const variants = { matmul: matmulVariants, attention: attentionVariants, layernorm: layerNormVariants };

describe("a choice", () => {
  test("answers by the weight behind a product, however many tokens there are", () => {
    const kernels = kernelsOf({ "matmul nt 512x128": "block8x8", "matmul nn 512x128": "tile64" }, 0);
    const [block, tile] = [matmulVariants.get("block8x8"), matmulVariants.get("tile64")];
    expect(kernels.matmul("nt", { M: 64, N: 512, K: 128 }, "f32")).toBe(block);
    expect(kernels.matmul("nt", { M: 7, N: 512, K: 128 }, "f32")).toBe(block);
    // dx [tokens, in] = dy [tokens, out] · W [out, in].
    expect(kernels.matmul("nn", { M: 7, N: 128, K: 512 }, "f32")).toBe(tile);
    // What is fast in one type need not be so in the other.
    expect(kernels.matmul("nn", { M: 7, N: 128, K: 512 }, "f16")).toBe(portableMatmul);
    expect(kernelsOf({ "matmul nn 512x128 f16": "tile64" }, 0).matmul("nn", { M: 7, N: 128, K: 512 }, "f16")).toBe(
      tile,
    );
  });

  test("leaves the portable kernels where it says nothing", () => {
    const kernels = kernelsOf({}, 32);
    expect(kernels.matmul("tn", sizes, "f32")).toBe(portableMatmul);
    expect(kernels.attention({ heads: 2, size: 64 }, batch, "f32")).toBe(portableAttention);
  });

  test("is refused where it names what is not there, or what a device cannot run", () => {
    const ask = (name: string, lanes: number) => () =>
      kernelsOf({ "matmul nt 512x128": name }, lanes).matmul("nt", sizes, "f32");
    expect(ask("fastest", 32)).toThrow(
      'The kernels\' choice names "fastest" for "matmul nt 512x128"; there is no such one.',
    );
    expect(ask("subgroup8x4", 8)).not.toThrow();
    expect(ask("subgroup8x4", 4)).toThrow("needs subgroups of 8; this device's have 4. Choose anew.");
    expect(ask("subgroup8x4", 0)).toThrow("this device has no subgroups");
  });
});

const batch = {
  tokenCount: 100,
  sequenceCount: 4,
  maxLength: 40,
  offsets: portableTensor("offsets"),
  sequences: portableTensor("sequences"),
};

function portableTensor(label: string) {
  const allocation = { offset: 0, bytes: 0, memory: { buffer: null } };
  return { label, shape: [], dtype: "u32", allocation } as const;
}

describe("questions", () => {
  test("are noted with their largest sizes, and answered as the other kernels would", () => {
    const { kernels, asked } = askingKernels(portableKernels);
    expect(kernels.matmul("nt", { M: 10, N: 512, K: 128 }, "f32")).toBe(portableMatmul);
    kernels.matmul("nt", { M: 90, N: 512, K: 128 }, "f32");
    kernels.matmul("nt", { M: 20, N: 512, K: 128 }, "f32");
    expect(kernels.attention({ heads: 2, size: 64 }, batch, "f32")).toBe(portableAttention);
    kernels.layernorm({ rows: 100, cols: 128 }, "f32");
    kernels.layernorm({ rows: 100, cols: 128 }, "f16");
    expect(Object.fromEntries(asked)).toEqual({
      "matmul nt 512x128": {
        question: { op: "matmul", real: "f32", kind: "nt", sizes: { M: 90, N: 512, K: 128 } },
        calls: 3,
      },
      "attention 2x64": { question: attention, calls: 1 },
      "layernorm 128": { question: layernorm, calls: 1 },
      "layernorm 128 f16": { question: { ...layernorm, real: "f16" }, calls: 1 },
    });
  });

  test("come to so many operations or bytes", () => {
    expect(workOf(nt)).toEqual({ amount: 2 * 64 * 512 * 128, unit: "FLOP" });
    // 100 tokens see 25 each; q · k and the mix in the forward, five products in the backward.
    expect(workOf(attention)).toEqual({ amount: 7 * 2 * 100 * 25 * 128, unit: "FLOP" });
    expect(workOf(layernorm)).toEqual({ amount: 9 * 4 * 100 * 128, unit: "B" });
    expect(workOf({ ...layernorm, real: "f16" })).toEqual({ amount: 9 * 2 * 100 * 128, unit: "B" });
  });
});

describe("candidates", () => {
  test.each([0, 4, 8, 16, 32, 64, 128])("of a device of %i lanes are there, and it can run them", (lanes) => {
    for (const question of questions) {
      const names = [...candidatesOf(question, lanes), portableOf(question)];
      expect(names.length).toBeGreaterThan(1);
      for (const name of names) {
        const variant = variants[question.op].get(name);
        expect(variant).toBeDefined();
        expect(variant?.lanes ?? 0).toBeLessThanOrEqual(lanes);
      }
    }
  });

  test("leave the portable kernels out only where a CPU plays the GPU, and there as a last resort", () => {
    for (const question of questions) {
      expect(candidatesOf(question, 8)).not.toContain(portableOf(question));
      expect(candidatesOf(question, 32)).toContain(portableOf(question));
      expect(candidatesOf(question, 0)).toContain(portableOf(question));
    }
  });

  test("leave out what would take more than there is to spare", () => {
    // 100 tokens of two heads see up to 40 tokens each: 32,000 bytes.
    expect(candidatesOf(attention, 8, 32_000)).toEqual(["matrices8x8", "matrices8x4"]);
    expect(candidatesOf(attention, 8, 31_999)).toEqual(["blocks"]);
    expect(candidatesOf(attention, 32, 31_999)).toEqual(["blocks"]);
    expect(candidatesOf(tn, 32, 4 * 512 * 128 * 4)).toContain("tiled/4");
    expect(candidatesOf(tn, 32, 4 * 512 * 128 * 4)).not.toContain("tiled/16");
  });

  test("divide K where a weight's gradient has few tiles", () => {
    expect(candidatesOf(tn, 32)).toContain("tiled/4");
    expect(candidatesOf(nt, 32)).not.toContain("tiled/4");
    const large = { ...tn, sizes: { M: 4096, N: 4096, K: 64 } };
    expect(candidatesOf(large, 32)).not.toContain("tiled/4");
  });
});
