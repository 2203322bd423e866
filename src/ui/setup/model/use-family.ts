import type { FamilyEntry } from "../../../contract/catalog.ts";
import type { ModelRecord } from "../../../contract/run.ts";
import { useSelect } from "../../app-context.ts";

/** What the catalog says of a model's family. */
export function useFamily(model: ModelRecord | null): FamilyEntry | undefined {
  return useSelect((state) => state.engine.catalog?.families.find(({ id }) => id === model?.family));
}
