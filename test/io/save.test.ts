import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { removeTemporaries, saveFile } from '../../src/io/save.js'
import { buildScript, ended, scratchFolder, shell } from './child.js'

const root = scratchFolder()
let folders = 0

/** An empty folder for one test, and the paths in it. */
function fresh() {
  const folder = join(root, `f${folders++}`)
  mkdirSync(folder)
  return { folder, at: (name: string) => join(folder, name), names: () => readdirSync(folder).sort() }
}

function* pieces(text: string, size = 7): Generator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const LONG = Array.from({ length: 50_000 }, (_, at) => `${at * 7919}\n`).join('')

describe('a new file', () => {
  test.each([1000, 65_536, 1_000_000])('holds what was yielded, in pieces of %d bytes', async (size) => {
    const { at, names } = fresh()
    expect(await saveFile(at('out'), pieces(LONG, size))).toEqual({ closed: false })
    expect(readFileSync(at('out'), 'utf8') === LONG).toBe(true)
    expect(names()).toEqual(['out'])
  })

  test('may be empty', async () => {
    const { at } = fresh()
    await saveFile(at('out'), [])
    expect(readFileSync(at('out'))).toHaveLength(0)
  })

  test('may reuse the memory of its pieces', async () => {
    const { at } = fresh()
    const reusing = async function* () {
      const buffer = Buffer.alloc(70_000)
      for (let piece = 0; piece < 9; piece++) yield buffer.fill(`${piece}`)
    }
    const expected = Array.from({ length: 9 }, (_, piece) => `${piece}`.repeat(70_000)).join('')
    await saveFile(at('plain'), reusing())
    expect(readFileSync(at('plain'), 'utf8') === expected).toBe(true)
    await saveFile(at('packed.gz'), reusing())
    expect(gunzipSync(readFileSync(at('packed.gz'))).toString() === expected).toBe(true)
  })

  test('has the mode that the umask leaves', async () => {
    const { at } = fresh()
    for (const umask of [0o022, 0o077, 0o002]) {
      const before = process.umask(umask)
      try {
        await saveFile(at(`out${umask}`), pieces('x'))
      } finally {
        process.umask(before)
      }
      expect(statSync(at(`out${umask}`)).mode & 0o777).toBe(0o666 & ~umask)
    }
  })

  test('that ends in .gz is compressed', async () => {
    const { at, names } = fresh()
    await saveFile(at('out.json.GZ'), pieces(LONG))
    const packed = readFileSync(at('out.json.GZ'))
    expect(packed.length).toBeLessThan(LONG.length)
    expect(gunzipSync(packed).toString() === LONG).toBe(true)
    expect(names()).toEqual(['out.json.GZ'])
  })
})

describe('an old file', () => {
  test('is whole until the new one is', async () => {
    const { at, names } = fresh()
    writeFileSync(at('out'), 'old')
    const seen: string[] = []
    const watching = (function* () {
      for (const piece of pieces(LONG, 100_000)) {
        seen.push(readFileSync(at('out'), 'utf8'))
        yield piece
      }
    })()
    await saveFile(at('out'), watching)
    expect(seen.length).toBeGreaterThan(2)
    expect(new Set(seen)).toEqual(new Set(['old']))
    expect(readFileSync(at('out'), 'utf8') === LONG).toBe(true)
    expect(names()).toEqual(['out'])
  })

  test('hands on its mode and owner, and nothing is readable by others meanwhile', async () => {
    const { folder, at } = fresh()
    writeFileSync(at('out'), 'old')
    chmodSync(at('out'), 0o640)
    let temporary = 0
    const watching = (function* () {
      for (const name of readdirSync(folder)) if (name !== 'out') temporary = statSync(at(name)).mode & 0o777
      yield Buffer.from('new')
    })()
    await saveFile(at('out'), watching)
    expect(temporary).toBe(0o600)
    expect(statSync(at('out')).mode & 0o777).toBe(0o640)
  })

  test.runIf(process.getuid?.() === 0)('of somebody else stays theirs', async () => {
    const { folder, at } = fresh()
    await shell('echo old > out; chown 1234:2345 out', folder)
    await saveFile(at('out'), pieces('new'))
    expect(statSync(at('out'))).toMatchObject({ uid: 1234, gid: 2345 })
  })

  test('behind links is replaced, and the links stay', async () => {
    const { at, names } = fresh()
    mkdirSync(at('deep'))
    writeFileSync(at('deep/real'), 'old')
    symlinkSync('deep/real', at('one'))
    symlinkSync('one', at('two'))
    await saveFile(at('two'), pieces('new'))
    expect(readFileSync(at('deep/real'), 'utf8')).toBe('new')
    expect(readlinkSync(at('two'))).toBe('one')
    expect(readdirSync(at('deep'))).toEqual(['real'])
    expect(names()).toEqual(['deep', 'one', 'two'])
  })

  test('that a link promises is made where it points', async () => {
    const { at } = fresh()
    mkdirSync(at('deep'))
    symlinkSync('deep', at('folder'))
    symlinkSync('../new', at('deep/back'))
    symlinkSync('folder/back', at('link'))
    await saveFile(at('link'), pieces('new'))
    expect(lstatSync(at('new')).isFile()).toBe(true)
    expect(readFileSync(at('link'), 'utf8')).toBe('new')
  })
})

describe('is refused before anything is asked for:', () => {
  const never: Iterable<Uint8Array> = {
    [Symbol.iterator]() {
      throw new Error('the producer was started')
    },
  }

  test('an output that is an input, under whatever name', async () => {
    const { folder, at } = fresh()
    writeFileSync(at('in'), 'precious')
    symlinkSync('in', at('soft'))
    linkSync(at('in'), at('hard'))
    symlinkSync('.', at('here'))
    for (const name of ['in', 'soft', 'hard', 'here/in']) {
      const saving = saveFile(at(name), never, { inputs: ['missing', '-', at('in')] })
      const is = name === 'in' ? 'is an input' : `is the input "${at('in')}"`
      await expect(saving).rejects.toMatchObject({
        kind: 'cannot-create',
        message: `cannot write ${JSON.stringify(at(name))}: ${is}`.replaceAll(/"[^"]*"/g, shortened),
      })
    }
    expect(readFileSync(at('in'), 'utf8')).toBe('precious')
    expect(readdirSync(folder)).toHaveLength(4)
  })

  test('a directory, a folder that is missing, a file as a folder, links in a circle', async () => {
    const { at, names } = fresh()
    mkdirSync(at('dir'))
    writeFileSync(at('file'), '')
    symlinkSync('dir', at('link'))
    symlinkSync('b', at('a'))
    symlinkSync('a', at('b'))
    const before = names()
    for (const [name, reason] of [
      ['dir', 'is a directory'],
      ['link', 'is a directory'],
      ['no/out', 'there is no folder'],
      ['file/out', 'is no folder'],
      ['a', 'too many symbolic links'],
    ] as const) {
      await expect(saveFile(at(name), never), name).rejects.toMatchObject({
        kind: 'cannot-create',
        message: expect.stringContaining(reason),
      })
    }
    expect(names()).toEqual(before)
  })
})

describe('nothing is left behind', () => {
  test('when the producer fails, at once or after much', async () => {
    const { at, names } = fresh()
    writeFileSync(at('out'), 'old')
    for (const name of ['out', 'new', 'new.gz', 'out.gz']) {
      for (const good of [0, 3, 300_000]) {
        const failing = (async function* () {
          yield* pieces(LONG.slice(0, good))
          throw new RangeError('the producer failed')
        })()
        await expect(saveFile(at(name), failing)).rejects.toThrow(new RangeError('the producer failed'))
      }
    }
    expect(names()).toEqual(['out'])
    expect(readFileSync(at('out'), 'utf8')).toBe('old')
  })

  test('when there is no room for the rest', async () => {
    const { folder, at, names } = fresh()
    writeFileSync(at('out'), 'old')
    const script = buildScript(
      root,
      'room',
      `import { saveFile } from './src/io/save.js'
       const error = await saveFile('out', [new Uint8Array(Number(process.argv[2]))]).catch((error) => error)
       console.log(error.kind, error.message)`,
    )
    // Files end at 100 KiB; with the signal ignored the system cuts the write short, then says why.
    const limited = (size: number) => shell(`trap '' XFSZ; ulimit -f 100; $NODE ${script} ${size}`, folder)
    expect((await limited(102_401)).stdout).toBe('write-failed cannot write "out": the file would be too large\n')
    expect(names()).toEqual(['out'])
    expect(readFileSync(at('out'), 'utf8')).toBe('old')
    await limited(102_400)
    expect(readFileSync(at('out'))).toHaveLength(102_400)
  })

  test('by a signal', async () => {
    const { folder, at, names } = fresh()
    writeFileSync(at('out'), 'old')
    const script = buildScript(
      root,
      'signal',
      `import { removeTemporaries, saveFile } from './src/io/save.js'
       for (const signal of ['SIGINT', 'SIGTERM'] as const) {
         process.once(signal, () => {
           removeTemporaries()
           process.kill(process.pid, signal)
         })
       }
       await saveFile('out', (async function* () {
         for (;;) {
           yield new Uint8Array(100000)
           console.log('more')
           await new Promise((resolve) => setTimeout(resolve, 20))
         }
       })())`,
    )
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const child = spawn(process.execPath, [script], { cwd: folder })
      const end = ended(child)
      await new Promise((resolve) => child.stdout.once('data', resolve))
      expect(names()).toHaveLength(2)
      child.kill(signal)
      expect(await end).toMatchObject({ signal, code: null })
      expect(names()).toEqual(['out'])
    }
    expect(readFileSync(at('out'), 'utf8')).toBe('old')
  })

  test('by removeTemporaries, after which the save fails and the old file stays', async () => {
    const { at, names } = fresh()
    writeFileSync(at('out'), 'old')
    const saving = saveFile(
      at('out'),
      (function* () {
        yield Buffer.from('new')
        removeTemporaries()
      })(),
    )
    await expect(saving).rejects.toMatchObject({ kind: 'write-failed' })
    expect(names()).toEqual(['out'])
    expect(readFileSync(at('out'), 'utf8')).toBe('old')
  })
})

describe('pipes and devices', () => {
  test('are written to directly', async () => {
    const { folder, at, names } = fresh()
    await shell('mkfifo fifo', folder)
    const reader = shell('cat fifo', folder)
    expect(await saveFile(at('fifo'), pieces(LONG))).toEqual({ closed: false })
    expect((await reader).stdout === LONG).toBe(true)
    expect(lstatSync(at('fifo')).isFIFO()).toBe(true)
    expect(names()).toEqual(['fifo'])

    await saveFile('/dev/null', pieces('x'), { inputs: ['/dev/null'] })
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test('whose reader goes away end in quiet', async () => {
    const { folder, at } = fresh()
    await shell('mkfifo fifo', folder)
    const reader = shell('head -c 5 fifo', folder)
    let made = 0
    const endless = (async function* () {
      for (; made < 1e6; made++) {
        yield Buffer.alloc(100_000)
        if (made === 0) await sleep(50)
      }
    })()
    expect(await saveFile(at('fifo'), endless)).toEqual({ closed: true })
    expect(made).toBeLessThan(1000)
    await reader
  })

  test('that are full are an error', async () => {
    await expect(saveFile('/dev/full', pieces('x'))).rejects.toMatchObject({
      kind: 'write-failed',
      message: 'cannot write "/dev/full": no space left on the device',
    })
  })

  test('are also the open descriptors, which are appended to and never replaced', async () => {
    const { folder, at, names } = fresh()
    const script = buildScript(
      root,
      'descriptor',
      `import { saveFile } from './src/io/save.js'
       console.error(JSON.stringify(await saveFile(process.argv[2]!, [Buffer.from('new\\n')])))`,
    )
    for (const path of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
      writeFileSync(at('log'), 'old\n')
      const { stderr } = await shell(`$NODE ${script} ${path} >> log`, folder)
      expect(stderr).toBe('{"closed":false}\n')
      expect(readFileSync(at('log'), 'utf8')).toBe('old\nnew\n')
      expect(names()).toEqual(['log'])
      expect((await shell(`$NODE ${script} ${path} | cat`, folder)).stdout).toBe('new\n')
    }
    await shell(`$NODE ${script} /dev/fd/7 7>> log`, folder)
    expect(readFileSync(at('log'), 'utf8')).toBe('old\nnew\nnew\n')
    expect((await shell(`$NODE ${script} /dev/fd/9 9>&-; true`, folder)).stderr).toContain('cannot write')
    expect((await ended(spawn(process.execPath, [script, '/dev/stdout']))).stdout).toBe('new\n')
    expect(existsSync(at('out'))).toBe(false)
  })
})

/** Long names are cut in messages. */
function shortened(quoted: string): string {
  const text = JSON.parse(quoted) as string
  return text.length > 60 ? JSON.stringify(`${text.slice(0, 59)}…`) : quoted
}
