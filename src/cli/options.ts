import { CallcostError, quote } from '../errors.js'
import { LIMIT_KEYS, type LimitKey, type Limits } from '../limits.js'
import { ATTRIBUTIONS, type AttributionRules, DEFAULT_RULES, GC_PLACEMENTS } from '../model/sample-sink.js'
import type { Args, Option, OptionTable } from './command.js'

/** Options of every command that reads profiles. */
export const INPUT_OPTIONS = {
  from: {
    kind: 'text',
    value: 'FORMAT',
    complete: 'format-read',
    describe: 'Read the input as FORMAT instead of telling by its content',
  },
  profile: {
    kind: 'text',
    value: 'N|NAME',
    describe: 'Take one profile (thread, process) of the file instead of the sum; N counts from 1, as in info',
  },
  value: {
    kind: 'text',
    value: 'N|NAME',
    describe: 'Take one value type, by its name or number in info (default: the one that the profile names)',
  },
  'source-maps': {
    kind: 'text',
    value: 'DIR',
    complete: 'file',
    describe: 'Name JavaScript functions by the source maps below DIR, which has the built scripts',
  },
  strict: { kind: 'flag', describe: 'Refuse what could be repaired' },
  lenient: { kind: 'flag', describe: 'Leave out records that make no sense, and count them' },
  max: {
    kind: 'list',
    value: 'KEY=VALUE',
    describe: 'Raise or lower a limit, as in input=8G (K, M, G: times 1024)',
  },
} as const satisfies OptionTable

/** How samples that only have a moment, as V8's, are weighed. */
export const RULE_OPTIONS = {
  attribution: {
    kind: 'text',
    value: 'RULE',
    choices: ATTRIBUTIONS,
    describe:
      'Give the time between two V8 samples to the earlier (hold, default), the later (back), both (mid) or by hits',
  },
  gc: {
    kind: 'text',
    value: 'PLACE',
    choices: GC_PLACEMENTS,
    describe: 'Put garbage collections of V8 on the stack they interrupted (attach, default) or leave them at the root',
  },
} as const satisfies OptionTable

/** Which part of a profile is looked at; these need stacks. Their meaning is that of `go tool pprof`. */
export const STACK_OPTIONS = {
  focus: { kind: 'text', value: 'RE', describe: 'Take only samples with a function, file or binary that matches RE' },
  ignore: { kind: 'text', value: 'RE', describe: 'Leave out samples with a function, file or binary that matches RE' },
  hide: { kind: 'text', value: 'RE', describe: 'Remove frames that match RE; their callers get what they weigh' },
  'show-from': { kind: 'text', value: 'RE', describe: 'Begin stacks at their outermost frame that matches RE' },
  tag: { kind: 'list', value: 'KEY=VALUE', describe: 'Take only samples with this label' },
  'no-inlines': { kind: 'flag', describe: 'Give what inlined functions weigh to the function they are in' },
  'collapse-recursion': { kind: 'flag', describe: 'Make a function that calls itself one frame' },
  relative: { kind: 'flag', describe: 'Relate shares to what the options above leave, not to the whole profile' },
} as const satisfies OptionTable

/** Options of every command that looks at one profile: how to read it, and which part of it to look at. */
export const PROFILE_OPTIONS = { ...INPUT_OPTIONS, ...RULE_OPTIONS, ...STACK_OPTIONS } as const satisfies OptionTable

export type ProfileArgs = Args<typeof PROFILE_OPTIONS>

/** Whether costs are shown without what the profiler added to them. */
export const OVERHEAD_OPTIONS = {
  compensate: {
    kind: 'flag',
    describe: 'Subtract what cProfile adds to each call, by rough constants of the Python version',
  },
  overhead: {
    kind: 'text',
    value: 'FILE',
    complete: 'file',
    describe: 'Subtract what FILE says, which scripts/calibrate-cprofile.py measured on the same machine',
  },
  'plain-time': {
    kind: 'text',
    value: 'T',
    describe: 'Subtract no more than the profiled run took longer than a plain one of T, as in 9.3s',
  },
} as const satisfies OptionTable

export type OverheadArgs = Omit<Args<typeof OVERHEAD_OPTIONS>, 'operands'>

/** The rules that were chosen. */
export function rulesOf(args: Omit<Args<typeof RULE_OPTIONS>, 'operands'>): AttributionRules {
  return { attribution: args.attribution ?? DEFAULT_RULES.attribution, gc: args.gc ?? DEFAULT_RULES.gc }
}

/** Options of every command that writes something. */
export const OUTPUT_OPTIONS = {
  output: {
    kind: 'text',
    value: 'FILE',
    short: 'o',
    complete: 'file',
    describe: 'Write to FILE, - for stdout; compressed when it ends in .gz',
  },
} as const satisfies OptionTable

/** Options of every command that prints a table. */
export const REPORT_OPTIONS = {
  format: {
    kind: 'text',
    value: 'FORMAT',
    choices: ['text', 'json', 'csv', 'markdown'],
    describe: 'Print as text (default), json, csv or markdown',
  },
  ...OUTPUT_OPTIONS,
} as const satisfies OptionTable

/** Options that each command has, whether it names them or not. */
export const COMMON_OPTIONS = {
  'no-color': { kind: 'flag', describe: 'Print without colours' },
  quiet: { kind: 'flag', describe: 'Say nothing on stderr but warnings and errors' },
  help: { kind: 'flag', short: 'h', describe: 'Show this help' },
  version: { kind: 'flag', describe: 'Show the version' },
} as const satisfies OptionTable

export type InputArgs = Args<typeof INPUT_OPTIONS>

/** The value of one option, checked. `name` is the long one, without dashes. */
export function parseValue(name: string, option: Option, text: string): string | number {
  if (option.kind === 'number') return parseWhole(name, text)
  if (option.kind !== 'flag' && option.choices !== undefined && !option.choices.includes(text)) {
    throw new CallcostError('usage', `expected ${oneOf(option.choices)} for --${name}, got ${quote(text)}`)
  }
  return text
}

/** `a, b or c` */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function parseWhole(name: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new CallcostError('usage', `expected a whole number for --${name}, got ${quote(text)}`)
}

const SIZE = /^(\d+(?:\.\d+)?)([KMGT]?)(?:i?B)?$/i

/** The limits of `--max KEY=VALUE`: of two for one key the later holds. */
export function parseLimits(settings: readonly string[]): Partial<Limits> {
  const limits: { -readonly [key in LimitKey]?: number } = {}
  for (const setting of settings) {
    const equals = setting.indexOf('=')
    const key = setting.slice(0, equals)
    if (equals < 0) throw new CallcostError('usage', `expected KEY=VALUE for --max, got ${quote(setting)}`)
    if (!isLimitKey(key)) {
      throw new CallcostError('usage', `there is no limit ${quote(key)}`, {
        hint: `limits are ${LIMIT_KEYS.join(', ')}`,
      })
    }
    limits[key] = parseSize(setting.slice(equals + 1), key)
  }
  return limits
}

function parseSize(text: string, key: LimitKey): number {
  const match = SIZE.exec(text)
  const power = 'KMGT'.indexOf(match?.[2]?.toUpperCase() || '-') + 1
  const size = match === null ? Number.NaN : Math.floor(Number(match[1]) * 1024 ** power)
  if (Number.isSafeInteger(size)) return size
  throw new CallcostError('usage', `expected a number such as 500000 or 2G for --max ${key}, got ${quote(text)}`)
}

function isLimitKey(key: string): key is LimitKey {
  return (LIMIT_KEYS as readonly string[]).includes(key)
}
