import { proxy, releaseProxy, wrap, type Endpoint, type Remote } from "comlink";
import { AppError, isErrorCode } from "../core/errors.ts";
import type { TrainerApi } from "./api.ts";

/** The engine as the store holds it: TrainerApi, and a way to throw its thread away. */
export interface Trainer extends TrainerApi {
  /** Ends the worker, and with it the device and everything loaded; the next call starts a fresh one. */
  restart(): void;
}

/** What the client needs of a Worker. */
export interface WorkerLike extends Endpoint {
  terminate(): void;
}

type Call = (...given: readonly unknown[]) => Promise<unknown>;

interface Link {
  readonly worker: WorkerLike;
  readonly remote: Remote<Readonly<Record<string, Call>>>;
  /** Never resolves; rejects once the worker is dead. */
  readonly death: Promise<never>;
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

function openLink(worker: WorkerLike, onDeath: () => void): Link {
  const { promise: death, reject } = rejectable();
  const end = (error: AppError): void => {
    onDeath();
    worker.terminate();
    reject(error);
  };
  worker.addEventListener("error", (event) => {
    const detail = "message" in event && typeof event.message === "string" ? event.message : "";
    const reason = detail === "" ? "its script could not be loaded" : detail;
    end(new AppError("bug", `The engine stopped working: ${reason}. Start again, or reload the page.`));
  });
  worker.addEventListener("messageerror", () => {
    end(new AppError("bug", "The engine sent something unreadable. Start again, or reload the page."));
  });
  return { worker, remote: wrap<Readonly<Record<string, Call>>>(worker), death, end };
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
function forwarding(callOf: (name: string) => Call, own: Pick<Trainer, "restart">): Trainer {
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
  const callOf =
    (name: string): Call =>
    async (...given) => {
      link ??= openLink(makeWorker(), () => {
        link = null;
      });
      try {
        return await Promise.race([link.remote[name]?.(...given.map(sent)), link.death]);
      } catch (thrown) {
        throw reviveError(thrown);
      }
    };
  function restart(): void {
    link?.remote[releaseProxy]();
    link?.end(new AppError("stopped", "The engine was started afresh."));
  }
  return forwarding(callOf, { restart });
}
