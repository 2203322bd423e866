import { ActionIcon } from "@mantine/core";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useId, useRef } from "react";
import { useActions, useSelect } from "../../app-context.ts";
import { later } from "../../kit/later.tsx";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./SubnetworkCard.module.css";

const SubnetworkView = later(async () => (await import("./SubnetworkView.tsx")).SubnetworkView, ViewPlace);

/** The frame of the subnetwork view, which folds: while it is folded, nothing is watched in the next run. */
export function SubnetworkCard() {
  const open = useSelect((state) => state.view.subnetwork.open);
  const { view } = useActions();
  const card = useRef<HTMLElement>(null);
  const id = useId();
  return (
    <figure ref={card} className={`${cardClasses.card} ${classes.frame}`} data-wide aria-labelledby={id}>
      <div className={classes.head}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label={open ? "Fold the subnetwork" : "Unfold the subnetwork"}
          aria-expanded={open}
          onClick={() => view.look({ open: !open })}
        >
          {open ? <ChevronDown size={18} aria-hidden /> : <ChevronRight size={18} aria-hidden />}
        </ActionIcon>
        <h3 className={classes.title} id={id}>
          The subnetwork
        </h3>
      </div>
      {open ? (
        <SubnetworkView card={card} />
      ) : (
        <p className={textClasses.hint}>
          Folded: the next run is not watched, which spares a run of some hundred steps up to 2 % of its time.
        </p>
      )}
    </figure>
  );
}

function ViewPlace() {
  return <div className={classes.waiting} aria-busy />;
}
