import type { Op } from "../op-bench.ts";
import { activation } from "./activation.ts";
import { adamw } from "./adamw.ts";
import { attention } from "./attention.ts";
import { embeddings } from "./embeddings.ts";
import { layernorm } from "./layernorm.ts";
import { matmul } from "./matmul.ts";
import { norm } from "./norm.ts";
import { select } from "./select.ts";

/** What --op takes. */
export const ops: readonly Op[] = [matmul, attention, layernorm, activation, embeddings, adamw, norm, select];
