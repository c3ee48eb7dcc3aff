import { describe, expect, it } from 'vitest'
import { parseNameMap, parseRewrite } from '../../../src/analysis/diff/match/rules.js'
import { type MatchOptions, matchFunctions } from '../../../src/analysis/diff/match.js'
import { sideOf } from '../../../src/analysis/diff/side.js'
import type { Language, Profile } from '../../../src/model/profile.js'
import { NONE } from '../../../src/model/tables.js'
import { graph, nameOf } from '../../support/draw.js'

/** The rows of a match as `level before = after`, sorted; a side that does not have the function is `-`. */
function rows(before: Profile, after: Profile, options?: MatchOptions): string[] {
  const table = matchFunctions(sideOf([before], [0], 'seconds'), sideOf([after], [0], 'seconds'), options)
  return Array.from({ length: table.length }, (_, row) => {
    const [a, b] = [table.before[row]!, table.after[row]!]
    const text = (profile: Profile, fn: number) => (fn === NONE ? '-' : nameOf(profile, fn))
    return `${table.level(row)} ${text(before, a)} = ${text(after, b)}`
  }).sort()
}

const python = (drawing: string): Profile => inLanguage(drawing, 'python')
const javascript = (drawing: string): Profile => inLanguage(drawing, 'javascript')

function inLanguage(drawing: string, language: Language): Profile {
  const profile = graph(drawing)
  return { ...profile, source: { ...profile.source, language } }
}

/** Functions without calls, one a word. */
const flat = (words: string): string =>
  words
    .trim()
    .split(/\s+/)
    .map((word) => `${word} 1x self=1`)
    .join('\n')

const levels = (before: string, after: string, language: Language = 'python'): string[] =>
  rows(inLanguage(flat(before), language), inLanguage(flat(after), language)).map((row) => row.split(' ')[0]!)

describe('places', () => {
  it('are the same wherever the checkout, the packages and the interpreter lie', () => {
    const before = `load@/home/a/shop/app/db.py:3 show@/home/a/shop/app/views.py:3 get@/usr/lib/python3.10/json/decoder.py:5
      send@/home/a/venv/lib/python3.10/site-packages/requests/api.py:9 len`
    const after = `load@C:\\build\\shop\\app\\db.py:3 show@C:\\build\\shop\\app\\views.py:3 get@/opt/py/lib/python3.12/json/decoder.py:5
      send@/usr/lib/python3/dist-packages/requests/api.py:9 len`
    expect(levels(before, after)).toEqual(['exact', 'exact', 'exact', 'exact', 'exact'])
  })

  it('are the same where two runs saw different parts of a project', () => {
    // Only app/ ran after, so that the project seems to begin there.
    const before = 'f@/a/shop/app/db.py:1 g@/a/shop/app/views.py:1 h@/a/shop/main.py:1 k@/a/shop/lib/db.py:1'
    const after = 'f@/b/app/db.py:2 g@/b/app/views.py:2'
    expect(rows(python(flat(before)), python(flat(after)))).toEqual([
      'name f@/a/shop/app/db.py:1 = f@/b/app/db.py:2',
      'name g@/a/shop/app/views.py:1 = g@/b/app/views.py:2',
      'none h@/a/shop/main.py:1 = -',
      'none k@/a/shop/lib/db.py:1 = -',
    ])
    // In one checkout nothing is the same but what has one path: a base name is no evidence.
    const same = 'run@/a/shop/app/main.py:1 f@/a/shop/app/db.py:1'
    expect(rows(python(flat('main@/a/shop/main.py:1 f@/a/shop/app/db.py:1')), python(flat(same)))).toEqual([
      'exact f@/a/shop/app/db.py:1 = f@/a/shop/app/db.py:1',
      'none - = run@/a/shop/app/main.py:1',
      'none main@/a/shop/main.py:1 = -',
    ])
  })

  it('are not the same because a base name is, if what is in them differs', () => {
    const before = 'f@/a/x/util.py:1 g@/a/x/util.py:9 m@/a/y/main.py:1 n@/a/y/main.py:5 z@/a/z.py:1'
    const after = 'p@/b/q/util.py:1 q@/b/q/util.py:9 m@/b/y/main.py:1 n@/b/y/main.py:5 z@/b/z.py:1'
    expect(levels(before, after).filter((level) => level === 'none')).toHaveLength(4)
  })

  it('have no hashes of builds, queries, hosts of the day or bundlers in them', () => {
    const before = `f@https://shop.example/assets/index-3f2a1b0c.js:1 g@http://localhost:3000/src/a.ts?v=1a2b:1
      h@webpack:///./src/b.js:2 k@node:fs:7 m@file:///srv/x/node_modules/dep/index.js:3`
    const after = `f@https://shop.example/assets/index-0d9e8f7a.js:1 g@http://localhost:5173/src/a.ts?v=77:1
      h@webpack://shop/./src/b.js?c0de:2 k@node:fs:7 m@/other/node_modules/.pnpm/dep@1.2.3/node_modules/dep/index.js:3`
    expect(levels(before, after, 'javascript')).toEqual(['exact', 'exact', 'exact', 'exact', 'exact'])
    // A word of hexadecimal letters is no hash.
    const words = [
      'a@https://h.example/x-facade.js:1 b@https://h.example/y.js:1',
      'c@https://h.example/x-decade.js:1 b@https://h.example/y.js:1',
    ] as const
    expect(levels(...words, 'javascript')).toEqual(['exact', 'none', 'none'])
  })

  it('of one file that has another name are found by what is in it', () => {
    const before = flat('load@/a/db.py:1 save@/a/db.py:9 close@/a/db.py:20 x@/a/x.py:1 show@/a/one.py:1')
    const after = flat('load@/a/store.py:2 save@/a/store.py:9 x@/a/x.py:1 open@/a/store.py:20 show@/a/two.py:1')
    expect(rows(python(before), python(after))).toEqual([
      'exact x@/a/x.py:1 = x@/a/x.py:1',
      'file load@/a/db.py:1 = load@/a/store.py:2',
      'file save@/a/db.py:9 = save@/a/store.py:9',
      'file show@/a/one.py:1 = show@/a/two.py:1',
      'none - = open@/a/store.py:20',
      'none close@/a/db.py:20 = -',
    ])
    // Of two files that are as like it, neither.
    const two = flat('load@/a/p.py:1 save@/a/p.py:2 load@/a/q.py:1 save@/a/q.py:2 x@/a/x.py:1')
    expect(rows(python(before), python(two)).filter((row) => row.startsWith('file'))).toEqual([])
    // One name that many files have, beside others, is no evidence.
    const main = [flat('main@/a/p.py:1 f@/a/p.py:2'), flat('main@/a/q.py:1 g@/a/q.py:2')] as const
    expect(rows(python(main[0]), python(main[1])).filter((row) => row.startsWith('file'))).toEqual([])
  })
})

describe('functions of one name in one file', () => {
  const lambdas = (list: string): Profile =>
    python(`
      main@/a/m.py:1 1x self=1
      ${list
        .trim()
        .split('\n')
        .map((line) => {
          const [at, calls, callee] = line.trim().split(' ')
          const name = `<lambda>@/a/m.py:${at}`
          return `${name} ${calls}x self=1\nmain@/a/m.py:1 -> ${name} ${calls}x\n${name} -> ${callee} ${calls}x\n${callee} 1x self=0`
        })
        .join('\n')}
    `)

  it('stay themselves when one is inserted or taken away', () => {
    const all = lambdas(`10 5 len
      20 7 abs
      30 9 max`)
    const inserted = lambdas(`14 5 len
      20 3 min
      24 7 abs
      34 9 max`)
    const pairs = (before: Profile, after: Profile): string[] =>
      rows(before, after).filter((row) => row.includes('lambda') && !row.startsWith('none'))
    expect(pairs(all, inserted)).toEqual([
      'name <lambda>@/a/m.py:10 = <lambda>@/a/m.py:14',
      'name <lambda>@/a/m.py:20 = <lambda>@/a/m.py:24',
      'name <lambda>@/a/m.py:30 = <lambda>@/a/m.py:34',
    ])
    expect(pairs(inserted, all)).toEqual([
      'name <lambda>@/a/m.py:14 = <lambda>@/a/m.py:10',
      'name <lambda>@/a/m.py:24 = <lambda>@/a/m.py:20',
      'name <lambda>@/a/m.py:34 = <lambda>@/a/m.py:30',
    ])
  })

  it('go where the code around them went', () => {
    const before = 'a@/a/m.py:10 <lambda>@/a/m.py:12 b@/a/m.py:30 <lambda>@/a/m.py:32 c@/a/m.py:50'
    const after = 'a@/a/m.py:10 b@/a/m.py:40 <lambda>@/a/m.py:42 c@/a/m.py:60'
    expect(rows(python(flat(before)), python(flat(after))).filter((row) => row.includes('lambda'))).toEqual([
      'name <lambda>@/a/m.py:32 = <lambda>@/a/m.py:42',
      'none <lambda>@/a/m.py:12 = -',
    ])
  })

  it('are aligned by thousands', () => {
    const drawing = (from: number, to: number): Profile => {
      const lines: string[] = []
      for (let at = from; at < to; at++) {
        const name = `(anonymous)@/a/bundle.js:${at * 3}`
        lines.push(`${name} 2x self=1`, `${name} -> f${at % 230} 2x`, `${name} -> g${at % 310} 2x`)
        lines.push(`f${at % 230} 1x self=0`, `g${at % 310} 1x self=0`)
      }
      return javascript(lines.join('\n'))
    }
    const pairs = rows(drawing(0, 500), drawing(10, 510)).filter((row) => /^(exact|name) .*anonymous/.test(row))
    expect(pairs).toHaveLength(490)
    expect(pairs.every((row) => row.startsWith('exact'))).toBe(true)
  })
})

describe('functions that moved or have another name', () => {
  const shop = (name: string, file = '/a/shop.py'): string => `
    main@/a/shop.py:1 1x self=1
    show@/a/shop.py:9 20x self=1
    ${name}@${file}:20 400x self=1
    price@/a/shop.py:30 800x self=1
    tax@/a/shop.py:40 800x self=1
    <method> 400x self=0
    main@/a/shop.py:1 -> show@/a/shop.py:9 20x
    show@/a/shop.py:9 -> ${name}@${file}:20 400x
    ${name}@${file}:20 -> price@/a/shop.py:30 800x
    price@/a/shop.py:30 -> tax@/a/shop.py:40 800x
  `

  it('are found by their neighbours, with a score', () => {
    expect(rows(python(shop('row')), python(shop('row', '/a/rows.py')))).toContain(
      'moved row@/a/shop.py:20 = row@/a/rows.py:20',
    )
    const [before, after] = [python(shop('row')), python(shop('line_of', '/a/lines.py'))]
    expect(rows(before, after)).toContain('renamed row@/a/shop.py:20 = line_of@/a/lines.py:20')
    const table = matchFunctions(sideOf([before], [0], 'seconds'), sideOf([after], [0], 'seconds'))
    expect(table.counts).toEqual({ none: 0, mapped: 0, exact: 5, name: 0, file: 0, moved: 0, renamed: 1 })
    const row = Array.from({ length: table.length }, (_, at) => at).find((at) => table.level(at) === 'renamed')!
    // Callers and callees are the same (0.35 each), calls are, too (0.15), words of the name are not.
    expect(table.score(row)).toBeCloseTo(0.85, 12)
    expect(table.isSafe(row)).toBe(false)
    expect(table.isComplete).toBe(true)
    const exact = row === 0 ? 1 : 0
    expect([table.score(exact), table.isSafe(exact)]).toEqual([null, true])
  })

  it('never are those of the runtime, of another package, or of a package and the project', () => {
    const calling = (callee: string): Profile =>
      python(`main@/a/m.py:1 1x self=1\nmain@/a/m.py:1 -> ${callee} 50x\n${callee} 50x self=1\n
        ${callee} -> base@/a/m.py:9 50x\nbase@/a/m.py:9 50x self=1`)
    const packages = '/usr/lib/python3/dist-packages'
    const level = (before: string, after: string): string[] =>
      rows(calling(before), calling(after)).map((row) => row.split(' ')[0]!)
    expect(level('re.match', 'str.find')).toEqual(['exact', 'exact', 'none', 'none'])
    expect(level(`f@${packages}/x/a.py:1`, `g@${packages}/x/a.py:1`)).toContain('renamed')
    expect(level(`f@${packages}/x/a.py:1`, `f@${packages}/y/a.py:1`)).toEqual(['exact', 'exact', 'none', 'none'])
    expect(level(`f@${packages}/x/a.py:1`, 'f@/a/n.py:1')).toEqual(['exact', 'exact', 'none', 'none'])
  })

  it('are left alone where two could be meant, or where they are alike by chance', () => {
    const two = (a: string, b: string): Profile =>
      python(`main@/a/m.py:1 1x self=1\nmain@/a/m.py:1 -> ${a}@/a/m.py:5 30x\nmain@/a/m.py:1 -> ${b}@/a/m.py:9 30x\n
        ${a}@/a/m.py:5 30x self=1\n${b}@/a/m.py:9 30x self=1`)
    expect(rows(two('f', 'g'), two('p', 'q')).filter((row) => row.startsWith('renamed'))).toEqual([])
    const once = (name: string): Profile =>
      python(`main@/a/m.py:1 1x self=1\nmain@/a/m.py:1 -> ${name}@/a/m.py:5 1x\n${name}@/a/m.py:5 1x self=1`)
    expect(rows(once('load'), once('check')).filter((row) => row.startsWith('renamed'))).toEqual([])
  })
})

describe('rules of the user', () => {
  const before = python(flat('f@/a/old/x.py:1 g@/a/old/y.py:1 old_h@/a/z.py:1 twice@/a/z.py:2 twice@/a/z.py:3'))
  const after = python(flat('f@/a/new/x.py:1 k@/a/new/y.py:1 new_h@/a/z.py:1'))

  it('rewrite files and names, each by itself', () => {
    const rewrites = [parseRewrite('s,/old/,/new/,'), parseRewrite('s/^old_(\\w)/new_\\1/')]
    expect(rows(before, after, { rewrites })).toEqual([
      'exact f@/a/old/x.py:1 = f@/a/new/x.py:1',
      'exact old_h@/a/z.py:1 = new_h@/a/z.py:1',
      'none - = k@/a/new/y.py:1',
      'none g@/a/old/y.py:1 = -',
      'none twice@/a/z.py:2 = -',
      'none twice@/a/z.py:3 = -',
    ])
    expect(parseRewrite('s|a\\|b|$1\\|c|g').replaceIn('a|b a|b')).toBe('$1|c $1|c')
    expect(parseRewrite('s/a(b)?/[\\1]/g').replaceIn('ab a')).toBe('[b] []')
  })

  it.each([
    ['', 'expected a rewrite s/OLD/NEW/, got ""'],
    ['s/a/b', 'expected a rewrite s/OLD/NEW/'],
    ['s//b/', 'expected a rewrite s/OLD/NEW/'],
    ['sxaxbx', 'expected a rewrite s/OLD/NEW/'],
    ['y/a/b/', 'expected a rewrite s/OLD/NEW/'],
    ['s/a/b/i', 'expected nothing or g behind the rewrite "s/a/b/i", got "i"'],
    ['s/(/b/', 'is no regular expression'],
    ['s/(?=a)/b/', 'looks ahead or behind'],
  ])('refuse the rewrite %j', (text, message) => {
    expect(() => parseRewrite(text)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }),
    )
  })

  it('map one function to another', () => {
    const mapped = (text: string): string[] =>
      rows(before, after, { maps: [parseNameMap(text)] }).filter((row) => row.startsWith('mapped'))
    expect(mapped('g=k')).toEqual(['mapped g@/a/old/y.py:1 = k@/a/new/y.py:1'])
    expect(mapped('old/x.py:f = a/new/x.py:f')).toEqual(['mapped f@/a/old/x.py:1 = f@/a/new/x.py:1'])
    expect(mapped('g=x.py:f')).toEqual(['mapped g@/a/old/y.py:1 = f@/a/new/x.py:1'])
    const cpp = rows(graph(flat('ns::f@/s/a.cpp:1')), graph(flat('ns::g@/s/b.cpp:1')), {
      maps: [parseNameMap('a.cpp:ns::f=ns::g')],
    })
    expect(cpp).toEqual(['mapped ns::f@/s/a.cpp:1 = ns::g@/s/b.cpp:1'])
  })

  it.each([
    ['gone=k', 'the map "gone=k" needs one function "gone" before, there is none'],
    ['twice=k', 'the map "twice=k" needs one function "twice" before, there are 2'],
    ['y.py:f=k', 'needs one function "y.py:f" before, there is none'],
    ['g=g', 'needs one function "g" after, there is none'],
  ])('refuse the map %j for these profiles', (text, message) => {
    expect(() => rows(before, after, { maps: [parseNameMap(text)] })).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining(message) }),
    )
  })

  it('refuse a function that is mapped twice, and a map without two halves', () => {
    const maps = [parseNameMap('g=k'), parseNameMap('f=k')]
    expect(() => rows(before, after, { maps })).toThrow('names a function that another map names')
    for (const text of ['', 'a', '=a', 'a=', 'a=b=c']) {
      expect(() => parseNameMap(text)).toThrow(`expected a map BEFORE=AFTER, got "${text}"`)
    }
  })
})
