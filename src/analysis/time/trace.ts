import type { KernelSpan, Profile, ProfiledPart } from "../../contract/engine/profile.ts";

/** An event of Chrome's trace format: a name for a track (M), or something that took its time (X). */
export interface TraceEvent {
  readonly name: string;
  readonly ph: "M" | "X";
  readonly pid: number;
  readonly tid: number;
  /** Begin and length in microseconds, of an X. */
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly args?: Readonly<Record<string, string | number>>;
}

/** What the viewers of Chrome's trace format open: Perfetto, chrome://tracing. */
export interface Trace {
  readonly displayTimeUnit: "ms";
  readonly traceEvents: readonly TraceEvent[];
}

const pid = 1;
/** From above. */
const tracks = {
  cpu: { tid: 1, name: "CPU: steps and their recording" },
  phases: { tid: 2, name: "GPU: phases" },
  kernels: { tid: 3, name: "GPU: kernels" },
} as const;

/**
 * A profile as a trace: steps and their recording on the CPU, phases and kernels on the GPU. The two clocks have no common
 * zero, so the first kernel of a part stands where the CPU had sent it.
 */
export function traceOf({ parts }: Profile): Trace {
  const zero = parts[0]?.startMs ?? 0;
  const named = Object.values(tracks).map(({ tid, name }): TraceEvent => {
    return { name: "thread_name", ph: "M", pid, tid, args: { name } };
  });
  return {
    displayTimeUnit: "ms",
    traceEvents: [
      { name: "process_name", ph: "M", pid, tid: 0, args: { name: "DPS Playground" } },
      ...named,
      ...parts.flatMap((part) => partEvents(part, zero)),
    ],
  };
}

function partEvents(
  { step, startMs, recordedMs, elapsedMs, spans }: ProfiledPart,
  zero: number,
): readonly TraceEvent[] {
  const what = step === null ? "evaluation" : `step ${step}`;
  const begin = startMs - zero;
  const shift = begin + recordedMs - (spans[0]?.startMs ?? 0);
  const kernels = oneAfterAnother(spans).map((span) => ({
    ...span,
    startMs: span.startMs + shift,
    endMs: span.endMs + shift,
  }));
  return [
    slice(tracks.cpu, what, "step", begin, begin + elapsedMs),
    slice(tracks.cpu, "record and send", "step", begin, begin + recordedMs),
    ...phaseRuns(kernels).map(({ phase, startMs, endMs }) => slice(tracks.phases, phase, "phase", startMs, endMs)),
    ...kernels.map(({ kernel, phase, startMs, endMs }) => slice(tracks.kernels, kernel, phase, startMs, endMs)),
  ];
}

function slice(
  { tid }: { readonly tid: number },
  name: string,
  cat: string,
  startMs: number,
  endMs: number,
): TraceEvent {
  return { name, ph: "X", pid, tid, cat, ts: microseconds(startMs), dur: microseconds(endMs - startMs) };
}

/** To the nanosecond. */
function microseconds(ms: number): number {
  return Math.round(ms * 1e6) / 1e3;
}

/** Kernels may overlap on a device; slices of one track may not. A kernel begins no earlier than those before it end. */
function oneAfterAnother(spans: readonly KernelSpan[]): readonly KernelSpan[] {
  let last = Number.NEGATIVE_INFINITY;
  return spans.map((span) => {
    const startMs = Math.max(span.startMs, last);
    last = Math.max(span.endMs, startMs);
    return { ...span, startMs, endMs: last };
  });
}

/** Neighbours of one phase as one span. */
function phaseRuns(kernels: readonly KernelSpan[]): readonly KernelSpan[] {
  const runs: KernelSpan[] = [];
  for (const span of kernels) {
    const last = runs.at(-1);
    if (last?.phase === span.phase) runs[runs.length - 1] = { ...last, endMs: span.endMs };
    else runs.push(span);
  }
  return runs;
}
