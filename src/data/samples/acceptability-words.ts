/** Words for the sentences of the acceptability task. The last fifth of each list stands in dev alone. */

/** Everyone whose plural is made with -s. */
export const people: readonly [string, ...string[]] = [
  "nurse",
  "teacher",
  "farmer",
  "singer",
  "lawyer",
  "pilot",
  "baker",
  "painter",
  "driver",
  "student",
  "doctor",
  "neighbour",
  "gardener",
  "sailor",
  "tailor",
  "librarian",
  "carpenter",
  "cousin",
  "plumber",
  "violinist",
];

const nouns: readonly (readonly [string, string])[] = [
  ["letter", "letters"],
  ["chair", "chairs"],
  ["basket", "baskets"],
  ["dog", "dogs"],
  ["bottle", "bottles"],
  ["ladder", "ladders"],
  ["horse", "horses"],
  ["camera", "cameras"],
  ["box", "boxes"],
  ["knife", "knives"],
  ["umbrella", "umbrellas"],
  ["suitcase", "suitcases"],
  ["clock", "clocks"],
  ["key", "keys"],
  ["lamp", "lamps"],
  ["goose", "geese"],
  ["bicycle", "bicycles"],
  ["drum", "drums"],
  ["kettle", "kettles"],
  ["mirror", "mirrors"],
];

/** Things. */
export const singular: readonly [string, ...string[]] = ["book", ...nouns.map(([one]) => one)];
/** The same things in the plural. */
export const plural: readonly [string, ...string[]] = ["books", ...nouns.map(([, more]) => more)];

/** The plural of a thing. */
export function pluralOf(one: string): string {
  return plural[singular.indexOf(one)] ?? one;
}

/** The singular of things. */
export function singularOf(more: string): string {
  return singular[plural.indexOf(more)] ?? more;
}

/** First names. */
export const names: readonly [string, ...string[]] = [
  "Anna",
  "Peter",
  "Maria",
  "James",
  "Laura",
  "Samuel",
  "Helen",
  "Oliver",
  "Ruth",
  "Daniel",
];

/** Where things are. */
export const places: readonly [string, ...string[]] = [
  "in the kitchen",
  "on the table",
  "under the stairs",
  "behind the house",
  "in the garden",
  "near the door",
  "beside the road",
  "in the hall",
  "at the back of the shop",
  "in front of the church",
];

/** With verbs of the present. */
export const times: readonly [string, ...string[]] = [
  "every morning",
  "on Sundays",
  "in the evening",
  "all day",
  "after lunch",
  "in the summer",
  "when it rains",
  "at the weekend",
];

/** With verbs of the past. */
export const pastTimes: readonly [string, ...string[]] = [
  "yesterday",
  "last night",
  "after the meeting",
  "on Monday",
  "an hour ago",
  "before noon",
  "in the spring",
  "at dawn",
];

/** Third person singular and plural of the present. */
export const intransitive: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ["sleeps", "sleep"],
  ["works", "work"],
  ["sings", "sing"],
  ["swims", "swim"],
  ["rests", "rest"],
  ["walks", "walk"],
  ["reads", "read"],
  ["smiles", "smile"],
  ["waits here", "wait here"],
  ["complains", "complain"],
  ["goes out", "go out"],
  ["is at home", "are at home"],
  ["has tea", "have tea"],
  ["whistles", "whistle"],
  ["goes fishing", "go fishing"],
];

/** A verb in the forms that sentences need. */
export interface VerbForms {
  readonly base: string;
  readonly past: string;
  readonly done: string;
  readonly doing: string;
}

/** A verb and what it can be done to. */
interface TransitiveVerb extends VerbForms {
  readonly objects: readonly [string, ...string[]];
}

function verb(
  base: string,
  past: string,
  done: string,
  doing: string,
  ...objects: TransitiveVerb["objects"]
): TransitiveVerb {
  return { base, past, done, doing, objects };
}

/** Verbs with objects; all irregular, for their forms are what is asked. */
export const transitive: readonly [TransitiveVerb, ...TransitiveVerb[]] = [
  verb("write", "wrote", "written", "writing", "the report", "the letter", "the diary"),
  verb("eat", "ate", "eaten", "eating", "the soup", "the cherries", "the last sandwich"),
  verb("break", "broke", "broken", "breaking", "the window", "the plates", "the blue vase"),
  verb("choose", "chose", "chosen", "choosing", "the colours", "the music", "the winner"),
  verb("steal", "stole", "stolen", "stealing", "the money", "the painting", "the jewels"),
  verb("drive", "drove", "driven", "driving", "the van", "the tractor", "the ambulance"),
  verb("draw", "drew", "drawn", "drawing", "the map", "the portrait", "the plans"),
  verb("take", "took", "taken", "taking", "the photographs", "the early train", "the medicine"),
  verb("sing", "sang", "sung", "singing", "the old songs", "the duet", "the first verse"),
  verb("hide", "hid", "hidden", "hiding", "the presents", "the letters", "the key"),
  verb("sew", "sewed", "sewn", "sewing", "the green coat", "the wedding dress", "the costumes"),
  verb("tear", "tore", "torn", "tearing", "the curtain", "the page", "the tickets"),
  verb("bite", "bit", "bitten", "biting", "the apple", "the stranger", "the biscuit"),
  verb("drink", "drank", "drunk", "drinking", "the coffee", "the lemonade", "the milk"),
  verb("begin", "began", "begun", "beginning", "the lesson", "the journey", "the repairs"),
  verb("grow", "grew", "grown", "growing", "the tomatoes", "the roses", "the wheat"),
  verb("speak", "spoke", "spoken", "speaking", "the language", "the truth", "the first words"),
  verb("throw", "threw", "thrown", "throwing", "the ball", "the stones", "the rope"),
  verb("ride", "rode", "ridden", "riding", "the pony", "the bicycle", "the camel"),
  verb("shake", "shook", "shaken", "shaking", "the rug", "the tree", "the bottle"),
];

/** Verbs that take no object. */
export const noObject: readonly [string, ...string[]] = [
  "arrived",
  "slept",
  "fell",
  "disappeared",
  "sneezed",
  "laughed",
  "coughed",
  "vanished",
  "yawned",
  "fainted",
];

/** Verbs that cannot do without one. */
export const needsObject: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ["devoured", "the cake"],
  ["repaired", "the roof"],
  ["bought", "the tickets"],
  ["destroyed", "the evidence"],
  ["carried", "the luggage"],
  ["locked", "the drawer"],
  ["admired", "the view"],
  ["fixed", "the radio"],
  ["described", "the thief"],
  ["mentioned", "the accident"],
];

/** Verbs that take what is given, but not the receiver, as bare object. */
export const noDoubleObject: readonly [string, ...string[]] = [
  "explained",
  "described",
  "mentioned",
  "reported",
  "revealed",
  "suggested",
  "demonstrated",
  "announced",
];

/** What can be explained, reported, revealed. */
export const told: readonly [string, ...string[]] = [
  "the plan",
  "the problem",
  "the new rules",
  "the idea",
  "the result",
  "the answer",
  "the method",
  "the change",
];

/** Someone, the reflexive that fits, and some that do not. */
export const gendered: readonly [Gendered, ...Gendered[]] = [
  ["my sister", "herself", ["himself", "itself"]],
  ["the boy", "himself", ["herself", "itself"]],
  ["the girls", "themselves", ["himself", "herself", "itself"]],
  ["his mother", "herself", ["himself", "itself"]],
  ["our uncle", "himself", ["herself", "itself"]],
  ["the twins", "themselves", ["himself", "herself", "itself"]],
  ["the cat", "itself", ["themselves", "ourselves"]],
  ["the queen", "herself", ["himself", "itself"]],
  ["the king", "himself", ["herself", "itself"]],
  ["the guests", "themselves", ["himself", "herself", "itself"]],
  ["my grandmother", "herself", ["himself", "itself"]],
  ["the actors", "themselves", ["himself", "herself", "itself"]],
];

type Gendered = readonly [string, string, readonly [string, ...string[]]];

/** What one can do to oneself. */
export const reflexiveVerbs: readonly [string, ...string[]] = [
  "hurt",
  "saw",
  "could not see",
  "washed",
  "had to defend",
  "warmed",
  "protected",
  "scratched",
];

/** What cannot be counted. */
export const masses: readonly [string, ...string[]] = [
  "water",
  "bread",
  "advice",
  "furniture",
  "money",
  "sugar",
  "paint",
  "information",
  "luggage",
  "rice",
];

/** A quality and something that has it. */
export const described: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ["heavy", "coat"],
  ["cheap", "car"],
  ["small", "boat"],
  ["old", "piano"],
  ["bright", "lamp"],
  ["wooden", "table"],
  ["soft", "pillow"],
  ["broken", "clock"],
  ["dusty", "carpet"],
  ["narrow", "bed"],
];

/** Ways of doing something. */
export const adverbs: readonly [string, ...string[]] = [
  "quickly",
  "carefully",
  "slowly",
  "quietly",
  "happily",
  "secretly",
  "calmly",
];

/** A quality and its comparative. */
export const compared: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ["tall", "taller"],
  ["brave", "braver"],
  ["strong", "stronger"],
  ["clever", "cleverer"],
  ["kind", "kinder"],
  ["happy", "happier"],
  ["slow", "slower"],
  ["lazy", "lazier"],
];

/** Verb, particle and object of verbs in two parts. */
export const phrasal: readonly [readonly [string, string, string], ...(readonly [string, string, string])[]] = [
  ["looked", "up", "word"],
  ["took", "off", "gloves"],
  ["threw", "away", "newspaper"],
  ["picked", "up", "parcels"],
  ["turned", "down", "radio"],
  ["gave", "back", "keys"],
  ["wrote", "down", "address"],
];
