import * as v from "valibot";
import type { Replay } from "../contract/replay.ts";
import { replay as schema } from "../contract/schemas/replay.ts";
import { fetchShipped } from "./shipped.ts";
import type { Slot } from "./slot.ts";

interface ReplaySlice {
  /** `absent`: this copy of the page ships without one. */
  readonly status: "loading" | "ready" | "absent";
  readonly replay: Replay | null;
}

export const initialReplay: ReplaySlice = { status: "loading", replay: null };

export interface ReplayActions {
  /** Fetches the replay that ships with the page. A copy of the page without one is no error. */
  load(): Promise<void>;
}

/** `url`: "" in a copy of the page without a replay. */
export function replayActions(slot: Slot<ReplaySlice>, url: string): ReplayActions {
  return {
    async load() {
      if (slot.get().status === "ready") return;
      slot.set({ status: "loading" });
      try {
        if (url === "") throw new Error("No replay ships with this copy of the page.");
        const response = await fetchShipped(url, { code: "bad-settings", instead: "go on without it" });
        slot.set({ status: "ready", replay: v.parse(schema, await response.json()) });
      } catch {
        slot.set({ status: "absent" });
      }
    },
  };
}
