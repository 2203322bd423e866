import type { RunRecord } from "../../contract/run.ts";
import type { SubnetworkRecord } from "../../contract/subnetwork.ts";
import type { Drawn } from "./density.ts";
import { keptShare, movementOf, movementOfSelections, type Movement } from "./movement.ts";

type Selecting = Pick<RunRecord, "selections" | "subnetwork">;

/** Whether a run has begun and its method selects weights, as far as is known. */
export function selects({ status, selections, subnetwork }: Selecting & Pick<RunRecord, "status">): boolean {
  return status !== "waiting" && (selections.length > 0 || (subnetwork?.drawn ?? null) !== null);
}

/** What was watched of a run whose method selects; null where nobody watched, or it selects nothing. */
export function watchedIn<T extends SubnetworkRecord>({ subnetwork }: { readonly subnetwork: T | null }): T | null {
  return (subnetwork?.drawn ?? null) === null ? null : subnetwork;
}

/** What a random mask in place of a run's selection would be; a file may say anything, a share is 0 to 1. */
export function drawnOf({ selections, subnetwork }: Selecting): Drawn {
  const { unit, share } = subnetwork?.drawn ?? { unit: "weight", share: keptShare(selections) ?? 1 };
  return { unit, share: Math.min(1, Math.max(0, share)) };
}

/** How much moved at each selection of a run but the first, whether somebody watched or not. */
export function movementIn(run: Selecting): readonly Movement[] {
  const record = watchedIn(run);
  return record === null ? movementOfSelections(run.selections) : movementOf(record.snapshots);
}
