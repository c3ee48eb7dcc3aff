import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callgrind } from '../../../formats/callgrind/codec.js'
import { memorySource } from '../../../src/bytes/source.js'
import type { Profile } from '../../../src/model/profile.js'
import { convertProfiles } from '../../../src/pipeline/convert.js'
import { type ReadOptions, readProfileSet } from '../../../src/pipeline/read.js'
import { edgeCosts, functionCosts, graph } from '../../support/draw.js'
import { FIXTURES } from '../../support/fixtures.js'

async function read(text: string | Uint8Array, options: ReadOptions = {}): Promise<Profile> {
  const source = memorySource('a.out', typeof text === 'string' ? Buffer.from(text) : text)
  const { set } = await readProfileSet(source, { from: 'callgrind', ...options })
  return set.profiles[0]!
}

async function written(profile: Profile, notes: string[] = []): Promise<string> {
  const parts: Uint8Array[] = []
  const onNote = (note: string) => notes.push(note)
  const set = { profiles: [profile], active: 0 }
  for await (const part of await convertProfiles(set, { to: 'callgrind', onNote })) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}

/** A file from blocks such as `main 10; a 2x 5; b 1x 3`: self, then calls with their costs. */
function file(blocks: string, head = ''): string {
  const lines = [`${head}events: Ir`]
  for (const block of blocks.trim().split('\n')) {
    const [own = '', ...calls] = block.trim().split('; ')
    const [name, self] = own.split(' ')
    lines.push('', 'fl=a.c', `fn=${name}`, `1 ${self}`)
    for (const call of calls) {
      const [callee, count = '', cost] = call.split(' ')
      lines.push(`cfn=${callee}`, `calls=${count.replace('x', '')} 1`, `1 ${cost}`)
    }
  }
  return lines.join('\n')
}

const totals = (profile: Profile) =>
  Object.fromEntries(
    Object.entries(functionCosts(profile)).map(([name, { total }]) => [name.replace(/@.*/, ''), total]),
  )

describe('totals', () => {
  it('are self and what was called', async () => {
    const profile = await read(file('main 10; a 2x 9; b 1x 3\na 4; b 2x 5\nb 8'))
    expect(totals(profile)).toEqual({ main: 22, a: 9, b: 8 })
  })

  it('leave out what a function called itself', async () => {
    // fib(3) = fib(2) + fib(1): calls nested in calls are in the cost of the edge twice and more.
    const profile = await read(file('main 1; fib 1x 10\nfib 10; fib 4x 14'))
    expect(totals(profile)).toEqual({ main: 11, fib: 10 })
    expect(functionCosts(profile)).toMatchObject({ 'fib@a.c:1': { calls: 5, primitiveCalls: 1 } })
    expect(edgeCosts(profile)['fib@a.c:1 -> fib@a.c:1']?.total).toBe(10)
  })

  it('are at most what a cycle cost as a whole, and at least what entering it did', async () => {
    // main calls even once; even and odd call each other and share 20, odd calls log.
    const profile = await read(file('main 1; even 1x 26\neven 11; odd 5x 60\nodd 9; even 4x 50; log 2x 6\nlog 6'))
    expect(totals(profile)).toEqual({ main: 27, even: 26, odd: 26, log: 6 })
    expect(profile.source.notes.map(({ code, count }) => [code, count])).toContainEqual(['cycle-totals', 2])
    expect(functionCosts(profile)).toMatchObject({ 'even@a.c:1': { calls: 5, primitiveCalls: null } })
  })

  it('include what the profiler did not see being called', async () => {
    const profile = await read(file('main 1; report 1x 30\nreport 2'))
    expect(totals(profile)).toEqual({ main: 31, report: 30 })
  })
})

describe('names', () => {
  it('end a line number that tells functions apart, as yappi writes it', async () => {
    const head = 'events: Ticks\n\nfl=(1) /srv/a.py\nfl=(2) /srv/b.py\nfn=(1) f /srv/a.py:3\nfn=(2) f /srv/b.py:9\n'
    const text = `creator: yappi\n${head}\nfl=(1)\nfn=(1)\n3 5\ncfl=(2)\ncfn=(2)\ncalls=2 0\n0 7\n\nfl=(2)\nfn=(2)\n9 7\n`
    const profile = await read(text)
    expect(totals(profile)).toEqual({ f: 7 })
    expect(Object.keys(functionCosts(profile))).toEqual(['f@/srv/a.py:3', 'f@/srv/b.py:9'])
    expect(profile.valueTypes).toEqual([{ name: 'time', unit: 'microseconds' }])
  })

  it('that are not defined drop their costs under lenient, and only those', async () => {
    const text = 'events: Ir\nfl=a.c\nfn=(1) main\n1 5\ncfn=(2)\ncalls=1 1\n1 3\nfn=(3)\n1 4\nfn=(1)\n1 1\n'
    const { set, problems } = await readProfileSet(Buffer.from(text), { from: 'callgrind', lenient: true })
    expect(totals(set.profiles[0]!)).toEqual({ main: 6 })
    expect(problems.map(({ count, first }) => [count, first.line])).toEqual([
      [1, 5],
      [1, 8],
    ])
  })
})

describe('the calls of an Xdebug file', () => {
  const path = join(FIXTURES, 'callgrind/xdebug-3.2-work.cachegrind')

  it('cost as much as Xdebug says of each of them', async () => {
    const profile = await read(readFileSync(path))
    // What the lines after calls= say, caller→callee, in 10 ns; Xdebug rounds each time by itself.
    const said: Record<string, number> = {}
    const names = new Map<string, string>()
    let caller = ''
    let callee = ''
    let isCall = false
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const name = /^(c?fn)=\((\d+)\)(?: (.*))?$/.exec(line)
      if (name !== null) {
        if (name[3] !== undefined) names.set(name[2]!, name[3])
        const text = names.get(name[2]!)!
        if (name[1] === 'fn') caller = text
        else callee = text
      } else if (line.startsWith('calls=')) isCall = true
      else if (isCall) {
        const key = `${caller} -> ${callee}`
        said[key] = (said[key] ?? 0) + Number(line.split(' ')[1])
        isCall = false
      }
    }
    const found = edgeCosts(profile)
    let compared = 0
    for (const [key, cost] of Object.entries(found)) {
      const plain = key.replace(/@[^ ]*/g, '')
      if (plain === 'fib -> fib') continue
      const calls = Number(cost.calls)
      expect(Math.abs(Number(cost.total) / 10 - said[plain]!), plain).toBeLessThanOrEqual(calls * 8)
      compared++
    }
    expect(compared).toBe(12)
    // fib(3) and fib(5), twice each: 5 and 15 calls.
    expect(functionCosts(profile)['fib@/srv/app/work.php:2']).toMatchObject({ calls: 40, primitiveCalls: 4 })
  })

  it('are summed when they make no tree, and runs are kept apart', async () => {
    const text = readFileSync(path, 'utf8')
    const twice = await read(`${text}\n==== NEW PROFILING FILE ==============\n${text}`)
    expect(twice.stacks).not.toBeNull()
    expect(functionCosts(twice)['fib@/srv/app/work.php:2']).toMatchObject({ calls: 80, primitiveCalls: 8 })

    const broken = await read(text.replace('cfn=(9)\ncalls=1 0 0\n13 25 0', 'cfn=(8)\ncalls=1 0 0\n13 25 0'))
    expect(broken.stacks).toBeNull()
    expect(broken.source.notes.map(({ code }) => code)).toContain('no-call-tree')
    expect(functionCosts(broken)['fib@/srv/app/work.php:2']).toMatchObject({ calls: 40, self: 17640 })
  })
})

describe('writing', () => {
  it('comes back the same, functions of one name apart', async () => {
    const name = fc.constantFrom('a@x.js:1', 'a@x.js:2', 'a@x.js', 'a', 'b', 'b@y.js', '(12)', '(anonymous)@x.js:7')
    const cost = fc.integer({ min: 0, max: 1e6 })
    const edge = fc.tuple(name, name, fc.integer({ min: 1, max: 9 }), cost)
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, cost), fc.array(edge, { maxLength: 12 }), async (selfs, edges) => {
        const seen = new Set<string>()
        const lines = Object.entries(selfs).map(([own, self]) => `${own} 1x self=${self} total=${self}`)
        for (const [caller, callee, calls, total] of edges) {
          if (seen.has(`${caller} ${callee}`)) continue
          seen.add(`${caller} ${callee}`)
          lines.push(`${caller} -> ${callee} ${calls}x total=${total}`)
        }
        if (lines.length === 0) return
        // Read once, so that totals are as this format has them; then nothing may change any more.
        const once = await read(await written(graph(lines.join('\n'), { valueTypes: [{ name: 'Ir', unit: 'count' }] })))
        const again = await read(await written(once))
        expect(functionCosts(again)).toEqual(functionCosts(once))
        expect(edgeCosts(again)).toEqual(edgeCosts(once))
        for (const [own, self] of Object.entries(selfs)) {
          const found = Object.entries(functionCosts(once)).filter(([each]) => each.replace(/ #\d+/, '') === own)
          expect(found.map(([, costs]) => costs.self)).toContain(self)
        }
      }),
    )
  })

  it('writes whole numbers: fractions of seconds as nanoseconds', async () => {
    const notes: string[] = []
    const text = await written(
      graph('main 1x self=0.25 total=1.5\nmain -> f 2x total=1.25\nf 2x self=1.25 total=1.25'),
      notes,
    )
    expect(text).toContain('events: time_(ns)\nsummary: 1500000000\n')
    expect(text).toContain('calls=2 0\n0 1250000000\n')
    const again = await read(text)
    expect(again.valueTypes).toEqual([{ name: 'time', unit: 'nanoseconds' }])
    expect(totals(again)).toEqual({ main: 1.5e9, f: 1.25e9 })
  })

  it('says when calls were not counted, and reads that again', async () => {
    const notes: string[] = []
    const text = await written(graph('main self=1 total=3\nmain -> f total=2\nf self=2 total=2'), notes)
    expect(notes).toContain('1 count of calls is not known and written as 1')
    expect(functionCosts(await read(text)).f).toMatchObject({ calls: null, total: 2 })
  })
})

describe('recognising', () => {
  const sniff = (text: string) => callgrind.sniff(Buffer.from(text), null)

  it('needs the first comment, or events and then names', () => {
    expect(sniff('# callgrind format\n')).toBe('certain')
    expect(sniff('version: 1\ncreator: xdebug 3\n\nevents: Time\n\nfl=(1) a\nfn=(1) b\n')).toBe('certain')
    expect(sniff('events: wall_time\r\n\r\nfl=\r\nfn=a\r\n')).toBe('certain')
    for (const text of ['', 'events: Ir\n', 'fn=a\nevents: Ir\n', 'hello\nevents: Ir\nfn=a\n', 'main;a 3\n']) {
      expect(sniff(text), text).toBe('no')
    }
  })
})

it('quotes the events of parts that do not agree, and not all of a thousand', async () => {
  const part = (events: string) => `events: ${events}\nfl=a.c\nfn=main\n1 1\n`
  await expect(read(`${part('Ir')}${part('\x1b[2J Dw')}`)).rejects.toThrow(
    'expected the events "Ir" in every part, got "\\u001b[2J Dw"',
  )
  const refusal = await read(`${part('Ir '.repeat(900))}${part('Dr')}`).catch((error: Error) => error.message)
  expect(String(refusal).length).toBeLessThan(150)
})

it('writes integers past 2^53 in nanoseconds too, and refuses what has no place in 64 bits', async () => {
  const costs = async (seconds: string) =>
    /^fn=.*\n\d+ (.*)$/m.exec(await written(graph(`main self=${seconds}\nb self=0.5`)))?.[1]
  expect(await costs('9')).toBe('9000000000')
  expect(await costs('8589934594')).toBe('8589934594000000000')
  // 2^53 + 1, exact in seconds and wide of 64 bits in nanoseconds.
  await expect(costs('9007199254740993')).rejects.toThrow('callgrind cannot hold a cost of 9007199254740993')
  await expect(costs('1e300')).rejects.toThrow('callgrind cannot hold a cost of 1e+300')
  await expect(costs('-1')).rejects.toThrow('callgrind cannot hold a cost of -1')
})
