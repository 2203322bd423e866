import { failureOf, type Failure } from "../core/errors.ts";
import type { Place, Reporter, Slot } from "./slot.ts";

/** An error as the page shows it, until a person dismisses it or the cause is gone. */
interface Notice extends Failure {
  readonly id: number;
  readonly place: Place;
}

interface NoticesSlice {
  readonly items: readonly Notice[];
}

export const initialNotices: NoticesSlice = { items: [] };

export interface NoticeActions extends Reporter {
  dismiss(id: number): void;
}

/** Errors by place: nothing is shown twice, nothing goes away by itself. A stop that a person asked for is no error. */
export function noticeActions(slot: Slot<NoticesSlice>): NoticeActions {
  let nextId = 1;
  return {
    report(place, thrown) {
      const failure = failureOf(thrown);
      if (failure.code === "stopped") return;
      const others = slot.get().items.filter((item) => item.place !== place || item.message !== failure.message);
      slot.set({ items: [...others, { ...failure, id: nextId++, place }] });
    },
    clear(place) {
      if (slot.get().items.some((item) => item.place === place)) {
        slot.set({ items: slot.get().items.filter((item) => item.place !== place) });
      }
    },
    dismiss(id) {
      slot.set({ items: slot.get().items.filter((item) => item.id !== id) });
    },
  };
}
