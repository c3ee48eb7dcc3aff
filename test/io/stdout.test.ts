import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildScript, ended, scratchFolder, shell } from './child.js'

const folder = scratchFolder()

/** Writes argv[2] lines of 14 bytes, in pieces of argv[3] lines; the producer throws at line argv[4]. */
const lines = buildScript(
  folder,
  'lines',
  `import { writeStdout } from './src/io/stdout.js'
   const [count, piece, fault] = process.argv.slice(2).map(Number)
   let made = 0
   async function* chunks() {
     while (made < count) {
       let text = ''
       for (let i = 0; i < piece && made < count; i++) text += 'line ' + String(made++).padStart(8, '0') + '\\n'
       yield new TextEncoder().encode(text)
       if (made >= fault) throw new Error('the producer failed')
     }
   }
   try {
     const { closed } = await writeStdout(chunks())
     console.error(JSON.stringify({ closed, made, rss: process.resourceUsage().maxRSS }))
   } catch (error) {
     console.error(JSON.stringify({ kind: error.kind, message: error.message }))
   }`,
)

function expectedText(count: number): string {
  let text = ''
  for (let line = 0; line < count; line++) text += `line ${String(line).padStart(8, '0')}\n`
  return text
}

test.each([
  ['a file', (run: string) => `${run} > out.txt`],
  ['a pipe', (run: string) => `${run} | cat > out.txt`],
  ['a slow pipe', (run: string) => `${run} | (sleep 0.3; cat) > out.txt`],
])('%s gets every byte, in tiny and in large pieces', async (_, command) => {
  const expected = expectedText(100_000)
  for (const piece of [1, 20_000]) {
    const { stderr, code } = await shell(command(`$NODE ${lines} 100000 ${piece}`), folder)
    expect(JSON.parse(stderr)).toMatchObject({ closed: false, made: 100_000 })
    expect(code).toBe(0)
    expect(readFileSync(join(folder, 'out.txt'), 'utf8') === expected).toBe(true)
  }
})

test('a socket gets every byte', async () => {
  const { stdout, stderr } = await ended(spawn(process.execPath, [lines, '100000', '10']))
  expect(stdout === expectedText(100_000)).toBe(true)
  expect(JSON.parse(stderr)).toMatchObject({ closed: false })
})

test('a file is appended to where the shell says so', async () => {
  const { stderr } = await shell(`echo first > log; $NODE ${lines} 2 1 >> log; echo last >> log`, folder)
  expect(JSON.parse(stderr)).toMatchObject({ closed: false })
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('first\nline 00000000\nline 00000001\nlast\n')
})

test('a reader that goes away ends the writing in quiet, long before the end', async () => {
  const { stdout, stderr, code } = await shell(`set -o pipefail; $NODE ${lines} 1000000000 100 | head -1`, folder)
  expect(stdout).toBe('line 00000000\n')
  const { closed, made } = JSON.parse(stderr)
  expect(closed).toBe(true)
  expect(made).toBeLessThan(1_000_000)
  expect(code).toBe(0)
})

test('a slow reader holds the producer back', async () => {
  const { stderr } = await shell(`$NODE ${lines} 1000000000 1000 | (sleep 1; head -c 1000 > /dev/null)`, folder)
  const { made, rss } = JSON.parse(stderr)
  expect(made).toBeLessThan(1_000_000)
  expect(rss).toBeLessThan(200 * 1024)
})

test('a full device is an error', async () => {
  const { stderr } = await shell(`$NODE ${lines} 3 1 > /dev/full`, folder)
  expect(JSON.parse(stderr)).toEqual({
    kind: 'write-failed',
    message: 'cannot write to the standard output: no space left on the device',
  })
})

test('a file that has no room for the last bytes is an error', async () => {
  // Files end at 1 KiB, in the middle of line 74. The system takes what fits and does not complain before the next write.
  const { stderr } = await shell(`trap '' XFSZ; ulimit -f 1; $NODE ${lines} 80 80 > out.txt`, folder)
  expect(JSON.parse(stderr)).toMatchObject({ kind: 'write-failed' })
})

test('a closed standard output loses nothing but the output', async () => {
  const { stderr, code } = await shell(`$NODE ${lines} 3 1 >&-`, folder)
  expect(code).toBe(0)
  expect(JSON.parse(stderr)).toMatchObject({ closed: false })
})

test('an error of the producer comes through', async () => {
  const { stderr } = await shell(`$NODE ${lines} 100 1 5 | cat`, folder)
  expect(JSON.parse(stderr)).toEqual({ message: 'the producer failed' })
})
