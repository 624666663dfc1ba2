import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  BigValueColorMode,
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DashboardLink,
  MappingType,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapTooltipBuilder,
  PanelBuilder as HeatmapBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { datasource } from './variables.ts'

/** What every panel says: its title, what it shows and what to do when it looks bad, and in which of Grafana's units. */
export interface Face {
  readonly title: string
  readonly says: string
  readonly unit: string
  /** Of 24 columns. */
  readonly width?: number
  readonly height?: number
}

/** What stands in place of a value's text, by the value. */
type Words = Readonly<Record<string, string>>

/** From which value on which colour holds; the first holds below. */
type Colours = readonly [first: string, ...from: (readonly [number, string])[]]

/** Shares of requests: below 95 % is bad, below 99 % deserves a look. */
export const goodWhenHigh: Colours = ['red', [0.95, 'orange'], [0.99, 'green']]
export const goodWhenLow: Colours = ['green', [0.01, 'orange'], [0.05, 'red']]
/** Whatever should not be there at all. */
export const goodWhenNone: Colours = ['green', [1e-9, 'orange']]
const neutral: Colours = ['blue']

const queryOf = (expr: string, i: number) => new DataqueryBuilder().datasource(datasource).refId(refId(i)).expr(expr)

/** `A`, `B`, … */
export const refId = (i: number): string => String.fromCharCode('A'.charCodeAt(0) + i)

export function thresholds([first, ...from]: Colours): ThresholdsConfigBuilder {
  const steps: Threshold[] = [{ value: null, color: first }, ...from.map(([value, color]) => ({ value, color }))]
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps)
}

/** One figure with its course behind it. */
export function figure(face: Face, expr: string, look: { readonly colours?: Colours; readonly words?: Words } = {}): StatBuilder {
  const { title, says, unit, width = 4, height = 4 } = face
  const panel = new StatBuilder().title(title).description(says).unit(unit).span(width).height(height).datasource(datasource)
  const options = Object.fromEntries(Object.entries(look.words ?? {}).map(([value, text], index) => [value, { text, index }]))
  return panel
    .thresholds(thresholds(look.colours ?? neutral))
    .mappings(look.words ? [{ type: MappingType.ValueToText, options }] : [])
    .noValue('none')
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false))
    .withTarget(queryOf(expr, 0).range())
}

/** What a line is called, and its expression; `{{label}}` in the name stands for the label. */
type Lines = Readonly<Record<string, string>>

interface LinesLook {
  readonly stacked?: boolean
  /** From 0 to 1. */
  readonly share?: boolean
  readonly links?: readonly Builder<DashboardLink>[]
}

/** Lines over time. */
export function lines(face: Face, expressions: Lines, { stacked = false, share = false, links = [] }: LinesLook = {}): TimeseriesBuilder {
  const { title, says, unit, width = 12, height = 8 } = face
  const panel = new TimeseriesBuilder().title(title).description(says).unit(unit).span(width).height(height).datasource(datasource)
  const legend = new VizLegendOptionsBuilder().showLegend(true).placement(LegendPlacement.Bottom)
  panel
    .min(0)
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 10)
    .stacking(new StackingConfigBuilder().mode(stacked ? StackingMode.Normal : StackingMode.None).group('A'))
    .legend(legend.displayMode(LegendDisplayMode.Table).calcs(['lastNotNull', 'max']).sortBy('Last *').sortDesc(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .dataLinks([...links])
  if (share) panel.axisSoftMax(0.01)
  Object.entries(expressions).forEach(([name, expr], i) => panel.withTarget(queryOf(expr, i).range().legendFormat(name)))
  return panel
}

/** How many requests took how long: columns are moments, rows the bounds of the histogram's buckets. */
export function heatMap(face: Face, bucketsPerSecond: string): HeatmapBuilder {
  const { title, says, unit, width = 12, height = 8 } = face
  const colour = new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme('Oranges').exponent(0.5).steps(64)
  return new HeatmapBuilder()
    .title(title)
    .description(says)
    .unit(unit)
    .span(width)
    .height(height)
    .datasource(datasource)
    .calculate(false)
    .cellGap(1)
    .color(colour)
    .yAxis(new YAxisConfigBuilder().unit('s'))
    .tooltip(new HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true))
    .withTarget(queryOf(bucketsPerSecond, 0).range().format(PromQueryFormat.Heatmap).legendFormat('{{le}}'))
}
