import { defineKernel, gridOf } from "../../src/gpu/kernel.ts";
import { timeKernels, totalOf } from "./rig.ts";
import type { Rig, Work } from "./rig.ts";
import copy from "./copy.wgsl?raw";
import fma from "./fma.wgsl?raw";

/** What is fastest differs: a GPU likes small workgroups, a CPU that plays one likes large ones. */
const workgroupSizes = [64, 256] as const;
const copiedEach = 16;

const fmaKernel = (WG: number) =>
  defineKernel({
    name: `fma_${WG}`,
    wgsl: fma,
    bindings: { out: "read_write" },
    uniforms: { turns: "u32" },
    constants: { WG },
  });

const copyKernel = (WG: number) =>
  defineKernel({
    name: `copy_${WG}`,
    wgsl: copy,
    bindings: { x: "read", y: "read_write" },
    uniforms: { count: "u32" },
    constants: { WG, EACH: copiedEach },
  });

/** What an adapter reached with kernels that do nothing else. */
export interface Peaks {
  /** Billions of multiplications and additions a second. */
  readonly gigaflops: number;
  /** Billions of bytes a second, read and written. */
  readonly gigabytes: number;
}

const invocations = 2 ** 18;
/** Long enough that beginning and end do not count. */
const enoughMs = 5;
const leastTurns = 64;
const mostTurns = 2 ** 14;
/** More than caches hold; half the default limit of a binding. */
const copiedCount = 2 ** 24;
const peakMs = 1500;

/** Measures both peaks. */
export async function measurePeaks(rig: Rig): Promise<Peaks> {
  let [gigaflops, gigabytes] = [0, 0];
  for (const workgroup of workgroupSizes) {
    const turns = await enoughTurns(rig, workgroup);
    gigaflops = Math.max(
      gigaflops,
      (2 * 16 * turns * invocations) / (await timedFma(rig, workgroup, turns, peakMs)) / 1e6,
    );
    gigabytes = Math.max(gigabytes, (2 * 4 * copiedCount) / (await timedCopy(rig, workgroup)) / 1e6);
  }
  return { gigaflops, gigabytes };
}

async function enoughTurns(rig: Rig, workgroup: number): Promise<number> {
  let turns = leastTurns;
  while (turns < mostTurns && (await timedFma(rig, workgroup, turns, 0)) < enoughMs) turns *= 4;
  return turns;
}

async function timedFma(rig: Rig, workgroup: number, turns: number, leastMs: number): Promise<number> {
  const work: Work = (mem) => {
    const out = mem.tensor("results", "out", [invocations]);
    return (s) => s.rec.run(fmaKernel(workgroup), { out }, { turns }, gridOf(invocations / workgroup));
  };
  return totalOf(await timeKernels(rig, work, leastMs));
}

async function timedCopy(rig: Rig, workgroup: number): Promise<number> {
  const groups = gridOf(copiedCount / copiedEach / workgroup);
  const work: Work = (mem) => {
    const [x, y] = [mem.tensor("inputs", "x", [copiedCount]), mem.tensor("results", "y", [copiedCount])];
    return (s) => s.rec.run(copyKernel(workgroup), { x, y }, { count: copiedCount }, groups);
  };
  return totalOf(await timeKernels(rig, work, peakMs));
}
