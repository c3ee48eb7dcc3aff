import { escapeForMarkdown } from '../../encode/markdown.js'
import { escapeForTerminal } from '../../encode/terminal.js'
import { csvTable } from '../../render/csv.js'
import { lineChunks } from '../../render/line-chunks.js'
import { markdownLines } from '../../render/markdown.js'
import type { Records, Table } from '../../render/table.js'
import { type TextOptions, textLines } from '../../render/text.js'
import { countText, valueText } from '../../render/value-text.js'
import type { ReportFormat } from '../analyze/report.js'
import { type DescribedFile, type DescribedProfile, recordedAtText } from './described-file.js'
import { infoJson } from './json.js'

export interface InfoOptions extends TextOptions {
  readonly format: ReportFormat
}

/** What files hold, in pieces of UTF-8. */
export function infoReport(files: readonly DescribedFile[], options: InfoOptions): Iterable<Uint8Array> {
  switch (options.format) {
    case 'json':
      return infoJson(files)
    case 'csv':
      return csvTable(infoRecords(files))
    case 'markdown':
      return lineChunks(files.flatMap(markdownOf))
    case 'text':
      return lineChunks(files.flatMap((file, index) => [...(index === 0 ? [] : ['']), ...textOf(file, options)]))
  }
}

function textOf(file: DescribedFile, options: InfoOptions): string[] {
  const facts = factsOf(file).map(([key, value]) => `  ${key.padEnd(10)} ${escapeForTerminal(value)}`)
  const lines = [escapeForTerminal(file.name), ...facts]
  if (file.profiles.length === 1) return lines
  return [...lines, '', ...textLines(profileTable(file), options)]
}

function markdownOf(file: DescribedFile): string[] {
  const facts = factsOf(file).map(([key, value]) => `- ${key}: ${escapeForMarkdown(value)}`)
  const lines = [`## ${escapeForMarkdown(file.name)}`, '', ...facts, '']
  return file.profiles.length === 1 ? lines : [...lines, ...markdownLines(profileTable(file)), '']
}

type Fact = readonly [key: string, value: string]

/** What is known of a file; of its profiles too, when there is only one. */
function factsOf(file: DescribedFile): Fact[] {
  const [first] = file.profiles
  const facts: (Fact | null)[] = [['format', file.formatTitle]]
  for (const fact of first === undefined ? [] : originFacts(first)) facts.push(fact)
  const only = file.profiles.length === 1 ? first : undefined
  if (only === undefined)
    facts.push(['profiles', `${countText(file.profiles.length)}, shown first: ${file.active + 1}`])
  else for (const fact of contentFacts(only)) facts.push(fact)
  for (const { outcome, message, count } of file.problems) facts.push([outcome, `${countText(count)}: ${message}`])
  for (const [index, { profile }] of file.profiles.entries()) {
    for (const { message } of profile.source.notes) {
      facts.push(['note', only === undefined ? `profile ${index + 1}: ${message}` : message])
    }
  }
  return facts.filter((one) => one !== null)
}

function fact(key: string, value: string | null): Fact | null {
  return value === null || value === '' ? null : [key, value]
}

function originFacts({ profile, summary }: DescribedProfile): (Fact | null)[] {
  const { source } = profile
  const interval = source.intervalNs === null ? '' : `, every ${valueText(source.intervalNs, 'nanoseconds')}`
  return [
    fact('producer', source.producer),
    fact('command', source.command),
    fact('language', source.language),
    [
      'method',
      source.method === 'sampled'
        ? `sampled${interval}`
        : `deterministic: ${summary.calls === null ? 'no call counts' : 'calls are counted'}`,
    ],
    fact('recorded', recordedAtText(profile)),
    source.stacks === 'inferred' ? ['stacks', 'inferred from a call graph: only their sums are true'] : null,
  ]
}

function contentFacts({ profile, summary }: DescribedProfile): (Fact | null)[] {
  const { duration } = summary
  return [
    fact('profile', profile.name),
    fact('process', profile.process),
    fact('thread', profile.thread),
    ...summary.values.map((value, index): Fact => ['value', valueFact(value, index + 1)]),
    ['holds', contentText(summary)],
    duration === null ? null : ['duration', valueText(duration.value, duration.unit)],
  ]
}

/** `number`: 1-based, as --value counts. */
function valueFact(
  { name, unit, total, isDefault }: DescribedProfile['summary']['values'][number],
  number: number,
): string {
  const amount = total === null ? 'unknown' : valueText(total, unit)
  return `${name} in ${unit}: ${amount}${isDefault ? '' : ` (choose it with --value ${number})`}`
}

/** `478 functions, 792 call edges, 291,663 calls` */
function contentText({ functions, edges, stacks, samples, calls }: DescribedProfile['summary']): string {
  const parts: [number | bigint | null, string][] = [
    [functions, 'function'],
    [edges, 'call edge'],
    [stacks, 'stack'],
    [samples, 'sample'],
    [calls, 'call'],
  ]
  return parts
    .filter(([count]) => count !== null)
    .map(([count, noun]) => `${countText(count!)} ${noun}${Number(count) === 1 ? '' : 's'}`)
    .join(', ')
}

/** The profiles of one file, as --profile counts them. */
function profileTable({ profiles }: DescribedFile): Table {
  const texts = (pick: (described: DescribedProfile) => string | null): boolean => profiles.some((one) => pick(one))
  const hasProcess = texts(({ profile }) => profile.process)
  const hasThread = texts(({ profile }) => profile.thread)
  const hasSamples = profiles.some(({ summary }) => summary.samples !== null)
  return {
    columns: [
      { title: 'number', kind: 'count' },
      { title: 'name', kind: 'name' },
      ...(hasProcess ? [{ title: 'process', kind: 'text' } as const] : []),
      ...(hasThread ? [{ title: 'thread', kind: 'text' } as const] : []),
      { title: 'functions', kind: 'count' },
      { title: 'calls', kind: 'count' },
      ...(hasSamples ? [{ title: 'samples', kind: 'count' } as const] : []),
      { title: 'values', kind: 'text' },
    ],
    length: profiles.length,
    row(index) {
      const { profile, summary } = profiles[index]!
      return [
        index + 1,
        profile.name,
        ...(hasProcess ? [profile.process ?? ''] : []),
        ...(hasThread ? [profile.thread ?? ''] : []),
        summary.functions,
        summary.calls,
        ...(hasSamples ? [summary.samples] : []),
        summary.values
          .map(({ name, unit, total }) => `${name} ${total === null ? '-' : valueText(total, unit)}`)
          .join(', '),
      ]
    },
  }
}

/** One record a profile and value type. */
function infoRecords(files: readonly DescribedFile[]): Records {
  const records = files.flatMap((file) =>
    file.profiles.flatMap(({ profile, summary }, index) =>
      summary.values.map(({ name, unit, total }) => {
        const { source, process, thread } = profile
        return [
          ...[file.name, source.format, source.producer, source.command, source.method, source.intervalNs],
          ...[index + 1, profile.name, process, thread, name, unit, total],
          ...[summary.functions, summary.calls, summary.edges, summary.stacks, summary.samples, source.notes.length],
        ]
      }),
    ),
  )
  return {
    keys: [
      ...['file', 'format', 'producer', 'command', 'method', 'intervalNs'],
      ...['profile', 'name', 'process', 'thread', 'valueType', 'unit', 'total'],
      ...['functions', 'calls', 'edges', 'stacks', 'samples', 'notes'],
    ],
    length: records.length,
    row: (index) => records[index]!,
  }
}
