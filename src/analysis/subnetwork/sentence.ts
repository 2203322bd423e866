import { shareText } from "./words.ts";
import type { Core } from "./core.ts";
import type { Movement } from "./movement.ts";

/** What is known of a selection at the stop on show. */
export interface SubnetworkFacts {
  /** Kept share of a random mask. */
  readonly share: number;
  /** The method selects once. */
  readonly once: boolean;
  /** Of the selections up to the stop. */
  readonly movement: readonly Movement[];
  /** null where nobody counted. */
  readonly core: Core | null;
  /** Share of the places that are told from a random mask; null where nobody counted. */
  readonly notable: number | null;
}

/** Shares nearer than this are called equal. */
const alike = 0.01;

/** What the pictures say, in a few sentences: for everybody in a hurry, and for those who do not see them. */
export function subnetworkSentences({ share, once, movement, core, notable }: SubnetworkFacts): readonly string[] {
  const sentences = once
    ? ["Chosen once and kept for the whole run: nothing moves."]
    : movementSentence(movement, 1 - share);
  const always = core?.shares.at(-1);
  if (core !== null && always !== undefined && core.shares.length > 2) {
    const count = core.shares.length - 1;
    const chance = shareText(core.chance.at(-1) ?? 0);
    sentences.push(`${shareText(always)} of the weights were in all ${count} selections (chance: ${chance}).`);
  }
  if (notable !== null) {
    sentences.push(
      `${shareText(notable)} of the places are selected more or less densely than chance (of a random mask: about 5 %).`,
    );
  }
  return sentences;
}

function movementSentence(movement: readonly Movement[], chance: number): string[] {
  const [first, last] = [movement[0], movement.at(-1)];
  if (first === undefined || last === undefined) return [];
  const now = `Cycle ${last.cycle + 1} swapped ${shareText(last.swapped)} of the selection`;
  if (Math.abs(last.swapped - chance) < alike) return [`${now}, as a fresh random mask would (${shareText(chance)}).`];
  const before =
    first.swapped - last.swapped > alike ? `, down from ${shareText(first.swapped)} in cycle ${first.cycle + 1}` : "";
  return [`${now}${before}; a fresh random mask would swap ${shareText(chance)}.`];
}
