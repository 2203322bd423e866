import type { FuzzedParser } from "../fuzzing.ts";
import { containerParsers } from "./containers.ts";
import { documentParsers } from "./documents.ts";
import { modelParsers } from "./models.ts";
import { packingParsers } from "./packings.ts";
import { tableParsers } from "./tables.ts";

/** Every parser that reads what a stranger may have written. */
export const parsers: readonly FuzzedParser[] = [
  ...tableParsers,
  ...containerParsers,
  ...packingParsers,
  ...modelParsers,
  ...documentParsers,
];
