import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { type Ran, runShell } from '../support/cli.js'

/*
 * Command tests in Markdown: in fenced blocks, `$ ` and a line of shell, then its output: stdout as it is, stderr with
 * `2> ` before each line, and `=> 64` when the exit code is not 0. UPDATE_GOLDENS=1 writes what comes out now.
 */
const FOLDER = fileURLToPath(new URL('cases', import.meta.url))

interface Case {
  /** Line of the `$`, 0-based. */
  readonly at: number
  readonly command: string
  /** Lines of the expected output. */
  readonly expected: readonly string[]
}

/** README.md is a test of itself: every command in it runs, and prints what it says. */
const README = '../../../README.md'

for (const file of [README, ...readdirSync(FOLDER).filter((name) => name.endsWith('.md'))].sort()) {
  const path = `${FOLDER}/${file}`
  const lines = readFileSync(path, 'utf8').split('\n')
  const outputs = new Map<Case, string[]>()

  describe.concurrent(file, () => {
    for (const one of casesIn(lines)) {
      it(`line ${one.at + 1}: ${one.command}`, async () => {
        const actual = shown(await runShell(one.command))
        outputs.set(one, actual)
        if (process.env.UPDATE_GOLDENS !== '1') expect(actual.join('\n')).toBe(one.expected.join('\n'))
      })
    }
  })

  afterAll(() => {
    if (process.env.UPDATE_GOLDENS === '1') writeFileSync(path, updated(lines, outputs))
  })
}

function casesIn(lines: readonly string[]): Case[] {
  const cases: Case[] = []
  let fence: string | null = null
  let current: { at: number; command: string; expected: string[] } | null = null
  for (const [at, line] of lines.entries()) {
    const mark = /^(`{3,})/.exec(line)?.[1]
    if (fence === null || line === fence) {
      fence = fence === null ? (mark ?? null) : null
      current = null
    } else if (line.startsWith('$ ')) {
      current = { at, command: line.slice(2), expected: [] }
      cases.push(current)
    } else current?.expected.push(line)
  }
  return cases
}

function shown({ stdout, stderr, code }: Ran): string[] {
  const lines = linesOf(stdout)
  for (const line of linesOf(stderr)) lines.push(`2> ${line}`)
  if (code !== 0) lines.push(`=> ${code}`)
  return lines
}

function linesOf(text: string): string[] {
  if (text === '') return []
  // A line end of CSV would get lost in a text file.
  const lines = text.replaceAll('\r', '\\r')
  return lines.endsWith('\n') ? lines.slice(0, -1).split('\n') : [...lines.split('\n'), '(no newline at the end)']
}

function updated(lines: readonly string[], outputs: ReadonlyMap<Case, readonly string[]>): string {
  const written = [...lines]
  for (const [{ at, expected }, actual] of [...outputs].sort(([a], [b]) => b.at - a.at)) {
    written.splice(at + 1, expected.length, ...actual)
  }
  return written.join('\n')
}
