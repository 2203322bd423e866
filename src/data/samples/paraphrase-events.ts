import type { Draw } from "./draw.ts";
import * as lexicon from "./paraphrase-words.ts";

/** Ways to say one thing; each call may pick other synonyms. */
export type Wordings = readonly [() => string, () => string, ...(() => string)[]];

/** A report in all its wordings, and reports that differ from it in a fact; an outcome that differs stands twice. */
export interface Report {
  readonly wordings: Wordings;
  readonly changed: readonly [() => Wordings, ...(() => Wordings)[]];
}

/** A kind of event; makes a report of one with facts of its own. */
export type NewsEvent = (draw: Draw) => Report;

const { companies, people, cities, days, months, teams } = lexicon;

/** 1200 as "1,200". */
function thousands(count: number): string {
  return String(count).replace(/(\d)(\d{3})$/, "$1,$2");
}

/** A number near `value` but not equal to it. */
function another(draw: Draw, value: number, reach: number): number {
  const shift = draw.between(1, reach);
  return value > reach && draw.chance(0.5) ? value - shift : value + shift;
}

/** A report that follows from its facts, and the facts of others. */
function reportOf<Facts>(
  facts: Facts,
  wordingsOf: (facts: Facts) => Wordings,
  others: readonly [Facts, ...Facts[]],
): Report {
  const [first, ...rest] = others;
  const changedTo = (other: Facts) => () => wordingsOf(other);
  return { wordings: wordingsOf(facts), changed: [changedTo(first), ...rest.map(changedTo)] };
}

const takeover: NewsEvent = (draw) => {
  const buyer = draw.word(companies);
  const bought = draw.other(companies, buyer);
  const facts = { buyer, bought, price: draw.between(11, 960), day: draw.word(days), done: true };
  const wordings = ({ buyer, bought, price, day, done }: typeof facts): Wordings =>
    done
      ? [
          () => `${buyer} ${draw.any(["bought", "acquired", "took over"])} ${bought} for $${price} million on ${day}.`,
          () =>
            `${bought} was ${draw.any(["bought", "acquired", "taken over"])} by ${buyer} on ${day} for $${price} million.`,
          () => `on ${day}, ${buyer} paid $${price} million for ${bought}.`,
          () =>
            `in a deal worth $${price} million, ${buyer} ${draw.any(["acquired", "purchased"])} ${bought} on ${day}.`,
        ]
      : [
          () => `${buyer} said on ${day} that it would not buy ${bought} for $${price} million.`,
          () => `on ${day}, ${buyer} gave up its plan to buy ${bought} for $${price} million.`,
          () =>
            `${bought} will not be taken over by ${buyer} for $${price} million, it was ${draw.any(["said", "announced"])} on ${day}.`,
          () => `${buyer} on ${day} dropped its bid of $${price} million for ${bought}.`,
        ];
  return reportOf(facts, wordings, [
    { ...facts, buyer: bought, bought: buyer },
    { ...facts, price: another(draw, facts.price, 9) },
    { ...facts, done: false },
    { ...facts, done: false },
    { ...facts, bought: draw.other(companies, buyer, bought) },
  ]);
};

const shares: NewsEvent = (draw) => {
  const facts = {
    company: draw.word(companies),
    share: draw.between(2, 19),
    price: draw.between(12, 140),
    day: draw.word(days),
    up: draw.chance(0.5),
  };
  const wordings = ({ company, share, price, day, up }: typeof facts): Wordings => {
    const moved = (): string =>
      draw.any(up ? ["rose", "climbed", "gained", "went up"] : ["fell", "dropped", "lost", "went down"]);
    const move = (): string => draw.any(up ? ["rise", "gain"] : ["fall", "drop"]);
    return [
      () => `shares of ${company} ${moved()} ${share} percent to $${price} on ${day}.`,
      () => `on ${day}, ${company} stock ${moved()} ${share} percent and closed at $${price}.`,
      () => `${company} shares closed at $${price} on ${day}, a ${move()} of ${share} percent.`,
      () => `a ${share} percent ${move()} on ${day} left the shares of ${company} at $${price}.`,
    ];
  };
  return reportOf(facts, wordings, [
    { ...facts, up: !facts.up },
    { ...facts, share: another(draw, facts.share, 3) },
    { ...facts, company: draw.other(companies, facts.company) },
  ]);
};

const sentence: NewsEvent = (draw) => {
  const facts = {
    person: draw.word(people),
    city: draw.word(cities),
    years: draw.between(2, 18),
    crime: draw.word(lexicon.crimes),
    guilty: true,
  };
  const wordings = ({ person, city, years, crime, guilty }: typeof facts): Wordings =>
    guilty
      ? [
          () => `a judge in ${city} sentenced ${person} to ${years} years in prison for ${crime}.`,
          () =>
            `${person} was ${draw.any(["given", "sentenced to"])} ${years} years in prison for ${crime} by a ${city} judge.`,
          () =>
            `${person} must spend ${years} years ${draw.any(["behind bars", "in jail"])} for ${crime}, a court in ${city} ruled.`,
          () =>
            `for ${crime}, ${person} will go to ${draw.any(["prison", "jail"])} for ${years} years, a ${city} court decided.`,
        ]
      : [
          () => `a judge in ${city} cleared ${person} of ${crime}, which could have meant ${years} years in prison.`,
          () => `${person} was spared ${years} years in prison when a ${city} judge found no proof of ${crime}.`,
          () =>
            `a court in ${city} ruled that ${person}, who faced ${years} years in jail, was not guilty of ${crime}.`,
          () =>
            `${person} will not go to prison for ${crime}, a ${city} court decided; the penalty could have been ${years} years.`,
        ];
  return reportOf(facts, wordings, [
    { ...facts, years: another(draw, facts.years, 5) },
    { ...facts, guilty: false },
    { ...facts, guilty: false },
    { ...facts, crime: draw.other(lexicon.crimes, facts.crime) },
    { ...facts, person: draw.other(people, facts.person) },
  ]);
};

const disaster: NewsEvent = (draw) => {
  const hurt = draw.between(3, 80);
  const homes = draw.between(2, 60) * 100;
  const facts = {
    kind: draw.word(lexicon.disasters),
    city: draw.word(cities),
    hurt,
    homes,
    day: draw.word(days),
    killed: false,
  };
  const wordings = ({ kind, city, hurt, homes, day, killed }: typeof facts): Wordings => {
    const struck = killed ? "killed" : draw.any(["injured", "hurt"]);
    const number = `${hurt} people`;
    const fate = killed ? "died" : draw.any(["were hurt", "were injured"]);
    return [
      () => `a ${kind} near ${city} ${struck} ${number} and damaged ${thousands(homes)} homes on ${day}.`,
      () =>
        `${number} ${fate} and ${thousands(homes)} ${draw.any(["homes", "houses"])} were damaged when a ${kind} struck ${city} on ${day}.`,
      () => `on ${day}, a ${kind} hit ${city}; ${thousands(homes)} homes were damaged and ${number} ${fate}.`,
      () =>
        `${thousands(homes)} homes were damaged and ${number} ${fate} in a ${kind} ${draw.any(["near", "around"])} ${city} on ${day}, officials said.`,
    ];
  };
  return reportOf(facts, wordings, [
    { ...facts, hurt: another(draw, hurt, 9) },
    { ...facts, killed: true },
    { ...facts, killed: true },
    { ...facts, homes: another(draw, homes / 100, 9) * 100 },
    { ...facts, city: draw.other(cities, facts.city) },
  ]);
};

const vote: NewsEvent = (draw) => {
  const yes = draw.between(6, 30);
  const facts = {
    city: draw.word(cities),
    yes,
    no: draw.between(1, yes - 3),
    what: draw.word(lexicon.measures),
    day: draw.word(days),
    passed: true,
  };
  const wordings = ({ city, yes, no, what, day, passed }: typeof facts): Wordings => {
    const did = (): string =>
      draw.any(passed ? ["approved", "backed", "passed"] : ["rejected", "turned down", "voted down"]);
    return [
      () =>
        `the ${city} council voted ${yes} to ${no} on ${day} ${draw.any(passed ? ["for", "in favour of"] : ["against"])} ${what}.`,
      () => `on ${day}, the council of ${city} ${did()} ${what} by ${yes} votes to ${no}.`,
      () => `${what} was ${did()} by the council of ${city} on ${day} with ${yes} votes to ${no}.`,
      () => `by a vote of ${yes} to ${no}, councillors in ${city} ${did()} ${what} on ${day}.`,
    ];
  };
  return reportOf(facts, wordings, [
    { ...facts, passed: false },
    { ...facts, yes: facts.yes + draw.between(1, 4) },
    { ...facts, what: draw.other(lexicon.measures, facts.what) },
    { ...facts, city: draw.other(cities, facts.city) },
  ]);
};

const study: NewsEvent = (draw) => {
  const facts = {
    habit: draw.word(lexicon.habits),
    illness: draw.word(lexicon.illnesses),
    share: draw.between(12, 60),
    less: true,
  };
  const wordings = ({ habit, illness, share, less }: typeof facts): Wordings => {
    const word = less ? "less" : "more";
    const [lowers, lower] = less ? ["lowers", "lower"] : ["raises", "higher"];
    return [
      () =>
        `people who ${habit[0]} are ${share} percent ${word} likely to ${draw.any(["develop", "get"])} ${illness}, ${draw.any(["a study found", "researchers said", "according to a new study"])}.`,
      () =>
        `${habit[1]} ${lowers} the risk of ${illness} by ${share} percent, ${draw.any(["a study found", "scientists reported"])}.`,
      () =>
        `${draw.any(["a new study found", "researchers reported"])} that the risk of ${illness} is ${share} percent ${lower} in people who ${habit[0]}.`,
      () =>
        `the ${draw.any(["danger", "risk"])} of ${illness} is ${share} percent ${lower} for those who ${habit[0]}, a study ${draw.any(["found", "shows"])}.`,
    ];
  };
  return reportOf(facts, wordings, [
    { ...facts, less: false },
    { ...facts, less: false },
    { ...facts, share: another(draw, facts.share, 9) },
    { ...facts, illness: draw.other(lexicon.illnesses, facts.illness) },
    { ...facts, habit: draw.other(lexicon.habits, facts.habit) },
  ]);
};

const appointment: NewsEvent = (draw) => {
  const comes = draw.word(people);
  const facts = {
    comes,
    goes: draw.other(people, comes),
    company: draw.word(companies),
    post: draw.word(lexicon.posts),
    day: draw.word(days),
  };
  const wordings = ({ comes, goes, company, post, day }: typeof facts): Wordings => [
    () => `${company} on ${day} named ${comes} as its new ${post}, replacing ${goes}.`,
    () =>
      `${comes} will ${draw.any(["succeed", "replace"])} ${goes} as ${post} of ${company}, the firm said on ${day}.`,
    () =>
      `${goes} will be ${draw.any(["succeeded", "replaced"])} by ${comes} as ${post} of ${company}, it was announced on ${day}.`,
    () => `on ${day}, ${company} ${draw.any(["chose", "appointed", "picked"])} ${comes} to follow ${goes} as ${post}.`,
  ];
  return reportOf(facts, wordings, [
    { ...facts, comes: facts.goes, goes: comes },
    { ...facts, post: draw.other(lexicon.posts, facts.post) },
    { ...facts, comes: draw.other(people, comes, facts.goes) },
    { ...facts, company: draw.other(companies, facts.company) },
  ]);
};

const match: NewsEvent = (draw) => {
  const winner = draw.word(teams);
  const least = draw.between(0, 3);
  const facts = {
    winner,
    loser: draw.other(teams, winner),
    most: least + draw.between(1, 3),
    least,
    round: draw.word(lexicon.rounds),
    day: draw.word(days),
  };
  const wordings = ({ winner, loser, most, least, round, day }: typeof facts): Wordings => [
    () => `the ${winner} ${draw.any(["beat", "defeated"])} the ${loser} ${most}-${least} on ${day} in ${round}.`,
    () => `the ${loser} lost ${most}-${least} to the ${winner} in ${round} on ${day}.`,
    () => `on ${day}, the ${loser} were beaten ${most}-${least} by the ${winner} in ${round}.`,
    () =>
      `in ${round} on ${day}, the ${winner} ${draw.any(["won", "came out winners"])} ${most}-${least} against the ${loser}.`,
  ];
  return reportOf(facts, wordings, [
    { ...facts, winner: facts.loser, loser: winner },
    { ...facts, most: facts.most + draw.between(1, 2) },
    { ...facts, day: draw.other(days, facts.day) },
    { ...facts, loser: draw.other(teams, winner, facts.loser) },
  ]);
};

const jobs: NewsEvent = (draw) => {
  const facts = {
    company: draw.word(companies),
    count: draw.between(2, 90) * 10,
    city: draw.word(cities),
    month: draw.word(months),
    cut: true,
  };
  const wordings = ({ company, count, city, month, cut }: typeof facts): Wordings =>
    cut
      ? [
          () => `${company} will ${draw.any(["cut", "axe", "shed"])} ${count} jobs at its ${city} plant by ${month}.`,
          () => `${count} workers at the ${company} plant in ${city} will lose their jobs by ${month}.`,
          () =>
            `by ${month}, ${company} plans to lay off ${count} ${draw.any(["workers", "employees"])} at its factory in ${city}.`,
          () =>
            `the ${company} factory in ${city} will lose ${count} ${draw.any(["jobs", "posts"])} by ${month}, the company said.`,
        ]
      : [
          () => `${company} will ${draw.any(["create", "add"])} ${count} jobs at its ${city} plant by ${month}.`,
          () => `the ${company} plant in ${city} will have ${count} more workers by ${month}.`,
          () =>
            `by ${month}, ${company} plans to hire ${count} ${draw.any(["workers", "employees"])} for its factory in ${city}.`,
          () =>
            `the ${company} factory in ${city} will gain ${count} ${draw.any(["jobs", "posts"])} by ${month}, the company said.`,
        ];
  return reportOf(facts, wordings, [
    { ...facts, cut: false },
    { ...facts, cut: false },
    { ...facts, count: another(draw, facts.count / 10, 9) * 10 },
    { ...facts, month: draw.other(months, facts.month) },
    { ...facts, city: draw.other(cities, facts.city) },
  ]);
};

const opening: NewsEvent = (draw) => {
  const facts = {
    building: draw.word(lexicon.buildings),
    city: draw.word(cities),
    month: draw.word(months),
    years: draw.between(2, 9),
    opens: true,
  };
  const wordings = ({ building, city, month, years, opens }: typeof facts): Wordings => {
    const [will, future] = opens ? ["reopen", "reopened"] : ["close", "closed"];
    const after = opens ? `after ${years} years of repairs` : `for ${years} years of repairs`;
    return [
      () => `the ${building} in ${city} will ${will} in ${month} ${after}.`,
      () => `in ${month}, ${city} will ${opens ? "get its" : "lose its"} ${building} ${opens ? "back " : ""}${after}.`,
      () => `${after}, the ${building} of ${city} is to be ${future} in ${month}, the mayor said.`,
      () =>
        `visitors ${opens ? "can return to" : "will be shut out of"} the ${city} ${building} from ${month}, ${after}.`,
    ];
  };
  return reportOf(facts, wordings, [
    { ...facts, opens: false },
    { ...facts, opens: false },
    { ...facts, years: another(draw, facts.years, 2) },
    { ...facts, month: draw.other(months, facts.month) },
    { ...facts, building: draw.other(lexicon.buildings, facts.building) },
  ]);
};

/** All kinds of event; the last fifth stands in dev alone. */
export const newsEvents: readonly [NewsEvent, ...NewsEvent[]] = [
  takeover,
  shares,
  sentence,
  disaster,
  vote,
  study,
  appointment,
  match,
  jobs,
  opening,
];
