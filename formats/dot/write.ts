import { dotLabel } from '../../src/encode/dot.js'
import { CallcostError } from '../../src/errors.js'
import { callGraph } from '../../src/model/call-graph.js'
import { placeOfFunction } from '../../src/model/modules/describe-function.js'
import { exactAt, type NumberColumn, sumColumn } from '../../src/model/numbers.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import type { CallGraph, FunctionIndex } from '../../src/model/tables.js'
import type { OptionValues, WriteContext } from '../codec.js'
import { callsText, costText, percentText } from './texts.js'

const encoder = new TextEncoder()

/** Characters that are gathered before they become bytes. */
const PIECE = 64 * 1024

/** What is drawn of a graph. */
interface Drawing {
  readonly profile: Profile
  readonly graph: CallGraph
  readonly self: NumberColumn
  readonly total: NumberColumn
  readonly edgeTotal: NumberColumn | null
  /** What shares relate to; 0 when nothing was measured, and then everything is drawn. */
  readonly whole: number
  readonly nodeShare: number
  readonly edgeShare: number
}

/**
 * Writes the call graph of a profile for graphviz: functions with self, total and calls, coloured by their share of the
 * profile; calls with their total. What weighs less than the thresholds is left out, and said.
 */
export function* writeDot(set: ProfileSet, context: WriteContext): Iterable<Uint8Array> {
  const profile = set.profiles[set.active]
  if (profile === undefined) throw new CallcostError('internal', 'no profile to write')
  const graph = callGraph(profile)
  const value = profile.defaultValue
  const self = graph.self[value]!
  const drawing: Drawing = {
    profile,
    graph,
    self,
    total: graph.total[value]!,
    edgeTotal: graph.edges.total[value] ?? null,
    whole: Number(profile.wholeTotals?.[value] ?? sumColumn(self, graph.length)),
    nodeShare: shareOption(context.options, 'dot-nodes', 0.005),
    edgeShare: shareOption(context.options, 'dot-edges', 0.001),
  }
  let text = head(drawing, context.exporter)
  let shown = 0
  for (let func = 0; func < graph.length; func++) {
    if (!hasNode(drawing, func)) continue
    shown++
    text += node(drawing, func)
    if (text.length < PIECE) continue
    yield encoder.encode(text)
    text = ''
  }
  for (let edge = 0; edge < graph.edges.length; edge++) {
    text += edgeLine(drawing, edge)
    if (text.length < PIECE) continue
    yield encoder.encode(text)
    text = ''
  }
  yield encoder.encode(`${text}}\n`)
  if (shown < graph.length) {
    context.note(`${shown} of ${graph.length} functions are drawn: --dot-nodes 0 draws all`)
  }
}

function shareOption(options: OptionValues, name: string, usual: number): number {
  const text = options[name] ?? String(usual)
  const share = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN
  if (share >= 0 && share <= 1) return share
  throw new CallcostError('usage', `expected a share from 0 to 1 for --${name}, got ${JSON.stringify(text)}`)
}

function head({ profile, whole }: Drawing, exporter: string): string {
  const { name, unit } = profile.valueTypes[profile.defaultValue]!
  const { command } = profile.source
  const title = [...(command === null ? [] : [command]), `${name}: ${costText(whole, unit)}`, exporter]
  return [
    'digraph callcost {',
    `  graph [label=${dotLabel(title)}, labelloc=t, fontname="Helvetica"]`,
    '  node [shape=box, style="filled,rounded", fontname="Helvetica", fontsize=11, color="#00000033"]',
    '  edge [fontname="Helvetica", fontsize=10, color="#555555"]',
    '',
  ].join('\n')
}

/** A function is drawn when it is heavy enough, and when it is not known how heavy it is. */
function hasNode({ total, whole, nodeShare }: Drawing, func: FunctionIndex): boolean {
  return !(total.values[func]! < nodeShare * whole)
}

function node({ profile, graph, self, total, whole }: Drawing, func: FunctionIndex): string {
  const { functions, strings, valueTypes, defaultValue } = profile
  const { unit } = valueTypes[defaultValue]!
  const { file, line } = placeOfFunction(profile, func)
  const lines = [strings.text(functions.name[func]!)]
  if (file !== null) lines.push(`${lastParts(file)}${line === null ? '' : `:${line}`}`)
  const cost = (column: NumberColumn): string =>
    `${costText(exactAt(column, func), unit)}${percentText(column.values[func]! / whole)}`
  lines.push(`self ${cost(self)}`, `total ${cost(total)}`)
  const calls = graph.calls === null ? Number.NaN : exactAt(graph.calls, func)
  if (!Number.isNaN(Number(calls))) lines.push(callsText(calls))
  return `  n${func} [label=${dotLabel(lines)}, fillcolor="${colour(total.values[func]! / whole)}"]\n`
}

function edgeLine(drawing: Drawing, edge: number): string {
  const { profile, graph, edgeTotal, whole, edgeShare } = drawing
  const { edges } = graph
  const caller = edges.caller[edge]!
  const callee = edges.callee[edge]!
  const weight = edgeTotal?.values[edge] ?? Number.NaN
  if (weight < edgeShare * whole || !hasNode(drawing, caller) || !hasNode(drawing, callee)) return ''
  const lines: string[] = []
  const { unit } = profile.valueTypes[profile.defaultValue]!
  if (!Number.isNaN(weight)) lines.push(`${costText(exactAt(edgeTotal!, edge), unit)}${percentText(weight / whole)}`)
  const calls = edges.calls === null ? Number.NaN : exactAt(edges.calls, edge)
  if (!Number.isNaN(Number(calls))) lines.push(callsText(calls))
  const share = within(weight / whole)
  return `  n${caller} -> n${callee} [label=${dotLabel(lines)}, penwidth=${(0.5 + 4 * share).toFixed(2)}]\n`
}

/** White for nothing, over yellow to red for the whole profile, in hue, saturation and value; letters stay readable. */
function colour(share: number): string {
  const part = within(share)
  return `${(0.16 * (1 - part)).toFixed(3)} ${(0.08 + 0.52 * Math.sqrt(part)).toFixed(3)} 1.000`
}

/** A share between 0 and 1; what is not known counts as 0. */
function within(share: number): number {
  return share > 0 ? Math.min(1, share) : 0
}

/** A path without its beginning, which would make boxes wide. */
function lastParts(file: string): string {
  const parts = file.split(/[\\/]/)
  return parts.length <= 2 ? file : `…/${parts.slice(-2).join('/')}`
}
