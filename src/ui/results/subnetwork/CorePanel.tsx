import { shareText } from "../../../analysis/subnetwork/words.ts";
import type { Core } from "../../../analysis/subnetwork/core.ts";
import { Label, shareTicks } from "./draw.tsx";

interface CorePanelProps {
  readonly core: Core;
  readonly width: number;
}

export const coreHeight = 212;

const frame = { left: 40, top: 22, bottom: 176 };

/** Weights by the number of cycles that selected them, and where random masks would have them. */
export function CorePanel({ core: { shares, chance }, width }: CorePanelProps) {
  const right = width - 8;
  const most = Math.max(...shares, ...chance) * 1.08;
  const count = shares.length;
  const pitch = (right - frame.left - 8) / count;
  const wide = Math.max(1, Math.min(44, pitch * 0.78));
  const x = (times: number): number => frame.left + 8 + pitch * (times + 0.5);
  const y = (share: number): number => frame.bottom - (share / most) * (frame.bottom - frame.top);
  const every = Math.ceil(count / Math.max(2, Math.floor((right - frame.left) / 26)));
  return (
    <g>
      {shareTicks(most).map((tick) => (
        <g key={tick}>
          <line x1={frame.left} x2={right} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
          <Label x={frame.left - 6} y={y(tick) + 4} anchor="end">
            {Math.round(tick * 1000) / 10} %
          </Label>
        </g>
      ))}
      {shares.map((share, times) => (
        <rect
          key={times}
          x={x(times) - wide / 2}
          width={wide}
          y={y(share)}
          height={Math.max(0, frame.bottom - y(share))}
          rx={Math.min(3, wide / 4)}
          fill={`color-mix(in oklab, var(--more) ${35 + (65 * times) / Math.max(1, count - 1)}%, var(--as-chance))`}
        >
          <title>{`In ${times} of ${count - 1} cycles: ${shareText(share)} of the weights (chance ${shareText(chance[times] ?? 0)})`}</title>
        </rect>
      ))}
      {chance.map((share, times) => (
        <line
          key={times}
          x1={x(times) - wide / 2 - 2}
          x2={x(times) + wide / 2 + 2}
          y1={y(share)}
          y2={y(share)}
          stroke="var(--ink)"
          strokeWidth={2}
        />
      ))}
      {shares.map((_, times) =>
        times % every === 0 || times === count - 1 ? (
          <Label key={times} x={x(times)} y={frame.bottom + 16} anchor="middle">
            {times}
          </Label>
        ) : null,
      )}
      {width > 380 && (
        <Label x={x(0) - wide / 2} y={frame.bottom + 32}>
          never: {shareText(shares[0] ?? 0)} (chance {shareText(chance[0] ?? 0)})
        </Label>
      )}
      <Label x={right} y={frame.bottom + 32} anchor="end" strong>
        always: {shareText(shares.at(-1) ?? 0)} (chance {shareText(chance.at(-1) ?? 0)})
      </Label>
    </g>
  );
}
