import { mostBindable, type Device } from "../../gpu/device.ts";
import { matmulVariants } from "../ops/matmul.ts";
import type { Question } from "./questions.ts";

/** Invocations that the smallest subgroup of a device has; 0 where it has none to speak to. */
export function lanesOf(device: Device): number {
  return device.gpu.features.has("subgroups") ? (device.gpu.adapterInfo.subgroupMinSize ?? 0) : 0;
}

/** Below so many workgroups a product leaves a device's cores without work, and parts of it are tried. */
const fewWorkgroups = 256;

/** What a variant may take for a moment in one piece, where the portable one takes nothing: 64 MiB, or the device's limit. */
export function spareBytesOf({ record }: Device): number {
  return Math.min(2 ** 26, mostBindable(record));
}

/** The variant of an op that works everywhere. */
export function portableOf(question: Question): string {
  return { matmul: "tiled", attention: "blocks", layernorm: "workgroup" }[question.op];
}

/**
 * The variants worth trying for a question, the likeliest first. A subgroup of up to eight lanes is a CPU's vector: there
 * kernels with workgroup memory, the portable ones too, take seconds to compile and several times as long to run, and are
 * not tried while others are right. Nor is what would take more than `spareBytes` in one piece.
 */
export function candidatesOf(question: Question, lanes: number, spareBytes = Infinity): readonly string[] {
  const width = [32, 16, 8, 4].find((size) => size <= lanes) ?? 0;
  const vector = width > 0 && width <= 8;
  if (question.op === "attention") {
    const fits = question.tokens * question.heads * question.longest * 4 <= spareBytes;
    if (width === 0 || !fits) return ["blocks"];
    const matrices = vector ? [`matrices${width}x8`, `matrices${width}x4`] : [`matrices${width}x4`];
    return vector ? matrices : ["blocks", ...matrices];
  }
  if (question.op === "layernorm") {
    if (vector) return [`subgroup${width}`];
    return width === 0 ? ["workgroup"] : ["workgroup", "subgroup8"];
  }
  const subgroups = width === 0 ? [] : vector ? [`subgroup${width}x8`, `subgroup${width}x4`] : [`subgroup${width}x4`];
  const whole = vector ? [...subgroups, "block8x8"] : ["tiled", "tile64", "tile128", "block32x4", ...subgroups];
  if (question.kind !== "tn") return whole;
  const { M, N } = question.sizes;
  const divided = whole.filter((name) => {
    const { rows = 1, columns = 1 } = matmulVariants.get(name)?.tile ?? {};
    return Math.ceil(M / rows) * Math.ceil(N / columns) < fewWorkgroups;
  });
  const parts = [4, 16].filter((count) => count * M * N * 4 <= spareBytes);
  return [...whole, ...divided.flatMap((name) => parts.map((count) => `${name}/${count}`))];
}
