import type { Source } from "../contract/catalog.ts";

/** Where the schedule departs from the published code, on the cards of both methods. */
export const publishedWarmup =
  "Its script asks for a warm-up of 0.1, which its code never reads, so that its runs had none; we warm up as the " +
  "recipe says, for all methods alike.";

/** The paper of Child-Tuning; `where` names the place of one of its methods. */
export function childTuningSource(where: string): Source {
  return {
    title: "Raise a Child in Large Language Model: Towards Effective and Generalizable Fine-tuning",
    authors: "R. Xu, F. Luo, Z. Zhang, C. Tan, B. Chang, S. Huang, F. Huang",
    year: 2021,
    url: "https://aclanthology.org/2021.emnlp-main.749/",
    where,
  };
}
