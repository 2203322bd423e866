import type { KeptFile, RepositoryName } from "../../contract/sources/hub.ts";
import type { StorageRecord } from "../../contract/sources/storage.ts";
import { AppError } from "../../core/errors.ts";
import type { Trainer } from "../../worker/client.ts";
import { attempt, type Reporter, type Slot } from "../slot.ts";

/** A repository at one commit, as much of it as is kept. */
export interface KeptRepository extends RepositoryName {
  readonly commit: string;
  readonly sizeBytes: number;
  readonly fileCount: number;
  /** A file came in part. */
  readonly brokenOff: boolean;
  /** false: that, or a model's weights never began to come. */
  readonly complete: boolean;
}

interface StorageSlice {
  /** null until the engine has looked. */
  readonly record: StorageRecord | null;
  /** What is being freed, as keyOf() has it; "" for everything; null for nothing. */
  readonly removing: string | null;
  /** The panel is on show. */
  readonly open: boolean;
  /** The browser was asked to keep everything for good and declined. */
  readonly declined: boolean;
}

export const initialStorage: StorageSlice = { record: null, removing: null, open: false, declined: false };

/** Tells kept repositories apart. */
export function keyOf({ kind, id, commit }: RepositoryName & { readonly commit: string }): string {
  return `${kind} ${id} ${commit}`;
}

/** Kept files by repository and commit, largest first. */
export function repositoriesOf(files: readonly KeptFile[]): readonly KeptRepository[] {
  const groups = new Map<string, KeptFile[]>();
  for (const file of files) {
    const group = groups.get(keyOf(file));
    if (group === undefined) groups.set(keyOf(file), [file]);
    else group.push(file);
  }
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      return first === undefined ? [] : [repositoryOf(first, group)];
    })
    .toSorted((one, other) => other.sizeBytes - one.sizeBytes);
}

function repositoryOf({ kind, id, commit }: KeptFile, files: readonly KeptFile[]): KeptRepository {
  const brokenOff = files.some((file) => !file.complete);
  // Small files come first: a model without weights is one whose download was ended early.
  const whole = kind === "dataset" || files.some(({ path }) => /\.(safetensors|bin)$/.test(path));
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return { kind, id, commit, sizeBytes, fileCount: files.length, brokenOff, complete: whole && !brokenOff };
}

export interface StorageActions {
  show(open: boolean): void;
  /** Looks again. */
  refresh(): Promise<void>;
  /** Frees one repository's commit; null: everything. */
  remove(of: KeptRepository | null): Promise<void>;
  /** Asks the browser not to clear it by itself. */
  persist(): Promise<void>;
}

/** `askToPersist`: navigator.storage.persist, which only a window has; null where the browser offers none. */
export function storageActions(
  slot: Slot<StorageSlice>,
  trainer: Trainer,
  askToPersist: (() => Promise<boolean>) | null,
  reporter: Reporter,
): StorageActions {
  async function refresh(): Promise<void> {
    try {
      slot.set({ record: await trainer.storage() });
    } catch (thrown) {
      reporter.report("storage", thrown);
    }
  }
  return {
    refresh,
    show(open) {
      slot.set({ open });
      if (open) void refresh();
    },
    async remove(of) {
      slot.set({ removing: of === null ? "" : keyOf(of) });
      const wanted = of === null ? null : { kind: of.kind, id: of.id, commit: of.commit };
      const free = async (): Promise<void> => slot.set({ record: await trainer.removeKept(wanted) });
      // Of all, what nobody uses is freed even where something else is in use.
      if (!(await attempt(reporter, "storage", free))) await refresh();
      slot.set({ removing: null });
    },
    async persist() {
      await attempt(reporter, "storage", async () => {
        if (askToPersist === null) {
          throw new AppError("no-space", "This browser has no way to keep downloads for good.");
        }
        slot.set({ declined: !(await askToPersist()) });
        await refresh();
      });
    },
  };
}
