import type { DemoEntry } from "../contract/catalog.ts";

/**
 * The demo: the yardstick and the methods of the paper, all without dropout so that a difference is the method's own.
 * Sized so that a real GPU is through within a minute and a software one shows its first curves within one.
 */
export const demo: DemoEntry = {
  sample: "sentiment",
  about:
    "A small pre-trained BERT learns from 500 sentences to tell praise of a film " +
    "from blame, in three ways and over three seeds each.",
  plan: {
    methods: ["vanilla", "dps-dense", "dps-mix"].map((id) => ({ id, values: { dropout: 0 } })),
    seeds: [1, 2, 3],
    training: { epochs: 5, batchSize: 8, learningRate: null, maxLength: 64, evaluateEvery: 32 },
    grid: [],
    order: "sequential",
  },
  lookAt: [
    {
      title: "Training loss",
      text:
        "All methods of a seed see the same batches and start from the same head, so their curves begin as one and " +
        "part only where the methods do. The shaded stretches are stage II, in which DPS updates only what it selected.",
    },
    {
      title: "Dev accuracy",
      text:
        "Measured on 300 sentences with words and patterns that training never showed. Half of them are praise, so 50 is " +
        "guessing. The band is the spread over seeds.",
    },
    {
      title: "The spread, not the winner",
      text:
        "Nothing differs between two seeds but chance. A lead that is smaller than the spread of its dots may be luck, and " +
        "three seeds settle little: give more of them, and press Run.",
    },
  ],
};
