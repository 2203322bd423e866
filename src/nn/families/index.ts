import type { Family } from "../family.ts";
import { bert } from "./bert.ts";

/** Every model family that can be trained. */
export const families: readonly Family[] = [bert];
