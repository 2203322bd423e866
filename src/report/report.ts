import { formatWhole } from "../core/format.ts";
import { html, shortened, type Markup } from "./markup.ts";
import { casesSection } from "./sections/cases.ts";
import { costsSection } from "./sections/costs.ts";
import { curvesSection } from "./sections/curves.ts";
import { repeatSection } from "./sections/repeat.ts";
import { runsSection } from "./sections/runs.ts";
import { scoresSection, spreadSection } from "./sections/scores.ts";
import { overview, setupSection } from "./sections/setup.ts";
import { selectionsSection } from "./sections/selections.ts";
import { subnetworkSection } from "./sections/subnetwork.ts";
import { verdictSection } from "./sections/verdict.ts";
import { style } from "./style.ts";
import { subjectOf, type ReportInput, type Subject } from "./subject.ts";

/** What a report says, from its top to its end. */
const sections: readonly ((subject: Subject) => Markup)[] = [
  verdictSection,
  scoresSection,
  spreadSection,
  curvesSection,
  selectionsSection,
  subnetworkSection,
  costsSection,
  casesSection,
  setupSection,
  repeatSection,
  runsSection,
];

/** Nothing may be loaded or run: a report is read wherever it is sent, and its words are a stranger's. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A result as one HTML file that needs neither scripts nor a network. */
export function reportOf(input: ReportInput): string {
  const subject = subjectOf(input);
  const { result, task, look, version } = subject;
  const methods = [...new Set(result.runs.map(({ method }) => look(method).label))];
  const seeds = new Set(result.runs.map(({ seed }) => seed)).size;
  const lead = `${methods.slice(0, 12).join(", ")} · ${formatWhole(seeds)} ${seeds === 1 ? "seed" : "seeds"} · ${shortened(result.config.model.name, 60)}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="generator" content="DPS Playground ${version}">
<meta name="color-scheme" content="light dark">
<title>${task} · ${shortened(subject.name, 60)} · DPS Playground</title>
<style>`;
  const body = html`</style>
</head>
<body>
<header>
<p class="brand">${mark()}DPS Playground <span>report of ${shortened(subject.name, 60)}</span></p>
<h1>${task}</h1>
<p class="lead">${lead}</p>
${overview(subject)}
</header>
<main>
${sections.map((sectionOf) => sectionOf(subject))}</main>
<footer>
<p>Written by DPS Playground ${version}, which is under the MIT licence. The model and the rows keep the licences of their owners; none of their weights and texts are in this file.</p>
<p>Methods after H. Zhang, G. Li, J. Li, Z. Zhang, Y. Zhu, Z. Jin, Fine-Tuning Pre-Trained Language Models Effectively by Optimizing Subnetworks Adaptively, NeurIPS 2022, and the papers that it compares with.</p>
</footer>
</body>
</html>
`;
  // The style sheet is ours, and no text of a result is in it.
  return page.text + style + body.text;
}

/** The mark: a small network of which a part is lit. */
function mark(): Markup {
  const lit = new Set([1, 3, 4, 8]);
  const squares = Array.from({ length: 9 }, (_, index) => {
    const [x, y] = [(index % 3) * 10 + 1, Math.floor(index / 3) * 10 + 1];
    return html`<rect x="${x}" y="${y}" width="8" height="8" rx="2" class="${lit.has(index) ? "lit" : "unlit"}" />`;
  });
  return html`<svg class="mark" width="22" height="22" viewBox="0 0 30 30" aria-hidden="true">${squares}</svg>`;
}
