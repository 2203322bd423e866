import { AppError } from "../../src/core/errors.ts";
import { Chance } from "./chance.ts";
import type { Bytes } from "./mutations.ts";

/** A parser that must take any bytes: it reads them, or refuses in words. */
export interface FuzzedParser {
  readonly name: string;
  /** The input of a case, of valid ones and chance. */
  make(chance: Chance): Bytes;
  /** Reads it, all of it. What else a case is made of, as a file's name, comes of `chance`. */
  parse(input: Bytes, chance: Chance): unknown;
  /** Whether an error is one that the parser's own words promise; without it, only an AppError is. */
  readonly refuses?: (error: unknown) => boolean;
}

/** A case that neither reads nor refuses, or takes too long. */
export interface FuzzFailure {
  readonly parser: string;
  readonly seed: number;
  readonly index: number;
  readonly message: string;
  readonly input: Bytes;
}

/** What came of some cases. */
export interface FuzzReport {
  readonly cases: number;
  readonly refused: number;
  readonly read: number;
  readonly slowestMs: number;
  readonly slowestCase: number;
}

/** Above this a case is a failure. */
const longestMs = 1000;

/** What running cases tells. */
export interface FuzzWatch {
  /** Before each case, with how many were refused and read so far. */
  readonly begins?: (index: number, refused: number, read: number) => void;
  readonly fails: (failure: FuzzFailure) => void;
  /** Whether to go on, asked now and then. */
  readonly goesOn?: () => boolean;
}

/** Runs the cases of a parser from `from` to before `to`. An "error of the program" within an AppError is a failure as well. */
export async function fuzz(
  parser: FuzzedParser,
  { seed, from, to }: { readonly seed: number; readonly from: number; readonly to: number },
  { begins, fails, goesOn }: FuzzWatch,
): Promise<FuzzReport> {
  const counts = { cases: 0, refused: 0, read: 0, slowestMs: 0, slowestCase: from };
  const clock = new Clock();
  for (let index = from; index < to; index++) {
    if (index % 64 === 0 && goesOn?.() === false) break;
    begins?.(index, counts.refused, counts.read);
    let outcome = await runCase(parser, seed, index, clock);
    // The garbage of the cases before may have been collected: what is slow is slow twice.
    if (outcome.ms > longestMs) {
      const again = await runCase(parser, seed, index, clock);
      outcome = { ...again, ms: Math.min(again.ms, outcome.ms) };
    }
    counts.cases += 1;
    if (outcome.ms > counts.slowestMs) {
      counts.slowestMs = outcome.ms;
      counts.slowestCase = index;
    }
    if (outcome.kind === "refused") counts.refused += 1;
    if (outcome.kind === "read") counts.read += 1;
    const slow = outcome.ms > longestMs ? `${Math.round(outcome.ms)} ms` : null;
    const message = outcome.kind === "failed" ? outcome.message : slow;
    if (message !== null) fails({ parser: parser.name, seed, index, message, input: inputOf(parser, seed, index) });
  }
  return counts;
}

/** The bytes of a case. */
export function inputOf(parser: FuzzedParser, seed: number, index: number): Bytes {
  return parser.make(new Chance(seed, parser.name, index));
}

type Outcome =
  | { readonly kind: "read" | "refused"; readonly ms: number }
  | { readonly kind: "failed"; readonly ms: number; readonly message: string };

async function runCase(parser: FuzzedParser, seed: number, index: number, clock: Clock): Promise<Outcome> {
  const chance = new Chance(seed, parser.name, index);
  const input = parser.make(chance);
  clock.begin();
  try {
    await parser.parse(input, chance);
    return { kind: "read", ms: clock.end() };
  } catch (error) {
    const ms = clock.end();
    const refused = error instanceof AppError ? error.code !== "bug" : parser.refuses?.(error) === true;
    if (refused) return { kind: "refused", ms };
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: "failed", ms, message };
  }
}

/** Asking for the processor's time takes long beside a case. */
const casesBetween = 16;

/**
 * Tells how many milliseconds a case took: of the clock; or of the processor if fewer, for other programs may have it as
 * well. The few cases before it may be counted in that.
 */
class Clock {
  #beganMs = 0;
  #before = process.cpuUsage();
  #cases = 0;

  begin(): void {
    if (this.#cases++ % casesBetween === 0) this.#before = process.cpuUsage();
    this.#beganMs = performance.now();
  }

  end(): number {
    const ms = performance.now() - this.#beganMs;
    // A tick of the scheduler is some milliseconds.
    if (ms < 10) return ms;
    const { user, system } = process.cpuUsage(this.#before);
    return Math.min(ms, (user + system) / 1000);
  }
}
