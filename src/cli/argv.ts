import { CallcostError, quote } from '../errors.js'
import type { Command, Option, OptionTable } from './command.js'
import { nearest } from './nearest.js'
import { COMMON_OPTIONS, oneOf, parseValue } from './options.js'

/** What a command line without a command means. */
const DEFAULT_COMMAND = 'analyze'

/** A command line in the one form that yargs reads as it is meant. */
export interface NormalArgv {
  /** Null when neither a command nor an operand was given. */
  readonly command: Command | null
  /** The first operand, when it made the command the default one: it may be a command with a typing error. */
  readonly assumedFor: string | null
  /** The command, its operands, its options as `--name=value`. */
  readonly argv: readonly string[]
  readonly asksHelp: boolean
  readonly asksVersion: boolean
}

/**
 * Stands before each operand and value. yargs drops a bare `-`, takes `-x` for options even after `--` and after
 * `--filter`, and reads numbers; nothing of a command line can hold a NUL, so nothing is mistaken for one.
 */
const GUARD = '\0'

/** The text that {@link normaliseArgv} guarded. */
export function unguard(text: string): string {
  return text.startsWith(GUARD) ? text.slice(GUARD.length) : text
}

/**
 * Reads a command line: `--name value`, `--name=value`, `-o value`, `-ovalue`, `--` before operands that begin with a
 * dash, `-` as an operand, options before or after the command, `analyze` when the first operand is no command. Throws
 * a usage error for what is unknown (with what was probably meant), lacks its value, is given twice or has a bad value.
 */
export function normaliseArgv(words: readonly string[], commands: readonly Command[]): NormalArgv {
  const named = findCommand(words, commands)
  const command = named?.command ?? commands.find(({ name }) => name === DEFAULT_COMMAND) ?? null
  const options: OptionTable = { ...COMMON_OPTIONS, ...(named === null ? {} : command?.options) }
  const parsed = parse(words, options, named?.isNamed ? named.at : -1)
  const known = named === null ? null : command
  const asksNothing = !parsed.seen.has('help') && !parsed.seen.has('version')
  if (known !== null && asksNothing) checkOperands(known, parsed.operands)
  return {
    command: known,
    assumedFor: named === null || named.isNamed ? null : words[named.at]!,
    argv: [...(known === null ? [] : [known.name]), ...guardOperands(known, parsed.operands), ...parsed.options],
    asksHelp: parsed.seen.has('help'),
    asksVersion: parsed.seen.has('version'),
  }
}

interface Found {
  readonly command: Command | undefined
  /** Where in the words the first operand is. */
  readonly at: number
  readonly isNamed: boolean
}

/** The first operand, which may name a command. Before it, options of all commands are known, to step over values. */
function findCommand(words: readonly string[], commands: readonly Command[]): Found | null {
  const all: OptionTable = Object.assign({}, ...commands.map(({ options }) => options), COMMON_OPTIONS)
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (word === '--') return at + 1 < words.length ? { command: undefined, at: at + 1, isNamed: false } : null
    if (word.startsWith('-') && word !== '-') {
      const { option, value } = splitOption(word, all)
      if (option !== undefined && option.kind !== 'flag' && value === null) at++
      continue
    }
    const command = commands.find(({ name }) => name === word)
    return { command, at, isNamed: command !== undefined }
  }
  return null
}

interface Parsed {
  readonly operands: string[]
  readonly options: string[]
  readonly seen: ReadonlySet<string>
}

function parse(words: readonly string[], table: OptionTable, skip: number): Parsed {
  const operands: string[] = []
  const options: string[] = []
  const seen = new Set<string>()
  let onlyOperands = false
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (at === skip) continue
    if (word === '--' && !onlyOperands) {
      onlyOperands = true
      continue
    }
    if (onlyOperands || word === '-' || !word.startsWith('-')) {
      operands.push(word)
      continue
    }
    const { name, option, value } = splitOption(word, table)
    if (option === undefined) throw unknownOption(word, name, table)
    if (seen.has(name) && option.kind !== 'list' && option.kind !== 'flag') {
      throw new CallcostError('usage', `--${name} is given twice`)
    }
    seen.add(name)
    if (option.kind === 'flag') {
      if (value !== null) throw new CallcostError('usage', `--${name} takes no value, got ${quote(value)}`)
      options.push(`--${name}`)
      continue
    }
    const text = value ?? words[++at]
    if (text === undefined || (value === null && isOptionOf(text, table))) throw valueMissing(name, option, text)
    parseValue(name, option, text)
    // yargs compares choices, so they stay as they are; they never look like options.
    options.push(`--${name}=${option.kind !== 'number' && option.choices !== undefined ? text : GUARD + text}`)
  }
  return { operands, options, seen }
}

function guardOperands(command: Command | null, words: readonly string[]): string[] {
  return words.map((word, at) => (command?.operands[at]?.choices === undefined ? GUARD + word : word))
}

function checkOperands(command: Command, words: readonly string[]): void {
  for (const [at, { name, many, optional, choices }] of command.operands.entries()) {
    const word = words[at]
    if (word === undefined && !optional) {
      const hint = `callcost ${command.name} --help shows examples`
      throw new CallcostError('usage', `${command.name} needs ${many ? 'at least one ' : ''}${name}`, { hint })
    }
    if (word !== undefined && choices?.includes(word) === false) {
      throw new CallcostError('usage', `expected ${oneOf(choices)} for ${name}, got ${quote(word)}`)
    }
  }
}

interface Split {
  /** Long name. */
  readonly name: string
  readonly option: Option | undefined
  /** What is written in the same word; null when nothing is. */
  readonly value: string | null
}

function splitOption(word: string, table: OptionTable): Split {
  if (word.startsWith('--')) {
    const equals = word.indexOf('=')
    const name = word.slice(2, equals < 0 ? undefined : equals)
    return { name, option: optionOf(name, table), value: equals < 0 ? null : word.slice(equals + 1) }
  }
  const letter = word[1]!
  const name = Object.keys(table).find((long) => table[long]!.short === letter)
  const rest = word.slice(2).replace(/^=/, '')
  // A flag with letters behind it would be several flags in one word, and there are too few for that.
  if (name === undefined || (table[name]!.kind === 'flag' && word.length > 2)) {
    return { name: word.slice(1), option: undefined, value: null }
  }
  return { name, option: table[name], value: word.length === 2 ? null : rest }
}

/** Own properties only: `--constructor` is no option. */
function optionOf(name: string, table: OptionTable): Option | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

function isOptionOf(word: string, table: OptionTable): boolean {
  return word.startsWith('--') && splitOption(word, table).option !== undefined
}

function valueMissing(
  name: string,
  option: Exclude<Option, { kind: 'flag' }>,
  next: string | undefined,
): CallcostError {
  const hint = next === undefined ? undefined : `if ${next} is the value, write --${name}=${next}`
  return new CallcostError('usage', `--${name} needs a value, ${option.value}`, { hint })
}

function unknownOption(word: string, name: string, table: OptionTable): CallcostError {
  const shown = word.startsWith('--') ? `--${name}` : word
  const meant = word.startsWith('--') ? nearest(name, Object.keys(table)) : null
  const hint =
    meant !== null
      ? `did you mean --${meant}?`
      : 'callcost --help lists options; a file whose name begins with a dash goes after --'
  return new CallcostError('usage', `there is no option ${quote(shown)}`, { hint })
}
