import { sizeOf } from "../../src/core/shape.ts";
import type { Kernel } from "../../src/gpu/kernel.ts";
import type { Recorder } from "../../src/gpu/recorder.ts";
import type { Tensor } from "../../src/gpu/tensor.ts";

/** What work comes to. */
export interface Cost {
  /** Multiplications and additions of matrix products; what else is computed hides behind memory. */
  readonly flops: number;
  /** Read and written, each operand once. */
  readonly bytes: number;
}

/** Adds up costs. */
export function sumOf(costs: Iterable<Cost>): Cost {
  let [flops, bytes] = [0, 0];
  for (const cost of costs) [flops, bytes] = [flops + cost.flops, bytes + cost.bytes];
  return { flops, bytes };
}

/** A recorder that runs nothing and adds up what a device would have to do, by kernel. */
export class CostRecorder implements Recorder {
  readonly costs = new Map<string, Cost>();

  run<B extends string, U extends string>(
    kernel: Kernel<B, U>,
    buffers: Readonly<Record<B, Tensor>>,
    uniforms: Readonly<Record<U, number>>,
  ): void {
    this.#add(kernel.name, costOf(kernel, buffers, uniforms));
  }

  copy(src: Tensor, _dst: Tensor, part?: { count: number }): void {
    this.#add("copy", { flops: 0, bytes: 2 * 4 * (part?.count ?? sizeOf(src.shape)) });
  }

  clear(dst: Tensor): void {
    this.#add("clear", { flops: 0, bytes: 4 * sizeOf(dst.shape) });
  }

  submit(): void {}
  phase(): void {}

  #add(name: string, cost: Cost): void {
    this.costs.set(name, sumOf([this.costs.get(name) ?? { flops: 0, bytes: 0 }, cost]));
  }
}

type Numbers = Readonly<Record<string, number>>;
type Operands = Readonly<Record<string, Tensor>>;

function costOf(kernel: Kernel, operands: Operands, numbers: Numbers): Cost {
  const { name } = kernel;
  if (name.startsWith("matmul")) return productCost(name, operands, numbers);
  // Of a table only the rows that are wanted.
  const { tokens = 0, rows = 0, cols = 0 } = numbers;
  if (name.startsWith("embeddings_forward")) {
    const tables = name.endsWith("_untyped") ? 2 : 3;
    return { flops: 0, bytes: 4 * tokens * (tables + (tables + 1) * cols) };
  }
  if (name.startsWith("embeddings_backward")) {
    return { flops: 0, bytes: 4 * (countOf(operands["dy"]) + rows * cols) };
  }
  return { flops: 0, bytes: 4 * elementsOf(kernel, operands, numbers) };
}

function productCost(name: string, { c, beside }: Operands, numbers: Numbers): Cost {
  const { M = 0, N = 0, K = 0, accumulate = 0, biased = 0, accumulate_sums: added = 0 } = numbers;
  const besides = /_(tn|n[nt]_(gelu|gelu_tanh|relu|silu))$/.test(name) ? countOf(beside) * (1 + added) : 0;
  // c has room for every part where K is divided.
  const made = countOf(c) * (1 + accumulate) + besides;
  return { flops: 2 * M * N * K, bytes: 4 * (M * K + K * N + biased * N + made) };
}

/** Every operand once, and once more where a kernel reads what it writes. One that stands in for another counts once. */
function elementsOf(kernel: Kernel, operands: Operands, numbers: Numbers): number {
  const read = new Set<Tensor["allocation"]>();
  let elements = 0;
  for (const [binding, access] of Object.entries(kernel.bindings)) {
    const tensor = operands[binding];
    if (tensor === undefined) continue;
    if (access === "read_write") elements += countOf(tensor);
    const reads = access === "read" || (numbers["accumulate"] !== 0 && readsToo(kernel, binding));
    if (!reads || read.has(tensor.allocation)) continue;
    read.add(tensor.allocation);
    elements += countOf(tensor);
  }
  return elements;
}

/** Whether a kernel reads a binding that it may write: some use of it is no plain assignment. */
export function readsToo({ wgsl }: Pick<Kernel, "wgsl">, binding: string): boolean {
  const code = wgsl.replace(/\/\/.*$/gm, "");
  const uses = [...code.matchAll(new RegExp(`\\b${binding}\\[`, "g"))];
  return uses.some(({ index }) => !/^\s*=[^=]/.test(code.slice(closing(code, index + binding.length) + 1)));
}

/** Where the bracket that opens at `open` is closed. */
function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (code[at] === "[") depth++;
    if (code[at] === "]" && --depth === 0) return at;
  }
  return code.length;
}

function countOf(tensor: Tensor | undefined): number {
  return sizeOf(tensor?.shape ?? [0]);
}
