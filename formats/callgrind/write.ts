import { ByteBuilder } from '../../src/bytes/columns.js'
import { encodeText } from '../../src/bytes/text.js'
import { CallcostError, counted } from '../../src/errors.js'
import { Allocator } from '../../src/limits.js'
import { calleesOf } from '../../src/model/adjacency.js'
import { callGraph } from '../../src/model/call-graph.js'
import { exactAt } from '../../src/model/numbers.js'
import type { Profile, ProfileSet } from '../../src/model/profile.js'
import type { CallGraph, FunctionIndex } from '../../src/model/tables.js'
import type { WriteContext } from '../codec.js'
import { SAMPLED, UNKNOWN_CALLS } from './remarks.js'
import { eventName } from './value-types.js'
import { WholeCosts } from './whole-costs.js'
import { NameWriter } from './write-names.js'

/** Bytes that are gathered before they are handed out. */
const PIECE = 64 * 1024

/**
 * Writes the call graph of a profile as callgrind_annotate and KCachegrind read it: a block a function, with its own
 * cost on the line of its definition, and each call with what it cost. Costs are integers: see {@link WholeCosts}.
 */
export function* writeCallgrind(set: ProfileSet, context: WriteContext): Iterable<Uint8Array> {
  const profile = set.profiles[set.active]
  if (profile === undefined) throw new CallcostError('internal', 'no profile to write')
  const graph = callGraph(profile)
  if (graph.length === 0) throw new CallcostError('data', 'the profile has no function to write')
  const costs = new WholeCosts(profile, graph)
  const names = new NameWriter(profile)
  const callees = calleesOf(graph)
  const out = new ByteBuilder(new Allocator(), PIECE)
  const write = (text: string): void => out.append(encodeText(text))
  write(head(profile, graph, costs, context))
  let uncounted = 0
  for (let func = 0; func < graph.length; func++) {
    const line = lineOf(profile, func)
    names.block(out, func)
    write(`${line} ${costs.self(func)}\n`)
    for (let at = callees.start[func]!; at < callees.start[func + 1]!; at++) {
      const edge = callees.edges[at]!
      const callee = graph.edges.callee[edge]!
      const calls = graph.edges.calls === null ? Number.NaN : exactAt(graph.edges.calls, edge)
      // callgrind_annotate takes what a call with the count 0 cost for a cost of the caller itself.
      const isCounted = calls >= 1
      if (!isCounted) uncounted++
      names.call(out, callee)
      write(`calls=${isCounted ? calls : 1} ${lineOf(profile, callee)}\n${line} ${costs.call(edge)}\n`)
      if (out.length >= PIECE) yield* drained(out)
    }
    if (out.length >= PIECE) yield* drained(out)
  }
  write(`\ntotals: ${costs.sums()}\n`)
  yield* drained(out)
  for (const note of [...costs.notes(), ...names.notes()]) context.note(note)
  if (profile.graph?.edges.self.some((column) => column !== null)) {
    context.note('callgrind has one cost per call, the total: self times per caller are left out')
  }
  if (uncounted > 0)
    context.note(`${counted(uncounted, 'count of calls is', 'counts of calls are')} not known and written as 1`)
}

function head(profile: Profile, graph: CallGraph, costs: WholeCosts, { exporter }: WriteContext): string {
  const { source, process } = profile
  const lines = ['# callgrind format', 'version: 1', `creator: ${exporter}`]
  if (process !== null && /^\d+$/.test(process)) lines.push(`pid: ${process}`)
  if (source.command !== null) lines.push(`cmd: ${source.command.replace(/[\r\n]+/g, ' ')}`)
  if (graph.edges.calls === null) lines.push(`desc: ${UNKNOWN_CALLS}`)
  if (source.method === 'sampled') lines.push(`desc: ${SAMPLED}`)
  lines.push('positions: line', `events: ${costs.valueTypes.map(eventName).join(' ')}`, `summary: ${costs.sums()}`)
  return `${lines.join('\n')}\n`
}

/** The line of a function's definition; 0 where it is not known. */
function lineOf({ functions }: Profile, func: FunctionIndex): number {
  return Math.max(0, functions.line[func]!)
}

function* drained(out: ByteBuilder): Generator<Uint8Array> {
  yield out.values.slice(0, out.length)
  out.length = 0
}
