import { describe, expect, it } from "vitest";
import { subnetworkSentences } from "../../../src/analysis/subnetwork/sentence.ts";
import { pointsText, shareText } from "../../../src/analysis/subnetwork/words.ts";

const moved = (cycle: number, swapped: number) => ({ step: 10 * cycle, cycle, swapped, layers: [] });
const facts = { share: 0.7, once: false, movement: [moved(1, 0.22), moved(9, 0.064)], core: null, notable: null };

describe("sentences on a subnetwork", () => {
  it("say that it settles, and against what", () => {
    expect(subnetworkSentences(facts)).toEqual([
      "Cycle 10 swapped 6.4 % of the selection, down from 22 % in cycle 2; a fresh random mask would swap 30 %.",
    ]);
    expect(subnetworkSentences({ ...facts, movement: [moved(1, 0.1)] })[0]).toBe(
      "Cycle 2 swapped 10 % of the selection; a fresh random mask would swap 30 %.",
    );
  });

  it("say of a random mask that it is one", () => {
    const movement = [moved(1, 0.32), moved(2, 0.302)];
    expect(subnetworkSentences({ ...facts, movement })).toEqual([
      "Cycle 3 swapped 30 % of the selection, as a fresh random mask would (30 %).",
    ]);
  });

  it("name the core and the places, where somebody counted", () => {
    const core = { shares: [0.1, 0.51, 0.39], chance: [0.09, 0.42, 0.49], size: 100 };
    expect(subnetworkSentences({ ...facts, movement: [], core, notable: 0.41 })).toEqual([
      "39 % of the weights were in all 2 selections (chance: 49 %).",
      "41 % of the places are selected more or less densely than chance (of a random mask: about 5 %).",
    ]);
    // After one selection every selected weight was in all of them.
    expect(subnetworkSentences({ ...facts, movement: [], core: { ...core, shares: [0.3, 0.7] } })).toEqual([]);
  });

  it("say that nothing moves where the selection is made once", () => {
    expect(subnetworkSentences({ ...facts, once: true })[0]).toContain("nothing moves");
  });

  it("round no share to nothing", () => {
    expect([0, 0.0001, 0.0006, 0.39].map(shareText)).toEqual(["0 %", "< 0.1 %", "0.1 %", "39 %"]);
    expect([0.1444, -0.05].map(pointsText)).toEqual(["+14.4 points", "−5.0 points"]);
  });
});
