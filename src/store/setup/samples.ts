import { readSampleIndex, type SampleRecord } from "../../contract/sources/samples.ts";
import type { DroppedFile } from "../../worker/api.ts";
import type { DataActions } from "./data.ts";
import { fetchShipped, listShipped } from "../shipped.ts";
import { askLatest, latestOnly, type Reporter, type Slot } from "../slot.ts";

interface SamplesSlice {
  /** [] until the index was read, or where this copy of the page has none. */
  readonly items: readonly SampleRecord[];
  /** The one that is being fetched. */
  readonly loading: string | null;
}

export const initialSamples: SamplesSlice = { items: [], loading: null };

export interface SampleActions {
  /** Reads the index. A copy of the page without one offers none; that is no error. */
  list(): Promise<void>;
  /** Fetches both tables of a task, then reads them as if they had been dropped. Resolves with success. */
  load(id: string): Promise<boolean>;
}

const failing = { code: "bad-table", instead: "drop tables of your own" } as const;

/** `url`: the folder of the index, ending in a slash; "" where the page ships without. */
export function sampleActions(
  slot: Slot<SamplesSlice>,
  url: string,
  data: Pick<DataActions, "load">,
  reporter: Reporter,
): SampleActions {
  const ticket = latestOnly();
  return {
    list: async () => slot.set({ items: await listShipped(url, failing, readSampleIndex) }),
    async load(id) {
      const asking = {
        place: "samples",
        ticket,
        busy: (on: boolean) => slot.set({ loading: on ? id : null }),
      } as const;
      return await askLatest(reporter, asking, async (current) => {
        const [train, dev] = await Promise.all([table(url, id, "train"), table(url, id, "dev")]);
        if (!current()) return;
        const source = { kind: "sample", id } as const;
        const read = await Promise.all([data.load("train", [train], source), data.load("dev", [dev], source)]);
        return !read.includes(false);
      });
    },
  };
}

async function table(url: string, id: string, role: "train" | "dev"): Promise<DroppedFile> {
  const path = `${id}/${role}.tsv`;
  const response = await fetchShipped(`${url}${path}`, failing);
  return { path, file: await response.blob() };
}
