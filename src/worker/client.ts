import { proxy, releaseProxy, wrap } from "comlink";
import type { Endpoint, Remote } from "comlink";
import { AppError } from "../core/errors.ts";
import type { ErrorCode } from "../core/errors.ts";
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

interface Link {
  readonly worker: WorkerLike;
  readonly remote: Remote<TrainerApi>;
  /** Never resolves; rejects once the worker is dead. */
  readonly death: Promise<never>;
  readonly end: (error: AppError) => void;
}

const codes: Readonly<Record<ErrorCode, true>> = {
  "bad-archive": true,
  "bad-config": true,
  "bad-model": true,
  "bad-tensors": true,
  "missing-tensor": true,
  "shape-mismatch": true,
  "bad-tokenizer": true,
  "bad-table": true,
  "bad-columns": true,
  "bad-labels": true,
  "bad-settings": true,
  "not-found": true,
  "no-access": true,
  unreachable: true,
  "bad-download": true,
  "no-space": true,
  "too-large": true,
  "not-finite": true,
  "no-webgpu": true,
  "device-lost": true,
  "device-error": true,
  stopped: true,
  bug: true,
};

function isErrorCode(name: string): name is ErrorCode {
  return Object.hasOwn(codes, name);
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
  return { worker, remote: wrap<TrainerApi>(worker), death, end };
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
 * Makes the engine's worker on the first call and passes every call on to it. A call to a dead worker would never
 * settle, so each is raced against the worker's death. Errors arrive as AppError.
 */
export function connectTrainer(makeWorker: () => WorkerLike = engineWorker): Trainer {
  let link: Link | null = null;
  async function call<T>(action: (remote: Remote<TrainerApi>) => Promise<T>): Promise<T> {
    link ??= openLink(makeWorker(), () => {
      link = null;
    });
    try {
      return await Promise.race([action(link.remote), link.death]);
    } catch (thrown) {
      throw reviveError(thrown);
    }
  }
  return {
    catalog: () => call((remote) => remote.catalog()),
    device: () => call((remote) => remote.device()),
    loadModel: (files, source) => call((remote) => remote.loadModel(files, source)),
    loadTable: (role, file, source) => call((remote) => remote.loadTable(role, file, source)),
    loadTransfer: (name, file, source) => call((remote) => remote.loadTransfer(name, file, source)),
    prepareData: (choice, maxLength) => call((remote) => remote.prepareData(choice, maxLength)),
    estimate: (plan) => call((remote) => remote.estimate(plan)),
    start: (plan, onEvents) => call((remote) => remote.start(plan, proxy(onEvents))),
    cancelRun: (run) => call((remote) => remote.cancelRun(run)),
    retryRun: (run) => call((remote) => remote.retryRun(run)),
    extend: (more) => call((remote) => remote.extend(more)),
    pause: () => call((remote) => remote.pause()),
    resume: () => call((remote) => remote.resume()),
    stop: () => call((remote) => remote.stop()),
    loadTexts: (files, onEvents) => call((remote) => remote.loadTexts(files, proxy(onEvents))),
    planAdaptation: (values) => call((remote) => remote.planAdaptation(values)),
    adapt: (values, onEvents) => call((remote) => remote.adapt(values, proxy(onEvents))),
    restoreModel: () => call((remote) => remote.restoreModel()),
    exportAdapted: () => call((remote) => remote.exportAdapted()),
    devExamples: (rows) => call((remote) => remote.devExamples(rows)),
    exports: () => call((remote) => remote.exports()),
    exportModel: (run) => call((remote) => remote.exportModel(run)),
    secondOpinion: (run) => call((remote) => remote.secondOpinion(run)),
    presetMemory: (plan) => call((remote) => remote.presetMemory(plan)),
    downloadModel: (request, onProgress) => call((remote) => remote.downloadModel(request, proxy(onProgress))),
    downloadData: (request, paths, onProgress) =>
      call((remote) => remote.downloadData(request, paths, proxy(onProgress))),
    cancelDownload: () => call((remote) => remote.cancelDownload()),
    storage: () => call((remote) => remote.storage()),
    removeKept: (of) => call((remote) => remote.removeKept(of)),
    classify: (first, second) => call((remote) => remote.classify(first, second)),
    openExported: (files) => call((remote) => remote.openExported(files)),
    closeExported: (id) => call((remote) => remote.closeExported(id)),
    askOpened: (first, second) => call((remote) => remote.askOpened(first, second)),
    restart: () => {
      link?.remote[releaseProxy]();
      link?.end(new AppError("stopped", "The engine was started afresh."));
    },
  };
}
