import bars from "./styles/bars.css?raw";
import colors from "./styles/colors.css?raw";
import media from "./styles/media.css?raw";
import page from "./styles/page.css?raw";
import pictures from "./styles/pictures.css?raw";
import tables from "./styles/tables.css?raw";

/** The style sheet of a report; what depends on paper and width comes last, as it changes the rest. */
export const style = [colors, page, tables, pictures, bars, media].join("");
