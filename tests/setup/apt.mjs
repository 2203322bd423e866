import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Installs packages with apt-get and leaves the system's package sources, lists and cache as they are: apt works in a
 * temporary folder, from a copy of the machine's own sources for this release. Errors: an Error with one line.
 * @param {string} codename the release, as in "bookworm"
 * @param {readonly string[]} packages
 * @param {boolean} backports whether to take the release's backports, from where the release itself comes
 */
export function installWithApt(codename, packages, backports) {
  console.log(`Installing ${packages.join(", ")} with apt-get; NO_INSTALL=1 forbids it ...`);
  const folder = mkdtempSync(join(tmpdir(), "dps-apt-"));
  // apt fetches as a user of its own, who must get in.
  chmodSync(folder, 0o755);
  try {
    const places = prepare(folder, releaseSources(readSources(), codename, backports));
    const apt = (/** @type {readonly string[]} */ rest) =>
      execFileSync("apt-get", ["-qq", ...places.flatMap((place) => ["-o", place]), ...rest], {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      });
    const release = backports ? ["-t", `${codename}-backports`] : [];
    apt(["update"]);
    apt(["install", "-y", "--no-install-recommends", ...release, ...packages]);
  } catch {
    throw new Error(`apt-get could not install ${packages.join(" and ")}, see above.`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The entries that bring a release, each in its own format: those of its suites and, if wanted, its backports.
 * @param {readonly string[]} entries one-line entries, or stanzas with "Suites:"
 * @param {string} codename
 * @param {boolean} backports
 * @returns {readonly string[]}
 */
export function releaseSources(entries, codename, backports) {
  const own = entries.filter((entry) => suitesOf(entry).some((suite) => suite.split("-")[0] === codename));
  const wanted = `${codename}-backports`;
  if (!backports || own.some((entry) => suitesOf(entry).includes(wanted))) return own;
  const main = own.find((entry) => suitesOf(entry).includes(codename));
  if (main === undefined) return own;
  const derived = isStanza(main)
    ? main.replace(/^Suites:.*$/m, `Suites: ${wanted}`)
    : main.replace(new RegExp(`(\\s)${codename}(\\s)`), `$1${wanted}$2`);
  return [...own, derived];
}

/** Every enabled entry for binary packages in the machine's sources. */
function readSources() {
  const parts = "/etc/apt/sources.list.d";
  const files = existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [];
  return ["/etc/apt/sources.list", ...files].filter((file) => existsSync(file)).flatMap(readEntries);
}

/** @param {string} file @returns {readonly string[]} */
function readEntries(file) {
  const text = readFileSync(file, "utf8").replace(/^#.*\n?/gm, "");
  if (file.endsWith(".sources")) {
    const stanzas = text.split(/\n\s*\n/).map((stanza) => stanza.trim());
    return stanzas.filter((stanza) => /^Types:.*\bdeb\b(?!-)/m.test(stanza) && !/^Enabled:\s*no/im.test(stanza));
  }
  return file.endsWith(".list") ? text.split("\n").filter((line) => /^deb\s/.test(line)) : [];
}

/** @param {string} entry */
function isStanza(entry) {
  return /^Suites:/m.test(entry);
}

/** The suites an entry names. @param {string} entry @returns {readonly string[]} */
function suitesOf(entry) {
  if (isStanza(entry)) return (/^Suites:(.*)$/m.exec(entry)?.[1] ?? "").trim().split(/\s+/);
  // deb [options] address suite components
  const suite = /^deb\s+(?:\[[^\]]*\]\s+)?\S+\s+(\S+)/.exec(entry)?.[1];
  return suite === undefined ? [] : [suite];
}

/**
 * Writes the sources into a folder where apt keeps everything else as well, and returns the settings that say so.
 * @param {string} folder @param {readonly string[]} entries
 */
function prepare(folder, entries) {
  const at = (/** @type {string} */ name) => join(folder, name);
  for (const name of ["sources.list.d", "lists/partial", "cache/archives/partial"]) {
    mkdirSync(at(name), { recursive: true });
  }
  writeFileSync(at("sources.list"), entries.filter((entry) => !isStanza(entry)).join("\n"));
  writeFileSync(at("sources.list.d/release.sources"), entries.filter(isStanza).join("\n\n"));
  return [
    `Dir::Etc::SourceList=${at("sources.list")}`,
    `Dir::Etc::SourceParts=${at("sources.list.d")}`,
    `Dir::State::Lists=${at("lists")}`,
    `Dir::Cache=${at("cache")}`,
    "APT::Sandbox::User=root",
    "Acquire::Retries=3",
    "DPkg::Lock::Timeout=300",
  ];
}
