import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { CallcostError } from '../../src/errors.js'
import { openSource } from '../../src/io/file-source.js'
import { saveFile } from '../../src/io/save.js'
import { scratchFolder } from './child.js'
import { CALLS, type Call, type Fault, failCalls } from './failing-calls.js'

const root = scratchFolder()
const OLD = 'old\n'
const NEW = Buffer.from(Array.from({ length: 40_000 }, (_, at) => `${at * 7919}\n`).join(''))
let folders = 0

/** Calls whose failure loses nothing: the new file is in its place, only not known to last. */
const AFTER_RENAME: ReadonlySet<Call> = new Set(['open', 'sync', 'close'])

function* pieces(): Generator<Uint8Array> {
  for (let at = 0; at < NEW.length; at += 50_000) yield NEW.subarray(at, at + 50_000)
}

interface Outcome {
  readonly kind: string
  readonly content: string
  readonly names: readonly string[]
  readonly calls: ReturnType<typeof failCalls>
}

async function saving(name: string, old: string | null, fault: Fault | null): Promise<Outcome> {
  const folder = join(root, `f${folders++}`)
  mkdirSync(folder)
  if (old !== null) writeFileSync(join(folder, name), old)
  const calls = failCalls(fault)
  let kind = 'done'
  try {
    await saveFile(join(folder, name), pieces())
  } catch (error) {
    kind = (error as CallcostError).kind ?? String(error)
  } finally {
    calls.stop()
  }
  const names = readdirSync(folder)
  const bytes = names.includes(name) ? readFileSync(join(folder, name)) : null
  return { kind, content: contentOf(bytes, name), names, calls }
}

/** The old file, the new one, none, or something that must not be. */
function contentOf(bytes: Buffer | null, name: string): string {
  if (bytes === null) return 'none'
  if (bytes.toString() === OLD) return 'old'
  const plain = name.endsWith('.gz') ? gunzipSync(bytes) : bytes
  return plain.equals(NEW) ? 'new' : `damaged: ${bytes.length} bytes`
}

describe.each([
  ['an old file', 'out', OLD],
  ['a new file', 'out', null],
  ['an old file, compressed', 'out.gz', OLD],
] as const)('%s', (_, name, old) => {
  test('is intact, or the new one is whole, whatever call fails', async () => {
    const { calls: plain, kind } = await saving(name, old, null)
    expect(kind).toBe('done')
    // On the disk before it has the name, and the name after it.
    const kinds = plain.made.map(({ call }) => call).filter((call) => call === 'sync' || call === 'rename')
    expect(kinds).toEqual(['sync', 'rename', 'sync'])
    const before = old === null ? 'none' : 'old'
    let faults = 0
    for (const call of CALLS) {
      const count = plain.made.filter((made) => made.call === call).length
      for (let at = 1; at <= count; at++) {
        for (const [code, stays] of [
          ['EIO', false],
          ['ENOSPC', true],
        ] as const) {
          const { kind, content, names, calls } = await saving(name, old, { call, at, code, stays })
          const where = `${call} ${at} of ${count}, ${code}`
          faults++
          expect(calls.struck, where).toBeGreaterThan(0)
          const position = nth(plain.made, call, at)
          const isAfter = position > plain.made.findIndex((made) => made.call === 'rename')
          if (isAfter) {
            expect([kind, content], where).toEqual(['done', 'new'])
            expect(AFTER_RENAME.has(call), where).toBe(true)
          } else {
            const early = position <= plain.made.findIndex((made) => made.call === 'open')
            expect([kind, content], where).toEqual([early ? 'cannot-create' : 'write-failed', before])
          }
          expect(names, where).toEqual(content === 'none' ? [] : [name])
        }
      }
    }
    expect(faults).toBeGreaterThanOrEqual(20)
  })

  test('is whole when the system takes less than it is given', async () => {
    for (let at = 1; at <= 3; at++) {
      const { kind, content } = await saving(name, old, { call: 'write', at, code: 'short', stays: at === 1 })
      expect([kind, content]).toEqual(['done', 'new'])
    }
  })
})

function nth(made: readonly { readonly call: Call }[], call: Call, at: number): number {
  let count = 0
  return made.findIndex((one) => one.call === call && ++count === at)
}

describe('an input', () => {
  const input = join(root, 'input')

  async function reading(fault: Fault | null): Promise<string> {
    writeFileSync(input, NEW)
    const calls = failCalls(fault)
    try {
      let length = 0
      for await (const chunk of (await openSource(input)).chunks()) length += chunk.length
      return `${length}`
    } catch (error) {
      const { kind, message } = error as CallcostError
      return `${kind}: ${message}`
    } finally {
      calls.stop()
    }
  }

  test('whose device fails is told as such', async () => {
    for (const [call, at] of [
      ['stat', 1],
      ['stat', 2],
      ['open', 1],
      ['read', 1],
    ] as const) {
      expect(await reading({ call, at, code: 'EIO' }), `${call} ${at}`).toBe('no-input: the device reports an error')
    }
    expect(await reading({ call: 'close', at: 2, code: 'EIO' })).toBe(`${NEW.length}`)
    expect(await reading({ call: 'open', at: 2, code: 'EMFILE' })).toBe('no-input: too many open files')
    expect(await reading(null)).toBe(`${NEW.length}`)
  })

  test('that changes while it is read is refused', async () => {
    const changing = (change: () => void): Fault => ({ call: 'read', at: 1, code: '', before: change })
    expect(await reading(changing(() => truncateSync(input, 1000)))).toMatch(
      /^data: the file changed while it was read: it shrank from \d+ to 1000 bytes$/,
    )
    expect(await reading(changing(() => appendFileSync(input, 'x')))).toMatch(
      /^data: the file changed while it was read: it grew past \d+ bytes$/,
    )
  })
})
