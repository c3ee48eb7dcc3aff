import { ByteBuilder } from '../../bytes/columns.js'
import { JsonScanner } from '../../bytes/json-scanner.js'
import { array, nothing, number, object, oneOf, type Shape, text } from '../../bytes/json-shape.js'
import type { ByteSource } from '../../bytes/source.js'
import { decodeText } from '../../bytes/text.js'
import { CallcostError, FormatError, type Place, quote } from '../../errors.js'
import { Allocator, DEFAULT_LIMITS } from '../../limits.js'
import { ENTRY_DEFAULTS, type RuleEntry } from './rules/rule-entry.js'

const SCHEMA = 'callcost/rules/1'

/** What people write by hand is small. */
const LARGEST = 1024 * 1024
const MOST_RULES = 1000
const MOST_FRAMES = 1000

const KEYS =
  'id, title, frames, exclude, metric, minShare, minCalls, loopEdgeMinK, languages, confidence, blames, advice and docs'

type Draft = { -readonly [key in keyof RuleEntry]?: RuleEntry[key] }

/**
 * Reads a rule file:
 *
 *     { "schema": "callcost/rules/1",
 *       "rules": [{ "id": "slow-tax", "title": "tax is looked up in a loop", "frames": ["shop.tax.lookup"],
 *                   "advice": "use the table", "minShare": 0.05 }] }
 *
 * `id`, `title`, `frames` and `advice` have to be there; for the rest see {@link RuleEntry}. Throws a {@link FormatError}
 * with the path for what is no such file: unknown keys, shares out of range, an id twice.
 */
export async function readRules(source: ByteSource): Promise<RuleEntry[]> {
  const rules: RuleEntry[] = []
  const scanner: JsonScanner = new JsonScanner(
    shapeOf(rules, () => scanner.place()),
    new Allocator({ ...DEFAULT_LIMITS, 'json-depth': 100 }),
  )
  try {
    const bytes = new ByteBuilder(new Allocator())
    for await (const chunk of source.chunks()) {
      if (bytes.length + chunk.length > LARGEST) throw new FormatError(`a rule file has at most ${LARGEST} bytes`)
      bytes.append(chunk)
    }
    scanner.write(bytes.finish())
    scanner.end()
    if (rules.length === 0) throw new FormatError('a rule file without rules finds nothing', { path: 'rules' })
  } catch (error) {
    if (error instanceof CallcostError) error.source ??= source.name
    throw error
  }
  return rules
}

function shapeOf(rules: RuleEntry[], place: () => Place): Shape {
  let draft: Draft = {}
  let list: string[] = []
  const fail = (message: string, hint?: string): never => {
    throw new FormatError(message, place(), hint === undefined ? {} : { hint })
  }
  const unknownKey = (keys: string): Shape => {
    const refuse = (): never => fail('there is no such key', `keys are ${keys}`)
    return oneOf(
      number(refuse),
      text(refuse),
      nothing(refuse),
      object({}, { begin: refuse }),
      array(nothing(), { begin: refuse }),
    )
  }
  const words = (key: 'frames' | 'exclude' | 'languages', most: number): Shape =>
    array(
      text((bytes, start, end) => {
        const word = decodeText(bytes, start, end)
        if (word === '') fail('expected a text that is not empty')
        if (list.length >= most) fail(`expected at most ${most} texts`)
        list.push(word)
      }),
      {
        begin: () => {
          list = []
        },
        end: () => {
          draft[key] = list
        },
      },
    )
  const sentence = (key: 'title' | 'advice' | 'docs'): Shape =>
    text((bytes, start, end) => {
      const written = decodeText(bytes, start, end)
      if (written.trim() === '' || written.length > 500) fail('expected 1 to 500 characters')
      draft[key] = written
    })
  const from0 = (key: 'minShare' | 'confidence' | 'minCalls' | 'loopEdgeMinK', most: number): Shape =>
    number((value) => {
      if (!(value >= 0 && value <= most)) fail(`expected 0 to ${most}, got ${value}`)
      draft[key] = value
    })
  const rule = object(
    {
      id: text((bytes, start, end) => {
        const id = decodeText(bytes, start, end)
        if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(id)) {
          fail(`expected small letters, digits and dashes, got ${quote(id)}`)
        }
        if (rules.some((known) => known.id === id)) fail(`the id ${quote(id)} is given twice`)
        draft.id = id
      }),
      title: sentence('title'),
      advice: sentence('advice'),
      docs: oneOf(sentence('docs'), nothing()),
      frames: words('frames', MOST_FRAMES),
      exclude: words('exclude', MOST_FRAMES),
      languages: words('languages', 20),
      metric: text((bytes, start, end) => {
        const metric = decodeText(bytes, start, end)
        if (metric !== 'self' && metric !== 'total') return fail(`expected self or total, got ${quote(metric)}`)
        draft.metric = metric
      }),
      blames: text((bytes, start, end) => {
        const blames = decodeText(bytes, start, end)
        if (blames !== 'caller' && blames !== 'call') return fail(`expected caller or call, got ${quote(blames)}`)
        draft.blames = blames
      }),
      minShare: from0('minShare', 1),
      confidence: from0('confidence', 1),
      minCalls: from0('minCalls', Number.MAX_SAFE_INTEGER),
      loopEdgeMinK: from0('loopEdgeMinK', Number.MAX_SAFE_INTEGER),
    },
    {
      required: ['id', 'title', 'frames', 'advice'],
      other: unknownKey(KEYS),
      begin: () => {
        if (rules.length >= MOST_RULES) fail(`expected at most ${MOST_RULES} rules`)
        draft = {}
      },
      end: () => {
        if (draft.frames!.length === 0) fail('a rule without frames finds nothing')
        const { id, title, frames, advice } = draft
        rules.push({ ...ENTRY_DEFAULTS, ...draft, id: id!, title: title!, frames: frames!, advice: advice! })
      },
    },
  )
  return object(
    {
      schema: text((bytes, start, end) => {
        const schema = decodeText(bytes, start, end)
        if (schema !== SCHEMA) fail(`expected ${quote(SCHEMA)}, got ${quote(schema)}`)
      }),
      rules: array(rule),
    },
    { required: ['schema', 'rules'], other: unknownKey('schema and rules') },
  )
}
