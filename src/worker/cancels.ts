import { AppError } from "../core/errors.ts";
import type { Cancellable, DroppedFile } from "./api.ts";

/** The calls that a person may end, by what they are for. */
export class Cancels {
  readonly #going = new Map<Cancellable, Set<AbortController>>();

  /**
   * Does work until it is cancelled. What then still goes on comes to nothing; `abandon` sees to that where it would
   * replace something. Errors: stopped; those of `work`.
   */
  async run<T>(
    what: Cancellable,
    work: (signal: AbortSignal) => T | Promise<T>,
    abandon: () => void = () => {},
  ): Promise<T> {
    const controller = new AbortController();
    const { signal } = controller;
    const going = this.#going.get(what) ?? new Set();
    this.#going.set(what, going.add(controller));
    const cancelled = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => {
        abandon();
        reject(signal.reason instanceof AppError ? signal.reason : stopped());
      });
    });
    try {
      return await Promise.race([work(signal), cancelled]);
    } finally {
      going.delete(controller);
    }
  }

  cancel(what: Cancellable): void {
    for (const controller of this.#going.get(what) ?? []) controller.abort(stopped());
  }
}

function stopped(): AppError {
  return new AppError("stopped", "It was cancelled.");
}

/** The same files, of which nothing more is read once the signal is given. */
export function guardedFiles(files: readonly DroppedFile[], signal: AbortSignal): readonly DroppedFile[] {
  return files.map((one) => guardedFile(one, signal));
}

/** The same file, of which nothing more is read once the signal is given. */
export function guardedFile({ path, file }: DroppedFile, signal: AbortSignal): DroppedFile {
  return { path, file: new GuardedBlob(file, signal) };
}

/** A large file is read slice by slice, or as a stream. */
class GuardedBlob extends Blob {
  readonly #signal: AbortSignal;

  constructor(blob: Blob, signal: AbortSignal) {
    super([blob], { type: blob.type });
    this.#signal = signal;
  }

  override slice(start?: number, end?: number, contentType?: string): Blob {
    this.#signal.throwIfAborted();
    return super.slice(start, end, contentType);
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return super.stream().pipeThrough(new TransformStream<Uint8Array<ArrayBuffer>>(), { signal: this.#signal });
  }
}
