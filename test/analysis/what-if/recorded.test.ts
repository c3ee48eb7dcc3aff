import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { measure } from '../../../src/analysis/costs.js'
import { compensate } from '../../../src/analysis/overhead/compensate.js'
import { roughOverhead } from '../../../src/analysis/overhead/overhead.js'
import { bindEdit, boundEdit } from '../../../src/analysis/what-if/bind-edit.js'
import { parseEdit } from '../../../src/analysis/what-if/edit.js'
import { type WhatIfModel, whatIfModel } from '../../../src/analysis/what-if/model.js'
import { memorySource } from '../../../src/bytes/source.js'
import type { Profile } from '../../../src/model/profile.js'
import { readProfile } from '../../../src/pipeline/read.js'
import { FIXTURES, readableFixtures } from '../../support/fixtures.js'

async function read(path: string): Promise<Profile> {
  return readProfile(memorySource(basename(path), readFileSync(join(FIXTURES, path))))
}

function saving(model: WhatIfModel, ...edits: readonly string[]): number {
  return model.savingOf(edits.map((text) => bindEdit(model, parseEdit(text))))
}

describe('the inventory report', () => {
  it('would lose as much as its recorded fix lost', async () => {
    const model = whatIfModel(await read('pstats/inventory.pstats'))
    const saved = saving(model, 'fetch_category_name:calls=12')
    // 4,809 of 4,821 calls at 5,742.52 µs each, as pstats has it.
    expect(saved).toBeCloseTo(27.684687234 * (4809 / 4821), 6)
    const fixed = measure(await read('pstats/inventory-cached.pstats'))
    const actual = model.whole - Number(fixed.total)
    expect(Math.abs(saved - actual) / actual).toBeLessThan(0.02)
  })

  it('is as long as before when nothing is changed, and gone when all is', async () => {
    const profile = await read('pstats/inventory.pstats')
    const model = whatIfModel(profile)
    expect(saving(model, 'fetch_category_name:calls=*1', 'csv.py:percall=*1')).toBeCloseTo(0, 9)
    expect(saving(model, '.:remove')).toBeCloseTo(model.whole, 9)
  })
})

describe('profiles of every kind', () => {
  it('save the total of a function of stacks that is removed, and of one of a graph its self at least', async () => {
    for (const { path } of readableFixtures().filter(({ bytes }) => bytes.length < 20_000)) {
      const profile = await read(path)
      const model = whatIfModel(profile)
      const { graph, value } = model.measure
      const tolerance = Math.abs(model.whole) * 1e-9
      if (!Number.isFinite(model.whole)) continue
      for (let fn = 0; fn < Math.min(graph.length, 25); fn++) {
        const target = { functions: Int32Array.of(fn), callers: null }
        const saved = model.savingOf([boundEdit(model, target, { kind: 'remove' }, 'remove')])
        const [self, total] = [graph.self[value]!.values[fn]!, graph.total[value]!.values[fn]!]
        if (!Number.isFinite(self + total)) continue
        if (model.basis === 'stacks') expect(Math.abs(saved - total), path).toBeLessThanOrEqual(tolerance)
        else expect(saved, `${path} ${fn}`).toBeGreaterThanOrEqual(self - tolerance)
      }
    }
  })

  it('keep the tree when the profiler is taken out', async () => {
    for (const path of ['pstats/inventory.pstats', 'pstats/inventory-cached.pstats', 'pstats/py313-recursion.pstats']) {
      const measured = measure(await read(path))
      const found = compensate(measured, roughOverhead(measured.profile)!)!
      const { graph, value } = measured
      let root = 0
      for (let fn = 0; fn < graph.length; fn++) {
        expect(found.total[fn]!).toBeGreaterThanOrEqual(found.self[fn]! - 1e-12)
        expect(found.total[fn]!).toBeLessThanOrEqual(graph.total[value]!.values[fn]! + 1e-12)
        if (graph.total[value]!.values[fn]! > graph.total[value]!.values[root]!) root = fn
      }
      // All that runs runs below the first function.
      const rest = Number(measured.total) - graph.total[value]!.values[root]!
      expect(found.total[root]! + rest).toBeCloseTo(found.whole, 3)
    }
  })
})
