import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collapsed } from '../../../formats/collapsed/codec.js'
import { readCollapsed } from '../../../formats/collapsed/read.js'
import { memorySource } from '../../../src/bytes/source.js'
import { decodeText } from '../../../src/bytes/text.js'
import type { Profile } from '../../../src/model/profile.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { type ReadOptions, readProfileSet } from '../../../src/pipeline/read.js'
import { functionCosts, graph, stacks } from '../../support/draw.js'
import { nastyName } from '../../support/nasty-names.js'
import { readInPieces } from '../../support/read-in-pieces.js'

async function read(text: string, options: ReadOptions = {}, chunkSize?: number): Promise<Profile> {
  const source = memorySource('a.txt', Buffer.from(text), chunkSize)
  const { set } = await readProfileSet(source, { from: 'collapsed', ...options })
  return set.profiles[0]!
}

async function written(profile: Profile, options = {}, notes: string[] = []): Promise<string> {
  const parts: Uint8Array[] = []
  const onNote = (note: string) => notes.push(note)
  const set = { profiles: [profile], active: 0 }
  for await (const part of await convertProfiles(set, { to: 'collapsed', options, onNote })) parts.push(part)
  return decodeText(Buffer.concat(parts))
}

const selfs = (profile: Profile) =>
  Object.fromEntries(Object.entries(functionCosts(profile)).map(([name, { self, total }]) => [name, [self, total]]))

describe('reading', () => {
  it('takes a frame of the line before only where it ends in both', async () => {
    const lines = ['ab;c 1', 'ab;cd 2', 'ab;cd;e 4', 'ab 8', 'a;c 16', 'ab;c;e 32', 'ab;c;e 64', 'ab; 128']
    for (const size of [1, 13, 1000]) {
      expect(selfs(await read(lines.join('\n'), {}, size))).toEqual({
        ab: [8, 239],
        a: [0, 16],
        c: [17, 113],
        cd: [2, 6],
        e: [100, 100],
        '': [128, 128],
      })
    }
  })

  it('keeps a sample a stack where only sums are needed, and the same sums', async () => {
    const weight = fc.oneof(
      { weight: 6, arbitrary: fc.nat({ max: 99 }).map(String) },
      fc.constantFrom('9007199254740991', '9007199254740993', '0.1', '0.2', '1e3'),
    )
    const line = fc.tuple(fc.constantFrom('a', 'a;b', 'a;b;a', 'b', 'b;c'), weight)
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 40 }), async (rows) => {
        const text = rows.map((row) => row.join(' ')).join('\n')
        const recorded = await read(text)
        const folded = await read(text, { need: 'weights' })
        expect(recorded.samples!.length).toBe(rows.length)
        expect(functionCosts(folded)).toEqual(functionCosts(recorded))
        const whole = rows.filter(([, weight]) => /^\d{1,2}$/.test(weight))
        if (whole.length < rows.length) return
        expect(folded.samples!.length).toBe(new Set(rows.map(([stack]) => stack)).size)
      }),
      { numRuns: 300 },
    )
  })

  it('adds up as a naive reader does', async () => {
    const frame = fc.constantFrom('a', 'b', 'ab', 'a b', '', 'b ', ' a')
    const line = fc.tuple(fc.array(frame, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 9 }))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 30 }), async (rows) => {
        const expected = new Map<string, number>()
        for (const [frames, weight] of rows) {
          const stack = frames.join(';').trimEnd()
          if (stack === '') continue
          const leaf = stack.split(';').at(-1)!
          expected.set(leaf, (expected.get(leaf) ?? 0) + weight)
        }
        const profile = await read(rows.map(([frames, weight]) => `${frames.join(';')} ${weight}`).join('\n'))
        const found = Object.entries(selfs(profile)).filter(([, [self]]) => self !== 0)
        expect(new Map(found.map(([name, [self]]) => [name, self]))).toEqual(
          new Map([...expected].filter(([, weight]) => weight > 0)),
        )
      }),
    )
  })

  it('believes in places only when nearly all frames have one', async () => {
    const withPlace = (count: number) => Array.from({ length: count }, (_, i) => `f${i} (a.py:${i + 1}) 1`)
    expect(selfs(await read([...withPlace(19), 'plain 1', 'f0 (a.py:99) 1'].join('\n')))).toMatchObject({
      'f0@a.py': [2, 2],
      plain: [1, 1],
    })
    expect(selfs(await read([...withPlace(17), 'plain 1'].join('\n')))).toHaveProperty(['f0 (a.py:1)'])
    expect(selfs(await read('main (void);work (int) 3'))).toHaveProperty(['work (int)'])
  })

  it('believes in places of its own writing, however many built-ins have none', async () => {
    const lines = [
      'main (a.py:1);work (a.py:5) 1',
      'main (a.py:1);{len} 2',
      'main (a.py:1);RegExp: (a|b) 4',
      '{exec} 8',
    ]
    const places = { 'main@a.py': [0, 7], 'work@a.py': [1, 1], '{len}': [2, 2], 'RegExp: (a|b)': [4, 4] }
    expect(selfs(await read(['# value: time (seconds)', ...lines].join('\n')))).toMatchObject(places)
    expect(selfs(await read(lines.join('\n')))).toHaveProperty(['main (a.py:1)'])
    const onlyNames = '# value: time (seconds)\nmain;work (int) 3\nmain;put (void) 4'
    expect(selfs(await read(onlyNames))).toHaveProperty(['work (int)'])
  })

  it('leaves out lines without a weight under lenient, with a count', async () => {
    const text = 'main;a 1\nno weight here\nmain;b -2\nmain;b 4\n'
    const { set, problems } = await readProfileSet(Buffer.from(text), { from: 'collapsed', lenient: true })
    expect(selfs(set.profiles[0]!)).toMatchObject({ main: [0, 5] })
    expect(problems.map(({ count, first }) => [count, first.line])).toEqual([
      [1, 2],
      [1, 3],
    ])
  })
})

describe('recognising', () => {
  const sniff = (text: string) => collapsed.sniff(Buffer.from(text), null)

  it('finds stacks likely, never certain, and other texts not', () => {
    expect(sniff('a;b 1\nc 2\n')).toBe('likely')
    expect(sniff('# stacks: inferred\n\na;b\t1.5 \r\n')).toBe('likely')
    expect(sniff(`a;b 1\n${'x'.repeat(10)}`)).toBe('likely')
    // One stack that is deeper than what is looked at.
    expect(sniff('frame;'.repeat(1000))).toBe('likely')
    expect(sniff('no frame, '.repeat(1000))).toBe('no')
    for (const text of ['', '\n', 'name,calls\nmain,3\n', 'hello; world\n', 'version: 1\nevents: Ir\n', 'a 1\nb 2\n']) {
      expect(sniff(text), text).toBe('no')
    }
  })
})

describe('writing', () => {
  it('writes each stack once, places where they are known', async () => {
    const profile = stacks('main;parse 2\nmain 1\nmain;parse 3\n- 4')
    expect(await written(profile)).toBe('main 1\nmain;parse 5\n 4\n')
    const placed = await read('<module> (a.py:9);f (a.py:2) 3\n<module> (a.py:9);f (a.py:3) 4')
    expect(await written(placed)).toBe('<module> (a.py:9);f (a.py:2) 3\n<module> (a.py:9);f (a.py:3) 4\n')
    expect(await written(placed, { 'collapsed-frames': 'name' })).toBe('<module>;f 3\n<module>;f 4\n')
  })

  it('marks stacks that were inferred, and keeps that and the value when read back', async () => {
    const drawn = graph('main 1x self=0.5 total=2\nmain -> work 3x self=1.5 total=1.5\nwork 3x self=1.5 total=1.5')
    const text = await written(drawn)
    expect(text).toBe('# stacks: inferred\n# value: time (nanoseconds)\nmain 500000000\nmain;work 1500000000\n')
    const again = await read(text)
    expect(again.source.stacks).toBe('inferred')
    expect(again.valueTypes).toEqual([{ name: 'time', unit: 'nanoseconds' }])
  })

  it('writes numbers in full', async () => {
    const profile = stacks('a 1e-7\nb 1.25e21\nc 1e21\nd 12.5', { valueTypes: [{ name: 'x', unit: 'none' }] })
    expect((await written(profile)).split('\n').slice(1, 5)).toEqual([
      'a 0.0000001',
      'b 1250000000000000000000',
      'c 1000000000000000000000',
      'd 12.5',
    ])
  })

  it('refuses weights that are less than nothing', async () => {
    await expect(written(stacks('a -1'))).rejects.toThrow(/cannot hold a weight of -1/)
  })

  it('replaces what would end a frame or a line, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nastyName, { minLength: 1, maxLength: 4 }), async (names) => {
        const safe = names.map((name) =>
          name
            .replaceAll(';', ':')
            .replace(/[\r\n]/g, ' ')
            .replace(/[ \t]+$/, '')
            .replace(/^#(?=[ \t#]|$)/, '_'),
        )
        const text = await written(await named(names))
        const last = text.split('\n').at(-2)
        expect(last).toBe(`${safe.join(';')} 5`)
      }),
    )
  })
})

/** A profile of one stack with these names. */
async function named(names: readonly string[]): Promise<Profile> {
  const file = {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    shared: { frames: names.map((name) => ({ name })) },
    profiles: [
      {
        type: 'sampled',
        name: '',
        unit: 'none',
        startValue: 0,
        endValue: 5,
        samples: [names.map((_, i) => i)],
        weights: [5],
      },
    ],
  }
  const { set } = await readProfileSet(Buffer.from(JSON.stringify(file)))
  return set.profiles[0]!
}

describe('reading fast', () => {
  it('makes the same stacks of any lines, in blocks of any size', async () => {
    const frame = fc.constantFrom('main', 'main.work', 'mainwork', 'm', '', 'read_a_file', 'read_a_fill', '\0', 'é')
    const rows = fc.array(fc.array(frame, { minLength: 2, maxLength: 9 }), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), async (lists, isSorted) => {
        const lines = lists.map((frames) => frames.join(';').replace(/;+$/, '')).filter((line) => line !== '')
        fc.pre(lines.length > 0)
        if (isSorted) lines.sort()
        const bytes = Buffer.from(lines.map((line) => `${line} 1\n`).join(''))
        // Lines of one byte after the other have none before them in their block.
        const whole = await readInPieces(readCollapsed, bytes, 1)
        for (const size of [50, bytes.length]) expect(await readInPieces(readCollapsed, bytes, size)).toEqual(whole)
        const { samples, frames, functions, strings, stacks } = await read(bytes.toString())
        const shown = lines.map((_, sample) => {
          const names: string[] = []
          for (let at = samples!.stack[sample]!; at >= 0; at = stacks!.parent[at]!) {
            names.unshift(strings.text(functions.name[frames!.function[stacks!.frame[at]!]!]!))
          }
          return names.join(';')
        })
        expect(shown).toEqual(lines)
        const begun = lines.flatMap((line) => line.split(';').map((_, at, all) => all.slice(0, at + 1).join(';')))
        expect(stacks!.length).toBe(new Set(begun).size)
      }),
      { numRuns: 60 },
    )
  })
})
