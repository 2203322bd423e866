import * as lexicon from "./acceptability-words.ts";
import { deed, person, subject } from "./phenomenon.ts";
import type { Pair, Phenomenon } from "./phenomenon.ts";

/** A verb agrees with its noun, not with the one that stands nearer. */
export const agreement: Phenomenon = {
  id: "agreement",
  pair(draw) {
    const many = draw.chance(0.5);
    const who = draw.word(lexicon.people);
    const near = draw.any<() => string>([
      () => `near the ${draw.word(many ? lexicon.singular : lexicon.plural)}`,
      () => `with the ${draw.word(many ? lexicon.singular : lexicon.plural)}`,
      () => `who ${many ? "know" : "knows"} ${person(draw, who)}`,
      () => `that the ${draw.other(lexicon.people, who)}${many ? "" : "s"} ${many ? "admires" : "admire"}`,
      () => "",
    ])();
    const [one, more] = draw.word(lexicon.intransitive);
    const head = `the ${who}${many ? "s" : ""}${near === "" ? "" : ` ${near}`}`;
    const tail = draw.word(lexicon.times);
    return [`${head} ${many ? more : one} ${tail}.`, `${head} ${many ? one : more} ${tail}.`];
  },
};

/** "There is" one, "there are" several. */
export const existence: Phenomenon = {
  id: "there",
  pair(draw) {
    const many = draw.chance(0.5);
    const noun = many
      ? `${draw.any(["two", "several", "some", "many"])} ${draw.word(lexicon.plural)}`
      : `${draw.any(["a", "only one"])} ${draw.word(lexicon.singular)}`;
    const [right, wrong] = draw.any<Pair>([
      many ? ["are", "is"] : ["is", "are"],
      many ? ["were", "was"] : ["was", "were"],
    ]);
    const place = draw.word(lexicon.places);
    return [`there ${right} ${noun} ${place}.`, `there ${wrong} ${noun} ${place}.`];
  },
};

/** "This" and "every" go with one thing, "these" and "several" with more. */
export const determiners: Phenomenon = {
  id: "determiner",
  pair(draw) {
    const one = draw.word(lexicon.singular);
    const more = draw.word(lexicon.plural);
    const many = draw.chance(0.5);
    const word = many ? draw.any(["these", "those", "several", "many"]) : draw.any(["this", "that", "every", "each"]);
    const who = subject(draw);
    const past = draw.any(["saw", "found", "left", "hid"]);
    const right = many ? more : one;
    const wrong = many ? lexicon.singularOf(more) : lexicon.pluralOf(one);
    const place = draw.word(lexicon.places);
    return [`${who} ${past} ${word} ${right} ${place}.`, `${who} ${past} ${word} ${wrong} ${place}.`];
  },
};

/** What cannot be counted is much or little, not many or few. */
export const masses: Phenomenon = {
  id: "quantity",
  pair(draw) {
    const mass = draw.word(lexicon.masses);
    const who = subject(draw);
    const [good, bad] = draw.any<Pair>([
      ["much", "many"],
      ["a little", "a few"],
      ["some", "several"],
    ]);
    const time = draw.any(["this time", "this week", "at the moment", "for the journey"]);
    return good === "much"
      ? [`${who} did not need ${good} ${mass} ${time}.`, `${who} did not need ${bad} ${mass} ${time}.`]
      : [`${who} needed ${good} ${mass} ${time}.`, `${who} needed ${bad} ${mass} ${time}.`];
  },
};

/** A reflexive agrees with its subject and cannot be one. */
export const reflexives: Phenomenon = {
  id: "reflexive",
  pair(draw) {
    const [who, self, wrong] = draw.word(lexicon.gendered);
    const verb = draw.word(lexicon.reflexiveVerbs);
    const tail = draw.chance(0.6) ? ` ${draw.word(lexicon.pastTimes)}` : "";
    const good = `${who} ${verb} ${self}${tail}.`;
    return [good, draw.chance(0.25) ? `${self} ${verb} ${who}${tail}.` : `${who} ${verb} ${draw.any(wrong)}${tail}.`];
  },
};

/** "She" does, "her" receives, "her" owns. */
export const cases: Phenomenon = {
  id: "case",
  pair(draw) {
    const other = person(draw);
    const { past, object } = deed(draw);
    const [subjectForm, objectForm, possessive] = draw.any<readonly [string, string, string]>([
      ["he", "him", "his"],
      ["she", "her", "her"],
      ["they", "them", "their"],
      ["we", "us", "our"],
    ]);
    return draw.any<Pair>([
      [`${subjectForm} ${past} ${object} with ${other}.`, `${objectForm} ${past} ${object} with ${other}.`],
      [`${other} ${past} ${object} with ${objectForm}.`, `${other} ${past} ${object} with ${subjectForm}.`],
      [`${other} told ${objectForm} about ${object}.`, `${other} told ${subjectForm} about ${object}.`],
      [`${other} praised ${possessive} work.`, `${other} praised ${subjectForm} work.`],
    ]);
  },
};

/** Taller than, as tall as, too tall to. */
export const comparisons: Phenomenon = {
  id: "comparison",
  pair(draw) {
    const who = subject(draw);
    const other = person(draw, who);
    const [word, more] = draw.word(lexicon.compared);
    return draw.any<Pair>([
      [`${who} is ${more} than ${other}.`, `${who} is more ${more} than ${other}.`],
      [`${who} is as ${word} as ${other}.`, `${who} is as ${more} as ${other}.`],
      [`${who} is much ${more} than ${other}.`, `${who} is much ${word} than ${other}.`],
      [`${who} is too ${word} to work here.`, `${who} is too ${word} that works here.`],
    ]);
  },
};

/** Most of the, one of the: with "of", an article and a verb for the part. */
export const partitives: Phenomenon = {
  id: "partitive",
  pair(draw) {
    const more = draw.word(lexicon.plural);
    const who = subject(draw);
    return draw.any<Pair>([
      [`${who} found most of the ${more}.`, `${who} found most the ${more}.`],
      [`one of the ${more} is missing.`, `one of the ${more} are missing.`],
      [`each of the ${more} has a number.`, `each the ${more} has a number.`],
      [`${who} took both of the ${more}.`, `${who} took both of ${more}.`],
      [`none of the ${more} belong to ${who}.`, `none the ${more} belong to ${who}.`],
    ]);
  },
};
