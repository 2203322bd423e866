/** Words for the captions of the similarity task. The last fifth of each list stands in dev alone. */

/** Names of one thing: any of them may stand for it. */
export type Concept = readonly [string, ...string[]];

/** Somebody who can do something. */
export interface Being {
  readonly animal: boolean;
  readonly one: Concept;
  readonly many: Concept;
}

/** Something that can be done, to what, and where. */
export interface Activity {
  readonly animals: boolean;
  readonly verbs: Concept;
  readonly objects: readonly Concept[];
  readonly places: readonly [Concept, ...Concept[]];
}

function human(one: Concept, many: Concept): Being {
  return { animal: false, one, many };
}

function beast(one: Concept, many: Concept): Being {
  return { animal: true, one, many };
}

/** People, each under all names that mean the same. */
export const persons: readonly [Being, ...Being[]] = [
  human(["man", "man", "guy"], ["men", "men", "guys"]),
  human(["woman", "woman", "lady"], ["women", "women", "ladies"]),
  human(["boy"], ["boys"]),
  human(["girl"], ["girls"]),
  human(["child", "kid"], ["children", "kids"]),
  human(["policeman", "police officer"], ["policemen", "police officers"]),
  human(["student", "pupil"], ["students", "pupils"]),
  human(["doctor", "physician"], ["doctors", "physicians"]),
  human(["soldier"], ["soldiers"]),
  human(["tourist", "visitor"], ["tourists", "visitors"]),
];

/** Animals, likewise. */
export const animals: readonly [Being, ...Being[]] = [
  beast(["dog"], ["dogs"]),
  beast(["cat"], ["cats"]),
  beast(["puppy", "pup"], ["puppies", "pups"]),
  beast(["horse"], ["horses"]),
  beast(["rabbit", "bunny"], ["rabbits", "bunnies"]),
  beast(["monkey"], ["monkeys"]),
  beast(["goat"], ["goats"]),
  beast(["lamb"], ["lambs"]),
];

/** How people look. */
export const looks: Concept = [
  "tall",
  "young",
  "tired",
  "smiling",
  "well-dressed",
  "thin",
  "barefoot",
  "cheerful",
  "hungry",
];

/** How animals look. */
export const animalLooks: Concept = ["brown", "black", "small", "white", "wet", "big", "spotted", "grey"];

const kitchen: Concept = ["in the kitchen"];
const home: Concept = ["at home", "in the house"];
const street: Concept = ["in the street", "on the street", "on the road"];
const park: Concept = ["in the park"];
const stage: Concept = ["on stage", "on a stage"];
const beach: Concept = ["on the beach", "by the sea"];
const woods: Concept = ["in the woods", "in the forest"];
const garden: Concept = ["in the garden", "in the yard"];
const field: Concept = ["in a field", "in a meadow"];
const station: Concept = ["at the station", "at the railway station"];
const classroom: Concept = ["in a classroom"];
const river: Concept = ["by the river", "beside the river"];
const bench: Concept = ["on a bench"];
const restaurant: Concept = ["in a restaurant"];
const cafe: Concept = ["in a cafe", "in a coffee shop"];

function act(verbs: Concept, objects: readonly Concept[], ...places: readonly [Concept, ...Concept[]]): Activity {
  return { animals: false, verbs, objects, places };
}

function stir(verbs: Concept, objects: readonly Concept[], ...places: readonly [Concept, ...Concept[]]): Activity {
  return { animals: true, verbs, objects, places };
}

/** What people do. */
export const activities: readonly [Activity, ...Activity[]] = [
  act(
    ["playing"],
    [["a guitar"], ["a violin", "a fiddle"], ["a trumpet"], ["the drums"], ["a flute"]],
    stage,
    street,
    park,
    home,
  ),
  act(
    ["slicing", "cutting"],
    [["an onion"], ["a potato"], ["some bread"], ["a tomato"], ["a cucumber"]],
    kitchen,
    garden,
    home,
    restaurant,
  ),
  act(
    ["riding"],
    [["a bicycle", "a bike"], ["a motorcycle", "a motorbike"], ["a horse"], ["a scooter"]],
    street,
    beach,
    woods,
    park,
  ),
  act(["reading"], [["a book"], ["a newspaper", "a paper"], ["a letter"], ["a map"]], bench, home, cafe, station, park),
  act(["cooking", "preparing"], [["rice"], ["fish"], ["soup"], ["pasta", "noodles"]], kitchen, beach, home, garden),
  act(["dancing"], [], stage, street, beach, park, classroom),
  act(["running", "jogging"], [], park, beach, street, woods, river),
  act(["singing", "singing"], [["a song", "a tune"], ["a hymn"], ["a folk song"]], stage, station, classroom, street),
  act(["painting"], [["a fence"], ["a picture", "a portrait"], ["a boat"], ["a wall"]], garden, river, beach, street),
  act(
    ["carrying", "holding"],
    [["a box"], ["an umbrella"], ["a ladder"], ["a suitcase"], ["a basket"]],
    station,
    street,
    garden,
    beach,
  ),
  act(["talking", "chatting", "speaking"], [], cafe, bench, station, street, park),
  act(["eating"], [["an apple"], ["a sandwich"], ["ice cream"], ["a banana"]], bench, cafe, kitchen, park, station),
  act(
    ["taking photos of", "photographing"],
    [["a bridge"], ["a tower"], ["the sunset"], ["a statue"]],
    river,
    beach,
    street,
    park,
  ),
  act(
    ["repairing", "fixing", "mending"],
    [["a car"], ["a radio"], ["a bicycle", "a bike"], ["a chair"]],
    street,
    home,
    garden,
    park,
  ),
  act(["drinking", "drinking", "sipping"], [["coffee"], ["tea"], ["lemonade"], ["milk"]], cafe, bench, garden, station),
];

/** What animals do. */
export const animalActivities: readonly [Activity, ...Activity[]] = [
  stir(["running"], [], field, beach, park, street),
  stir(["sleeping", "lying asleep"], [], garden, field, park, woods),
  stir(["eating"], [["grass"], ["an apple"], ["some bread"], ["leaves"]], field, garden, park, river),
  stir(["chasing", "running after"], [["a ball"], ["a butterfly"], ["a bird"], ["a leaf"]], garden, beach, park, field),
  stir(["drinking", "lapping up"], [["water"], ["milk"]], river, garden, field, park),
  stir(
    ["jumping over", "leaping over"],
    [["a fence"], ["a log"], ["a puddle"], ["a wall"]],
    field,
    woods,
    park,
    garden,
  ),
  stir(["looking at", "watching"], [["a bird"], ["a toy"], ["a squirrel"], ["a fish"]], river, garden, woods, park),
];
