import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../../../src/bytes/source.js'
import { callGraph } from '../../../src/model/call-graph.js'
import type { Profile } from '../../../src/model/profile.js'
import type { AttributionRules } from '../../../src/model/sample-sink.js'
import { NO_POSITION, NONE } from '../../../src/model/tables.js'
import { readProfile } from '../../../src/pipeline/read.js'
import { FIXTURES } from '../../support/fixtures.js'

/**
 * What a walk over every sample's stack gives, made by a script that shares no code with us: the dozen functions with
 * the most self time, and the heaviest edges, under two attributions and two places for garbage collections.
 */
type Oracle = Record<string, Record<string, Expected>>

interface Expected {
  readonly top: readonly {
    readonly frame: string
    readonly self: number
    readonly total: number
    readonly hits: number
  }[]
  readonly edges: readonly (readonly [string, number])[]
}

const folder = join(FIXTURES, 'cpuprofile')
const oracle = JSON.parse(readFileSync(join(folder, 'brute-force.oracle.json'), 'utf8')) as Oracle

const RULES: readonly (readonly [string, AttributionRules])[] = [
  ['forward/root', { attribution: 'hold', gc: 'root' }],
  ['forward/attach', { attribution: 'hold', gc: 'attach' }],
  ['backward/root', { attribution: 'back', gc: 'root' }],
  ['backward/attach', { attribution: 'back', gc: 'attach' }],
]

/** A function as the oracle names it: name, URL, and the position as V8 writes it, from 0. */
function keyOf({ functions, strings }: Profile, func: number): string {
  const file = functions.file[func]!
  const zeroBased = (position: number): number => (position === NO_POSITION ? -1 : position - 1)
  return [
    strings.text(functions.name[func]!),
    file === NONE ? '' : strings.text(file),
    zeroBased(functions.line[func]!),
    zeroBased(functions.column[func]!),
  ].join('|')
}

describe.each(Object.keys(oracle))('%s', (name) => {
  const bytes = new Uint8Array(readFileSync(join(folder, name)))

  describe.each(RULES)('%s', (key, rules) => {
    it.each(['timeline', 'runs', 'sums', 'weights'] as const)(
      'agrees with the walk over its samples (%s)',
      async (need) => {
        const profile = await readProfile(memorySource(name, bytes), { need, rules })
        const graph = callGraph(profile)
        const functions = new Map(Array.from({ length: graph.length }, (_, func) => [keyOf(profile, func), func]))
        const expected = oracle[name]![key]!
        for (const { frame, self, total, hits } of expected.top) {
          const func = functions.get(frame)!
          const found = {
            self: graph.self[0]!.values[func],
            total: graph.total[0]!.values[func],
            hits: graph.self[1]!.values[func],
          }
          expect({ frame, ...found }).toEqual({ frame, self, total, hits })
        }
        const edges = new Map(
          Array.from({ length: graph.edges.length }, (_, edge) => [
            `${keyOf(profile, graph.edges.caller[edge]!)} -> ${keyOf(profile, graph.edges.callee[edge]!)}`,
            graph.edges.total[0]!.values[edge],
          ]),
        )
        for (const [edge, total] of expected.edges) expect([edge, edges.get(edge)]).toEqual([edge, total])
      },
    )
  })
})
