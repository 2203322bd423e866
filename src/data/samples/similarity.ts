import { sentenceOf } from "./draw.ts";
import type { Draw } from "./draw.ts";
import type { SampleTask } from "./sample.ts";
import * as lexicon from "./similarity-words.ts";
import type { Activity, Being, Concept } from "./similarity-words.ts";

/** What a caption says: who (of which look, how many) does what, where, and whether it is denied. */
interface Scene {
  readonly who: Being;
  readonly many: boolean;
  readonly look: string | null;
  readonly act: Activity;
  readonly object: Concept | null;
  readonly place: Concept | null;
  readonly denied: boolean;
}

/** Points that a change costs; 5 is the same meaning, 0 another matter altogether. */
const costs = {
  wording: 0.2,
  look: 0.6,
  lookChanged: 0.9,
  place: 0.8,
  placeChanged: 1.1,
  number: 0.8,
  who: 1.6,
  object: 1.5,
  act: 3,
  denied: 1.8,
  /** Every change after the first weighs this much less, for two sentences that share little cannot share less. */
  further: 0.85,
} as const;

/** A scene with one thing changed; null where that does not apply. */
type Change = (draw: Draw, scene: Scene) => Scene | null;

const deny: Change = (_, scene) => ({ ...scene, denied: !scene.denied });

const changes: readonly [Change, ...Change[]] = [
  (_, scene) => (scene.look === null ? null : { ...scene, look: null }),
  (draw, scene) => (scene.look === null ? null : { ...scene, look: draw.other(looksOf(scene.who), scene.look) }),
  (_, scene) => (scene.place === null ? null : { ...scene, place: null }),
  (draw, scene) => (scene.place === null ? null : { ...scene, place: draw.other(scene.act.places, scene.place) }),
  (_, scene) => ({ ...scene, many: !scene.many }),
  (draw, scene) => ({ ...scene, who: draw.other(beingsFor(scene.act), scene.who) }),
  (draw, scene) => {
    const [first, ...rest] = scene.act.objects;
    if (first === undefined || rest.length === 0 || scene.object === null) return null;
    return { ...scene, object: draw.other([first, ...rest], scene.object) };
  },
  deny,
  deny,
  deny,
  (draw, scene) => {
    const act = draw.other(activitiesOf(scene.who), scene.act);
    return { ...scene, act, object: objectOf(draw, act), place: scene.place === null ? null : draw.word(act.places) };
  },
];

function looksOf(who: Being): Concept {
  return who.animal ? lexicon.animalLooks : lexicon.looks;
}

function beingsFor(act: Activity): readonly [Being, ...Being[]] {
  return act.animals ? lexicon.animals : lexicon.persons;
}

function activitiesOf(who: Being): readonly [Activity, ...Activity[]] {
  return who.animal ? lexicon.animalActivities : lexicon.activities;
}

function objectOf(draw: Draw, act: Activity): Concept | null {
  const [first, ...rest] = act.objects;
  return first === undefined ? null : draw.word([first, ...rest]);
}

function sceneOf(draw: Draw): Scene {
  const act = draw.chance(0.3) ? draw.word(lexicon.animalActivities) : draw.word(lexicon.activities);
  const who = draw.word(beingsFor(act));
  return {
    who,
    many: draw.chance(0.35),
    look: draw.chance(0.5) ? draw.word(looksOf(who)) : null,
    act,
    object: objectOf(draw, act),
    place: draw.chance(0.75) ? draw.word(act.places) : null,
    denied: draw.chance(0.02),
  };
}

/** Which of the synonyms are used, and whether the place stands first. */
interface Wording {
  readonly who: number;
  readonly act: number;
  readonly object: number;
  readonly place: number;
  readonly placeFirst: boolean;
}

function wordingOf(draw: Draw): Wording {
  return {
    who: draw.below(6),
    act: draw.below(6),
    object: draw.below(6),
    place: draw.below(6),
    placeFirst: draw.chance(0.2),
  };
}

function synonym(names: Concept, at: number): string {
  return names[at % names.length] ?? names[0];
}

function textOf({ who, many, look, act, object, place, denied }: Scene, wording: Wording): string {
  const noun = synonym(many ? who.many : who.one, wording.who);
  const head = `${many ? "two" : "a"} ${look === null ? "" : `${look} `}${noun}`;
  const verb = `${many ? "are" : "is"} ${denied ? "not " : ""}${synonym(act.verbs, wording.act)}`;
  const done = object === null ? verb : `${verb} ${synonym(object, wording.object)}`;
  if (place === null) return sentenceOf(`${head} ${done}.`);
  const where = synonym(place, wording.place);
  return sentenceOf(wording.placeFirst ? `${where}, ${head} ${done}.` : `${head} ${done} ${where}.`);
}

/** What one part costs where both sentences have it, one of them, or none. */
function partCost(one: Concept | string | null, other: Concept | string | null, lost: number, changed: number): number {
  return one === other ? 0 : one === null || other === null ? lost : changed;
}

/** Points for all that differs between two scenes, the dearest in full. */
function sceneCost(one: Scene, other: Scene): number {
  const found = [
    one.who === other.who ? 0 : costs.who,
    one.act === other.act ? 0 : costs.act,
    // Another deed is done to other things; that is in its price.
    one.act === other.act && one.object !== other.object ? costs.object : 0,
    one.many === other.many ? 0 : costs.number,
    one.denied === other.denied ? 0 : costs.denied,
    partCost(one.look, other.look, costs.look, costs.lookChanged),
    partCost(one.place, other.place, costs.place, costs.placeChanged),
  ];
  return found.sort((left, right) => right - left).reduce((sum, cost, at) => sum + cost * costs.further ** at, 0);
}

/** Points for wordings: parts that are the same but are called by another name. Order costs nothing. */
function wordingCost(one: Scene, other: Scene, first: Wording, second: Wording): number {
  const renamed = (names: Concept | null, otherNames: Concept | null, at: number, otherAt: number): number =>
    names !== null && names === otherNames && synonym(names, at) !== synonym(names, otherAt) ? costs.wording : 0;
  return (
    renamed(namesOf(one), namesOf(other), first.who, second.who) +
    renamed(one.act.verbs, other.act.verbs, first.act, second.act) +
    renamed(one.object, other.object, first.object, second.object) +
    renamed(one.place, other.place, first.place, second.place)
  );
}

function namesOf({ who, many }: Scene): Concept {
  return many ? who.many : who.one;
}

/** A scene with `count` different changes. */
function changedScene(draw: Draw, scene: Scene, count: number): Scene {
  let made = scene;
  const used = new Set<Change>();
  while (used.size < count) {
    const change = draw.any(changes);
    const result = used.has(change) ? null : change(draw, made);
    if (result === null) continue;
    used.add(change);
    made = result;
  }
  return made;
}

/** A scene that has nothing to do with another: other beings, another activity, other things and places. */
function strangeScene(draw: Draw, scene: Scene): Scene {
  for (;;) {
    const other = sceneOf(draw);
    if (
      other.who !== scene.who &&
      other.act !== scene.act &&
      other.place !== scene.place &&
      other.look !== scene.look
    ) {
      return other;
    }
  }
}

/**
 * Captions in STS-B's layout. The score is 5 less what was changed between the two: nothing for order, little for
 * synonyms, more for look, place, number, person, thing and deed; 0 for sentences without a common part.
 */
export const similarity: SampleTask = {
  id: "similarity",
  label: "Similarity",
  task: "stsb",
  description: "How alike are two captions, from 0 to 5? The score counts what was changed from one to the other.",
  header: ["index", "genre", "filename", "year", "old_index", "source1", "source2", "sentence1", "sentence2", "score"],
  row(draw, index) {
    const scene = sceneOf(draw);
    const [first, second] = [wordingOf(draw), wordingOf(draw)];
    const count = index % 8;
    // One pair in eight has only its words changed, two each have one to three changes, one tells of another matter.
    const other = count === 7 ? strangeScene(draw, scene) : changedScene(draw, scene, Math.ceil(count / 2));
    const score = Math.max(0, 5 - sceneCost(scene, other) - wordingCost(scene, other, first, second));
    const texts = [textOf(scene, first), textOf(other, second)];
    return {
      cells: [
        String(index),
        "main-captions",
        "made",
        "none",
        String(index),
        "none",
        "none",
        ...texts,
        score.toFixed(3),
      ],
      texts,
    };
  },
};
