import { Triangle } from "lucide-react";
import type { ReactNode } from "react";
import {
  encodingLabels,
  encodingName,
  headerNames,
  labelCellNames,
  quotesNames,
  separatorNames,
  type ReadingChoice,
  type ReadingStep,
} from "../../../contract/reading.ts";
import { Chain, Chip } from "../Chain.tsx";
import classes from "./ReadingChain.module.css";

interface ReadingChainProps {
  /** The table's, as in "Train table". */
  readonly name: string;
  readonly steps: readonly ReadingStep[];
  readonly choice: ReadingChoice;
  readonly disabled: boolean;
  readonly onChoose: (choice: ReadingChoice) => void;
  /** Further chips: what the columns were taken for. */
  readonly children?: ReactNode;
}

/** How a file was read, from its bytes to its columns: what can be overruled is a menu. */
export function ReadingChain({ name, steps, choice, disabled, onChoose, children }: ReadingChainProps) {
  return (
    <Chain name={name} assumed={steps.flatMap((step) => step.assumed ?? [])}>
      {steps.map((step, index) => {
        const menu = menuOf(step, choice);
        if (menu === null) return <Chip key={index}>{step.found}</Chip>;
        return (
          <li key={index}>
            <Menu name={name} step={step} menu={menu} choice={choice} disabled={disabled} onChoose={onChoose} />
          </li>
        );
      })}
      {children}
    </Chain>
  );
}

interface MenuProps extends Omit<ReadingChainProps, "steps" | "children"> {
  readonly step: ReadingStep;
  readonly menu: StepMenu;
}

function Menu({ name, step, menu, choice, disabled, onChoose }: MenuProps) {
  const chosen = menu.options.findIndex((option) => option.chosen);
  return (
    <span className={classes.menu} data-chosen={chosen >= 0 || undefined}>
      <select
        aria-label={`${menu.label} of the ${name}`}
        disabled={disabled}
        value={chosen}
        onChange={(event) =>
          onChoose({ ...choice, ...(menu.options[Number(event.currentTarget.value)] ?? menu).patch })
        }
      >
        <option value={-1}>{chosen < 0 ? step.found : "as found in the file"}</option>
        {menu.options.map((option, index) =>
          chosen < 0 && option.name === step.found ? null : (
            <option key={option.name} value={index}>
              {option.name}
            </option>
          ),
        )}
      </select>
      <Triangle size={7} className={classes.mark} aria-hidden />
    </span>
  );
}

interface Choice {
  readonly name: string;
  readonly patch: Partial<ReadingChoice>;
  readonly chosen: boolean;
}

/** A step's other ways; `patch` leaves it to the file again. */
interface StepMenu {
  readonly label: string;
  readonly patch: Partial<ReadingChoice>;
  readonly options: readonly Choice[];
}

/** null: a step that is as it is. */
function menuOf({ stage }: ReadingStep, choice: ReadingChoice): StepMenu | null {
  const option = <K extends keyof ReadingChoice>(key: K, value: ReadingChoice[K], name: string): Choice => ({
    name,
    patch: { [key]: value },
    chosen: choice[key] === value,
  });
  switch (stage) {
    case "encoding":
      return {
        label: "Encoding",
        patch: { encoding: null },
        options: encodingLabels.map((label) => option("encoding", label, encodingName(label))),
      };
    case "separator":
      return {
        label: "Separator",
        patch: { separator: null },
        options: (["\t", ",", ";", "|", " "] as const).map((one) => option("separator", one, separatorNames[one])),
      };
    case "quotes":
      return {
        label: "Quotes",
        patch: { quoted: null },
        options: [option("quoted", true, quotesNames.quoted), option("quoted", false, quotesNames.plain)],
      };
    case "header":
      return {
        label: "Header",
        patch: { header: null },
        options: [option("header", true, headerNames.named), option("header", false, headerNames.none)],
      };
    case "labels":
      return {
        label: "Labels",
        patch: { multiLabel: null },
        options: [option("multiLabel", true, labelCellNames.several), option("multiLabel", false, labelCellNames.one)],
      };
    case "container":
    case "comments":
    case "columns":
      return null;
  }
}
