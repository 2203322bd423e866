import type { Task } from "../dataset/task.ts";
import { cola } from "./cola.ts";
import { mnli } from "./mnli.ts";
import { mrpc } from "./mrpc.ts";
import { pairLabels } from "./pair-labels.ts";
import { pairScore } from "./pair-score.ts";
import { pair } from "./pair.ts";
import { qnli } from "./qnli.ts";
import { qqp } from "./qqp.ts";
import { rte } from "./rte.ts";
import { singleLabels } from "./single-labels.ts";
import { singleScore } from "./single-score.ts";
import { single } from "./single.ts";
import { sst2 } from "./sst2.ts";
import { stsb } from "./stsb.ts";
import { wnli } from "./wnli.ts";

/** Every task; the first that recognises a table has it, so the general ones stand last, those of several labels before the others. */
export const tasks: readonly Task[] = [
  rte,
  mrpc,
  stsb,
  cola,
  sst2,
  qnli,
  qqp,
  mnli,
  wnli,
  pairLabels,
  singleLabels,
  pairScore,
  singleScore,
  pair,
  single,
];
