import type { Source } from "../contract/catalog.ts";
import type { NumberField } from "../contract/fields.ts";
import type { Param } from "../nn/params.ts";
import type { World } from "./method.ts";

/** The paper of DPS; `where` names the place of one of its methods. */
export function dpsSource(where: string): Source {
  return {
    title: "Fine-Tuning Pre-Trained Language Models Effectively by Optimizing Subnetworks Adaptively",
    authors: "H. Zhang, G. Li, J. Li, Z. Zhang, Y. Zhu, Z. Jin",
    year: 2022,
    url: "https://openreview.net/forum?id=-r6-WNKfyhW",
    where,
  };
}

/** Where the start of the head departs from the published code, on the cards of both methods. */
export const publishedHead =
  "The code's head starts as PyTorch's nn.Linear, U(±1/√d) for weight and bias; ours from N(0, 0.02²) and 0, as all " +
  "methods', unless the recipe says otherwise.";

/** The share p of a matrix that stage II leaves out. */
export const frozenShareField: NumberField = {
  kind: "number",
  id: "frozenShare",
  label: "Trained share",
  help:
    "Share of every weight matrix in the chosen subnetwork, 1 − p; plans and --frozen-share hold p, the share left out. The " +
    "paper tries 0.5 to 0.9; its scripts use 0.7. At 1 the method is plain fine-tuning.",
  default: 0.3,
  min: 0,
  max: 1,
  maxExclusive: true,
  increment: 0.1,
  leftOut: true,
};

/** The parameters a subnetwork is chosen from: weights of the Linear layers in encoder, pooler and classifier. */
export function selectableParams({ params }: World): readonly Param[] {
  return params.list.filter(({ spec }) => spec.selectable);
}
