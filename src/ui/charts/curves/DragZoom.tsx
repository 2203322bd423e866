import { useState, type PointerEvent } from "react";
import { DefaultZIndexes, usePlotArea, useXAxisInverseScale, ZIndexLayer } from "recharts";
import { useActions } from "../../app-context.ts";
import classes from "../charts.module.css";

/** A shorter way is a click. */
const leastPixels = 6;

/**
 * Within a chart of curves: dragging over it shows that part of all of them, a double click the whole. A finger scrolls the
 * page; for it and for the keyboard there is the range in the legend's row.
 */
export function DragZoom() {
  const actions = useActions();
  const area = usePlotArea();
  const valueAt = useXAxisInverseScale();
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null);
  if (area === undefined || valueAt === undefined) return null;
  const pixelOf = ({ currentTarget, clientX }: PointerEvent<SVGElement>): number => {
    const left = currentTarget.ownerSVGElement?.getBoundingClientRect().left ?? 0;
    return Math.min(area.x + area.width, Math.max(area.x, clientX - left));
  };
  const finish = (): void => {
    setDrag(null);
    if (drag === null || Math.abs(drag.to - drag.from) < leastPixels) return;
    const [low = 0, high = 0] = [drag.from, drag.to].map((pixel) => Number(valueAt(pixel))).sort((a, b) => a - b);
    if (high > low) actions.view.change({ zoom: [low, high] });
  };
  return (
    // Above lines and areas, which would take the pointer.
    <ZIndexLayer zIndex={DefaultZIndexes.label}>
      {drag !== null && (
        <rect
          className={classes.dragged}
          x={Math.min(drag.from, drag.to)}
          width={Math.abs(drag.to - drag.from)}
          y={area.y}
          height={area.height}
        />
      )}
      <rect
        className={classes.dragged}
        data-cover
        x={area.x}
        y={area.y}
        width={area.width}
        height={area.height}
        onPointerDown={(event) => {
          if (event.pointerType === "touch" || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: pixelOf(event), to: pixelOf(event) });
        }}
        onPointerMove={(event) => {
          if (drag !== null) setDrag({ ...drag, to: pixelOf(event) });
        }}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(null)}
        onDoubleClick={() => actions.view.change({ zoom: null })}
      />
    </ZIndexLayer>
  );
}
