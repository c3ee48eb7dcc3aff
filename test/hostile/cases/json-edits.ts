import { encodeText } from '../../../src/bytes/text.js'
import { type CaseList, concat } from './case.js'

export type Json = null | boolean | number | string | Raw | readonly Json[] | { readonly [key: string]: Json }

/** Text that stands in a document as it is, JSON or not. */
export class Raw {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export const raw = (text: string): Raw => new Raw(text)

/** Names of steps from the root: keys and indices. */
export type Path = readonly (string | number)[]

export function jsonText(value: Json): string {
  if (value instanceof Raw) return value.text
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`)
    .join(',')}}`
}

/** The document as text, with another value at a path; `undefined` takes the key or item away. */
export function edited(document: Json, path: string, value: Json | undefined): string {
  return jsonText(replaced(document, stepsOf(path), value))
}

/** `nodes[1].id` → its steps. */
function stepsOf(path: string): Path {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) => key ?? Number(index))
}

function replaced(document: Json, [step, ...rest]: Path, value: Json | undefined): Json {
  if (step === undefined) return value ?? null
  if (Array.isArray(document)) {
    const items = document.slice()
    if (rest.length === 0 && value === undefined) items.splice(Number(step), 1)
    else items[Number(step)] = replaced(items[Number(step)] ?? null, rest, value)
    return items
  }
  const { [step]: member = null, ...others } = document as { [key: string]: Json }
  if (rest.length === 0 && value === undefined) return others
  // In its old place, because some readers mind the order.
  return { ...(document as { [key: string]: Json }), [step]: replaced(member, rest, value) }
}

const WRONG: readonly Json[] = [null, true, -1.5, 'x', [], {}]

/**
 * Every member of the document with a value of another type in its place: types take turns, so that each is met at
 * every few places. Of arrays the first two items are enough.
 */
export function wrongTypes(document: Json): CaseList {
  const list: [string, string][] = []
  const paths = pathsOf(document, '')
  paths.forEach((path, index) => {
    const own = typeName(at(document, stepsOf(path)))
    const fitting = WRONG.filter((value) => typeName(value) !== own)
    const wrong = fitting[index % fitting.length]!
    list.push([`type of ${path}: ${jsonText(wrong)}`, edited(document, path, wrong)])
  })
  return list
}

function pathsOf(document: Json, path: string): string[] {
  if (Array.isArray(document)) {
    return document.slice(0, 2).flatMap((item, index) => [`${path}[${index}]`, ...pathsOf(item, `${path}[${index}]`)])
  }
  if (typeof document !== 'object' || document === null || document instanceof Raw) return []
  return Object.entries(document).flatMap(([key, member]) => {
    const own = path === '' ? key : `${path}.${key}`
    return [own, ...pathsOf(member, own)]
  })
}

function at(document: Json, steps: Path): Json {
  let value = document
  for (const step of steps) value = (value as { [key: string]: Json })[step]!
  return value
}

function typeName(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}

/**
 * What can be wrong with any JSON file, done to this one: `key` is a key of its first object, `names` the text that is a
 * function's name in it.
 */
export function brokenJson(document: Json, options: { readonly key: string; readonly name: string }): CaseList {
  const text = jsonText(document)
  const bytes = encodeText(text)
  const { key, name } = options
  const inName = (part: string | Uint8Array): Uint8Array => {
    const start = text.indexOf(`"${name}"`)
    return concat(text.slice(0, start + 1), part, text.slice(start + 1 + name.length))
  }
  const first = (extra: string): string => text.replace(/^([[{]+)/, `$1${extra}`)
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le')
  return [
    ['empty', ''],
    ['blanks', ' \n\t\r\n'],
    ['byte order mark', concat([0xef, 0xbb, 0xbf], bytes)],
    ['two byte order marks', concat([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], bytes)],
    ['half a byte order mark', concat([0xef, 0xbb], bytes)],
    ['UTF-16, little end first', new Uint8Array(utf16)],
    ['UTF-16, big end first', new Uint8Array(Buffer.from(utf16).swap16())],
    ['UTF-16 without a mark', new Uint8Array(utf16.subarray(2))],
    ['cut in the middle', bytes.slice(0, bytes.length >> 1)],
    ['cut before the last byte', bytes.slice(0, -1)],
    ['followed by a NUL', concat(bytes, [0])],
    ['followed by itself', concat(bytes, bytes)],
    ['followed by a bracket', `${text}]`],
    ['the root is null', 'null'],
    ['the root is a number', '17'],
    ['the root is a text', '"profile"'],
    ['the root is an empty object', '{}'],
    ['the root is an empty array', '[]'],
    ['the root is an array of arrays', '[[]]'],
    ['a comment', `/* ${name} */${text}`],
    ['a comma too many', text.replace(/([}\]])$/, ',$1')],
    ['quotes of one stroke', text.replaceAll('"', "'")],
    ['NaN', first(`"nan":NaN,`)],
    ['100,000 open brackets', '['.repeat(100_000)],
    ['a key of ten thousand levels', first(`"deep":${'{"a":['.repeat(5000)}${']}'.repeat(5000)},`)],
    ['a key of 50,000 levels and one', first(`"deep":${'['.repeat(50_001)}`)],
    ['keys of prototypes', first('"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},')],
    [
      `the key ${key} as an escape`,
      text.replace(`"${key}"`, `"\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}"`),
    ],
    ['a raw newline in a name', inName('two\nlines')],
    ['a raw NUL in a name', inName('nul\0byte')],
    ['an escape that is none', inName('\\x41')],
    ['half an escape', inName('\\u12')],
    ['a name with an escape of a terminal', inName('\\u001b[2J\\u001b]0;title\\u0007\\u009b31m')],
    ['a name that forges a row', inName('f\\n  999    9.000    9.000 evil.py:1(fast)\\r')],
    ['a name from right to left', inName('\\u202egnp.exe\\u2066\\u200b')],
    ['a name with half a pair', inName('half\\ud83d')],
    ['a name with half a pair, as bytes', inName(Uint8Array.of(0x68, 0xed, 0xa0, 0xbd))],
    ['a name in Latin-1', inName(Uint8Array.of(0x67, 0x72, 0xf6, 0xdf, 0x65))],
    ['a name of overlong UTF-8', inName(Uint8Array.of(0xc0, 0xaf, 0xe0, 0x80, 0xaf, 0xf4, 0x90, 0x80, 0x80))],
    ['a name of a prototype', inName('__proto__')],
    ['a formula as name', inName("=cmd|'/c calc'!A1")],
    ['an empty name', inName('')],
    ['a name of 1.1 MB', inName('x'.repeat(1_100_000))],
  ]
}
