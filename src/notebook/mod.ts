/**
 * Tables, figures, progress and facts for notebooks: all that knows Jupyter.
 *
 * @module
 */

export { type CheckedEntries, checkTable } from "./check_table.ts";
export {
  claimFigure,
  type ClaimFigureOptions,
  claimTable,
  claimVerdicts,
  type Decided,
  foundClaims,
  type PublishedClaim,
  verdictTable,
} from "./claim_views.ts";
export { confusionChart, type ConfusionChartOptions } from "./confusion_chart.ts";
export { costTable, type CostTableOptions } from "./cost_table.ts";
export { curves, type History } from "./curves.ts";
export { type DotRow, dotRows, type DotRowsOptions } from "./dot_rows.ts";
export { explainedTable } from "./explained_table.ts";
export { type Facts, facts, publish } from "./facts.ts";
export { figure, type FigureOptions, type Panel } from "./figure.ts";
export {
  type FoundItem,
  foundItems,
  ITEM_NOTE,
  itemRow,
  publishOverview,
  reportItems,
} from "./items.ts";
export { gainChart, type GainGroup, signed } from "./gain_chart.ts";
export { type Displayable, show } from "./jupyter.ts";
export { lineChart, type LineChartOptions, type Series } from "./line_chart.ts";
export { logLogChart, type LogLogChartOptions, type PowerSeries } from "./log_log_chart.ts";
export { digits, escapeHtml, type Markup } from "./markup.ts";
export { pairChart, type PairChartOptions, type PairGroup } from "./pair_chart.ts";
export { contactSheet, type Picture, pictureSvg } from "./pictures.ts";
export { type Progress, progress } from "./progress.ts";
export { runFigure, type RunFigureOptions } from "./run_figure.ts";
export { type SeedSpread, seedSpread } from "../report/seed_spread.ts";
export { agreementTable, scaleTable, settingsTable } from "./small_tables.ts";
export { accuracySteps, searchMap, type SearchMapOptions } from "./search_map.ts";
export { searchProfile, type SearchProfileOptions } from "./search_profile.ts";
export {
  bestTable,
  type BestTableOptions,
  rangeTable,
  type RangeTableOptions,
} from "./search_tables.ts";
export { stripPlot, type StripPlotOptions } from "./strip_plot.ts";
export { type Cell, type Column, table, type TableOptions } from "./table.ts";
export { watch, watchAll } from "./watch.ts";
export { watchSearch } from "./watch_search.ts";
export { watchStudy } from "./watch_study.ts";
