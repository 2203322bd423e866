/** Words for the film reviews of the sentiment task. The last fifth of each list stands in dev alone. */

/** A part of a film and what can be said of it, good (1) and bad (0). */
export interface Aspect {
  readonly names: readonly [Name, ...Name[]];
  readonly words: readonly [readonly [string, ...string[]], readonly [string, ...string[]]];
}

/** A noun phrase with the form of "to be" that goes with it. */
type Name = readonly [string, "is" | "are"];

/** What happens and what is said. */
export const story: Aspect = {
  names: [
    ["the plot", "is"],
    ["the script", "is"],
    ["the opening hour", "is"],
    ["the dialogue", "is"],
    ["the second act", "is"],
    ["the love story", "is"],
    ["the jokes", "are"],
    ["the chase scenes", "are"],
    ["the ending", "is"],
    ["the flashbacks", "are"],
    ["the final twist", "is"],
    ["the courtroom scenes", "are"],
  ],
  words: [
    [
      "dull",
      "predictable",
      "clumsy",
      "tedious",
      "contrived",
      "lazy",
      "silly",
      "muddled",
      "lifeless",
      "tiresome",
      "stale",
      "plodding",
      "shallow",
      "forgettable",
      "half-baked",
    ],
    [
      "gripping",
      "clever",
      "moving",
      "sharp",
      "surprising",
      "absorbing",
      "thoughtful",
      "delightful",
      "inventive",
      "touching",
      "fresh",
      "brilliant",
      "riveting",
      "satisfying",
      "witty",
    ],
  ],
};

/** Who acts. */
export const players: Aspect = {
  names: [
    ["the lead actor", "is"],
    ["the young cast", "is"],
    ["the heroine", "is"],
    ["the villain", "is"],
    ["the supporting players", "are"],
    ["the two leads", "are"],
    ["the narrator", "is"],
    ["the child actors", "are"],
  ],
  words: [
    ["wooden", "grating", "stiff", "unconvincing", "dreary", "irritating", "bland", "charmless", "miscast", "awkward"],
    [
      "charming",
      "superb",
      "convincing",
      "splendid",
      "captivating",
      "excellent",
      "likeable",
      "wonderful",
      "magnetic",
      "radiant",
    ],
  ],
};

/** How it looks and sounds. */
export const craft: Aspect = {
  names: [
    ["the photography", "is"],
    ["the music", "is"],
    ["the editing", "is"],
    ["the costumes", "are"],
    ["the sets", "are"],
    ["the direction", "is"],
    ["the animation", "is"],
    ["the lighting", "is"],
    ["the special effects", "are"],
    ["the sound design", "is"],
  ],
  words: [
    ["drab", "ugly", "sloppy", "cheap", "crude", "unimaginative", "tasteless", "dreadful", "amateurish", "shoddy"],
    [
      "gorgeous",
      "striking",
      "elegant",
      "stunning",
      "lovely",
      "graceful",
      "masterful",
      "impressive",
      "exquisite",
      "dazzling",
    ],
  ],
};

/** Parts to say something of; stories most often. */
export const aspects: readonly [Aspect, ...Aspect[]] = [story, story, players, craft];

/** Kinds of film. */
export const genres: readonly [string, ...string[]] = [
  "thriller",
  "comedy",
  "drama",
  "western",
  "musical",
  "documentary",
  "ghost story",
  "romance",
  "war film",
  "spy film",
  "family film",
  "road movie",
  "heist film",
  "horror film",
  "costume drama",
];

/** What a film did to the person who saw it, bad and good. Some hold no word of praise or blame. */
export const verdicts: readonly [readonly [string, ...string[]], readonly [string, ...string[]]] = [
  [
    "the film never comes alive",
    "I could not wait for it to end",
    "it is not worth the price of a ticket",
    "I kept looking at my watch",
    "the whole thing falls flat",
    "nothing here rings true",
    "it adds up to very little",
    "I walked out before the end",
    "it all becomes a chore to sit through",
    "the result is a bore",
    "it is a waste of a fine idea",
    "half the audience was asleep by the end",
    "I would not sit through it again",
  ],
  [
    "the film wins you over",
    "I could have watched it for another hour",
    "it is well worth the price of a ticket",
    "I never once looked at my watch",
    "the whole thing works beautifully",
    "every scene rings true",
    "it adds up to something special",
    "I left the cinema with a smile",
    "it all flies by",
    "the result is a pleasure",
    "it makes the most of a simple idea",
    "the audience cheered at the end",
    "I have already seen it twice",
  ],
];

/** What a film does, after "that". */
export const traits: readonly [readonly [string, ...string[]], readonly [string, ...string[]]] = [
  [
    "has nothing to say",
    "outstays its welcome",
    "insults its audience",
    "runs out of ideas after twenty minutes",
    "mistakes noise for excitement",
    "never finds its feet",
    "goes nowhere slowly",
    "wastes a talented cast",
    "forgets to be funny",
    "collapses in its final act",
  ],
  [
    "has a great deal to say",
    "never outstays its welcome",
    "trusts its audience",
    "never runs out of ideas",
    "rewards a patient viewer",
    "finds its feet at once",
    "grows richer with every scene",
    "gives a talented cast room to shine",
    "never forgets to be funny",
    "earns every one of its tears",
  ],
];

/** What can be said of every part of a film. */
export const overall: readonly [readonly [string, ...string[]], readonly [string, ...string[]]] = [
  ["dreadful", "poor", "disappointing", "mediocre", "terrible", "second-rate", "woeful"],
  ["superb", "excellent", "wonderful", "marvellous", "admirable", "first-rate", "glorious"],
];

/** Before an adjective; mostly nothing. */
export const degrees: readonly [string, ...string[]] = [
  "",
  "",
  "",
  "really ",
  "quite ",
  "so ",
  "thoroughly ",
  "remarkably ",
  "truly ",
];
