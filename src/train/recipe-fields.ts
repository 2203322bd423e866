import type { NumberField } from "../contract/fields.ts";

// What fine-tuning and pre-training ask for alike.

export const weightDecayField: NumberField = {
  id: "weightDecay",
  kind: "number",
  label: "Weight decay",
  help: "Decoupled, on everything but biases and LayerNorm.",
  default: 0.01,
  min: 0,
  max: 10,
};

export const warmupField: NumberField = {
  id: "warmupRatio",
  kind: "number",
  label: "Warm-up share",
  help: "Share of the steps over which the learning rate rises from 0; after that it falls linearly to 0.",
  default: 0.1,
  min: 0,
  max: 1,
};

export const clipField: NumberField = {
  id: "clip",
  kind: "number",
  label: "Gradient clip",
  help: "Largest global norm of the gradient; a longer one is scaled down to it.",
  default: 1,
  min: 0,
  minExclusive: true,
  max: 1e9,
};
