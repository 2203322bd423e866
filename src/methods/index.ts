import { childTuningD } from "./child-tuning-d.ts";
import { childTuningF } from "./child-tuning-f.ts";
import { dpsDense } from "./dps-dense.ts";
import { dpsMix } from "./dps-mix.ts";
import type { Method } from "./method.ts";
import { mixout } from "./mixout.ts";
import { rDrop } from "./r-drop.ts";
import { r3f } from "./r3f.ts";
import { reInit } from "./re-init.ts";
import { vanilla } from "./vanilla.ts";

/** Every fine-tuning method. */
export const methods: readonly Method[] = [
  vanilla,
  dpsDense,
  dpsMix,
  mixout,
  r3f,
  rDrop,
  childTuningD,
  childTuningF,
  reInit,
];
