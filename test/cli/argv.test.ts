import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseArgv } from '../../src/cli/argv.js'
import { type Command, defineCommand } from '../../src/cli/command.js'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { NASTY_NAMES } from '../support/nasty-list.js'

const run = async () => {}

const COMMANDS_HERE: readonly Command[] = [
  defineCommand({
    name: 'analyze',
    describe: 'Analyze',
    operands: [{ name: 'FILE', many: true }],
    options: {
      filter: { kind: 'text', value: 'RE', describe: 'Show some' },
      limit: { kind: 'number', value: 'N', describe: 'Show N' },
      max: { kind: 'list', value: 'KEY=VALUE', describe: 'Limit' },
      format: { kind: 'text', value: 'F', describe: 'Print as', choices: ['text', 'json'] },
      output: { kind: 'text', value: 'FILE', describe: 'Write', short: 'o' },
      'no-infer': { kind: 'flag', describe: 'Refuse' },
      reverse: { kind: 'flag', describe: 'Reverse' },
    },
    examples: [],
    run,
  }),
  defineCommand({
    name: 'diff',
    describe: 'Diff',
    operands: [{ name: 'BEFORE' }, { name: 'AFTER', optional: true }],
    options: {},
    examples: [],
    run,
  }),
  defineCommand({
    name: 'runs',
    describe: 'Compare runs',
    operands: [{ name: 'FILE', optional: true }],
    options: {
      before: { kind: 'list', value: 'FILE...', describe: 'Runs before', many: true },
      after: { kind: 'list', value: 'FILE...', describe: 'Runs after', many: true },
    },
    examples: [],
    run,
  }),
]

function parse(...words: string[]) {
  const { command, args } = parseArgv(words, COMMANDS_HERE)
  return { command: command!.name, ...args }
}

describe('a list that takes many', () => {
  it('takes the words up to the next option', () => {
    expect(parse('runs', '--before', 'a', '-', 'c', '--after', 'd', '--quiet')).toMatchObject({
      command: 'runs',
      operands: [],
      before: ['a', '-', 'c'],
      after: ['d'],
      quiet: true,
    })
  })

  it('takes one word behind an equals sign, and may be given again', () => {
    expect(parse('runs', '--before=a', 'x', '--before', 'b', 'c')).toMatchObject({
      operands: ['x'],
      before: ['a', 'b', 'c'],
    })
  })

  it('is stepped over to find the command', () => {
    expect(parse('--before', 'a', 'b', '--quiet', 'runs', '--after', 'c')).toMatchObject({
      command: 'runs',
      before: ['a', 'b'],
      after: ['c'],
    })
  })

  it('needs one', () => {
    expect(() => parse('runs', '--before', '--after', 'a')).toThrow('--before needs a value, FILE...')
  })
})

describe('a command line', () => {
  it.each([
    [['analyze', '-'], ['-']],
    [
      ['analyze', 'a', '-', 'b'],
      ['a', '-', 'b'],
    ],
    [['-'], ['-']],
    [['--', '-x.prof'], ['-x.prof']],
    [
      ['analyze', '--', '-x.prof', '--help', '--'],
      ['-x.prof', '--help', '--'],
    ],
    [
      ['analyze', '007', '1e3', '0x10', 'true'],
      ['007', '1e3', '0x10', 'true'],
    ],
    [
      ['analyze', "'a'", '"b"', ''],
      ["'a'", '"b"', ''],
    ],
    [['--reverse', 'a'], ['a']],
    [
      ['a', 'analyze'],
      ['a', 'analyze'],
    ],
    [
      ['analyze', 'analyze', 'diff'],
      ['analyze', 'diff'],
    ],
    [['--filter', 'diff', 'a'], ['a']],
  ])('%j has the operands %j', (words, operands) => {
    expect(parse(...words)).toMatchObject({ command: 'analyze', operands })
  })

  it.each([
    [['--filter', '-x'], { filter: '-x' }],
    [['--filter=--x=y'], { filter: '--x=y' }],
    [['--filter', '-'], { filter: '-' }],
    [['--filter='], { filter: '' }],
    [['--filter', ''], { filter: '' }],
    [['--filter', '007'], { filter: '007' }],
    [['--filter', '"q"'], { filter: '"q"' }],
    [['--filter=a\nb'], { filter: 'a\nb' }],
    [['-o-'], { output: '-' }],
    [['-o', '-'], { output: '-' }],
    [['-o=x'], { output: 'x' }],
    [['-ox'], { output: 'x' }],
    [['--limit', '0'], { limit: 0 }],
    [['--max', 'a=1', '--max=b=2'], { max: ['a=1', 'b=2'] }],
    [['--max', 'a=1'], { max: ['a=1'] }],
    [[], { filter: undefined, limit: undefined, max: [], reverse: false, 'no-infer': false }],
    [['--no-infer', '--reverse', '--reverse'], { reverse: true, 'no-infer': true }],
  ])('%j has the options %j', (words, options) => {
    expect(parse('f.prof', ...words)).toMatchObject({ ...options, operands: ['f.prof'] })
    expect(parse(...words, 'f.prof')).toMatchObject({ ...options, operands: ['f.prof'] })
    expect(parse(...words, 'analyze', 'f.prof')).toMatchObject({ ...options, operands: ['f.prof'] })
  })

  it.each([
    [['--limit', 'abc'], 'expected a whole number for --limit, got "abc"'],
    [['--limit', '-1'], 'expected a whole number for --limit, got "-1"'],
    [['--limit', '1.5'], 'expected a whole number for --limit, got "1.5"'],
    [['--limit', '1e3'], 'expected a whole number for --limit, got "1e3"'],
    [['--limit', '99999999999999999999'], 'expected a whole number for --limit, got "99999999999999999999"'],
    [['--limit', '1', '--limit', '2'], '--limit is given twice'],
    [['-o', 'x', '--output', 'y'], '--output is given twice'],
    [['--filter'], '--filter needs a value, RE'],
    [['--filter', '--limit', '3'], '--filter needs a value, RE'],
    [['--reverse=1'], '--reverse takes no value, got "1"'],
    [['--no-reverse'], 'there is no option "--no-reverse"'],
    [['--infer'], 'there is no option "--infer"'],
    [['--filter.a', 'x'], 'there is no option "--filter.a"'],
    [['--noInfer'], 'there is no option "--noInfer"'],
    [['--format', 'xml'], 'expected text or json for --format, got "xml"'],
    [['-xo'], 'there is no option "-xo"'],
    [['-12'], 'there is no option "-12"'],
  ])('%j is refused: %s', (words, message) => {
    expect(() => parse('f.prof', ...words)).toThrow(expect.objectContaining({ kind: 'usage', message }))
  })

  it('needs as many operands as the command', () => {
    expect(() => parse('analyze')).toThrow('analyze needs at least one FILE')
    expect(() => parse('diff')).toThrow('diff needs BEFORE')
    expect(() => parse('diff', 'a', 'b', 'c')).toThrow('unexpected argument c')
    expect(() => parse('diff', 'a', 'b', 'c', '-')).toThrow('unexpected arguments c, -')
    expect(parse('diff', 'a', '-').operands).toEqual(['a', '-'])
  })

  it('arrives as it was written, whatever it holds', () => {
    // The system hands over no NUL.
    const word = fc
      .oneof(fc.constantFrom(...NASTY_NAMES, '-', '--', '--help', '-h', '--filter', 'analyze', 'true'), fc.string())
      .map((text) => text.replaceAll('\0', ''))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), word, word, (operands, filter, max) => {
        const args = parse('analyze', `--filter=${filter}`, `--max=${max}`, '--', ...operands)
        expect(args).toMatchObject({ operands, filter, max: [max] })
      }),
      { numRuns: 150 },
    )
  }, 120_000)
})

describe('the commands', () => {
  it('agree on which options take values, so that a command may stand behind them', () => {
    const kinds = new Map<string, boolean>()
    for (const { options } of COMMANDS) {
      for (const [name, { kind }] of Object.entries(options)) {
        expect(kinds.get(name) ?? kind === 'flag', name).toBe(kind === 'flag')
        kinds.set(name, kind === 'flag')
      }
    }
  })

  it('have help in one style, with examples that parse', () => {
    for (const command of COMMANDS) {
      expect(command.examples.length, command.name).toBeGreaterThanOrEqual(2)
      expect(command.describe).toMatch(/^[A-Z].*[^.]$/)
      for (const [name, { describe }] of Object.entries(command.options))
        expect(describe, name).toMatch(/^[A-Z].*[^.]$/)
      for (const [line] of command.examples) {
        const words =
          /callcost (.*)$/
            .exec(line)?.[1]
            ?.replace(/ [>|].*$|\)$/g, '')
            .match(/'[^']*'|"[^"]*"|\S+/g) ?? []
        const parsed = parseArgv(
          words.map((word) => word.replace(/^(['"])(.*)\1$/, '$2')),
          COMMANDS,
        )
        expect(parsed.command?.name, line).toBe(command.name)
      }
    }
  })
})
