import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { calleesOf, callersOf } from '../src/model/adjacency.js'
import { exactAt } from '../src/model/numbers.js'
import type { Profile } from '../src/model/profile.js'
import type { CallGraph, FunctionIndex } from '../src/model/tables.js'
import { readProfileSet } from '../src/pipeline/read.js'
import { FIXTURES } from './support/fixtures.js'

/** As fixtures/programs/inventory/count_calls.py counts, without a profiler. */
interface Truth {
  readonly records: number
  readonly categories: number
  readonly calls: Readonly<Record<string, number>>
  readonly edges: readonly (readonly [caller: string, callee: string, calls: number])[]
  readonly categoryQueries: number
}

const EXECUTE = "<method 'execute' of 'sqlite3.Cursor' objects>"

class Recording {
  readonly profile: Profile
  readonly graph: CallGraph

  constructor(profile: Profile) {
    this.profile = profile
    this.graph = profile.graph!
  }

  /** The only function of that name. */
  find(name: string): FunctionIndex {
    const { functions, strings } = this.profile
    const found = Array.from(functions.name.keys()).filter((fn) => strings.text(functions.name[fn]!) === name)
    expect(found, name).toHaveLength(1)
    return found[0]!
  }

  calls(name: string): number {
    return Number(exactAt(this.graph.calls!, this.find(name)))
  }

  self(name: string): number {
    return this.graph.self[0]!.values[this.find(name)]!
  }

  total(name: string): number {
    return this.graph.total[0]!.values[this.find(name)]!
  }

  /** Callees (or callers) by name, with the calls of the edge. */
  around(name: string, side: 'callers' | 'callees'): Map<string, number> {
    const { edges } = this.graph
    const [rows, other] = side === 'callers' ? [callersOf, edges.caller] : [calleesOf, edges.callee]
    const { functions, strings } = this.profile
    return new Map(
      Array.from(rows(this.graph).of(this.find(name)), (edge) => [
        strings.text(functions.name[other[edge]!]!),
        Number(exactAt(edges.calls!, edge)),
      ]),
    )
  }
}

async function recording(suffix: string): Promise<Recording> {
  const bytes = new Uint8Array(readFileSync(join(FIXTURES, 'pstats', `inventory${suffix}.pstats`)))
  const { set } = await readProfileSet(bytes, { from: 'pstats' })
  return new Recording(set.profiles[0]!)
}

function truth(suffix: string): Truth {
  return JSON.parse(readFileSync(join(FIXTURES, 'programs/inventory', `truth${suffix}.json`), 'utf8')) as Truth
}

describe.each(['', '-fixed', '-cached'])('inventory%s.pstats', (suffix) => {
  it('has the calls that were counted without a profiler', async () => {
    const found = await recording(suffix)
    const { calls, edges, categoryQueries } = truth(suffix)
    expect(Object.fromEntries(Object.keys(calls).map((name) => [name, found.calls(name)]))).toEqual(calls)
    for (const [caller, callee, count] of edges) {
      expect(found.around(callee, 'callers').get(caller), `${caller} → ${callee}`).toBe(count)
    }
    // load_records asks once, and not for a category.
    expect(found.calls(EXECUTE)).toBe(categoryQueries + 1)
  })

  it('carries no path of the machine that recorded it', async () => {
    const { profile } = await recording(suffix)
    const files = new Set(
      Array.from(profile.functions.file, (file) => (file < 0 ? '~' : profile.strings.text(file))).map((file) =>
        file.replace(/^(\/home\/dev\/shop|\/usr\/lib|<frozen)\b.*/, '$1'),
      ),
    )
    expect([...files].sort()).toEqual(['/home/dev/shop', '/usr/lib', '<frozen', '<string>', 'inventory.py', '~'])
  })
})

describe('the story', () => {
  it('is an N+1 query: one caller, 4,821 calls for twelve names, 5.7 ms each, spent in the built-in', async () => {
    const slow = await recording('')
    const { records, categories } = truth('')
    expect([records, categories]).toEqual([4821, 12])
    expect([...slow.around('fetch_category_name', 'callers')]).toEqual([['enrich_record', records]])
    expect(slow.total('fetch_category_name') / records).toBeCloseTo(0.0057, 4)
    expect(slow.self(EXECUTE) / slow.total('fetch_category_name')).toBeGreaterThan(0.99)
    expect(slow.self('fetch_category_name') / slow.total('fetch_category_name')).toBeLessThan(0.01)
    expect(slow.around('fetch_category_name', 'callees').get(EXECUTE)).toBe(records)
  })

  it('orders its chain, and the loop that was suspected is cheap', async () => {
    const slow = await recording('')
    const chain = ['process_inventory', 'enrich_record', 'fetch_category_name', EXECUTE, 'build_summary_dict']
    const totals = chain.map((name) => slow.total(name))
    expect(totals).toEqual(totals.toSorted((a, b) => b - a))
    expect(slow.total('build_summary_dict') / slow.total('process_inventory')).toBeLessThan(0.01)
  })

  it('is mended by either repair, which costs a query at most a category', async () => {
    const [slow, fixed, cached] = await Promise.all([recording(''), recording('-fixed'), recording('-cached')])
    const before = slow.total('process_inventory')
    for (const repaired of [fixed, cached]) {
      expect(before / repaired.total('process_inventory')).toBeGreaterThan(100)
    }
    expect(cached.calls('fetch_category_name')).toBe(12)
    const perCall = (r: Recording): number => r.total('fetch_category_name') / r.calls('fetch_category_name')
    expect(perCall(cached) / perCall(slow)).toBeCloseTo(1, 1)
  })
})
