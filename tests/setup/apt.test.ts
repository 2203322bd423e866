import { expect, test } from "vitest";
import { releaseSources } from "./apt.mjs";

const stanza = [
  "Types: deb",
  "URIs: http://mirror.example/debian",
  "Suites: bookworm bookworm-updates",
  "Components: main contrib",
  "Signed-By: /usr/share/keyrings/archive.gpg",
].join("\n");
const line = "deb [signed-by=/keys/a.gpg arch=amd64] http://mirror.example/debian bookworm main";
const foreign = "deb https://packages.example/node nodistro main";

test("backports come from where the release itself comes, in either format", () => {
  expect(releaseSources([foreign, stanza], "bookworm", true)).toEqual([
    stanza,
    stanza.replace("bookworm bookworm-updates", "bookworm-backports"),
  ]);
  expect(releaseSources([line, foreign], "bookworm", true)).toEqual([
    line,
    "deb [signed-by=/keys/a.gpg arch=amd64] http://mirror.example/debian bookworm-backports main",
  ]);
});

test("sources of other releases and projects stay out; backports that are there, or not wanted, are not added", () => {
  const backports = line.replace("bookworm main", "bookworm-backports main");
  expect(releaseSources([line, backports, line.replace("bookworm", "sid")], "bookworm", true)).toEqual([
    line,
    backports,
  ]);
  expect(releaseSources([line, foreign], "bookworm", false)).toEqual([line]);
  expect(releaseSources([foreign], "bookworm", true)).toEqual([]);
});
