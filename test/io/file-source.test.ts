import { spawn } from 'node:child_process'
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { peek } from '../../src/bytes/head.js'
import { readAll } from '../../src/bytes/read-all.js'
import { openSource } from '../../src/io/file-source.js'
import { Allocator } from '../../src/limits.js'
import { buildScript, ended, scratchFolder, shell } from './child.js'

const folder = scratchFolder()
const at = (name: string) => join(folder, name)
/** Three pieces of 1 MiB and a bit. */
const LARGE = Buffer.from(Uint8Array.from({ length: 3 * 1024 * 1024 + 17 }, (_, index) => (index * 31) >> 5))

async function read(path: string): Promise<Buffer> {
  return Buffer.from(await readAll(await openSource(path), new Allocator()))
}

describe('a file', () => {
  test.each([0, 1, 1000, 1024 * 1024, LARGE.length])('of %d bytes is read', async (length) => {
    writeFileSync(at('f'), LARGE.subarray(0, length))
    expect((await read(at('f'))).equals(LARGE.subarray(0, length))).toBe(true)
  })

  test('is known by name, size and time', async () => {
    writeFileSync(at('known'), 'abc')
    utimesSync(at('known'), 1000, 1234.5)
    expect(await openSource(at('known'))).toMatchObject({ name: at('known'), size: 3, modifiedMs: 1234500 })
    expect(await openSource(at('known'), 'known')).toMatchObject({ name: 'known' })
  })

  test('is read through a symbolic link', async () => {
    writeFileSync(at('target'), 'abc')
    symlinkSync('target', at('link'))
    expect((await read(at('link'))).toString()).toBe('abc')
  })

  test('that claims to be empty is read', async () => {
    const source = await openSource('/proc/self/status')
    expect(source.size).toBeNull()
    expect(Buffer.from(await readAll(source, new Allocator())).toString()).toContain('VmPeak')
  })

  test('is closed when its bytes are read, and when they are not', async () => {
    writeFileSync(at('large'), LARGE)
    const open = () => readdirSync('/proc/self/fd').length
    const before = open()
    for (let times = 0; times < 5; times++) {
      await read(at('large'))
      const peeked = await peek(await openSource(at('large')), 10)
      await peeked.source.close?.()
      for await (const _ of (await openSource(at('large'))).chunks()) break
    }
    expect(open()).toBe(before)
  })
})

describe('what is no file', () => {
  test.each([
    ['missing', 'no such file'],
    ['folder', 'is a directory'],
    ['plain/below', 'no such file: a part of the path is not a folder'],
    ['loop', 'too many symbolic links'],
    ['dangling', 'no such file'],
    ['x'.repeat(300), 'the name is too long'],
  ])('%s is refused', async (name, message) => {
    mkdirSync(at('folder'), { recursive: true })
    writeFileSync(at('plain'), '')
    for (const [link, target] of [
      ['loop', 'loop'],
      ['dangling', 'nowhere'],
    ] as const) {
      if (!readdirSync(folder).includes(link)) symlinkSync(target, at(link))
    }
    await expect(openSource(at(name), 'shown')).rejects.toMatchObject({ kind: 'no-input', message, source: 'shown' })
  })

  test('a socket is refused', async () => {
    const server = createServer().listen(at('socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    await expect(openSource(at('socket'))).rejects.toMatchObject({ kind: 'no-input', message: 'is a socket' })
    server.close()
  })

  test('a file that is gone when its bytes are asked for is missing', async () => {
    writeFileSync(at('gone'), 'abc')
    const source = await openSource(at('gone'))
    renameSync(at('gone'), at('elsewhere'))
    await expect(readAll(source, new Allocator())).rejects.toMatchObject({ kind: 'no-input', message: 'no such file' })
  })
})

describe('a file that changes', () => {
  const changes: readonly [string, (path: string) => void, string][] = [
    ['grows', (path) => appendFileSync(path, 'more'), `it grew past ${LARGE.length} bytes`],
    ['shrinks', (path) => truncateSync(path, 2_000_000), `it shrank from ${LARGE.length} to 2000000 bytes`],
  ]

  test.each(changes)('and %s while it is read is refused', async (_, change, how) => {
    writeFileSync(at('changing'), LARGE)
    const source = await openSource(at('changing'), 'shown')
    let pieces = 0
    const reading = (async () => {
      for await (const _ of source.chunks()) if (pieces++ === 0) change(at('changing'))
    })()
    await expect(reading).rejects.toMatchObject({
      kind: 'data',
      message: `the file changed while it was read: ${how}`,
      source: 'shown',
    })
    expect(pieces).toBeGreaterThan(0)
  })

  test('for another of its name is refused', async () => {
    writeFileSync(at('one'), 'abc')
    writeFileSync(at('two'), 'abc')
    const source = await openSource(at('one'))
    renameSync(at('two'), at('one'))
    await expect(readAll(source, new Allocator())).rejects.toThrow('it was replaced')
  })

  test('and only gets another link is read', async () => {
    writeFileSync(at('linked'), 'abc')
    const source = await openSource(at('linked'))
    linkSync(at('linked'), at('second-name'))
    expect(await readAll(source, new Allocator())).toHaveLength(3)
  })
})

describe('pipes', () => {
  test('a named pipe is read to its end', async () => {
    await shell('mkfifo fifo', folder)
    const writer = shell('for i in 1 2 3; do echo line $i; sleep 0.05; done > fifo', folder)
    const source = await openSource(at('fifo'))
    expect(source).toMatchObject({ size: null, modifiedMs: null })
    expect(Buffer.from(await readAll(source, new Allocator())).toString()).toBe('line 1\nline 2\nline 3\n')
    await writer
  })

  const cat = buildScript(
    folder,
    'cat',
    `import { openSource, stdinSource } from './src/io/file-source.js'
     import { createHash } from 'node:crypto'
     const path = process.argv[2]
     try {
       const source = path === '-' ? stdinSource() : await openSource(path)
       const hash = createHash('sha256')
       let length = 0
       for await (const chunk of source.chunks()) {
         hash.update(chunk)
         length += chunk.length
         if (length >= Number(process.argv[3])) break
       }
       console.log(source.name, length, hash.digest('hex'))
     } catch (error) {
       console.log(error.kind, error.source, error.message)
     }`,
  )

  test.each(['-', '/dev/stdin'])('%s is the standard input', async (path) => {
    writeFileSync(at('large'), LARGE)
    const { stdout: hash } = await shell('sha256sum < large', folder)
    const expected = `${path === '-' ? '<stdin>' : path} ${LARGE.length} ${hash.slice(0, 64)}\n`
    // Node gives its children sockets, which cannot be opened by name.
    const child = spawn(process.execPath, [cat, path])
    child.stdin.end(LARGE)
    const runs = [
      ended(child),
      shell(`cat large | $NODE ${cat} ${path}`, folder),
      shell(`$NODE ${cat} ${path} < large`, folder),
    ]
    for (const { stdout } of await Promise.all(runs)) expect(stdout).toBe(expected)
  })

  test('the standard input goes on where it stands', async () => {
    writeFileSync(at('lines'), 'first\nsecond\n')
    const { stdout } = await shell(`(head -c 6 > /dev/null; $NODE ${cat} -) < lines`, folder)
    expect(stdout).toMatch(/^<stdin> 7 /)
  })

  test('an empty, a closed and an odd standard input end in a sentence or in nothing', async () => {
    expect((await shell(`$NODE ${cat} - < /dev/null`, folder)).stdout).toMatch(/^<stdin> 0 /)
    expect((await shell(`$NODE ${cat} - <&-`, folder)).stdout).toMatch(/^<stdin> 0 /)
    expect((await shell(`$NODE ${cat} - < .`, folder)).stdout).toBe('no-input <stdin> is a directory\n')
  })

  test('reading may stop while the pipe goes on', async () => {
    const { stdout, code } = await shell(`yes | $NODE ${cat} - 100000`, folder)
    expect(code).toBe(0)
    expect(Number(stdout.split(' ')[1])).toBeGreaterThanOrEqual(100_000)
  })

  test('a shell substitution is read', async () => {
    const { stdout } = await shell(`$NODE ${cat} <(echo hello)`, folder)
    expect(stdout).toMatch(/^\/dev\/fd\/\d+ 6 /)
  })
})
