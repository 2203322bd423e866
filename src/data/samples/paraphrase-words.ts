/** Words for the news of the paraphrase task; all names are invented. The last fifth of each list stands in dev alone. */

type Words = readonly [string, ...string[]];

/** Companies. */
export const companies: Words = [
  "Norvale",
  "Brightwater Foods",
  "Castell Motors",
  "Heron Systems",
  "Alder Bank",
  "Quill Media",
  "Fenwick Energy",
  "Solano Steel",
  "Marrow Airlines",
  "Pinecrest",
  "Lumen Telecom",
  "Tarrant Shipping",
  "Orchard Software",
  "Vester Drugs",
  "Kestrel Insurance",
  "Bayline Hotels",
];

/** Persons. */
export const people: Words = [
  "Martin Hale",
  "Julia Brandt",
  "Victor Osei",
  "Nina Kowalski",
  "Thomas Reyes",
  "Grace Lindqvist",
  "Omar Haddad",
  "Ellen Fairley",
  "Pedro Santana",
  "Irene Cho",
  "Walter Dunne",
  "Sofia Marchetti",
];

/** Cities. */
export const cities: Words = [
  "Elmford",
  "Port Averly",
  "Kingsmere",
  "Santa Loma",
  "Grayton",
  "Westhaven",
  "Millbrook",
  "Dorrance",
  "Lakewood Falls",
  "Oldcastle",
  "Rivermouth",
  "Stonebridge",
];

/** Days on which there is news. */
export const days: Words = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];

/** Months. */
export const months: Words = [
  "January",
  "March",
  "April",
  "June",
  "July",
  "August",
  "October",
  "November",
  "September",
  "December",
];

/** After "for". */
export const crimes: Words = [
  "fraud",
  "armed robbery",
  "tax evasion",
  "theft",
  "bribery",
  "arson",
  "selling stolen cars",
  "smuggling weapons",
  "forging passports",
  "perjury",
];

/** What strikes a city. */
export const disasters: Words = ["storm", "flood", "earthquake", "tornado", "forest fire", "landslide", "hurricane"];

/** What a council votes on. */
export const measures: Words = [
  "a new tram line",
  "the sale of the old stadium",
  "a ban on plastic bags",
  "higher parking fees",
  "the budget for new schools",
  "a curfew for teenagers",
  "the plan for a second airport",
  "a tax on empty houses",
  "free bus travel for pupils",
  "longer library hours",
];

/** A habit as a clause after "who" and as a noun phrase. */
export const habits: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ["walk for an hour a day", "walking for an hour a day"],
  ["drink green tea", "drinking green tea"],
  ["eat nuts every day", "eating nuts every day"],
  ["sleep eight hours a night", "sleeping eight hours a night"],
  ["eat fish twice a week", "eating fish twice a week"],
  ["drink three cups of coffee a day", "drinking three cups of coffee a day"],
  ["cycle to work", "cycling to work"],
  ["keep a dog", "keeping a dog"],
  ["swim regularly", "swimming regularly"],
  ["take short naps", "taking short naps"],
];

/** What a habit makes more or less likely. */
export const illnesses: Words = [
  "heart disease",
  "diabetes",
  "asthma",
  "lung cancer",
  "arthritis",
  "depression",
  "migraine",
  "pneumonia",
];

/** Posts in a company. */
export const posts: Words = [
  "chief executive",
  "finance director",
  "chairman of the board",
  "head of research",
  "chief lawyer",
  "sales director",
];

/** After "the". */
export const teams: Words = [
  "Falcons",
  "Mariners",
  "Wolves",
  "Rangers",
  "Comets",
  "Pirates",
  "Royals",
  "Foxes",
  "Tigers",
  "Hawks",
];

/** After "in". */
export const rounds: Words = [
  "the final",
  "the semi-final",
  "the first round",
  "the second round",
  "the opening match",
  "the quarter-final",
];

/** What is closed for repairs. */
export const buildings: Words = [
  "museum",
  "opera house",
  "public library",
  "railway station",
  "town hall",
  "theatre",
  "art gallery",
  "aquarium",
];
