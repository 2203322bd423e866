import { VisuallyHidden } from "@mantine/core";
import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { plainText, type Block, type Span, type Spans } from "../../../core/markdown.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import classes from "./markdown.module.css";

/** A Markdown text as page elements; its headings begin at the second level. */
export function Markdown({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <div className={classes.text}>
      {blocks.map((block, index) => (
        <BlockOf key={index} block={block} />
      ))}
    </div>
  );
}

function BlockOf({ block }: { readonly block: Block }): ReactNode {
  switch (block.kind) {
    case "heading":
      return block.level <= 2 ? <h3>{line(block.spans)}</h3> : <h4>{line(block.spans)}</h4>;
    case "paragraph":
      return <p>{line(block.spans)}</p>;
    case "list": {
      const items = block.items.map((item, index) => <li key={index}>{line(item)}</li>);
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case "table":
      return <Table head={block.head} rows={block.rows} />;
    case "code":
      return <pre>{block.text}</pre>;
  }
}

function Table({ head, rows }: Pick<Extract<Block, { kind: "table" }>, "head" | "rows">) {
  const titles = head.map(plainText);
  // A table of facts has an empty heading; it would be read out for nothing.
  const named = titles.some((title) => title !== "");
  return (
    <ScrollRegion label={named ? titles.filter((title) => title !== "").join(", ") : "Facts"}>
      <table>
        {named && (
          <thead>
            <tr>
              {head.map((cell, index) => (
                <th key={index} scope="col">
                  {titles[index] === "" ? <VisuallyHidden>Row</VisuallyHidden> : line(cell)}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, index) =>
                index === 0 ? (
                  <th key={index} scope="row">
                    {line(cell)}
                  </th>
                ) : (
                  <td key={index}>{line(cell)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function line(spans: Spans): ReactNode {
  return spans.map((span, index) => <SpanOf key={index} span={span} />);
}

function SpanOf({ span: { kind, text, url } }: { readonly span: Span }): ReactNode {
  switch (kind) {
    case "text":
      return text;
    case "strong":
      return <b>{text}</b>;
    case "emphasis":
      return <em>{text}</em>;
    case "code":
      return <code>{text}</code>;
    case "link":
      return (
        <a href={url ?? ""} target="_blank" rel="noreferrer">
          {text} <ExternalLink size={11} aria-label="(opens in a new tab)" />
        </a>
      );
  }
}
