import type { DemoEntry } from "../contract/catalog.ts";

/**
 * The demo: the yardstick and the methods of the paper, all without dropout so that a difference is the method's own.
 * Of the sample tasks the one with the steepest start: from 20 % by guessing to 50 % after a tenth of the steps and 85 %
 * after half, so that a visitor sees something being learnt at once.
 */
export const demo: DemoEntry = {
  sample: "topic",
  plan: {
    methods: ["vanilla", "dps-dense", "dps-mix"].map((id) => ({ id, values: { dropout: 0 } })),
    seeds: [1, 2, 3],
    training: { epochs: 1, batchSize: 8, learningRate: null, maxLength: 64, evaluateEvery: 12, devLimit: 120 },
    grid: [],
    order: "interleaved",
  },
  // Training to the verdict within two minutes, with some to spare; a stage of DPS needs a step in 20.
  first: { methodCount: 2, seedCount: 1, targetMs: 90_000, fewestSteps: 24 },
  lookAt: [
    {
      title: "Dev accuracy",
      text:
        "Measured on 120 questions and headlines on subjects that training never showed. There are five classes, so 20 is " +
        "guessing. The band is the spread over seeds.",
    },
    {
      title: "Training loss",
      text:
        "All methods of a seed see the same batches and start from the same head, so their curves begin as one and " +
        "part only where the methods do. The shaded stretches are stage II, in which only what DPS selected gets gradients.",
    },
    {
      title: "The spread, not the winner",
      text:
        "Nothing differs between two seeds but chance. A lead that is smaller than the spread of its dots may be luck, and " +
        "three seeds settle little: give more of them, and press Run.",
    },
  ],
};
