import * as lexicon from "./acceptability-words.ts";
import { be, deed, person, subject } from "./phenomenon.ts";
import type { Pair, Phenomenon } from "./phenomenon.ts";

/** Verbs that need an object, and verbs that take none. */
export const transitivity: Phenomenon = {
  id: "object",
  pair(draw) {
    const who = subject(draw);
    if (draw.chance(0.5)) {
      const verb = draw.word(lexicon.noObject);
      const object = person(draw, who);
      const time = draw.word(lexicon.pastTimes);
      return [`${who} ${verb} ${time}.`, `${who} ${verb} ${object} ${time}.`];
    }
    const [verb, object] = draw.word(lexicon.needsObject);
    const time = draw.word(lexicon.pastTimes);
    return [`${who} ${verb} ${object} ${time}.`, `${who} ${verb} ${time}.`];
  },
};

/** One can explain the plan to somebody, not somebody the plan. */
export const datives: Phenomenon = {
  id: "dative",
  pair(draw) {
    const who = subject(draw);
    const other = person(draw, who);
    const thing = draw.word(lexicon.told);
    const verb = draw.word(lexicon.noDoubleObject);
    return [`${who} ${verb} ${thing} to ${other}.`, `${who} ${verb} ${other} ${thing}.`];
  },
};

/** Auxiliaries and the verb forms they ask for. */
export const verbForms: Phenomenon = {
  id: "verb-form",
  pair(draw) {
    const who = subject(draw);
    const { base, past, done, doing, object } = deed(draw);
    const [good, bad] = draw.any<Pair>([
      [`has ${done}`, `has ${past === done ? base : past}`],
      [`did not ${base}`, `did not ${past === base ? done : past}`],
      [`is ${doing}`, `is ${base}`],
      [`will ${base}`, `will ${doing}`],
      [`might ${base}`, `might to ${base}`],
      [`had to ${base}`, `had to ${doing}`],
      [`could have ${done}`, `could has ${done}`],
    ]);
    return [`${who} ${good} ${object}.`, `${who} ${bad} ${object}.`];
  },
};

/** Direct questions turn subject and auxiliary round, indirect ones do not. */
export const questions: Phenomenon = {
  id: "question",
  pair(draw) {
    const who = subject(draw);
    const { base, past, done, object } = deed(draw);
    return draw.any<Pair>([
      [`has ${who} ${done} ${object}?`, `has ${done} ${who} ${object}?`],
      [`why did ${who} ${base} ${object}?`, `why ${who} did ${base} ${object}?`],
      [`when will ${who} ${base} ${object}?`, `when ${who} ${base} ${object} will?`],
      [`I wonder why ${who} ${past} ${object}.`, `I wonder why did ${who} ${base} ${object}.`],
      [`nobody knows when ${who} ${past} ${object}.`, `nobody knows when did ${who} ${past} ${object}.`],
      [`does ${who} often ${base} ${object}?`, `does often ${who} ${base} ${object}?`],
    ]);
  },
};

/** What is asked for leaves a gap, and some clauses let nothing out. */
export const gaps: Phenomenon = {
  id: "gap",
  pair(draw) {
    const who = subject(draw);
    const { base, past, object } = deed(draw);
    const other = person(draw, who);
    return draw.any<Pair>([
      [`what did ${who} ${base}?`, `what did ${who} ${base} ${object}?`],
      [`what does ${other} think that ${who} ${past}?`, `what does ${other} wonder whether ${who} ${past} it?`],
      [`who ${past} ${object}?`, `who did ${who} ${base} ${object}?`],
      [`what did ${who} ${base} after lunch?`, `what did ${who} ${base} it after lunch?`],
      [`${object} ${be(object)} all that ${who} ${past}.`, `${object} ${be(object)} all that ${who} ${past} it.`],
      [`what did ${other} say that ${who} ${past}?`, `what did ${other} leave because ${who} ${past}?`],
    ]);
  },
};

/** Where objects, adjectives, adverbs and negation stand. */
export const orders: Phenomenon = {
  id: "order",
  pair(draw) {
    const who = subject(draw);
    const { past, base, done, object } = deed(draw);
    const [word, thing] = draw.word(lexicon.described);
    const adverb = draw.word(lexicon.adverbs);
    return draw.any<Pair>([
      [`${who} ${past} ${object} ${adverb}.`, `${who} ${past} ${adverb} ${object}.`],
      [`${who} bought a ${word} ${thing}.`, `${who} bought a ${thing} ${word}.`],
      [`${who} has never ${done} ${object}.`, `${who} never has ${object} ${done}.`],
      [`${who} ${past} ${object} before dinner.`, `${who} ${object} ${past} before dinner.`],
      [`${who} could not ${base} ${object}.`, `${who} could ${base} not ${object}.`],
      [`the ${thing} ${draw.any(["near the door", "in the hall"])} is very ${word}.`, `the ${thing} is ${word} very.`],
    ]);
  },
};

/** "Any", "ever", "yet" and "at all" need a negation. */
export const polarity: Phenomenon = {
  id: "polarity",
  pair(draw) {
    const { base, past, done, object } = deed(draw);
    const who = subject(draw);
    const mass = draw.word(lexicon.masses);
    return draw.any<Pair>([
      [`nobody has ever ${done} ${object}.`, `everybody has ever ${done} ${object}.`],
      [`${who} has not ${done} ${object} yet.`, `${who} has ${done} ${object} yet.`],
      [`${who} did not ask for any ${mass}.`, `${who} asked for any ${mass}.`],
      [`${who} never said anything about ${object}.`, `${who} said anything about ${object}.`],
      [`hardly anyone here ever ${past} ${object}.`, `almost everyone here ever ${past} ${object}.`],
      [`no one wanted to ${base} ${object} at all.`, `someone wanted to ${base} ${object} at all.`],
    ]);
  },
};

/** What follows a verb: to do, doing, do. */
export const complements: Phenomenon = {
  id: "complement",
  pair(draw) {
    const who = subject(draw);
    const other = person(draw, who);
    const { base, doing, object } = deed(draw);
    const act = `${base} ${object}`;
    const acting = `${doing} ${object}`;
    return draw.any<Pair>([
      [`${who} ${draw.any(["wanted", "decided", "promised", "refused"])} to ${act}.`, `${who} decided ${acting}.`],
      [
        `${who} ${draw.any(["enjoyed", "avoided", "finished"])} ${acting}.`,
        `${who} ${draw.any(["enjoyed", "avoided", "finished"])} to ${act}.`,
      ],
      [`${who} made ${other} ${act}.`, `${who} made ${other} to ${act}.`],
      [`${who} let ${other} ${act}.`, `${who} let ${other} ${acting}.`],
      [`${who} asked ${other} to ${act}.`, `${who} asked ${other} ${act}.`],
      [`${who} is good at ${acting}.`, `${who} is good at ${act}.`],
      [`${who} seems to like ${other}.`, `${who} seems ${other}.`],
    ]);
  },
};

/** Relative clauses have a pronoun that fits, and no second one. */
export const relatives: Phenomenon = {
  id: "relative",
  pair(draw) {
    const who = person(draw);
    const other = person(draw, who);
    const { past, object } = deed(draw);
    return draw.any<Pair>([
      [`${who} who ${past} ${object} thanked ${other}.`, `${who} who he ${past} ${object} thanked ${other}.`],
      [`${who} who ${past} ${object} is here.`, `${who} which ${past} ${object} is here.`],
      [`${who} that ${past} ${object} has left.`, `${who} ${past} ${object} has left.`],
      [`${other} whom we met ${past} ${object}.`, `${other} whom we met her ${past} ${object}.`],
      [`${other}, whose brother we know, ${past} ${object}.`, `${other}, who brother we know, ${past} ${object}.`],
    ]);
  },
};

/** Passives have a participle, and a verb that had an object. */
export const passives: Phenomenon = {
  id: "passive",
  pair(draw) {
    const who = person(draw);
    const { base, past, done, doing, object } = deed(draw);
    const verb = be(object);
    return draw.any<Pair>([
      [`${object} ${verb} ${done} by ${who}.`, `${object} ${verb} ${past === done ? doing : past} by ${who}.`],
      [
        `${object} ${verb} ${done} ${draw.word(lexicon.pastTimes)}.`,
        `${object} ${verb} ${base} ${draw.word(lexicon.pastTimes)}.`,
      ],
      [
        `${who} ${draw.word(lexicon.noObject)}.`,
        `${who} was ${draw.any(["arrived", "happened", "vanished", "existed"])} by ${draw.word(lexicon.names)}.`,
      ],
    ]);
  },
};

/** Pronouns stand between a verb and its particle. */
export const particles: Phenomenon = {
  id: "particle",
  pair(draw) {
    const who = subject(draw);
    const [verb, particle, object] = draw.any(lexicon.phrasal);
    const pronoun = object.endsWith("s") ? "them" : "it";
    return draw.any<Pair>([
      [`${who} ${verb} ${pronoun} ${particle}.`, `${who} ${verb} ${particle} ${pronoun}.`],
      [`${who} ${verb} the ${object} ${particle}.`, `${who} ${particle} ${verb} the ${object}.`],
    ]);
  },
};

/** Tag questions repeat the auxiliary and the subject. */
export const tags: Phenomenon = {
  id: "tag",
  pair(draw) {
    const many = draw.chance(0.5);
    const who = `the ${draw.word(lexicon.people)}${many ? "s" : ""}`;
    const { base, done, object } = deed(draw);
    return draw.any<Pair>([
      many
        ? [`${who} have ${done} ${object}, haven't they?`, `${who} have ${done} ${object}, hasn't it?`]
        : [`${who} will ${base} ${object}, won't she?`, `${who} will ${base} ${object}, doesn't she?`],
      many
        ? [`${who} did not ${base} ${object}, did they?`, `${who} did not ${base} ${object}, do they?`]
        : [`${who} can ${base} ${object}, can't he?`, `${who} can ${base} ${object}, can't him?`],
    ]);
  },
};
