import { writePlanFile } from "../../contract/plan-file.ts";
import type { ConfigRecord, TableSource } from "../../contract/run.ts";
import { html, type Markup } from "../markup.ts";
import type { Subject } from "../subject.ts";
import { folded, section } from "../tables.ts";

/** How the experiment is run again: plan, command line, kernels. */
export function repeatSection(subject: Subject): Markup {
  const { result, name } = subject;
  const plan = writePlanFile({ name: name.slice(0, 100).trim() || "Plan", plan: result.config.plan });
  const about =
    "The same plan with the same seeds, kernels and device gives the same bits. Save the plan below as plan.json, with " +
    "the result beside it.";
  const inside = html`<pre class="command"><code>${commandOf(subject)}</code></pre>
    ${remarks(subject).map(
      (remark) => html`<p class="about">${remark}</p>`,
    )}${folded("plan.json", html`<pre><code>${plan}</code></pre>`)}`;
  return section("repeat", "Run it again", about, inside);
}

/** The terminal's command, a line an option. */
function commandOf({ result, catalog }: Subject): string {
  const { config, kernels } = result;
  const { model, rows } = config;
  const options = [
    "npx dps experiment --plan plan.json",
    ...modelOptions(model),
    ...dataOptions(config, (source) => glueOf(source, config, catalog.tasks)),
    ...(rows?.sample ? [`--train-sample ${rows.sample.count} --sample-seed ${rows.sample.seed}`] : []),
    ...(rows?.split ? [`--dev-share ${rows.split.share} --split-seed ${rows.split.seed}`] : []),
    ...(kernels === null ? [] : ["--kernels result.json"]),
    "--output again.json",
  ];
  return options.join(" \\\n  ");
}

function modelOptions({ source, name }: ConfigRecord["model"]): readonly string[] {
  if (source.kind === "bundled") return ["--model bundled"];
  if (source.kind === "hub") return [`--model ${quoted(source.id)} --revision ${quoted(source.commit)}`];
  return [`--model ${quoted(name)}`];
}

function dataOptions(
  { rows, transfers }: ConfigRecord,
  glue: (source: TableSource) => string | null,
): readonly string[] {
  if (rows === null) return ["--train TRAIN --dev DEV"];
  const { train, dev } = rows;
  const others = transfers.map(({ name, source }) => quoted(`${name}=${source.kind === "file" ? source.name : name}`));
  const also = others.length === 0 ? [] : [`--also-on ${others.join(" ")}`];
  if (train.kind === "sample") return [`--sample ${quoted(train.id)}`, ...also];
  const task = glue(train);
  if (task !== null) return [task, ...also];
  return [`--train ${quoted(nameOf(train))}`, ...(dev === null ? [] : [`--dev ${quoted(nameOf(dev))}`]), ...also];
}

function nameOf(source: TableSource): string {
  return source.kind === "file" ? source.name : source.id;
}

/** null where it is no task of the Hub that the terminal fetches by name. */
function glueOf(source: TableSource, { rows }: ConfigRecord, tasks: Subject["catalog"]["tasks"]): string | null {
  if (source.kind !== "hub") return null;
  const task = tasks.find(({ hub }) => hub?.dataset === source.id && hub.train.path === source.path);
  const dev = rows?.dev;
  const split = dev?.kind === "hub" ? task?.hub?.dev.find(({ path }) => path === dev.path)?.split : undefined;
  if (task === undefined || split === undefined) return null;
  return `--glue ${quoted(task.id)} --glue-dev ${quoted(split)} --glue-revision ${quoted(source.commit)}`;
}

/** A word as a shell takes it, whatever is in it: a stranger's file name must not be a command. */
function quoted(word: string): string {
  // oxlint-disable-next-line no-control-regex -- a line break in a name would end the command
  const plain = word.replace(/[\u0000-\u001f\u007f]/g, "?");
  return /^[\w./:=+@-]+$/.test(plain) && !plain.startsWith("-") ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
}

function remarks({ result }: Subject): readonly string[] {
  const { config, kernels } = result;
  const chosen = Object.keys(kernels ?? {}).length;
  return [
    ...(config.model.adaptations.length > 0
      ? [
          "The model’s weights had been adapted to a text, which the command does not do again: give it the adapted model.",
        ]
      : []),
    kernels === null
      ? "The result does not say which kernels it was computed with, so that last digits may differ."
      : chosen === 0
        ? "It was computed with the kernels that run everywhere."
        : `It was computed with a choice of kernels for ${chosen} shapes, which the result holds and --kernels takes again.`,
  ];
}
