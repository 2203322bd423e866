import { acceptability } from "./acceptability.ts";
import { paraphrase } from "./paraphrase.ts";
import type { SampleTask } from "./sample.ts";
import { sentiment } from "./sentiment.ts";
import { similarity } from "./similarity.ts";

/** Every made task. */
export const samples: readonly SampleTask[] = [sentiment, acceptability, paraphrase, similarity];
