import { expect, it } from 'vitest'
import { runRows } from '../../../src/analysis/diff/judge/run-rows.js'
import { type Pair, sideOf } from '../../../src/analysis/diff/side.js'
import { graph } from '../../support/draw.js'

it('puts every run of both sides over the rows and edges of an alignment', () => {
  const before = [
    graph(`
      main 1x self=1
      main -> f 2x
      f 2x self=3`),
    graph(`
      main 1x self=2
      main -> f 2x
      main -> g 1x
      f 2x self=5
      g 1x self=1`),
  ]
  const after = [
    graph(`
      f 4x self=9
      main 1x self=1
      main -> f 4x`),
  ]
  const sides = [sideOf(before, [0, 0], 'seconds'), sideOf(after, [0], 'seconds')] as const
  // The sides have main, f, g and f, main; the rows are f, g, main, the edges those to g and to f.
  const alignment = {
    length: 3,
    rowOf: [Int32Array.of(2, 0, 1), Int32Array.of(0, 2)],
    edges: {
      length: 2,
      caller: Int32Array.of(2, 2),
      callee: Int32Array.of(1, 0),
      edgeOf: [Int32Array.of(1, 0), Int32Array.of(1)],
    },
  } as const
  const cells = (values: Pair<Float64Array[]> | null) => values?.map((runs) => runs.map((run) => [...run]))
  expect(cells(runRows(alignment, sides, 'self'))).toEqual([
    [
      [3, 0, 1],
      [5, 1, 2],
    ],
    [[9, 0, 1]],
  ])
  expect(cells(runRows(alignment, sides, 'edgeCalls'))).toEqual([
    [
      [0, 2],
      [1, 2],
    ],
    [[0, 4]],
  ])
  expect(runRows(alignment, sides, 'edgeSelf')).toBe(null)
})
