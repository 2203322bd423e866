import type { KeptMasks, MatrixRegion, MatrixView, SubnetworkOverlaps } from "../../contract/subnetwork.ts";
import type { RunRecord } from "../../contract/run.ts";
import { mostWeights } from "../../contract/schemas/subnetwork.ts";
import { toBase64 } from "../../core/base64.ts";
import { AppError } from "../../core/errors.ts";
import type { Session } from "../../train/finetuning/session.ts";
import { bitsOfRegion, jaccardOf, maskPlaces } from "./mask-bits.ts";
import type { MaskPlace } from "./mask-bits.ts";

/** Scores and drift of the last selection, by matrix. */
type Detail = ReadonlyMap<string, Awaited<ReturnType<Session["inspect"]>>>;

/** What is asked of a run while it trains. */
type LiveRun = Pick<Session, "watched" | "inspect">;

/** What is kept of one run. */
interface Kept {
  readonly places: readonly MaskPlace[];
  /** By cycle, in their order; null: seen, and no longer kept. */
  readonly masks: Map<number, Uint32Array | null>;
  /** While it trains. */
  live: LiveRun | null;
  detail: Detail | null;
  /** Why there is no detail, as a sentence. */
  reason: string;
}

/** What the masks, scores and drift of all runs together may take. */
const maxBytes = 256e6;
const onlyOfCompleted = "Scores and drift are kept of runs that complete.";
/** Text that masks may take in a result, of all its runs. */
const maxTextBytes = 2 * 2 ** 20;

/** How much is kept. */
export interface KeepOptions {
  /** Whether somebody may look into the runs when they are over: then their last scores and drift are kept as well. */
  readonly inspected: boolean;
  readonly limit?: number;
}

/** The masks of the runs of one experiment, every selection of them, to compare and to look into. */
export class KeptSubnetworks {
  readonly #runs = new Map<string, Kept>();
  readonly #jaccard = new Map<string, number | null>();
  readonly #options: Required<KeepOptions>;

  constructor(options: KeepOptions) {
    this.#options = { limit: maxBytes, ...options };
  }

  /**
   * A watched run begins; it takes the place of what was kept under its id. `seen`: the selections before the step at which
   * it goes on with their masks, null for those that are here or nowhere.
   */
  begin(run: string, session: LiveRun, seen: ReadonlyMap<number, Uint32Array | null> = new Map()): void {
    const before = this.#runs.get(run)?.masks;
    this.#runs.delete(run);
    for (const pair of this.#jaccard.keys()) if (pair.split("\n").includes(run)) this.#jaccard.delete(pair);
    const { drawn = null, matrices = [] } = session.watched ?? {};
    const places = drawn === null ? [] : maskPlaces(matrices);
    const masks = new Map([...seen].map(([cycle, bits]) => [cycle, bits ?? before?.get(cycle) ?? null]));
    this.#runs.set(run, { places, masks, live: session, detail: null, reason: onlyOfCompleted });
  }

  /** The bits of all its matrices by selection, in their order; null where they are no longer kept. */
  masksOf(run: string): ReadonlyMap<number, Uint32Array | null> {
    return new Map(this.#runs.get(run)?.masks);
  }

  /** The bits of all its matrices at a selection; null where they were not read. */
  add(run: string, cycle: number, masks: Uint32Array | null): void {
    this.#runs.get(run)?.masks.set(cycle, masks);
    this.#makeRoom();
  }

  /** Keeps the last scores and drift of a run that has completed, before its memory is freed. Errors: device-lost. */
  async complete(run: string): Promise<void> {
    const kept = this.#runs.get(run);
    const live = kept?.live ?? null;
    if (kept === undefined || live === null || !this.#options.inspected) return;
    const weights = kept.places.reduce((sum, { matrix }) => sum + matrix.rows * matrix.cols, 0);
    kept.reason = this.#noRoom("Scores and drift");
    if (8 * weights > this.#options.limit) return;
    const detail = new Map<string, Awaited<ReturnType<Session["inspect"]>>>();
    for (const { matrix } of kept.places) detail.set(matrix.name, await live.inspect(matrix.name, 0, matrix.rows));
    kept.detail = detail;
    this.#makeRoom();
  }

  /** Its memory on the device is about to be freed. */
  end(run: string): void {
    const kept = this.#runs.get(run);
    if (kept !== undefined) kept.live = null;
  }

  /**
   * Which of the given runs select the same weights at their ends, as far as they are known; null where none is. `before`:
   * what was known earlier.
   */
  overlaps(runs: readonly string[], before: SubnetworkOverlaps | null): SubnetworkOverlaps | null {
    const known = runs.filter((run) => this.#lastOf(run) !== null || before?.runs.includes(run) === true);
    if (known.length === 0) return null;
    return { runs: known, jaccard: known.map((one) => known.map((other) => this.#between(one, other, before))) };
  }

  #between(one: string, other: string, before: SubnetworkOverlaps | null): number | null {
    const pair = [one, other].sort().join("\n");
    const known = this.#jaccard.get(pair);
    if (known !== undefined) return known;
    const [left, right] = [this.#lastOf(one), this.#lastOf(other)];
    if (left === null || right === null) {
      const [row = -1, col = -1] = [before?.runs.indexOf(one), before?.runs.indexOf(other)];
      return before?.jaccard[row]?.[col] ?? null;
    }
    const index = jaccardOf(left, right);
    this.#jaccard.set(pair, index);
    return index;
  }

  /** The bits of all its matrices at its last selection, for adopt(); null where there are none. */
  lastMasks(run: string): Uint8Array | null {
    const masks = this.#lastOf(run)?.masks ?? null;
    return masks === null ? null : new Uint8Array(masks.buffer, masks.byteOffset, masks.byteLength);
  }

  /** Takes in a run that was watched earlier, by what lastMasks() gave; bits of other matrices are left out. */
  adopt({ id, subnetwork }: Pick<RunRecord, "id" | "subnetwork">, masks: Uint8Array): void {
    if (subnetwork === null || subnetwork.drawn === null) return;
    const places = maskPlaces(subnetwork.matrices);
    if (masks.byteLength !== 4 * places.reduce((sum, { wordCount }) => sum + wordCount, 0)) return;
    const cycle = subnetwork.snapshots.at(-1)?.cycle ?? 0;
    const words = new Uint32Array(masks.slice().buffer);
    this.#runs.set(id, { places, masks: new Map([[cycle, words]]), live: null, detail: null, reason: onlyOfCompleted });
    this.#makeRoom();
  }

  #lastOf(run: string) {
    const kept = this.#runs.get(run);
    const masks = [...(kept?.masks.values() ?? [])].at(-1) ?? null;
    return kept === undefined || masks === null ? null : { places: kept.places, masks };
  }

  /**
   * Masks for a result: of each run the value matrix of the last layer, as long as there is room. `used`: bytes of text
   * that the result has already.
   */
  masksFor(runs: readonly string[], used: number): ReadonlyMap<string, KeptMasks> {
    const found = new Map<string, KeptMasks>();
    let left = maxTextBytes - used;
    for (const run of runs) {
      const masks = this.#textOf(run);
      const bytes = masks?.masks.reduce((sum, text) => sum + text.length, 0) ?? 0;
      if (masks === null || bytes > left) continue;
      left -= bytes;
      found.set(run, masks);
    }
    return found;
  }

  #textOf(run: string): KeptMasks | null {
    const kept = this.#runs.get(run);
    const place = kept?.places.findLast(({ matrix }) => matrix.part === "value");
    if (kept === undefined || place === undefined || kept.masks.size === 0) return null;
    const masks: string[] = [];
    const bytes = Math.ceil((place.matrix.rows * place.matrix.cols) / 8);
    for (const all of kept.masks.values()) {
      if (all === null) return null;
      masks.push(toBase64(new Uint8Array(all.buffer, all.byteOffset + place.at * 4, bytes)));
    }
    return { matrix: place.matrix.name, masks };
  }

  /** Looks into a matrix. Errors: bad-settings, for what there is not or is no longer; device-lost. */
  async view(region: MatrixRegion): Promise<MatrixView> {
    const kept = this.#runs.get(region.run);
    if (kept === undefined) throw refusal(`The run ${region.run} was not watched in this session`);
    const place = kept.places.find(({ matrix }) => matrix.name === region.matrix);
    if (place === undefined) throw refusal(`The run ${region.run} selects nothing from ${region.matrix}`);
    checkRegion(place, region);
    const cycles = [...kept.masks.keys()].filter((cycle) => cycle <= region.cycle);
    if (cycles.at(-1) !== region.cycle) {
      throw refusal(`The run ${region.run} has not made selection ${region.cycle + 1}`);
    }
    const seen = cycles.map((cycle) => kept.masks.get(cycle) ?? null);
    const bits = seen.map((masks) => (masks === null ? null : bitsOfRegion(masks, place, region)));
    const mask = bits.at(-1) ?? null;
    if (mask === null) throw refusal(this.#whyGone(region));
    const before = bits.at(-2) ?? null;
    const last = [...kept.masks.keys()].at(-1) === region.cycle;
    return { mask, before, times: sumOf(bits), ...(await this.#detailOf(kept, place, region, last)) };
  }

  async #detailOf(
    { live, detail, reason }: Kept,
    { matrix: { name, cols } }: MaskPlace,
    { top, bottom, left, right }: MatrixRegion,
    last: boolean,
  ): Promise<Pick<MatrixView, "scores" | "drift" | "note">> {
    if (!last) return { scores: null, drift: null, note: "Scores and drift are there for the last selection only." };
    const rows = live === null ? detail?.get(name) : await live.inspect(name, top, bottom);
    if (rows === undefined) return { scores: null, drift: null, note: reason };
    const from = live === null ? top : 0;
    const cut = (values: Float32Array): Float32Array => {
      const region = new Float32Array((bottom - top) * (right - left));
      for (let row = 0; row < bottom - top; row++) {
        const begin = (from + row) * cols;
        region.set(values.subarray(begin + left, begin + right), row * (right - left));
      }
      return region;
    };
    if (rows.scores === null) {
      const note = "Nothing is selected by scores, or those of the next selection are being gathered.";
      return { scores: null, drift: cut(rows.drift), note };
    }
    return { scores: cut(rows.scores), drift: cut(rows.drift) };
  }

  #whyGone({ run, cycle }: MatrixRegion): string {
    return `Of the run ${run}, ${this.#noRoom(`the masks of selection ${cycle + 1}`)}`;
  }

  #noRoom(what: string): string {
    const megabytes = (this.#options.limit / 1e6).toFixed(0);
    return `${what} are not kept: all runs together have ${megabytes} MB, and the oldest are given up first.`;
  }

  /** Gives up what is oldest: first scores and drift, then earlier masks, and the last masks at the very end. */
  #makeRoom(): void {
    const runs = [...this.#runs.values()];
    let bytes = runs.reduce((sum, kept) => sum + bytesOf(kept), 0);
    const give = (kept: Kept, change: () => void): void => {
      if (bytes <= this.#options.limit) return;
      bytes -= bytesOf(kept);
      change();
      bytes += bytesOf(kept);
    };
    for (const kept of runs) give(kept, () => (kept.detail = null));
    for (const last of [false, true]) {
      for (const kept of runs) {
        const cycles = [...kept.masks.keys()];
        for (const cycle of last ? cycles : cycles.slice(0, -1)) give(kept, () => kept.masks.set(cycle, null));
      }
    }
  }
}

function refusal(problem: string): AppError {
  return new AppError("bad-settings", problem.endsWith(".") ? problem : `${problem}; look at another.`);
}

/** Errors: bad-settings, for a region that is not within the matrix, is empty, or has too many weights. */
function checkRegion({ matrix: { name, rows, cols } }: MaskPlace, { top, bottom, left, right }: MatrixRegion): void {
  const whole = [top, bottom, left, right].every((edge) => Number.isSafeInteger(edge));
  if (!whole || top < 0 || left < 0 || bottom > rows || right > cols || top >= bottom || left >= right) {
    throw new AppError(
      "bad-settings",
      `Rows ${top} to ${bottom} and columns ${left} to ${right} are no part of ${name} [${rows}, ${cols}].`,
    );
  }
  const count = (bottom - top) * (right - left);
  if (count > mostWeights) {
    throw new AppError("bad-settings", `${count} weights were asked for; at most ${mostWeights} are shown at once.`);
  }
}

/** How often each weight was selected; null where a mask is missing. */
function sumOf(bits: readonly (Uint8Array | null)[]): Uint8Array | null {
  const times = new Uint8Array(bits.at(-1)?.length ?? 0);
  for (const mask of bits) {
    if (mask === null) return null;
    for (let index = 0; index < times.length; index++) times[index] = (times[index] ?? 0) + (mask[index] ?? 0);
  }
  return times;
}

function bytesOf({ masks, detail }: Kept): number {
  const ofMasks = [...masks.values()].reduce((sum, one) => sum + (one?.byteLength ?? 0), 0);
  const ofDetail = [...(detail?.values() ?? [])].reduce(
    (sum, { scores, drift }) => sum + (scores?.byteLength ?? 0) + drift.byteLength,
    0,
  );
  return ofMasks + ofDetail;
}
