import type { OpenedAnswer, OpenedModel } from "../../contract/exports.ts";
import { failureOf } from "../../core/errors.ts";
import type { DroppedFile } from "../../worker/api.ts";
import type { Trainer } from "../../worker/client.ts";
import { tunedName } from "../setup/bundled.ts";
import type { Slot } from "../slot.ts";

/** What the opened models said of one text. */
interface Asked {
  readonly first: string;
  readonly second: string | null;
  readonly answers: readonly OpenedAnswer[];
}

interface OpenedSlice {
  readonly models: readonly OpenedModel[];
  readonly opening: boolean;
  readonly asking: boolean;
  readonly asked: Asked | null;
  /** What went wrong last, in words: with opening, and with a question. */
  readonly openError: string | null;
  readonly askError: string | null;
}

export const initialOpened: OpenedSlice = {
  models: [],
  opening: false,
  asking: false,
  asked: null,
  openError: null,
  askError: null,
};

export interface OpenedActions {
  /** Opens an exported .zip, or the files of its folder. */
  open(files: readonly DroppedFile[]): Promise<void>;
  /** Fetches and opens the fine-tuned model that ships with the page; once. */
  openShipped(): Promise<void>;
  close(id: string): Promise<void>;
  /** Asks every open model. */
  ask(first: string, second: string | null): Promise<void>;
  /** The engine is a fresh one, which has none of them open. */
  forget(): void;
}

/** Fine-tuned models from disk, to be asked; they need no WebGPU. `shipped`: fetches the one that ships with the page. */
export function openedActions(
  slot: Slot<OpenedSlice>,
  trainer: Trainer,
  shipped: () => Promise<readonly DroppedFile[]>,
): OpenedActions {
  async function openFrom(read: () => Promise<readonly DroppedFile[]>): Promise<void> {
    if (slot.get().opening) return;
    slot.set({ opening: true, openError: null });
    try {
      const model = await trainer.openExported(await read());
      slot.set({ models: [...slot.get().models, model] });
    } catch (thrown) {
      const { code, message } = failureOf(thrown);
      if (code !== "stopped") slot.set({ openError: message });
    } finally {
      slot.set({ opening: false });
    }
  }

  return {
    async open(files) {
      if (files.length > 0) await openFrom(() => Promise.resolve(files));
    },
    async openShipped() {
      if (slot.get().models.every(({ name }) => name !== tunedName)) await openFrom(shipped);
    },
    async close(id) {
      const { models, asked } = slot.get();
      const answers = asked?.answers.filter(({ model }) => model !== id) ?? [];
      slot.set({
        models: models.filter((model) => model.id !== id),
        asked: asked === null || answers.length === 0 ? null : { ...asked, answers },
      });
      await trainer.closeExported(id).catch((thrown: unknown) => slot.set({ openError: failureOf(thrown).message }));
    },
    async ask(first, second) {
      slot.set({ asking: true, askError: null });
      try {
        slot.set({ asked: { first, second, answers: await trainer.askOpened(first, second) } });
      } catch (thrown) {
        slot.set({ askError: failureOf(thrown).message });
      } finally {
        slot.set({ asking: false });
      }
    },
    forget: () => slot.set(initialOpened),
  };
}
