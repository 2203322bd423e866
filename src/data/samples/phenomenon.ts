import { names, people, transitive } from "./acceptability-words.ts";
import type { VerbForms } from "./acceptability-words.ts";
import type { Draw } from "./draw.ts";

/** A good sentence and the same with one rule broken. */
export type Pair = readonly [good: string, bad: string];

/** One rule of grammar. */
export interface Phenomenon {
  readonly id: string;
  pair(draw: Draw): Pair;
}

/** A person with a determiner: "the nurse". */
export function person(draw: Draw, ...not: readonly string[]): string {
  return `${draw.any(["the", "the", "the", "my", "our", "the young", "the old"])} ${draw.other(people, ...not.map((text) => text.split(" ").at(-1) ?? ""))}`;
}

/** A name or a person. */
export function subject(draw: Draw): string {
  return draw.chance(0.35) ? draw.word(names) : person(draw);
}

/** A verb in its forms, with one of the things it is done to. */
export function deed(draw: Draw): VerbForms & { readonly object: string } {
  const { objects, ...forms } = draw.word(transitive);
  return { ...forms, object: draw.any(objects) };
}

/** "was" or "were"; only plurals of these lists end in s. */
export function be(object: string): string {
  return object.endsWith("s") ? "were" : "was";
}
