import { AppError } from "../../core/errors.ts";

/** fetch(), or what stands in for it. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

/** The part of RequestInit that is used. A browser's own cache would keep everything a second time. */
interface FetchInit {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly cache: "no-store";
  readonly credentials: "omit";
}

/** How long the Hub is waited for. */
export interface Patience {
  /** Attempts without a single new byte before a transfer is given up. */
  readonly attempts: number;
  /** Wait before the second attempt; doubles with each further one. */
  readonly firstWaitMs: number;
  /** The longest wait, also where the Hub asks for one; where it asks for more, the download ends with that message. */
  readonly longestWaitMs: number;
  /** An answer that brings nothing for so long counts as broken off. */
  readonly silenceMs: number;
}

export const usualPatience: Patience = {
  attempts: 5,
  firstWaitMs: 1000,
  longestWaitMs: 120_000,
  silenceMs: 60_000,
};

/** A fault that may pass. */
export interface Hitch {
  /** What happened, as a clause: "the transfer broke off after 12 of 400 bytes". */
  readonly reason: string;
  /** As the Hub asks; null where it does not. */
  readonly waitMs: number | null;
  /** Nothing came at all: no network, or a browser that was not given leave to ask like that. */
  readonly unanswered?: true;
}

/** What a request is made with, and how its failure is told. */
export interface Exchange {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly patience: Patience;
  readonly hub: string;
  /** What is asked for, as in "the model bert-base-uncased". */
  readonly subject: string;
}

/** The error of a download that was cancelled. */
export function cancelled(): AppError {
  return new AppError("stopped", "The download was cancelled; what came is kept, and the next one goes on from there.");
}

export function isHitch(value: object): value is Hitch {
  return "reason" in value;
}

/**
 * Asks once. Answers 2xx and 416; a hitch where the network, the Hub or a limit stands in the way for now.
 *
 * Errors: not-found, no-access, unreachable where the Hub asks to wait too long or answers oddly, stopped.
 */
export async function ask(
  exchange: Exchange,
  url: string,
  headers: Readonly<Record<string, string>>,
  silence: Silence,
): Promise<Response | Hitch> {
  const { fetch, signal, hub } = exchange;
  if (signal.aborted) throw cancelled();
  let response: Response;
  try {
    response = await fetch(url, { headers, signal: silence.signal, cache: "no-store", credentials: "omit" });
  } catch (cause) {
    if (signal.aborted) throw cancelled();
    if (silence.broken) return { reason: `the Hub at ${hub} did not answer`, waitMs: null, unanswered: true };
    return { reason: `the Hub at ${hub} cannot be reached (${reasonOf(cause)})`, waitMs: null, unanswered: true };
  }
  if (response.ok || response.status === 416) return response;
  return await refusalOf(response, exchange);
}

/** Aborts a request that is silent for too long, or when the person cancels. */
export class Silence {
  readonly signal: AbortSignal;
  readonly #own = new AbortController();
  readonly #limitMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(signal: AbortSignal, limitMs: number) {
    this.signal = AbortSignal.any([signal, this.#own.signal]);
    this.#limitMs = limitMs;
    this.heard();
  }

  get broken(): boolean {
    return this.#own.signal.aborted;
  }

  /** Something came: the time starts anew. */
  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#own.abort(), this.#limitMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** Waits before attempt number `attempt` (from 2). Errors: stopped. */
export async function waitBefore(attempt: number, hitch: Hitch, { patience, signal }: Exchange): Promise<void> {
  const ms = hitch.waitMs ?? Math.min(patience.longestWaitMs, patience.firstWaitMs * 2 ** (attempt - 2));
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** The error of a hitch that did not pass. */
export function givenUp({ reason }: Hitch, { subject }: Exchange, attempts: number): AppError {
  const tries = attempts === 1 ? "" : `, ${attempts} times in a row`;
  return new AppError(
    "unreachable",
    `${upperFirst(reason)}${tries}: ${subject} did not come. Check the network and the Hub's address, and try again; ` +
      "what came is kept.",
  );
}

export function upperFirst(text: string): string {
  if (text.startsWith("http")) return text;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  // Node says "fetch failed" and hides why in the cause.
  const { cause } = thrown;
  return cause instanceof Error && cause.message !== "" ? cause.message : thrown.message;
}

async function refusalOf(response: Response, { hub, subject, patience }: Exchange): Promise<Hitch> {
  const { status, headers } = response;
  await response.body?.cancel().catch(() => undefined);
  const code = headers.get("X-Error-Code") ?? "";
  const said = headers.get("X-Error-Message") ?? "";
  const words = said === "" ? "" : ` It says: "${said.slice(0, 200)}"`;
  if (code === "GatedRepo" || (status === 403 && code === "")) {
    throw new AppError(
      "no-access",
      `${hub} gives ${subject} only to people who accepted its terms there (gated).${words} Accept them, download the ` +
        "files, and open them from disk; or in the terminal set HF_TOKEN.",
    );
  }
  if (code === "RevisionNotFound")
    throw new AppError("not-found", `${hub} has no such revision of ${subject}.${words}`);
  if (code === "EntryNotFound") throw new AppError("not-found", `${hub} has no such file: ${subject}.${words}`);
  if (code === "RepoNotFound" || status === 401 || status === 404) {
    throw new AppError(
      "not-found",
      `${hub} does not know ${subject}, or it is private. Check the spelling: the id is organisation/name, with ` +
        "capitals as on the Hub.",
    );
  }
  if (status === 429) {
    const waitMs = retryAfterMs(headers.get("Retry-After"));
    if (waitMs === null || waitMs <= patience.longestWaitMs) {
      return { reason: `the Hub at ${hub} asks to wait: too many requests`, waitMs };
    }
    const wait = `${Math.ceil(waitMs / 60_000)} min`;
    throw new AppError("unreachable", `${hub} has had too many requests and asks to wait ${wait}. Try again then.`);
  }
  if (status >= 500 || status === 408)
    return { reason: `the Hub at ${hub} failed with status ${status}`, waitMs: null };
  throw new AppError("unreachable", `${hub} answered with status ${status} when asked for ${subject}.${words}`);
}

/** Retry-After holds seconds or a date. Source: RFC 9110, 10.2.3. */
function retryAfterMs(text: string | null): number | null {
  if (text === null || text.trim() === "") return null;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? 1000 * seconds : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
