import {
  cardName,
  readBundledIndex,
  sha256Of,
  type BundledFile,
  type BundledModel,
} from "../../contract/sources/bundled.ts";
import { AppError } from "../../core/errors.ts";
import type { DroppedFile } from "../../worker/api.ts";
import type { ModelActions } from "./model.ts";
import { fetchShipped, listShipped } from "../shipped.ts";
import { askLatest, latestOnly, type Reporter, type Slot } from "../slot.ts";

interface BundledSlice {
  /** [] until the index was read, or where this copy of the page has none. */
  readonly items: readonly BundledModel[];
  /** The one that is being fetched. */
  readonly loading: string | null;
  /** The model card on show. */
  readonly card: { readonly label: string; readonly text: string } | null;
}

export const initialBundled: BundledSlice = { items: [], loading: null, card: null };

export interface BundledActions {
  /** Reads the index. A copy of the page without one offers none; that is no error. */
  list(): Promise<void>;
  /** Fetches a model, checks every file against the index, then reads it as if dropped. Resolves with success. */
  load(id: string): Promise<boolean>;
  /** Fetches the fine-tuned model that ships: the first model's files, and what changed. Errors: bad-model. */
  tuned(): Promise<readonly DroppedFile[]>;
  /** Fetches a model's card and shows it. */
  openCard(id: string): Promise<void>;
  closeCard(): void;
}

/** What the fine-tuned model that ships is called: its task. */
export const tunedName = "sentiment";

const failing = { code: "bad-model", instead: "drop a model folder of your own" } as const;

/** `url`: the folder of the index, ending in a slash; "" where the page ships without. */
export function bundledActions(
  slot: Slot<BundledSlice>,
  url: string,
  model: Pick<ModelActions, "load">,
  reporter: Reporter,
): BundledActions {
  const ticket = latestOnly();

  function found(id: string): BundledModel {
    const item = slot.get().items.find((one) => one.id === id);
    if (item === undefined) throw new AppError("bad-model", `This copy of the page ships without the model ${id}.`);
    return item;
  }

  async function filesOf(id: string): Promise<readonly DroppedFile[]> {
    const wanted = found(id).files.filter(({ name }) => name !== cardName);
    return await Promise.all(wanted.map((file) => checkedFile(url, id, file)));
  }

  return {
    async tuned() {
      const [first] = slot.get().items;
      const files = first === undefined ? [] : await filesOf(first.id);
      const difference = await (await fetchShipped(`${url}tuned/${tunedName}.safetensors`, failing)).blob();
      // One folder, of that name.
      const named = files.map(({ path, file }) => ({ path: `${tunedName}/${path.split("/").at(-1) ?? path}`, file }));
      return [...named, { path: `${tunedName}/difference.safetensors`, file: difference }];
    },
    list: async () => slot.set({ items: await listShipped(url, failing, readBundledIndex) }),
    async load(id) {
      const asking = { place: "model", ticket, busy: (on: boolean) => slot.set({ loading: on ? id : null }) } as const;
      return await askLatest(reporter, asking, async (current) => {
        const files = await filesOf(id);
        return current() && (await model.load(files, { kind: "bundled", id }));
      });
    },
    async openCard(id) {
      try {
        const { label, files } = found(id);
        const file = files.find(({ name }) => name === cardName);
        if (file === undefined) throw new AppError("bad-model", `${label} ships without a ${cardName}.`);
        slot.set({ card: { label, text: await (await checkedFile(url, id, file)).file.text() } });
      } catch (thrown) {
        reporter.report("model", thrown);
      }
    },
    closeCard: () => slot.set({ card: null }),
  };
}

/** A file of a model, as the index says it is. Errors: bad-model. */
async function checkedFile(url: string, id: string, { name, sizeBytes, sha256 }: BundledFile): Promise<DroppedFile> {
  const path = `${id}/${name}`;
  const response = await fetchShipped(`${url}${path}`, failing);
  const bytes = await response.arrayBuffer().catch((cause: unknown) => {
    const advice = `Check the connection and try again, or ${failing.instead}.`;
    throw new AppError("bad-model", `${path} was cut off on its way. ${advice}`, { cause });
  });
  const advice = `The file was damaged on its way or is of another version: reload the page, or ${failing.instead}.`;
  if (bytes.byteLength !== sizeBytes) {
    throw new AppError("bad-model", `${path} has ${bytes.byteLength} bytes; ${sizeBytes} were announced. ${advice}`);
  }
  if ((await sha256Of(bytes)) !== sha256) {
    throw new AppError("bad-model", `${path} does not have the SHA-256 that was announced. ${advice}`);
  }
  return { path, file: new Blob([bytes]) };
}
