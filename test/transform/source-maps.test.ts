import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodedMappings, type SourceMapSegment, TraceMap } from '@jridgewell/trace-mapping'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallcostError } from '../../src/errors.js'
import { Allocator } from '../../src/limits.js'
import { callGraph } from '../../src/model/call-graph.js'
import { makeProfile } from '../../src/model/make-profile.js'
import { describeFunction, placeOfFunction } from '../../src/model/modules/describe-function.js'
import type { Profile } from '../../src/model/profile.js'
import { StackBuilder } from '../../src/model/stack-builder.js'
import { NO_POSITION, NONE } from '../../src/model/tables.js'
import { validate } from '../../src/model/validate.js'
import { readProfileSet } from '../../src/pipeline/read.js'
import { applySourceMaps, type MappedScript, type ScriptLookup } from '../../src/transform/source-maps.js'
import { readSourceMap } from '../../src/transform/source-maps-lookup.js'
import { dataUrlText, pathNames, sourceMapReference, urlBeside } from '../../src/transform/source-maps-url.js'
import { graph } from '../support/draw.js'
import { FIXTURES } from '../support/fixtures.js'

const FOLDER = join(FIXTURES, 'source-maps')
const BUNDLE = 'file:///srv/app/invoices/built/app.js'

const text = (path: string): string => readFileSync(join(FOLDER, path), 'utf8')

async function recorded(): Promise<Profile> {
  const { set } = await readProfileSet(readFileSync(join(FOLDER, 'app.cpuprofile')))
  return set.profiles[0]!
}

const mapped = (profile: Profile, lookup: ScriptLookup): Profile => applySourceMaps(profile, lookup).profile

/** A map of one source line per generated segment, as JSON. */
function mapOf(mappings: SourceMapSegment[][], more: Record<string, unknown> = {}): string {
  const map = { version: 3 as const, sources: ['../src/a.ts', '../src/b.ts'], names: ['parse', 'value'], mappings }
  return JSON.stringify({ ...map, mappings: encodedMappings(new TraceMap(map)), ...more })
}

const built = 'file:///app/built/x.js'

interface Row {
  readonly name: string
  readonly place: string
}

function rowsOf(profile: Profile): Row[] {
  return Array.from({ length: profile.functions.length }, (_, fn) => {
    const { file, line } = placeOfFunction(profile, fn)
    return { name: profile.strings.text(profile.functions.name[fn]!), place: file === null ? '' : `${file}:${line}` }
  })
}

describe('a bundle that esbuild minified', () => {
  /** Where the sources define their functions: the file, and what the line of the definition has. */
  const DEFINITIONS: readonly (readonly [name: string, file: string, words: string])[] = [
    ['main', 'src/main.ts', 'function main('],
    ['madeUpOrders', 'src/main.ts', 'const madeUpOrders ='],
    ['printBaskets', 'src/main.ts', 'const printBaskets ='],
    ['(anonymous)', 'src/main.ts', 'orders.map('],
    ['Basket', 'src/basket.ts', 'constructor('],
    ['total', 'src/basket.ts', 'total(): '],
    ['#discount', 'src/basket.ts', '#discount(order: '],
    ['parseOrders', 'src/orders.ts', 'function parseOrders('],
    ['parseOrder', 'src/orders.ts', 'function parseOrder('],
    ['formatAmount', 'src/text.ts', 'const formatAmount ='],
    ['padded', 'src/text.ts', 'function padded('],
    ['hashText', 'node_modules/tiny-hash/index.js', 'function hashText('],
    ['mixed', 'node_modules/tiny-hash/index.js', 'function mixed('],
  ]
  const lineIn = (file: string, words: string): number =>
    text(`program/${file.replace('node_modules/', '')}`)
      .split('\n')
      .findIndex((line) => line.includes(words)) + 1

  const bundle = (): MappedScript => readSourceMap(text('built/app.js.map'), `${BUNDLE}.map`, text('built/app.js'))
  const lookup = (script: MappedScript) => (file: string) => (file === BUNDLE ? script : null)

  it('has the names and lines of the sources', async () => {
    const before = rowsOf(await recorded())
    const after = rowsOf(mapped(await recorded(), lookup(bundle())))
    const expected = DEFINITIONS.map(([name, file, words]) => ({
      name,
      place: `/srv/app/invoices/${file}:${lineIn(file, words)}`,
    }))
    expect(after).toEqual(expect.arrayContaining(expected))
    // What is left of the bundle is the script itself, and the fields that the engine sets in a function of its own.
    const isBundled = ({ place }: Row) => place.startsWith('/srv/app/invoices/')
    const rest = after.filter((row) => isBundled(row) && !expected.some(({ place }) => place === row.place))
    expect(rest).toEqual([
      { name: '(anonymous)', place: '/srv/app/invoices/built/app.js:1' },
      ...rest.filter(({ name }) => name === '<instance_members_initializer>'),
    ])
    expect(after.filter((row) => !isBundled(row))).toEqual(before.filter((row) => !isBundled(row)))
  })

  it('has its modules and packages back', async () => {
    const profile = mapped(await recorded(), lookup(bundle()))
    const of = (name: string) =>
      describeFunction(
        profile,
        rowsOf(profile).findIndex((row) => row.name === name),
      )
    expect(of('mixed')).toMatchObject({ package: 'tiny-hash', category: 'package' })
    expect(of('Basket')).toMatchObject({ module: 'src/basket', category: 'project' })
  })

  it('keeps samples, their moments and the sum of everything', async () => {
    const before = await recorded()
    const after = mapped(before, lookup(bundle()))
    expect(validate(after).errors).toEqual([])
    expect(after.samples!.time).toEqual(before.samples!.time)
    expect(after.samples!.values).toEqual(before.samples!.values)
    expect(after.samples!.duration).toBe(before.samples!.duration)
    const sum = (column: { values: Float64Array } | null) => column!.values.reduce((all, value) => all + value, 0)
    expect(sum(after.stacks!.hits)).toBe(sum(before.stacks!.hits))
  })

  it('is told by positions where the script itself is missing', async () => {
    const script = readSourceMap(text('built/app.js.map'), `${BUNDLE}.map`, null)
    const names = rowsOf(mapped(await recorded(), lookup(script))).map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['main', 'madeUpOrders', 'formatAmount', 'parseOrder', '#discount']))
    // A constructor stands far from the name of its class.
    expect(names).toContain('o')
  })

  it('is left alone where no map is known', async () => {
    const profile = await recorded()
    expect(applySourceMaps(profile, () => null)).toEqual({ profile, count: 0 })
    expect(mapped(profile, () => null)).toBe(profile)
  })
})

describe('functions of one original', () => {
  /** Two copies of `parse`, as bundles of several chunks have. */
  const script: MappedScript = {
    functionAt: (name, line) =>
      name === 'main' ? null : { name: 'parse', file: 'file:///app/src/a.ts', line: line % 100, column: 1 },
    placeAt: (line) => ({ file: 'file:///app/src/a.ts', line: line % 100, column: NO_POSITION }),
  }

  function twice(): Profile {
    const builder = new StackBuilder(new Allocator(), {
      valueTypes: [{ name: 'time', unit: 'microseconds' }],
      timeUnit: 'microseconds',
    })
    const { functions } = builder
    const main = builder.stack(NONE, builder.frame(functions.internText('main', 'file:///app/built/m.js', 1, 5)))
    const one = builder.stack(main, builder.frame(functions.internText('a', built, 110, 3), 112))
    const two = builder.stack(main, builder.frame(functions.internText('b', built, 210, 9), 212))
    const deep = builder.stack(two, builder.frame(functions.internText('b', built, 210, 9), 213))
    builder.sample(one, [5], { time: 0 })
    builder.sample(two, [7], { time: 5 })
    builder.sample(deep, [11], { time: 12 })
    const finished = builder.finish()
    const positionTicks = {
      length: 3,
      stack: Int32Array.of(one, two, main),
      line: Int32Array.of(112, 212, 1),
      ticks: Int32Array.of(1, 2, 3),
    }
    return makeProfile({
      strings: functions.strings,
      ...finished,
      stacks: { ...finished.stacks, positionTicks },
      valueTypes: [{ name: 'time', unit: 'microseconds' }],
    })
  }

  it('become one, and so do their frames and stacks; samples stay', () => {
    const profile = mapped(twice(), (file) => (file === built ? script : null))
    expect(rowsOf(profile)).toEqual([
      { name: 'main', place: '/app/built/m.js:1' },
      { name: 'parse', place: '/app/src/a.ts:10' },
    ])
    expect(Array.from(profile.stacks!.parent)).toEqual([NONE, 0, 1])
    expect(Array.from(profile.samples!.stack)).toEqual([1, 1, 2])
    expect(Array.from(profile.samples!.time!)).toEqual([0, 5, 12])
    expect(Array.from(profile.frames!.line)).toEqual([NO_POSITION, 12, 13])
    const { self, total } = callGraph(profile)
    // Recursion counts once.
    expect([Array.from(self[0]!.values), Array.from(total[0]!.values)]).toEqual([
      [0, 23],
      [23, 23],
    ])
  })

  it('add up in a call graph, which has no stacks', () => {
    const profile = graph(`
      main 1x self=1 total=10
      a@file:///app/built/x.js:110 2x self=4 total=4
      b@file:///app/built/x.js:210 3x self=5 total=5
      main -> a@file:///app/built/x.js:110 2x total=4
      main -> b@file:///app/built/x.js:210 3x total=5
    `)
    const after = mapped(profile, (file) => (file === built ? script : null))
    expect(validate(after).errors).toEqual([])
    expect(rowsOf(after).map(({ name }) => name)).toEqual(['main', 'parse'])
    expect(Array.from(after.graph!.self[0]!.values)).toEqual([1, 9])
    expect(Array.from(after.graph!.calls!.values)).toEqual([1, 5])
    expect(Array.from(after.graph!.edges.total[0]!.values)).toEqual([9])
  })

  it('have the ticks of their lines; lines that the map does not know have none', () => {
    const ticks = (one: MappedScript) => {
      const table = mapped(twice(), (file) => (file === built ? one : null)).stacks!.positionTicks!
      return Array.from(table.line, (line, row) => [table.stack[row], line, table.ticks[row]])
    }
    expect(ticks(script)).toEqual([
      [1, 12, 1],
      [1, 12, 2],
      [0, 1, 3],
    ])
    expect(ticks({ ...script, placeAt: () => null })).toEqual([[0, 1, 3]])
    // A line of another source is not one of the function.
    expect(ticks({ ...script, placeAt: (line) => ({ file: 'b.ts', line, column: 1 }) })).toEqual([[0, 1, 3]])
  })
})

describe('a source map', () => {
  const code =
    'class e{constructor(t){}};var o=async(t)=>t,i=[1].map(t=>t),n={p:function*(t){}};q.prototype.add=function(t){};function e$(t){}\n  a()\n'
  const at = (words: string) => code.indexOf(words) + 1
  const names = (column: number, name: number): SourceMapSegment => [column - 1, 0, 1, 2, name]
  const script = readSourceMap(
    mapOf([
      [
        [0, 0, 0, 0],
        names(at('e{'), 0),
        names(at('o=async'), 0),
        names(at('t=>t'), 1),
        names(at('p:func'), 0),
        names(at('q.proto'), 0),
      ],
      [[2, 1, 6, 0]],
    ]),
    built,
    code,
  )

  it.each([
    ['the class of a constructor', 'e', '(t){}}', 'parse'],
    ['an async arrow function', 'o', '(t)=>t', 'parse'],
    ['a generator in an object', 'p', '(t){}};q', 'parse'],
    ['an accessor, behind its word', 'get p', '(t){}};q', 'get parse'],
    ['a path of names, at its last', 'n.p', '(t){}};q', 'n.parse'],
    ['what is assigned to a prototype', 'q.add', '(t){};', 'parse.add'],
    ['no owner of another name', 'r.add', '(t){};', null],
    ['no function by its parameter', '(anonymous)', 't=>t', null],
    ['no function without a name', '', 't=>t', null],
    ['no function by the one before', 'e$', '(t){}\n', null],
  ])('names %s', (_, name, words, expected) => {
    expect(script.functionAt(name, 1, at(words))?.name ?? null).toBe(expected)
  })

  it('places a line without a column only where all of it has one original', () => {
    expect(script.placeAt(1, NO_POSITION)).toBeNull()
    expect(script.placeAt(2, NO_POSITION)).toEqual({ file: 'file:///app/src/b.ts', line: 7, column: NO_POSITION })
    expect(script.placeAt(2, 5)).toEqual({ file: 'file:///app/src/b.ts', line: 7, column: 1 })
  })

  it('knows nothing before its first segment, behind its last line, and in gaps', () => {
    expect(script.placeAt(2, 2)).toBeNull()
    expect(script.placeAt(9, 1)).toBeNull()
    expect(script.placeAt(0, 1)).toBeNull()
    const gap = readSourceMap(mapOf([[[0, 0, 0, 0], [5]]]), built, null)
    expect([gap.placeAt(1, 5)?.line, gap.placeAt(1, 6)]).toEqual([1, null])
  })

  it('of one source is the whole script', () => {
    const one = readSourceMap(mapOf([[]], { sources: ['x.ts'] }), built, null)
    expect(one.functionAt('', 1, 1)).toEqual({ name: null, file: 'file:///app/built/x.ts', line: 1, column: 1 })
    expect(script.functionAt('', 1, 1)).toBeNull()
  })

  it('can be an index of several', () => {
    const index = (line: number, more = {}) =>
      JSON.stringify({
        version: 3,
        sections: [
          { offset: { line: 0, column: 0 }, map: JSON.parse(mapOf([[[0, 0, 0, 0]]])) },
          { offset: { line, column: 4 }, map: { ...JSON.parse(mapOf([[[0, 1, 8, 0]]])), ...more } },
        ],
      })
    const script = readSourceMap(index(3), built, null)
    expect(script.placeAt(4, 5)).toEqual({ file: 'file:///app/src/b.ts', line: 9, column: 1 })
    expect(script.placeAt(1, 1)?.file).toBe('file:///app/src/a.ts')
    expect(() => readSourceMap(index(2 ** 30), built, null)).toThrow(/begin at a line/)
    expect(() => readSourceMap(index(3, { sections: [] }), built, null)).toThrow(/one more index map/)
  })

  it('without a name for a source has no place in it', () => {
    const script = readSourceMap(mapOf([[[0, 0, 0, 0]]], { sources: [null, 'b.ts'] }), built, null)
    expect(script.placeAt(1, 1)).toBeNull()
  })

  it.each([
    ['', /source map/],
    ['[]', /other JSON/],
    ['{"version":2}', /version 3/],
    ['{"version":3,"sources":[],"mappings":[[[1]]]}', /mappings as text/],
    ['{"version":3,"sources":[{}],"mappings":""}', /list of sources/],
    ['{"version":3,"sources":[],"names":3,"mappings":""}', /list of names/],
    ['{"version":3,"sources":[],"sourceRoot":{},"mappings":""}', /root of the sources/],
    ['{"version":3,"sections":{}}', /sections/],
    ['{"version":3,"sections":[null]}', /sections/],
  ])('is refused when it is %s', (json, message) => {
    expect(() => readSourceMap(json, built, null)).toThrow(CallcostError)
    expect(() => readSourceMap(json, built, null)).toThrow(message)
  })

  it('of any content gives places or nothing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'AACDgB+/,;~ ') }),
        fc.integer(),
        fc.integer(),
        (mappings, l, c) => {
          let script: MappedScript
          try {
            script = readSourceMap(mapOf([], { mappings, names: [{}, 7] }), built, 'var a=(b)=>b\n')
          } catch (error) {
            expect(error).toBeInstanceOf(CallcostError)
            return
          }
          for (const [line, column] of [
            [1, 7],
            [1, 1],
            [2, NO_POSITION],
            [l, c],
          ] as const) {
            const found = script.functionAt('a', line, column)
            if (found === null) continue
            expect(found.file).toMatch(/^file:\/\/\/app\/src\/[ab]\.ts$/)
            expect(found.line).toBeGreaterThan(0)
            expect(found.name).toBeNull()
          }
        },
      ),
    )
  })
})

describe('where a script says its map is', () => {
  it.each([
    ['a()\n//# sourceMappingURL=a.js.map', 'a.js.map'],
    ['a()\n//# sourceMappingURL=a.js.map\n\n', 'a.js.map'],
    ['a() //@ sourceMappingURL=maps/a.map\r\n', 'maps/a.map'],
    ['a{}\n/*# sourceMappingURL=a.css.map */\n', 'a.css.map'],
    ['//# sourceMappingURL=old.map\na()\n//# sourceMappingURL=new.map\n//# sourceURL=b.js\n', 'new.map'],
    ['//# sourceMappingURL=old.map\na()\n', null],
    ['var s = "//# sourceMappingURL=" + name', null],
    ['var sourceMappingURL=1', null],
    ['', null],
  ])('%j', (script, expected) => {
    expect(sourceMapReference(script)).toBe(expected)
  })

  it('can be the map itself', () => {
    expect(dataUrlText('data:application/json;charset=utf-8;base64,eyJhIjoiw6QifQ==')).toBe('{"a":"ä"}')
    expect(dataUrlText('data:application/json,%7B%22a%22%3A%22%C3%A4%22%7D')).toBe('{"a":"ä"}')
    expect(() => dataUrlText('data:application/json,%7')).toThrow(CallcostError)
    expect(() => dataUrlText('data:nothing')).toThrow(CallcostError)
  })

  it.each([
    ['file:///srv/app/a%20b.js', ['srv', 'app', 'a b.js']],
    ['https://shop.example:8080/js/cart.js?v=1#x', ['js', 'cart.js']],
    ['/srv/app.js', ['srv', 'app.js']],
    ['C:\\srv\\app.js', ['C:', 'srv', 'app.js']],
    ['https://shop.example/', null],
    ['node:fs', null],
    ['wasm://wasm/0a1b', null],
    ['data:text/javascript,1', null],
    ['/srv/../etc/passwd', null],
    ['', null],
  ])('the names of %s', (script, names) => {
    expect(pathNames(script)).toEqual(names)
  })

  it('a map beside a script has an URL beside it', () => {
    expect(urlBeside('https://shop.example/js/a.js?v=1', 'a.js.map')).toBe('https://shop.example/js/a.js.map')
    expect(urlBeside('C:\\srv\\a.js', '../maps/a.map')).toBe('C:/srv/../maps/a.map')
  })
})
