import type { replay } from "./schemas/replay.ts";
import type { Checked } from "./schemas/schema.ts";

/** What is played of a recorded experiment on the first screen: figures only, thinned to some 40 kB. */
export type Replay = Checked<typeof replay>;

/** What one run selected, selection by selection. */
export type ReplaySelection = NonNullable<Replay["selection"]>;

/** The selections of one attention head: its rows of a weight matrix. */
export type ReplayMask = NonNullable<ReplaySelection["mask"]>;
