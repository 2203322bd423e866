import type { KernelSource, KernelsRecord, TriedKernel } from "../../src/contract/engine/kernels.ts";
import type { KernelSpan, Phase, Profile } from "../../src/contract/engine/profile.ts";
import { choice } from "./fake-records.ts";

const product = { question: "matmul nt 128x128", op: "y = x Wᵀ", shape: "1024×128 · 128×128" };
const attention = { question: "attention 2x64", op: "attention", shape: "2×64, 1024 tokens, 16 rows" };
const common = { unit: "FLOP", chosen: false, reason: null };
const untimed = { ms: null, compileMs: null, rate: null, unit: "FLOP", chosen: false };

const tried: readonly TriedKernel[] = [
  { ...product, ...common, variant: "tiled", ms: 0.42, compileMs: 31, rate: 79.9 },
  { ...product, ...common, variant: "block8x8", ms: 0.21, compileMs: 48, rate: 159.8, chosen: true },
  { ...product, ...untimed, variant: "subgroup32x4", reason: "out: element 3 is 1.5 and should be 1.2500000" },
  { ...attention, ...common, variant: "blocks", ms: 1.1, compileMs: 80, rate: 53.4, chosen: true },
  { ...attention, ...untimed, variant: "matrices32x4", reason: "not tried: the time was up" },
];

/** What the fake takes; a choice that names "warp7" is none that it can run. */
export function kernelsOf(source: KernelSource): KernelsRecord {
  const timed: KernelsRecord = { from: "timed", choice, tried, elapsedMs: 1873, note: null };
  if (source === "auto") return timed;
  if (source === "portable") return { from: "portable", choice: {}, tried: [], elapsedMs: 0, note: null };
  if (!Object.values(source).includes("warp7")) {
    return { from: "given", choice: source, tried: [], elapsedMs: 0, note: null };
  }
  return { ...timed, note: "There is no kernel warp7. The fastest kernels of this device are used in their place." };
}

/** Kernels of a step, one after another. */
const spansOfStep = (
  [
    ["matmul_nt", "forward", 2],
    ["gelu_forward", "forward", 0.5],
    ["matmul_nn", "backward", 4],
    ["attention_backward", "backward", 2.5],
    ["adamw_update", "update", 1],
  ] as const
).reduce<readonly KernelSpan[]>((spans, [kernel, phase, ms]: readonly [string, Phase, number]) => {
  const startMs = spans.at(-1)?.endMs ?? 0;
  return [...spans, { kernel, phase, startMs, endMs: startMs + ms }];
}, []);

/** Three steps of 12 ms, of which the CPU takes 3. */
export function profileOf(timestamps: boolean): Profile {
  const parts = [1, 2, 3].map((step) => ({
    step,
    startMs: 12 * step,
    recordedMs: 3,
    elapsedMs: 12,
    spans: timestamps ? spansOfStep : [],
    untimedCount: 0,
  }));
  return { timestamps, parts };
}
