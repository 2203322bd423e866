import type { ModelSource, TableSource } from "../contract/run.ts";
import type { RepositoryKind, RepositoryName } from "../contract/sources/hub.ts";

/** A repository at one commit. */
type Kept = RepositoryName & { readonly commit: string };

/** What a loaded model or table holds: gives it back. */
type Release = () => void;

const nameOf = ({ kind, id, commit }: Kept): string => `dps-playground hub ${kind} ${id} ${commit}`;

/** Between two looks at a lock. */
const retryMs = 100;

/**
 * Which downloads are in use by what is loaded, in this tab and, by locks of the browser, in all others: what is in use is
 * not to be freed. Without a secure context there are no locks, and only this tab's are known.
 */
export class HubUses {
  readonly #locks: LockManager | undefined;
  readonly #patienceMs: number;
  /** By what is loaded: the model, a table. */
  readonly #held = new Map<string, { readonly name: string; readonly release: Release }>();

  constructor(locks: LockManager | undefined, patienceMs = 3000) {
    this.#locks = locks;
    this.#patienceMs = patienceMs;
  }

  /**
   * Loads what takes the place of an earlier model or table, whose download is then no longer in use. Where loading fails,
   * the earlier one stays. Errors: those of `load`.
   */
  async during<T>(
    place: string,
    kind: RepositoryKind,
    source: ModelSource | TableSource | undefined,
    load: () => Promise<T>,
  ): Promise<T> {
    const name = source?.kind === "hub" ? nameOf({ kind, id: source.id, commit: source.commit }) : null;
    const release = name === null ? null : await this.#hold(name);
    try {
      const loaded = await load();
      this.#held.get(place)?.release();
      this.#held.delete(place);
      if (name !== null && release !== null) this.#held.set(place, { name, release });
      return loaded;
    } catch (error) {
      release?.();
      throw error;
    }
  }

  /**
   * Frees a download that nobody uses; a tab that was just closed or loaded anew lets go of its own only a moment later.
   * Resolves with whether it did. Errors: those of `free`.
   */
  async unlessUsed(of: Kept, free: () => Promise<void>): Promise<boolean> {
    const name = nameOf(of);
    if ([...this.#held.values()].some((held) => held.name === name)) return false;
    if (this.#locks === undefined) {
      await free();
      return true;
    }
    const endMs = performance.now() + this.#patienceMs;
    for (;;) {
      const freed = await this.#locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock !== null) await free();
        return lock !== null;
      });
      if (freed || performance.now() >= endMs) return freed;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  async #hold(name: string): Promise<Release> {
    const locks = this.#locks;
    if (locks === undefined) return () => {};
    return await new Promise<Release>((resolve, reject) => {
      const holding = (): Promise<void> => new Promise((release) => resolve(release));
      void locks.request(name, { mode: "shared" }, holding).catch(reject);
    });
  }
}
