import { readAll } from '../../src/bytes/read-all.js'
import type { ByteSource } from '../../src/bytes/source.js'
import { makeProfile } from '../../src/model/make-profile.js'
import type { Details, Profile, ProfileSet, ValueType } from '../../src/model/profile.js'
import type { CallGraph } from '../../src/model/tables.js'
import type { ReadContext } from '../codec.js'
import { DETAIL } from './details.js'
import { dataNotes } from './notes.js'
import { commandOf, intervalOf, producerOf } from './origin.js'
import { readStats, type Stats } from './stats-reader.js'

const TIME: ValueType = { name: 'time', unit: 'seconds' }
const SAMPLES: ValueType = { name: 'samples', unit: 'count' }

/**
 * Reads pstats files: one marshalled dict, written by cProfile, profile, Python 3.15's samplers and others.
 *
 *     {('app.py', 6, 'fib'): (1, 177, 0.08, 0.09, {('app.py', 30, 'main'): (1, 1, 0.01, 0.09), …}), …}
 *
 * The surprise: an entry begins with its primitive calls, then all calls; a caller with all calls, then the primitive
 * ones. Times are seconds. See README.md beside this file.
 */
export async function readPstats(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  const data = await readAll(source, context.allocator)
  const profile = toProfile(readStats(data, context))
  context.allocator.release(data)
  return { profiles: [profile], active: 0 }
}

function toProfile(stats: Stats): Profile {
  const { strings, tables, sampled } = stats
  const producer = producerOf(stats)
  return makeProfile({
    strings,
    functions: tables.functions,
    graph: sampled ? sampledGraph(tables.graph) : knownGraph(stats),
    valueTypes: sampled ? [TIME, SAMPLES] : [TIME],
    source: {
      format: 'pstats',
      producer,
      command: commandOf(stats),
      language: 'python',
      method: sampled || producer === 'pyinstrument' ? 'sampled' : 'deterministic',
      intervalNs: sampled ? intervalOf(tables) : null,
      details: detailsOf(stats),
      notes: dataNotes(stats, producer),
    },
  })
}

function detailsOf({ tables, sampled, python2, codeKeys }: Stats): Details {
  const details = new Map<string, string | number | boolean>()
  const ghosts = tables.functions.length - tables.entries
  if (ghosts > 0) details.set(DETAIL.ghosts, ghosts)
  if (python2) details.set(DETAIL.python2, true)
  if (sampled) details.set(DETAIL.sampled, true)
  if (tables.countEdges > 0) details.set(DETAIL.callers, tables.costEdges > 0 ? 'mixed' : 'counts')
  else if (tables.costEdges > 0) details.set(DETAIL.callers, 'costs')
  if (codeKeys > 0) details.set(DETAIL.codeKeys, codeKeys)
  return details
}

/** The graph without the columns that no caller fills: the profile module counts calls and nothing else. */
function knownGraph({ tables }: Stats): CallGraph {
  const { graph } = tables
  if (tables.costEdges > 0 || tables.countEdges === 0) return graph
  return { ...graph, edges: { ...graph.edges, primitiveCalls: null, self: [null], total: [null] } }
}

/**
 * The graph of a sampled file, where the counts are of samples: with the function on top of the stack, then anywhere on
 * it. A caller's only number is in how many samples the pair was adjacent.
 */
function sampledGraph(graph: CallGraph): CallGraph {
  const { edges } = graph
  return {
    ...graph,
    calls: null,
    primitiveCalls: null,
    self: [graph.self[0]!, graph.primitiveCalls!],
    total: [graph.total[0]!, graph.calls!],
    edges: { ...edges, calls: null, primitiveCalls: null, self: [null, null], total: [null, edges.calls] },
  }
}
