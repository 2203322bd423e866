import { asTheFileSays, withoutEnding, type ReadingChoice } from "../../contract/reading.ts";
import type { TableRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { DroppedFile } from "../../worker/api.ts";
import type { Trainer } from "../../worker/client.ts";
import type { Reporter, Slot } from "../slot.ts";

/** A labelled set of another source, as it was read. */
export interface TransferSet {
  /** What its scores are called; no other set has it. */
  readonly name: string;
  readonly table: TableRecord;
  /** How a person wants it read. */
  readonly choice: ReadingChoice;
}

interface TransfersSlice {
  readonly sets: readonly TransferSet[];
  readonly loading: boolean;
  /** Counts sets read, renamed and taken away. */
  readonly revision: number;
}

export const initialTransfers: TransfersSlice = { sets: [], loading: false, revision: 0 };

/** Every run is scored on each of them after its last step: more would make that longer than the training. */
const mostTransfers = 10;
/** Letters in a set's name. */
const nameLimit = 40;

export interface TransferActions {
  /** Reads files, each a set that is named after it. */
  add(files: readonly DroppedFile[]): Promise<void>;
  /** Names a set anew; does nothing where problemWithName has something to say. */
  rename(from: string, to: string): Promise<void>;
  /** Reads a set's file anew, another way. */
  readAgain(name: string, choice: ReadingChoice): Promise<void>;
  remove(name: string): Promise<void>;
  clear(): Promise<void>;
  /** Hands the last good files to a fresh engine. */
  reload(): Promise<void>;
}

/** What is wrong with a name for a set, as a sentence; `others`: the names of the other sets. null: it will do. */
export function problemWithName(name: string, others: readonly string[]): string | null {
  if (name.trim() === "") return "Give it a name.";
  if (name.length > nameLimit) return `At most ${nameLimit} letters.`;
  if (name.includes("@")) return "Its scores have an @ already.";
  return others.includes(name) ? "Another set has this name." : null;
}

/** A name after a file's, that no other set has. */
function nameFor(path: string, others: readonly string[]): string {
  const file = withoutEnding((path.split("/").at(-1) ?? path).replace(/\.zip$/i, ""));
  const plain =
    file
      .replaceAll("@", " ")
      .trim()
      .slice(0, nameLimit - 4) || "set";
  const numbered = Array.from({ length: mostTransfers }, (_, index) => `${plain} ${index + 2}`);
  return [plain, ...numbered].find((name) => !others.includes(name)) ?? plain;
}

/** Sets of other sources on which every run is scored at its end. */
export function transferActions(slot: Slot<TransfersSlice>, trainer: Trainer, reporter: Reporter): TransferActions {
  const files = new Map<string, DroppedFile>();
  const names = (): readonly string[] => slot.get().sets.map(({ name }) => name);
  const change = (sets: readonly TransferSet[]): void => slot.set({ sets, revision: slot.get().revision + 1 });

  const choiceOf = (name: string): ReadingChoice =>
    slot.get().sets.find((set) => set.name === name)?.choice ?? asTheFileSays;

  async function read(name: string, file: DroppedFile, choice: ReadingChoice): Promise<void> {
    const table = await trainer.loadTransfer(name, file, undefined, choice);
    if (table === null) return;
    files.set(name, file);
    const { sets } = slot.get();
    const set = { name, table, choice };
    change(names().includes(name) ? sets.map((one) => (one.name === name ? set : one)) : [...sets, set]);
  }

  async function take(name: string): Promise<void> {
    await trainer.loadTransfer(name, null);
    files.delete(name);
    change(slot.get().sets.filter((set) => set.name !== name));
  }

  /** One after another: what went wrong with one does not keep the others out. */
  async function each<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
    reporter.clear("transfers");
    slot.set({ loading: true });
    for (const one of all) {
      try {
        await act(one);
      } catch (thrown) {
        reporter.report("transfers", thrown);
      }
    }
    slot.set({ loading: false });
  }

  return {
    add: (dropped) =>
      each(dropped, async (file) => {
        if (names().length >= mostTransfers) throw tooMany(file.path);
        await read(nameFor(file.path, names()), file, asTheFileSays);
      }),
    async rename(from, to) {
      const file = files.get(from);
      const others = names().filter((name) => name !== from);
      if (file === undefined || from === to || problemWithName(to, others) !== null) return;
      await each([file], async () => {
        const choice = choiceOf(from);
        const table = await trainer.loadTransfer(to, file, undefined, choice);
        await trainer.loadTransfer(from, null);
        files.delete(from);
        files.set(to, file);
        change(
          slot.get().sets.map((set) => (set.name === from ? { name: to, table: table ?? set.table, choice } : set)),
        );
      });
    },
    async readAgain(name, choice) {
      const file = files.get(name);
      if (file !== undefined) await each([file], (one) => read(name, one, choice));
    },
    remove: (name) => each([name], take),
    clear: () => each(names(), take),
    reload: () => each([...files], ([name, file]) => read(name, file, choiceOf(name))),
  };
}

function tooMany(path: string): AppError {
  return new AppError(
    "bad-settings",
    `${path} was left out: at most ${mostTransfers} sets are scored on. Take another one away first.`,
  );
}
