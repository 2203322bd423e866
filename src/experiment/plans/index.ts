import type { PlanEntry } from "../../contract/catalog.ts";
import { caseStudy } from "./case-study.ts";
import { compare } from "./compare.ts";
import { enoughData } from "./enough-data.ts";
import { families } from "./families.ts";
import { hyperParameters } from "./hyper-parameters.ts";
import { lowResource } from "./low-resource.ts";
import { outOfDomain } from "./out-of-domain.ts";
import { subnetworkSize } from "./subnetwork-size.ts";
import { timeAndMemory } from "./time-and-memory.ts";

/** Every ready-made experiment, in the order in which the page offers them. */
export const plans: readonly PlanEntry[] = [
  compare,
  lowResource,
  subnetworkSize,
  outOfDomain,
  families,
  hyperParameters,
  timeAndMemory,
  caseStudy,
  enoughData,
];
