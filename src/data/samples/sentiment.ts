import { sentenceOf } from "./draw.ts";
import type { Draw } from "./draw.ts";
import type { SampleTask } from "./sample.ts";
import { aspects, craft, degrees, genres, overall, players, story, traits, verdicts } from "./sentiment-words.ts";
import type { Aspect } from "./sentiment-words.ts";

/** Makes a sentence of the wanted label: 1 praise, 0 blame. */
type Pattern = (draw: Draw, label: 0 | 1) => string;

function opposite(label: 0 | 1): 0 | 1 {
  return label === 1 ? 0 : 1;
}

/** A name without its article. */
function bare(name: string): string {
  return name.replace(/^the /, "");
}

function genre(draw: Draw): string {
  return draw.word(genres);
}

function verdict(draw: Draw, label: 0 | 1): string {
  return draw.word(verdicts[label]);
}

/** Name, verb and a word of the wanted kind for one part of a film. */
function part(draw: Draw, label: 0 | 1, aspect = draw.any(aspects)): readonly [string, string, string] {
  const [name, verb] = draw.word(aspect.names);
  return [name, verb, draw.word(aspect.words[label])];
}

function clause(draw: Draw, label: 0 | 1, aspect?: Aspect): string {
  const [name, verb, word] = part(draw, label, aspect);
  return `${name} ${verb} ${word}`;
}

/** Two different parts, each with its own label. */
function twoParts(draw: Draw, first: 0 | 1, second: 0 | 1): readonly [string, string] {
  return [clause(draw, first, draw.any([story, players])), clause(draw, second, craft)];
}

const plain: readonly [Pattern, ...Pattern[]] = [
  (draw, label) => {
    const [first] = draw.word(story.names);
    const [second] = draw.word(players.names);
    const [third] = draw.word(craft.names);
    return `${first}, ${second}, ${third}: all of it is ${draw.word(overall[label])}.`;
  },
  (draw, label) => {
    const [first] = draw.word(craft.names);
    const [second] = draw.other(craft.names, craft.names.find(([name]) => name === first) ?? craft.names[0]);
    const [word, other] = [draw.word(craft.words[label]), draw.word(overall[label])];
    return `with ${word} ${bare(first)} and ${other} ${bare(second)}, ${verdict(draw, label)}.`;
  },
  (draw, label) => {
    const [name, verb, word] = part(draw, label);
    return `${name} ${verb} ${draw.any(degrees)}${word}.`;
  },
  (draw, label) => {
    const [first, second] = twoParts(draw, label, label);
    return draw.any([`${first}, and ${second}.`, `${second}, ${first}, and ${verdict(draw, label)}.`]);
  },
  (draw, label) => {
    const word = draw.word(story.words[label]);
    return `a ${word} and ${draw.other(story.words[label], word)} ${genre(draw)} that ${draw.word(traits[label])}.`;
  },
  (draw, label) => `this is a ${genre(draw)} that ${draw.word(traits[label])}.`,
  (draw, label) => `${clause(draw, label)}, and ${verdict(draw, label)}.`,
  (draw, label) => `what a ${draw.word(story.words[label])} ${genre(draw)}!`,
  (draw, label) => `from the first scene to the last, this ${genre(draw)} is ${draw.word(story.words[label])}.`,
  (draw, label) => {
    const time = draw.any(["ten minutes", "a quarter of an hour", "one scene", "half an hour"]);
    return `it took me ${time} to ${label === 1 ? "fall in love with" : "lose all interest in"} this ${genre(draw)}.`;
  },
  (draw, label) => {
    const words = story.words[label];
    const [name] = draw.word(story.names);
    return `the director has turned ${draw.any(["an old play", "a famous novel", "a true story"])} into a ${draw.word(words)} film, and ${name} alone ${label === 1 ? "makes it worth seeing" : "would be reason to stay away"}.`;
  },
  (draw, label) => {
    const [first, second] = twoParts(draw, label, label);
    return `${draw.any(["I saw it with my family", "we saw it on a rainy evening"])}, and we all agreed that ${first} and ${second}.`;
  },
];

const negated: readonly [Pattern, ...Pattern[]] = [
  (draw, label) => {
    const [name, verb, word] = part(draw, opposite(label));
    return draw.any([
      `at no point ${verb} ${name} ${word}.`,
      `I cannot say that ${name} ${verb} ${word}.`,
      `not for a moment did I find ${name} ${word}.`,
    ]);
  },
  (draw, label) => {
    const [name, verb, word] = part(draw, opposite(label));
    const far = draw.any(["far from", "anything but", "never", "not at all", "not in the least"]);
    return `${name} ${verb} ${far} ${word}${draw.chance(0.4) ? `, and ${verdict(draw, label)}` : ""}.`;
  },
  (draw, label) => {
    const [name, , word] = part(draw, opposite(label));
    return draw.any([
      `nobody could call ${name} ${word}.`,
      `there is nothing ${word} about ${name}.`,
      `I would not call ${name} ${word}.`,
      `it would be wrong to call ${name} ${word}.`,
    ]);
  },
  (draw, label) => {
    const bad = draw.word(story.words[0]);
    return label === 1
      ? `in two hours there is hardly a ${bad} moment.`
      : `in two hours there is hardly a moment that is not ${bad}.`;
  },
  (draw, label) => {
    const [name] = part(draw, label);
    return label === 1
      ? draw.any([`it is hard to find fault with ${name}.`, `${name} could not have been better.`])
      : draw.any([`it is hard to find anything to praise in ${name}.`, `${name} could hardly have been worse.`]);
  },
];

const contrasted: readonly [Pattern, ...Pattern[]] = [
  (draw, label) => {
    const link = draw.any(["although", "even though"]);
    return `${verdict(draw, label)}, ${link} ${clause(draw, opposite(label))}.`;
  },
  (draw, label) => {
    const kind = genre(draw);
    const [promised, found] = [draw.word(story.words[opposite(label)]), draw.word(story.words[label])];
    return draw.any([
      `the trailer makes this ${kind} look ${promised}, but the film itself is ${found}.`,
      `it starts as a ${promised} ${kind} and ends as a ${found} one, and ${verdict(draw, label)}.`,
    ]);
  },
  (draw, label) => `${clause(draw, opposite(label))}, but ${verdict(draw, label)}.`,
  (draw, label) => {
    const [name, verb, word] = part(draw, opposite(label));
    const may = verb === "is" || verb === "are" ? "may be" : verb;
    return `${name} ${may} ${word} at times, yet ${verdict(draw, label)}.`;
  },
  (draw, label) => {
    const link = draw.any(["although", "even though", "while"]);
    return `${link} ${clause(draw, opposite(label))}, ${verdict(draw, label)}.`;
  },
  (draw, label) => {
    const [first, second] = twoParts(draw, opposite(label), opposite(label));
    return `${first} and ${second}, but none of that matters: ${verdict(draw, label)}.`;
  },
  (draw, label) => {
    const good = draw.word(story.words[1]);
    const bad = draw.word(story.words[0]);
    return label === 1
      ? `the first half is ${bad}, but the second is ${good} enough to make up for it.`
      : `the first half is ${good}, but not ${good} enough to make up for the ${bad} second.`;
  },
  (draw, label) => {
    const [name, verb, good] = part(draw, 1, craft);
    const bad = draw.word(story.words[0]);
    return label === 1
      ? `${name} ${verb} ${good} enough to make you forgive the ${bad} plot.`
      : `${name} ${verb} ${good}, but not even that can save the ${bad} plot.`;
  },
];

const expected: readonly [Pattern, ...Pattern[]] = [
  (draw, label) => {
    const [wanted, got] = [draw.word(story.words[opposite(label)]), draw.word(story.words[label])];
    const kind = genre(draw);
    return label === 1
      ? `I was afraid of a ${wanted} ${kind}, and what I got was a ${got} one.`
      : `I had hoped for a ${wanted} ${kind}, and what I got was a ${got} one.`;
  },
  (draw, label) =>
    label === 1
      ? `I did not expect much from this ${genre(draw)}, but ${verdict(draw, 1)}.`
      : `I wanted very much to like this ${genre(draw)}, but ${verdict(draw, 0)}.`,
  (draw, label) =>
    label === 1
      ? `if you see only one ${genre(draw)} this year, make it this one.`
      : `if you see only one ${genre(draw)} this year, make it any other than this one.`,
  (draw, label) => {
    const word = draw.word(story.words[1]);
    return label === 1
      ? `I have rarely seen a ${genre(draw)} as ${word} as this.`
      : `next to most films of its kind, this ${genre(draw)} is not very ${word}.`;
  },
  (draw, label) => {
    const [name, verb, word] = part(draw, opposite(label));
    return label === 1
      ? `some will say that ${name} ${verb} ${word}; they are wrong.`
      : `some will say that ${name} ${verb} ${word}; do not believe them.`;
  },
  (draw, label) => {
    const kind = genre(draw);
    const word = draw.word(story.words[label]);
    const first = draw.other(story.words[label], word);
    return draw.any([
      `it may not be a ${first} ${kind}, but it is ${word} all the same.`,
      `I am not sure that I would call this ${kind} ${first}, but ${word} it is.`,
    ]);
  },
  (draw, label) =>
    `my friends had warned me, and they were ${label === 1 ? "wrong" : "right"}: ${verdict(draw, label)}.`,
];

/** Film reviews by kind of difficulty. */
const kinds: readonly [readonly [Pattern, ...Pattern[]], ...(readonly [Pattern, ...Pattern[]])[]] = [
  plain,
  negated,
  contrasted,
  expected,
];

/** Short film reviews in SST-2's layout: praise or blame, plainly, by negation, by contrast, against expectations. */
export const sentiment: SampleTask = {
  id: "sentiment",
  label: "Sentiment",
  task: "sst2",
  description: "Is a sentence about a film praise or blame? With negation, contrast and disappointed hopes.",
  header: ["sentence", "label"],
  row(draw, index) {
    const label = index % 2 === 0 ? 1 : 0;
    const pattern = draw.word(draw.any(kinds));
    const text = sentenceOf(pattern(draw, label));
    return { cells: [text, String(label)], texts: [text] };
  },
};
