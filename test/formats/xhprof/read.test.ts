import { describe, expect, it } from 'vitest'
import { entryKey } from '../../../formats/xhprof/entry-key.js'
import { memorySource } from '../../../src/bytes/source.js'
import type { Profile } from '../../../src/model/profile.js'
import { type ReadOptions, readProfileSet } from '../../../src/pipeline/read.js'

async function read(input: string | object, options: ReadOptions = {}): Promise<Profile> {
  const source =
    typeof input === 'string'
      ? `fixtures/xhprof/${input}`
      : memorySource('x', new TextEncoder().encode(JSON.stringify(input)))
  return (await readProfileSet(source, options)).set.profiles[0]!
}

/** Function → calls, primitive calls, self and total of the first value. */
function rows({ functions, graph, strings }: Profile): Record<string, number[]> {
  const { calls, primitiveCalls, self, total } = graph!
  return Object.fromEntries(
    Array.from({ length: functions.length }, (_, fn) => [
      strings.text(functions.name[fn]!),
      [calls!, primitiveCalls!, self[0]!, total[0]!].map(({ values }) => values[fn]!),
    ]),
  )
}

/** `caller → callee` → calls and total of the first value. */
function pairs({ functions, graph, strings }: Profile): Record<string, number[]> {
  const { edges } = graph!
  const name = (fn: number): string => strings.text(functions.name[fn]!)
  return Object.fromEntries(
    Array.from({ length: edges.length }, (_, edge) => [
      `${name(edges.caller[edge]!)} → ${name(edges.callee[edge]!)}`,
      [edges.calls!.values[edge]!, edges.total[0]!.values[edge]!],
    ]),
  )
}

describe('depths of recursion', () => {
  it('fold into the functions whose numbers the program itself fixes', async () => {
    const found = rows(await read('tideways-5.0-cpu-memory.xhprof.json'))
    // fib(12) makes 2·F(13) − 1 calls; even(20) and odd alternate down to 0.
    expect(found.fib!.slice(0, 2)).toEqual([465, 1])
    expect(found.even!.slice(0, 2)).toEqual([11, 1])
    expect(found.odd!.slice(0, 2)).toEqual([10, 1])
    expect(found['Store::get']!.slice(0, 2)).toEqual([200, 200])
    expect(found.fib![2]).toBe(found.fib![3])
  })

  it('leave the sum of self the total of what nobody called', async () => {
    const profile = await read('tideways-5.0-cpu-memory.xhprof.json')
    const found = rows(profile)
    const sum = Object.values(found).reduce((all, row) => all + row[2]!, 0)
    expect(sum).toBe(found['main()']![3]! + found.work![3]! + found.tideways_xhprof_disable![3]!)
  })

  it('count the outermost activation, worked out by hand', async () => {
    const profile = await read('handmade-recursion.xhprof.json')
    expect(rows(profile)).toMatchObject({
      // 900 + 400 + 50 spent in a, less 600 + 300 in b, 50 in a and 70 in strlen.
      a: [4, 2, 330, 900],
      b: [3, 2, 500, 600],
      strlen: [7, 7, 70, 70],
      'main()': [1, 1, 100, 1000],
      lost: [Number.NaN, Number.NaN, Number.NaN, Number.NaN],
    })
    expect(pairs(profile)).toMatchObject({
      'a → b': [3, 600],
      'b → a': [1, 400],
      'a → a': [1, 0],
      'main() → a': [2, 900],
    })
  })

  it.each([
    ['main()', null, { name: 'main()', depth: 0 }],
    ['a@2==>b', { name: 'a', depth: 2 }, { name: 'b', depth: 0 }],
    ['N\\K::m==>load::C:/a@b.php@1', { name: 'N\\K::m', depth: 0 }, { name: 'load::C:/a@b.php', depth: 1 }],
  ])('%s', (key, caller, callee) => expect(entryKey(key)).toEqual({ caller, callee }))
})

describe('documents', () => {
  const entries = { 'main()': { ct: 1, wt: 9, cpu: 5 }, 'main()==>f': { ct: 3, wt: 4, cpu: 2 } }

  it('may wrap the entries, whatever stands beside them', async () => {
    const meta = { url: '/cart?id=7', SERVER: { REQUEST_TIME: 1, ct: 4 }, get: [], request_ts: { sec: 1, usec: 0 } }
    const bare = await read(entries)
    const wrapped = await read({ _id: '5', meta, profile: entries })
    expect(rows(wrapped)).toEqual(rows(bare))
    expect(wrapped.name).toBe('/cart?id=7')
    expect(bare.valueTypes.map(({ name }) => name)).toEqual(['wall', 'cpu'])
  })

  it('lose an entry without its costs under lenient', async () => {
    const broken = { ...entries, 'main()==>g': { ct: 1 }, 'main()==>h': { ct: 1, wt: 1 }, 'main()==>i': [] }
    await expect(read(broken)).rejects.toThrow('expected an entry with "ct" and costs, got none in "main()==>g"')
    await expect(read({ ...entries, 'main()==>h': { ct: 1, wt: 1 } })).rejects.toThrow(
      'expected "cpu" as in the entries before, got none in "main()==>h"',
    )
    expect(Object.keys(rows(await read(broken, { lenient: true })))).toEqual(['main()', 'f'])
  })
})
