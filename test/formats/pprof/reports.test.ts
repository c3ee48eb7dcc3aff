import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { measure } from '../../../src/analysis/costs.js'
import type { Profile } from '../../../src/model/profile.js'
import { readProfile } from '../../../src/pipeline/read.js'
import { filterStacks, type StackFilters } from '../../../src/transform/filter-stacks.js'
import { FIXTURES } from '../../support/fixtures.js'
import { agrees, costsByName, parsePprofText } from '../../support/pprof-text.js'

/** What pprof reports and what we compute, each row of the report against ours. */
function compare(profile: Profile, report: string, isUntrimmed: boolean): void {
  const theirs = parsePprofText(report)
  // Every row was understood. An edge stands with its caller and with its callee, unless one of them comes to nothing.
  const rows = report.slice(report.indexOf('flat%')).split('\n').slice(1)
  expect(theirs.functions.size).toBe(rows.filter((row) => /%.*%.*%/.test(row)).length)
  const edgeRows = rows.filter((row) => row.includes('% |   ')).length
  expect(theirs.edges.size).toBeGreaterThanOrEqual(edgeRows / 2)
  expect(theirs.functions.size).toBeGreaterThan(0)
  const ours = costsByName(profile)
  const differences: string[] = []
  for (const [name, { flat, cum }] of theirs.functions) {
    const own = ours.functions.get(name)
    if (!agrees(own?.flat, flat) || !agrees(own?.cum, cum)) {
      differences.push(`${name}: ${own?.flat} ${own?.cum}, pprof says ${flat.value} ${cum.value}`)
    }
  }
  for (const [edge, weight] of theirs.edges) {
    const own = ours.edges.get(edge)
    if (!agrees(own, weight)) differences.push(`${edge}: ${own}, pprof says ${weight.value}`)
  }
  if (isUntrimmed) {
    for (const [name, { flat, cum }] of ours.functions) {
      if ((flat !== 0 || cum !== 0) && !theirs.functions.has(name)) differences.push(`${name}: pprof has no such row`)
    }
    for (const [edge, weight] of ours.edges) {
      if (weight !== 0 && !theirs.edges.has(edge)) differences.push(`${edge}: pprof has no such edge`)
    }
  }
  // What pprof prints for a difference that it wrote is the size of the profile before.
  if (theirs.total !== null && !report.includes('accounting for -') && !agrees(ours.whole, theirs.total)) {
    differences.push(`total: ${ours.whole}, pprof says ${theirs.total.value}`)
  }
  expect(differences).toEqual([])
  expect(profile.valueTypes[profile.defaultValue]!.name).toBe(theirs.type)
}

function file(name: string): string {
  return join(FIXTURES, 'pprof', name)
}

describe('flat, cum and edges are those that pprof prints', () => {
  it.each([
    'go-1.19-cpu',
    'go-1.19-cpu-run2',
    'go-1.19-heap',
    'go-1.19-allocs',
    'go-1.19-goroutine',
    'go-1.19-block',
    'go-1.19-mutex',
    'go-1.19-cpu-diff',
    'datadog-5.20-heap',
    'datadog-5.20-wall-lines',
    'pprof-it-1.2-heap',
    'handmade-recursion',
  ])('%s', async (name) => {
    const profile = await readProfile(file(`${name}.pb`))
    compare(profile, readFileSync(file(`${name}.top.txt`), 'utf8'), false)
    compare(profile, readFileSync(file(`${name}.peek.txt`), 'utf8'), true)
  })

  const onlyJson = (text: string): boolean => text.includes('json')
  it.each<[string, StackFilters]>([
    ['focus', { focus: onlyJson }],
    ['focus_rel', { focus: onlyJson, relative: true }],
    ['hide', { hide: onlyJson }],
    ['showfrom', { showFrom: (text) => /main.work/.test(text) }],
    ['noinlines', { noInlines: true }],
  ])('go-1.19-cpu with %s', async (name, filters) => {
    const profile = filterStacks(await readProfile(file('go-1.19-cpu.pb')), filters)
    compare(profile, readFileSync(file(`go-1.19-cpu.top-${name}.txt`), 'utf8'), false)
  })

  it('counts samples without a stack in the whole and in no function', async () => {
    const profile = await readProfile(file('go-1.19-threadcreate.pb'))
    expect(profile.samples!.stack).toEqual(Int32Array.of(-1))
    expect(profile.samples!.values.map((column) => column!.values[0])).toEqual([5])
    expect(measure(profile).total).toBe(5)
    expect(readFileSync(file('go-1.19-threadcreate.top.txt'), 'utf8')).toContain('0% of 5 total')
  })
})
