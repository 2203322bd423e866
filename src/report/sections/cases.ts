import type { CaseRecord } from "../../contract/answers.ts";
import { countOf, formatShare, formatWhole } from "../../core/format.ts";
import { html, type Markup } from "../markup.ts";
import type { Subject } from "../subject.ts";
import { named, section, table } from "../tables.ts";

/** Numbers of rows that are listed for a method. */
const mostNumbers = 40;

/** Which dev rows a method wins and loses against the reference, as in the paper's figure 3; their texts stay where they are. */
export function casesSection(subject: Subject): Markup {
  const { cases } = subject.result;
  const [first] = cases;
  if (first === undefined) return html``;
  const reference = subject.look(first.reference).label;
  const rows = cases.map((one) => [
    named(subject.look(one.method)),
    formatWhole(one.easyCount),
    formatWhole(one.hardCount),
    shareText(one.rightOnEasy),
    shareText(one.rightOnHard),
    one.method === one.reference ? "–" : formatWhole(one.wins.length),
    one.method === one.reference ? "–" : formatWhole(one.losses.length),
  ]);
  const heads = ["Method", "Easy", "Hard", `Right on ${reference}’s easy`, "On its hard", "Won", "Lost"];
  const about =
    "A dev row is easy where more than half of a method’s seeds get it right, and hard where more than half get it " +
    `wrong. Won: easy for the method and hard for ${reference}; lost: the other way round.`;
  const lists = cases.filter(({ method }) => method !== first.reference).map((one) => numbersOf(subject, one));
  return section(
    "cases",
    "Dev rows won and lost",
    about,
    html`${table({ label: "Dev rows by method", heads, rows })}${lists}`,
  );
}

function shareText(share: number | null): string {
  return share === null ? "–" : formatShare(share);
}

function numbersOf(subject: Subject, { method, wins, losses }: CaseRecord): Markup {
  const list = (rows: readonly number[]): string => {
    const more = rows.length > mostNumbers ? `, and ${rows.length - mostNumbers} more` : "";
    const first = rows.slice(0, mostNumbers).map((row) => row + 1);
    return rows.length === 0 ? "none" : `${first.join(", ")}${more}`;
  };
  const { label } = subject.look(method);
  return html`<p class="about">
    ${label}: ${countOf(wins.length, "row")} won, by their number in the dev set: ${list(wins)}.
    ${countOf(losses.length, "row")} lost: ${list(losses)}.
  </p>`;
}
