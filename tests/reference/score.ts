import { at, emptyReference, put, type Reference } from "./array.ts";

/**
 * DPS Mix score: GAM / max(FAM, 1), times exp(-max(FAM, 1)/us) where us >= 50.
 *
 * gam [rows, cols]; fam [cols]; updateSteps is us.
 */
export function mixScore(gam: Float64Array, fam: Float64Array, updateSteps: number): Reference {
  const result = emptyReference(gam.length);
  for (let index = 0; index < gam.length; index++) {
    const frequency = Math.max(at(fam, index % fam.length), 1);
    const exponent = updateSteps >= 50 ? -frequency / updateSteps : 0;
    const score = (at(gam, index) / frequency) * Math.exp(exponent);
    put(result, index, score, Math.abs(score) * (1 - exponent));
  }
  return result;
}
