import type { DownloadProgress } from "../../contract/sources/hub.ts";

/** Speed is the mean over so long. */
const windowMs = 5000;
/** Nothing is sent more often than that. */
const intervalMs = 100;

/** Counts what comes and tells of it. */
export class Meter {
  readonly #report: (progress: DownloadProgress) => void;
  readonly #now: () => number;
  readonly #samples: { readonly atMs: number; readonly bytes: number }[] = [];
  #phase: DownloadProgress["phase"] = "asking";
  #file: string | null = null;
  #note: string | null = null;
  /** Of files that are done. */
  #settledBytes = 0;
  /** Of the file at hand. */
  #fileBytes = 0;
  #totalBytes = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;

  constructor(report: (progress: DownloadProgress) => void, now: () => number = () => performance.now()) {
    this.#report = report;
    this.#now = now;
  }

  /** All that will be fetched, what is kept included. */
  expect(totalBytes: number): void {
    this.#totalBytes = totalBytes;
  }

  /** A phase begins; it is told of at once. */
  enter(phase: DownloadProgress["phase"], file: string | null, note: string | null = null): void {
    this.#phase = phase;
    this.#file = file;
    this.#note = note;
    this.#tell();
  }

  /** The file at hand has so many bytes; `arrived`: of these came just now. */
  have(fileBytes: number, arrived = 0): void {
    this.#fileBytes = fileBytes;
    const atMs = this.#now();
    if (arrived > 0) this.#samples.push({ atMs, bytes: arrived });
    else this.#samples.length = 0;
    this.beat();
  }

  /** Tells what has not been told; called now and then, so that a transfer that stands still is seen to. */
  beat(): void {
    if (this.#now() - this.#reportedMs >= intervalMs) this.#tell();
  }

  /** The file at hand is complete. */
  settle(fileBytes: number): void {
    this.#settledBytes += fileBytes;
    this.#fileBytes = 0;
    this.#tell();
  }

  #tell(): void {
    this.#reportedMs = this.#now();
    const doneBytes = Math.min(this.#settledBytes + this.#fileBytes, this.#totalBytes);
    const bytesPerSecond = this.#phase === "fetching" ? this.#speed() : null;
    const left = this.#totalBytes - doneBytes;
    this.#report({
      phase: this.#phase,
      file: this.#file,
      doneBytes,
      totalBytes: this.#totalBytes,
      bytesPerSecond,
      secondsLeft: bytesPerSecond === null || bytesPerSecond === 0 ? null : left / bytesPerSecond,
      note: this.#note,
    });
  }

  /** The first sample of the window only says when its counting begins. */
  #speed(): number | null {
    const now = this.#now();
    while ((this.#samples[1]?.atMs ?? now) < now - windowMs) this.#samples.shift();
    const [first] = this.#samples;
    if (first === undefined || now - first.atMs < 250) return null;
    const bytes = this.#samples.slice(1).reduce((sum, sample) => sum + sample.bytes, 0);
    return (1000 * bytes) / (now - first.atMs);
  }
}
