import { proxy, releaseProxy, wrap, type Endpoint, type Remote } from "comlink";
import { AppError, isErrorCode } from "../core/errors.ts";
import type { TrainerApi } from "./api.ts";
import { Vitals } from "./vitals.ts";

/** The engine as the store holds it: TrainerApi, and what concerns its thread. */
export interface Trainer extends TrainerApi {
  /** Ends the worker, and with it the device and everything loaded; the next call starts a fresh one. */
  restart(): void;
  /** Tells one, from now on, how the worker is. */
  watch(watcher: EngineWatcher): void;
}

/** Who is told how the worker is. */
export interface EngineWatcher {
  /** It ended by itself; every call that waited is refused with this, and the next one starts a fresh worker. */
  ended(error: AppError): void;
  /** true: calls wait, and it has given no sign of life for 20 s; false: it has again, or none waits. */
  silent(on: boolean): void;
}

/** What the client needs of a Worker. */
export interface WorkerLike extends Endpoint {
  terminate(): void;
}

type Call = (...given: readonly unknown[]) => Promise<unknown>;

interface Link {
  readonly remote: Remote<Readonly<Record<string, Call>>>;
  /** Never resolves; rejects once the worker is dead. */
  readonly death: Promise<never>;
  readonly vitals: Vitals;
  readonly end: (error: AppError) => void;
}

/** An AppError again after the crossing, which keeps only name and message of an error. */
export function reviveError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (!(thrown instanceof Error)) return new AppError("bug", `The engine threw ${String(thrown)}.`);
  if (isErrorCode(thrown.name)) return new AppError(thrown.name, thrown.message, { cause: thrown });
  return new AppError("bug", `${thrown.name}: ${thrown.message}`, { cause: thrown });
}

function engineWorker(): WorkerLike {
  return new Worker(new URL("./trainer.worker.ts", import.meta.url), { type: "module", name: "trainer" });
}

function openLink(worker: WorkerLike, watcher: EngineWatcher, onDeath: () => void): Link {
  const { promise: death, reject } = rejectable();
  const end = (error: AppError): void => {
    vitals.close();
    onDeath();
    worker.terminate();
    reject(error);
  };
  const ended = (reason: string): void => {
    const error = new AppError("engine-lost", `The engine stopped working: ${reason}.`);
    end(error);
    watcher.ended(error);
  };
  const vitals = new Vitals(worker, `engine ${crypto.randomUUID()}`, {
    ended: () => ended("its thread was ended, as a browser does where memory is short"),
    silent: (on) => watcher.silent(on),
  });
  worker.addEventListener("error", (event) => {
    const detail = "message" in event && typeof event.message === "string" ? event.message : "";
    ended(detail === "" ? "its script could not be loaded" : detail);
  });
  worker.addEventListener("messageerror", () => ended("it sent something unreadable"));
  return { remote: wrap<Readonly<Record<string, Call>>>(worker), death, vitals, end };
}

function rejectable(): { readonly promise: Promise<never>; readonly reject: (error: AppError) => void } {
  let reject: (error: AppError) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  // A worker may die while no call waits for it; the next call opens a fresh one and nothing is lost.
  promise.catch(() => undefined);
  return { promise, reject };
}

/**
 * The engine as an object on which every name is a call: TrainerApi alone says which there are. `then` is none, so that
 * the object may be awaited.
 */
function forwarding(callOf: (name: string) => Call, own: Pick<Trainer, "restart" | "watch">): Trainer {
  return new Proxy<Trainer>(Object.assign(Object.create(null), own), {
    get(target, name) {
      if (typeof name === "symbol" || name === "then") return undefined;
      return Object.hasOwn(target, name) ? Reflect.get(target, name) : callOf(name);
    },
  });
}

/** A callback stays on this side and is called across; all else is cloned. */
function sent(given: unknown): unknown {
  return typeof given === "function" ? proxy(given) : given;
}

/**
 * Makes the engine's worker on the first call and passes every call on to it. A call to a dead worker would never
 * settle, so each is raced against the worker's death. Errors arrive as AppError.
 */
export function connectTrainer(makeWorker: () => WorkerLike = engineWorker): Trainer {
  let link: Link | null = null;
  let watched: EngineWatcher | null = null;
  const watcher: EngineWatcher = {
    ended: (error) => watched?.ended(error),
    silent: (on) => watched?.silent(on),
  };
  const callOf =
    (name: string): Call =>
    async (...given) => {
      link ??= openLink(makeWorker(), watcher, () => {
        link = null;
      });
      const { remote, death, vitals } = link;
      vitals.called();
      try {
        return await Promise.race([remote[name]?.(...given.map(sent)), death]);
      } catch (thrown) {
        throw reviveError(thrown);
      } finally {
        vitals.calledBack();
      }
    };
  function restart(): void {
    link?.remote[releaseProxy]();
    link?.end(new AppError("stopped", "The engine was started afresh."));
  }
  function watch(next: EngineWatcher): void {
    watched = next;
  }
  return forwarding(callOf, { restart, watch });
}
