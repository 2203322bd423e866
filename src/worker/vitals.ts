import type { Endpoint } from "comlink";

/** What the page's end and the engine's say to each other of the engine's life; calls are another matter. */
interface Vital {
  readonly vital: "hold" | "held" | "ping" | "pong";
  /** Of the lock that the engine's thread holds as long as it lives. */
  readonly lock: string;
}

/** A thread, seen from the page or from within. */
type Thread = Pick<Endpoint, "postMessage" | "addEventListener">;

/** Locks of the browser, which are let go when a thread ends in whatever way; undefined where there are none. */
type Locks = Pick<LockManager, "request"> | undefined;

/** The engine's end: answers as often as it is asked, which it does between two pieces of its work. */
export function showLife(page: Thread, locks: Locks = globalThis.navigator?.locks): void {
  page.addEventListener("message", (event) => {
    const heard = vitalIn(event);
    if (heard === null) return;
    const { vital, lock } = heard;
    if (vital === "ping") tell(page, { vital: "pong", lock });
    if (vital !== "hold") return;
    const held = (): Promise<never> => {
      tell(page, { vital: "held", lock });
      return new Promise<never>(() => undefined);
    };
    locks?.request(lock, held).catch(() => undefined);
  });
}

/** How often an engine is asked for a sign of life while calls wait for it. */
const askMs = 4000;
/** It may be busy with one thing that long. */
export const silentAfterMs = 20_000;
/** Its first sign takes longer: its script has to come. */
const firstSignMs = 60_000;

/** What is told of an engine's life. */
interface Listener {
  /** Its thread has ended. */
  ended(): void;
  /** true: calls wait, and it has given no sign of life for too long; false: it has again, or none waits. */
  silent(on: boolean): void;
}

/** The page's end: whether the engine lives, and whether it answers. */
export class Vitals {
  readonly #engine: Thread;
  readonly #listener: Listener;
  readonly #lock: string;
  #waiting = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #heardMs = 0;
  #askedMs = 0;
  #patienceMs = firstSignMs;
  #silent = false;
  readonly #over = new AbortController();

  /** `lock`: a name that nobody else uses. */
  constructor(engine: Thread, lock: string, listener: Listener, locks: Locks = globalThis.navigator?.locks) {
    this.#engine = engine;
    this.#listener = listener;
    this.#lock = lock;
    engine.addEventListener("message", (event) => {
      this.#heard();
      if (vitalIn(event)?.vital === "held") void this.#untilFree(locks);
    });
    tell(engine, { vital: "hold", lock });
  }

  /** A call waits until `calledBack` is called. */
  called(): void {
    this.#waiting += 1;
    if (this.#waiting > 1) return;
    this.#heardMs = performance.now();
    this.#askedMs = this.#heardMs;
    this.#timer = setInterval(() => this.#ask(), askMs);
  }

  calledBack(): void {
    this.#waiting -= 1;
    if (this.#waiting > 0) return;
    clearInterval(this.#timer);
    this.#become(false);
  }

  /** The engine was ended from here: nothing is told any more. */
  close(): void {
    clearInterval(this.#timer);
    this.#become(false);
    this.#over.abort();
  }

  #ask(): void {
    const now = performance.now();
    // A page that slept, or is held back behind others, has not listened either.
    if (now - this.#askedMs > 2 * askMs) this.#heardMs = now;
    this.#askedMs = now;
    if (now - this.#heardMs >= this.#patienceMs) this.#become(true);
    tell(this.#engine, { vital: "ping", lock: this.#lock });
  }

  #heard(): void {
    this.#heardMs = performance.now();
    this.#patienceMs = silentAfterMs;
    this.#become(false);
  }

  #become(silent: boolean): void {
    if (silent === this.#silent) return;
    this.#silent = silent;
    this.#listener.silent(silent);
  }

  async #untilFree(locks: Locks): Promise<void> {
    const { signal } = this.#over;
    const had = await locks?.request(this.#lock, { signal }, () => true).catch(() => false);
    if (had === true && !signal.aborted) this.#listener.ended();
  }
}

function tell(thread: Thread, vital: Vital): void {
  thread.postMessage(vital);
}

/** null for a message of another kind, as calls and their answers are. */
function vitalIn(event: Event): Vital | null {
  const data: unknown = "data" in event ? event.data : null;
  return isVital(data) ? data : null;
}

function isVital(data: unknown): data is Vital {
  return (
    typeof data === "object" && data !== null && "vital" in data && "lock" in data && typeof data.lock === "string"
  );
}
