import { describe, expect, it } from 'vitest'
import { anonymousNames, identitiesOf } from '../../../src/analysis/diff/match/identities.js'
import { functionNamed, parseNameMap, parseRewrite, rewritten } from '../../../src/analysis/diff/match/rules.js'
import { matchFunctions } from '../../../src/analysis/diff/match.js'
import { sideOf } from '../../../src/analysis/diff/side.js'
import { Allocator } from '../../../src/limits.js'
import { GraphBuilder } from '../../../src/model/graph-builder.js'
import { makeProfile } from '../../../src/model/make-profile.js'
import type { Language, Profile } from '../../../src/model/profile.js'
import { StringInterner } from '../../../src/model/strings.js'
import { NONE } from '../../../src/model/tables.js'
import { graph } from '../../support/draw.js'

const SECONDS = [{ name: 'time', unit: 'seconds' as const }]

/** Functions by name and file, which may have spaces; null for none. */
function functions(list: readonly (readonly [name: string, file: string | null])[], language: Language | null = null) {
  const builder = new GraphBuilder(new Allocator(), { valueTypes: SECONDS })
  for (const [name, file] of list) {
    const { strings } = builder.functions
    builder.cover(
      builder.functions.intern(strings.internText(name), file === null ? NONE : strings.internText(file), 1),
    )
  }
  const source = language === null ? {} : { source: { language } }
  return makeProfile({ strings: builder.functions.strings, ...builder.finish(), valueTypes: SECONDS, ...source })
}

/** What is paired, as numbers of functions. */
function pairs(before: Profile, after: Profile): number[][] {
  const table = matchFunctions(sideOf([before], [0], 'seconds'), sideOf([after], [0], 'seconds'))
  return Array.from({ length: table.length }, (_, row) => [table.before[row]!, table.after[row]!]).filter(
    ([a, b]) => a !== NONE && b !== NONE,
  )
}

describe('rules of the user', () => {
  it('replace once, or everywhere', () => {
    expect([parseRewrite('s/a/b/').replaceIn('aa'), parseRewrite('s/a/b/g').replaceIn('aa')]).toEqual(['ba', 'bb'])
    expect(parseRewrite('s/a//').replaceIn('cat')).toBe('ct')
  })

  it('say how they are written', () => {
    const hint = "as in 's/^src/lib/'; another character than / works too: 's,^src/,lib/,'"
    for (const text of ['s', 's/a/b', 'sabc']) {
      expect(() => parseRewrite(text)).toThrow(expect.objectContaining({ hint }))
    }
    expect(() => parseRewrite('s/a/b/c/')).toThrow('expected nothing or g behind the rewrite "s/a/b/c/", got "c/"')
    expect(() => parseNameMap('a')).toThrow(
      expect.objectContaining({ hint: 'as in a.py:f=b.py:g, or f=g where the names are unique' }),
    )
    expect(parseNameMap(' a = b ')).toEqual({ source: ' a = b ', before: 'a', after: 'b' })
  })

  it('leave a profile as it is when there are none, and functions without a file without one', () => {
    const profile = functions([
      ['a_f', 'a\\src\\x.py'],
      ['a_g', null],
      ['a_h', 'a\\src\\x.py'],
    ])
    expect(rewritten(profile, [])).toBe(profile)
    const changed = rewritten(profile, [parseRewrite('s/^a./b-/'), parseRewrite('s,src/,lib/,')])
    const text = (index: number): string | null => (index === NONE ? null : changed.strings.text(index))
    expect(Array.from(changed.functions.name, text)).toEqual(['b-f', 'b-g', 'b-h'])
    expect(Array.from(changed.functions.file, text)).toEqual(['b-lib/x.py', null, 'b-lib/x.py'])
    expect([changed.graph, changed.samples, changed.stacks, changed.functions.systemName]).toEqual(Array(4).fill(null))
  })
})

describe('a function by its name', () => {
  const profile = functions([
    ['f', '/a/x.py'],
    ['f', '/b/x.py'],
    ['g', null],
    ['ns::h', 'C:\\s\\a.cpp'],
    ['y.py:k', null],
    ['k', '/a/y.py'],
    ['top', 'x.py'],
  ])
  const map = parseNameMap('p=q')
  const named = (wanted: string): number => functionNamed(profile, wanted, map, 'before')

  it('may be told by as much of the path as it takes', () => {
    expect(['a/x.py:f', '/a/x.py:f', 'b/x.py:f', '/b/x.py:f', 'x.py:top'].map(named)).toEqual([0, 0, 1, 1, 6])
    expect(['a.cpp:ns::h', 's/a.cpp:ns::h', 's\\a.cpp:ns::h', 'C:\\s\\a.cpp:ns::h', 'ns::h'].map(named)).toEqual(
      Array(5).fill(3),
    )
  })

  it('is a whole name first', () => {
    expect([named('y.py:k'), named('a/y.py:k'), named('g')]).toEqual([4, 5, 2])
  })

  it('has to be one', () => {
    const hint = 'write FILE:NAME, with as much of the path as it takes'
    expect(() => named('f')).toThrow(expect.objectContaining({ hint, message: expect.stringContaining('there are 2') }))
    expect(() => named('x.py:f')).toThrow('needs one function "x.py:f" before, there are 2')
    for (const wanted of ['z', 'py:f', 'x.py:g', ':g', 'a/x.py:g', '.py:f']) {
      expect(() => named(wanted)).toThrow(
        expect.objectContaining({ hint: undefined, message: expect.stringContaining('there is none') }),
      )
    }
  })
})

describe('identities', () => {
  const namesIn = (profile: Profile): string[] => {
    const texts = new StringInterner(new Allocator())
    return Array.from(identitiesOf(profile, texts).name, (name) => texts.text(name))
  }

  it('have names without addresses, and otherwise as they are', () => {
    const names = [
      '<f at 0x7f01>',
      '<f at 0x2>',
      'look at 0y12',
      'look ab 0x12',
      'look_at_0x12',
      ' at 0x',
      'x at 0x',
      'of the 0x12',
      '<lambda> at 0xAB, at 0xcd',
    ]
    expect(namesIn(functions(names.map((name) => [name, '/a/x.py'] as const)))).toEqual(
      // Written out by the rule of the names: ` at 0x` and hexadecimal digits go.
      ['<f>', '<f>', 'look at 0y12', 'look ab 0x12', 'look_at_0x12', ' at 0x', 'x at 0x', 'of the 0x12', '<lambda>,'],
    )
  })

  it('of code that has no name are known', () => {
    const texts = new StringInterner(new Allocator())
    const anonymous = ['', 'anonymous', '(anonymous)', '<anonymous>', '<lambda>', '<module>', '<listcomp>', '<genexpr>']
    const named = ['lambda', 'anonymous_', '<lambda>x', '(f)', '<f>', 'my anonymous function of one']
    const all = [...anonymous, ...named].map((text) => texts.internText(text))
    const unasked = texts.internText('<dictcomp>')
    const found = anonymousNames(texts, [{ name: Int32Array.of(...all, ...all) } as never])
    expect(all.map((text) => found[text])).toEqual([...anonymous.map(() => 1), ...named.map(() => 0)])
    expect(found[unasked]).toBe(0)
  })

  it('are the same whether a built-in has no file, an empty one or a tilde', () => {
    const builtIns = ['<built-in method time.sleep>', "<method 'execute' of 'sqlite3.Cursor' objects>", 'len', 'print']
    const variants = [null, '', '~'].map((file) =>
      functions(
        builtIns.map((name) => [name, file] as const),
        'python',
      ),
    )
    const own = [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]
    for (const before of variants) for (const after of variants) expect(pairs(before, after)).toEqual(own)
    const texts = new StringInterner(new Allocator())
    const { places, place } = identitiesOf(variants[2]!, texts)
    expect(
      Array.from(place, (at) => [places.file[at], texts.text(places.module[at]!), places.isProjectFile[at]]),
    ).toEqual(Array(4).fill([NONE, '', 0]))
  })

  it('do not tell upper case from lower case on Windows, but elsewhere', () => {
    const at = (...files: string[]): Profile =>
      functions(
        files.map((file, fn) => [`f${fn}`, file] as const),
        'python',
      )
    const other = '/q/z.py'
    expect(pairs(at('C:\\Shop\\App\\Db.py', 'C:\\Shop\\main.py'), at('c:/shop/app/db.py', 'c:/shop/main.py'))).toEqual([
      [0, 0],
      [1, 1],
    ])
    const texts = new StringInterner(new Allocator())
    const fileOf = (file: string): string => {
      const { places, place } = identitiesOf(at(file, other), texts)
      return texts.text(places.file[place[0]!]!)
    }
    expect(['C:\\Shop\\Db.py', 'file:///C:/Shop/Db.py', '/Shop/Db.py', 'Shop\\Db.py'].map(fileOf)).toEqual([
      'c:/shop/db.py',
      'file:///c:/shop/db.py',
      '/Shop/Db.py',
      'Shop/Db.py',
    ])
  })

  it('tell the runtime and the project apart, and one package from another', () => {
    const texts = new StringInterner(new Allocator())
    const packages = '/usr/lib/python3/dist-packages'
    const profile = functions(
      [
        ['f', '/a/shop/x.py'],
        ['g', '/usr/lib/python3.11/json/decoder.py'],
        ['h', `${packages}/p/a.py`],
        ['i', `${packages}/q/a.py`],
        ['j', `${packages}/p/b.py`],
        ['k', '/a/shop/x.py'],
      ],
      'python',
    )
    const { places, place } = identitiesOf(profile, texts)
    expect(Array.from(place, (at) => places.isProjectFile[at])).toEqual([1, 0, 0, 0, 0, 1])
    expect(Array.from(place, (at) => places.isRuntime[at])).toEqual([0, 1, 0, 0, 0, 0])
    const realms = Array.from(place, (at) => places.realm[at]!)
    expect([realms[2] === realms[4], realms[2] === realms[3], new Set(realms).size]).toEqual([true, false, 4])
    expect([place[0] === place[5], places.length]).toEqual([true, 5])
  })
})

describe('pairs by name', () => {
  it('are safe but for what only neighbours tell', () => {
    const source = { source: { language: 'python' as const } }
    const before = graph(
      'f@/a/x.py:1 1x self=1\ng@/a/x.py:5 1x self=1\np@/a/y.py:1 1x self=1\nq@/a/y.py:2 1x self=1\nold@/a/z.py:1 1x self=1',
      source,
    )
    const after = graph(
      'f@/a/x.py:1 1x self=1\ng@/a/x.py:7 1x self=1\np@/a/w.py:1 1x self=1\nq@/a/w.py:2 1x self=1\nfresh@/a/z.py:1 1x self=1',
      source,
    )
    const table = matchFunctions(sideOf([before], [0], 'seconds'), sideOf([after], [0], 'seconds'), {
      maps: [parseNameMap('old=fresh')],
    })
    const levels = Array.from({ length: table.length }, (_, row) => [
      table.level(row),
      table.isSafe(row),
      table.score(row),
    ])
    expect(levels).toEqual([
      ['exact', true, null],
      ['name', true, null],
      ['file', true, null],
      ['file', true, null],
      ['mapped', true, null],
    ])
    const none = matchFunctions(sideOf([before], [0], 'seconds'), sideOf([graph('zz 1x self=1')], [0], 'seconds'))
    expect(Array.from({ length: none.length }, (_, row) => [none.isSafe(row), none.score(row)])).toEqual(
      Array(6).fill([false, null]),
    )
    expect(none.counts.none).toBe(6)
  })
})
