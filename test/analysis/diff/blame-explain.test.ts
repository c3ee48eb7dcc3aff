import { describe, expect, it } from 'vitest'
import { type Explanation, explain } from '../../../src/analysis/diff/blame/explain.js'
import { alignedByName, page } from './aligned-graph.js'

const one = (row: Parameters<typeof alignedByName>[0][string]): Explanation => explain(alignedByName({ f: row }, []), 0)

describe('explain', () => {
  it('finds no row in front of the first', () => {
    expect(() => explain(page(true), -1)).toThrow('there is no row -1 to explain')
  })

  it('says that all of a new or gone function is that it is called', () => {
    expect(one({ calls: [0, 4], self: [0, 8], total: [0, 12] })).toMatchObject({
      counted: true,
      delta: 12,
      calledMore: 12,
      ownCode: 0,
      residual: 0,
    })
    expect(one({ calls: [4, 0], self: [8, 0], total: [12, 0] })).toMatchObject({
      counted: true,
      delta: -12,
      calledMore: -12,
      ownCode: 0,
      residual: 0,
    })
  })

  it.each([
    ['costs something without a call', { calls: [0, 4], self: [3, 8], total: [3, 8] }, 5, 0],
    ['has a total without a call', { calls: [0, 4], self: [0, 8], total: [5, 9] }, 8, -4],
    ['has an unknown count', { calls: [Number.NaN, 4], self: [0, 8], total: [0, 8] }, 8, 0],
    ['has a count below 0', { calls: [-1, 4], self: [0, 8], total: [0, 8] }, 8, 0],
    ['is on neither side', { calls: [0, 0], self: [0, 0], total: [0, 0] }, 0, 0],
  ] as const)('does without counts where a function %s', (_, row, ownCode, residual) => {
    expect(one(row)).toMatchObject({ counted: false, calledMore: null, ownCode, residual })
  })

  const fan = {
    top: { calls: [2, 2], self: [10, 10], total: [100, 160] },
    a: { calls: [2, 2], self: [1, 1], total: [1, 1] },
    b: { calls: [2, 2], self: [1, 1], total: [1, 1] },
    c: { calls: [2, 2], self: [1, 1], total: [1, 1] },
    d: { calls: [2, 2], self: [1, 1], total: [1, 1] },
  } as const

  it('puts the callees that changed most first, by calls and cost together', () => {
    const graph = alignedByName(fan, [
      // Twice as often at half the cost: nothing, of two large parts.
      ['top', 'a', { calls: [2, 4], total: [40, 40] }],
      ['top', 'b', { calls: [2, 2], total: [20, 25] }],
      ['top', 'top', { calls: [1, 1], total: [3, 50] }],
      ['top', 'c', { calls: [2, 2], total: [20, 30] }],
      ['top', 'd', { calls: [2, 2], total: [20, 15] }],
    ])
    for (const counted of [true, false]) {
      const { callees, residual } = explain(counted ? graph : { ...graph, calls: null }, 0)
      expect([[...callees.edge], [...callees.row]]).toEqual([
        [3, 1, 4, 0],
        [3, 2, 4, 1],
      ])
      // 60 more in all, of which 10 + 5 - 5 are in callees.
      expect(residual).toBe(50)
    }
    const { byCalls, byCost } = explain(graph, 0).callees
    // a: two more calls at the mean of 20 and 10.
    expect([...byCalls!]).toEqual([0, 0, 0, 30])
    expect([...byCost]).toEqual([10, 5, -5, -30])
  })

  it('does not split what calls contradict, nor what does not exist', () => {
    const graph = alignedByName(fan, [
      ['top', 'a', { calls: [0, 2], total: [5, 10] }],
      ['top', 'b', { calls: [0, 0], total: [0, 0] }],
      ['top', 'c', { calls: [3, 0], total: [9, 0] }],
    ])
    const { row, byCalls, byCost } = explain(graph, 0).callees
    expect(Array.from(row, (fn, i) => [fn, byCalls![i], byCost[i]])).toEqual([
      [3, -9, 0],
      [1, 0, 5],
      [2, 0, 0],
    ])
  })

  it('does without what edges do not say', () => {
    const graph = alignedByName(fan, [
      ['top', 'a', { calls: [2, 4], total: [40, 60] }],
      ['top', 'b', { calls: [2, 2], total: [20, 25] }],
    ])
    const uncounted = explain({ ...graph, edges: { ...graph.edges, calls: null } }, 0)
    expect([[...uncounted.callees.byCalls!], [...uncounted.callees.byCost]]).toEqual([
      [0, 0],
      [20, 5],
    ])
    expect(uncounted).toMatchObject({ counted: true, residual: 35 })
    const without = { ...graph, edges: { ...graph.edges, total: null } }
    for (const calls of [graph.calls, null]) {
      const { callees, residual } = explain({ ...without, calls }, 0)
      expect([[...callees.row], [...callees.byCost], residual]).toEqual([[1, 2], [0, 0], 60])
    }
  })
})
