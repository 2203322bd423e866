import { drawUniform } from "../../core/rng.ts";
import classes from "./StagesDiagram.module.css";

const side = 7;
const cell = 15;
const keepShare = 0.4;

function scoreAt(index: number): number {
  return drawUniform(7, "picture", 0, index);
}

const scores = Array.from({ length: side * side }, (_, index) => scoreAt(index));
const threshold = [...scores].sort((a, b) => b - a)[Math.round(scores.length * keepShare) - 1] ?? 0;

/** A weight matrix in three states: scores gathered, the top share selected, only that given gradients. */
export function StagesDiagram() {
  return (
    <svg
      className={classes.diagram}
      viewBox="-8 0 576 190"
      role="img"
      aria-label="Stage I gives every weight of a matrix a score; the highest share is selected; in stage II only those get gradients; then the scores are reset and stage I repeats."
    >
      <Matrix x={20} title="Stage I" caption="gather scores" fill={(score) => mix(score)} />
      <Arrow x={138} />
      <Matrix
        x={228}
        title="Select"
        caption="the highest share"
        fill={(score) => (score >= threshold ? "var(--accent)" : "var(--sunk)")}
      />
      <Arrow x={346} />
      <Matrix
        x={436}
        title="Stage II"
        caption="only these get gradients"
        fill={(score) => (score >= threshold ? "var(--accent)" : "none")}
        outline
      />
      <path
        d="M 488 176 C 488 188, 470 186, 440 186 L 120 186 C 90 186, 72 188, 72 176"
        fill="none"
        stroke="var(--line-strong)"
        strokeWidth="1.5"
      />
      <path d="M 68 181 L 72 174 L 76 181" fill="none" stroke="var(--line-strong)" strokeWidth="1.5" />
    </svg>
  );
}

function mix(score: number): string {
  return `color-mix(in oklab, var(--accent) ${Math.round(score ** 1.4 * 95)}%, var(--sunk))`;
}

interface MatrixProps {
  readonly x: number;
  readonly title: string;
  readonly caption: string;
  readonly fill: (score: number) => string;
  readonly outline?: boolean;
}

function Matrix({ x, title, caption, fill, outline = false }: MatrixProps) {
  return (
    <g transform={`translate(${x} 0)`}>
      <text x={52} y={16} textAnchor="middle" className={classes.title}>
        {title}
      </text>
      {scores.map((score, index) => (
        <rect
          key={index}
          x={(index % side) * cell}
          y={28 + Math.floor(index / side) * cell}
          width={cell - 2.5}
          height={cell - 2.5}
          rx={2.5}
          fill={fill(score)}
          stroke={outline && score < threshold ? "var(--line)" : "none"}
        />
      ))}
      <text x={52} y={152} textAnchor="middle" className={classes.caption}>
        {caption}
      </text>
    </g>
  );
}

function Arrow({ x }: { readonly x: number }) {
  return (
    <g stroke="var(--line-strong)" strokeWidth="1.5" fill="none">
      <line x1={x} x2={x + 74} y1={80} y2={80} />
      <path d={`M ${x + 68} 75 L ${x + 75} 80 L ${x + 68} 85`} />
    </g>
  );
}
