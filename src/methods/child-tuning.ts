import type { Source } from "../contract/catalog.ts";

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
