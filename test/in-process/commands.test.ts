import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseArgv } from '../../src/cli/argv.js'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { CallcostError, EXIT_CODES } from '../../src/errors.js'

/*
 * Only for `npm run coverage`: the commands of test/cli/cases once more, within this process, where what they run is
 * counted. Commands that need more of a shell than a pipe, or write files, are left to the command tests.
 */
const FOLDER = 'test/cli/cases'
const FILES = ['README.md', ...readdirSync(FOLDER).map((name) => `${FOLDER}/${name}`)].filter((name) =>
  name.endsWith('.md'),
)

const WORD = /'[^']*'|"[^"$`\\]*"|[^\s'"|&;<>$()?`\\]+/y

/** The words of a plain command; null for what only a shell can run. */
function wordsOf(command: string): string[] | null {
  const words: string[] = []
  let at = 0
  let glued = false
  while (at < command.length) {
    if (command[at] === ' ') {
      glued = false
      at++
      continue
    }
    WORD.lastIndex = at
    const match = WORD.exec(command)
    if (match === null) return null
    const isQuoted = /^['"]/.test(match[0])
    const word = isQuoted ? match[0].slice(1, -1) : match[0]
    if (glued) words[words.length - 1] += word
    else if (!isQuoted && /[*[]/.test(word)) words.push(...filesLike(word))
    else words.push(word)
    glued = true
    at = WORD.lastIndex
  }
  return words[0] === 'callcost' ? words.slice(1) : null
}

/** What a shell makes of `folder/a-*.prof` or `folder/run-[135].prof`. */
function filesLike(pattern: string): string[] {
  const folder = pattern.slice(0, pattern.lastIndexOf('/'))
  const name = new RegExp(
    `^${pattern
      .slice(folder.length + 1)
      .replaceAll('.', '\\.')
      .replaceAll('*', '.*')}$`,
  )
  return readdirSync(folder)
    .filter((file) => name.test(file))
    .sort()
    .map((file) => `${folder}/${file}`)
}

for (const file of FILES) {
  const lines = readFileSync(file, 'utf8').split('\n')
  lines.forEach((line, at) => {
    const command = line.slice(2).split(' | ')[0]!
    const isPiped = command.length < line.length - 2
    const words = line.startsWith('$ ') ? wordsOf(command) : null
    if (words === null || words.some((word) => /^(-$|-o|--output|--ratchet)/.test(word))) return
    // A command with a typing error is told from a file by looking for the file.
    if (words.length === 1 && /^[a-z]+$/i.test(words[0]!)) return
    it(`${file} line ${at + 1}: ${line.slice(2)}`, async () => {
      const expected: string[] = []
      for (let next = at + 1; !/^(\$ |`{3,}$)/.test(lines[next]!); next++) expected.push(lines[next]!)
      const { text, code } = await run(words)
      if (isPiped) return
      const shown = text === '' ? [] : text.replaceAll('\r', '\\r').replace(/\n$/, '').split('\n')
      expect(code).toBe(Number(/^=> (\d+)$/.exec(expected.at(-1) ?? '')?.[1] ?? 0))
      const stdout = expected.filter((row) => !/^(2> |=> \d+$|\(no newline)/.test(row))
      expect(shown.join('\n')).toBe(stdout.join('\n'))
    })
  })
}

async function run(words: readonly string[]): Promise<{ text: string; code: number }> {
  let text = ''
  const decoder = new TextDecoder()
  try {
    const { command, args, asksHelp, asksVersion } = parseArgv(words, COMMANDS)
    if (asksHelp || asksVersion) {
      const { helpText } = await import('../../src/cli/help-text.js')
      return { text: asksHelp ? await helpText(command, COMMANDS, null) : '0.1.0\n', code: 0 }
    }
    if (command === null) return { text: '', code: EXIT_CODES.usage }
    const code = await command.run(args, {
      version: '0.1.0',
      columns: null,
      color: false,
      showsProgress: false,
      note: () => {},
      warn: () => {},
      write: async (chunks) => {
        if (typeof chunks === 'string') text += chunks
        else for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true })
      },
    })
    return { text, code: code ?? 0 }
  } catch (error) {
    if (!(error instanceof CallcostError)) throw error
    return { text, code: EXIT_CODES[error.kind] }
  }
}
