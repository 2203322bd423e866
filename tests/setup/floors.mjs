// npm run floors: imports go down the stairs only, and never in a circle.
import { readdirSync } from "node:fs";
import { cruise } from "dependency-cruiser";
import { root } from "../../.config/install.mjs";

/** The rooms of src/ by floor, lowest first: a room may use the floors below it and itself, nothing else. */
const floors = [
  ["core"],
  ["contract"],
  ["analysis"],
  ["report"],
  ["gpu", "data", "models"],
  ["nn"],
  ["optim", "methods"],
  ["train"],
  ["experiment"],
  ["worker", "cli"],
  ["store"],
  ["ui"],
  // Programs that are run by hand; nothing imports them.
  ["making"],
];
const rooms = floors.flat();

/** What the page is made of, besides the four lowest floors; the engine must not come in. */
const page = ["^src/main\\.tsx$", "^src/ui/", "^src/store/", "^src/worker/(client|api|vitals)\\.ts$"];
const plain = "^src/(report|analysis|contract|core)/";

const stairs = floors.flatMap((floor, height) =>
  floor.map((room) => ({
    name: `${room} may use only floors below it`,
    from: { path: `^src/${room}/` },
    to: {
      path: `^src/(${[
        ...floors
          .slice(height)
          .flat()
          .filter((other) => other !== room),
        "[^/]+$",
      ].join("|")})`,
    },
  })),
);

/** @type {import("dependency-cruiser").IForbiddenRuleType[]} */
const walls = [
  { name: "no circles", from: {}, to: { circular: true } },
  { name: "the page without the engine", from: { path: page }, to: { path: "^src/", pathNot: [...page, plain] } },
  { name: "Node only in cli", from: { path: "^src/(?!cli/)" }, to: { dependencyTypes: ["core"] } },
  { name: "Dawn only in cli", from: { path: "^src/(?!cli/)" }, to: { path: "node_modules/webgpu/" } },
  { name: "comlink only in worker", from: { path: "^src/(?!worker/)" }, to: { path: "node_modules/comlink/" } },
  {
    name: "references stand alone",
    from: { path: "^tests/reference/", pathNot: "\\.test\\.ts$" },
    to: { path: "^src/" },
  },
];

const { output } = await cruise(["src", "tests"], {
  baseDir: root,
  ruleSet: { forbidden: [...stairs, ...walls] },
  validate: true,
  doNotFollow: { path: "node_modules" },
  // Imports of types count as well.
  tsPreCompilationDeps: true,
  tsConfig: { fileName: "tsconfig.base.json" },
  enhancedResolveOptions: { conditionNames: ["import", "node", "default"] },
});
if (typeof output === "string") throw new Error("dependency-cruiser gave text where an object was wanted.");

const { summary } = output;
const strangers = readdirSync(`${root}/src`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !rooms.includes(entry.name))
  .map((entry) => `src/${entry.name} is on no floor: give it one in tests/setup/floors.mjs.`);
const broken = summary.violations.map((found) => `${found.rule.name}: ${found.from} -> ${found.to}`);
// Without a TypeScript parser that it knows, dependency-cruiser reads nothing and finds no fault.
const blind = summary.totalCruised === 0 ? ["dependency-cruiser read no file: is @swc/core installed?"] : [];

for (const problem of [...strangers, ...broken, ...blind]) console.error(problem);
console.log(
  `${summary.totalCruised} modules, ${summary.totalDependenciesCruised} imports, ${broken.length} against the rules`,
);
process.exitCode = strangers.length + broken.length + blind.length === 0 ? 0 : 1;
