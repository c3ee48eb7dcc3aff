import { JsonScanner } from '../../bytes/json-scanner.js'
import { number, object, type Shape, text } from '../../bytes/json-shape.js'
import type { ByteSource } from '../../bytes/source.js'
import { decodeText } from '../../bytes/text.js'
import { CallcostError, FormatError, type Place, quote } from '../../errors.js'
import { Allocator, DEFAULT_LIMITS } from '../../limits.js'
import type { Overhead } from './overhead.js'

const SCHEMA = 'callcost/overhead/1'

/** The file has a handful of lines. */
const LARGEST = 1024 * 1024

/** Seconds for a call that no profiler takes: whoever measured that measured something else. */
const DEAREST = 1e-3

const COSTS = ['perCallIn', 'perCallOut', 'builtinIn', 'builtinOut'] as const
type CostKey = (typeof COSTS)[number]

/**
 * Reads what a calibration measured, in seconds per call:
 *
 *     { "schema": "callcost/overhead/1", "runtime": "Python 3.11.7",
 *       "perCallIn": 9e-8, "perCallOut": 2.7e-7, "builtinIn": 6e-8, "builtinOut": 1.5e-7 }
 *
 * Without the last two, built-ins cost what other functions do. Throws a {@link FormatError} with the path for what is no
 * such file.
 */
export async function readOverhead(source: ByteSource): Promise<Overhead> {
  const costs: { -readonly [key in CostKey]?: number } = {}
  let runtime: string | null = null
  const scanner: JsonScanner = new JsonScanner(
    shapeOf(
      () => scanner.place(),
      (key, seconds) => {
        costs[key] = seconds
      },
      (name) => {
        runtime = name
      },
    ),
    new Allocator({ ...DEFAULT_LIMITS, 'json-depth': 100 }),
  )
  try {
    let length = 0
    for await (const chunk of source.chunks()) {
      length += chunk.length
      if (length > LARGEST) throw new FormatError(`an overhead file has at most ${LARGEST} bytes`)
      scanner.write(chunk)
    }
    scanner.end()
  } catch (error) {
    if (error instanceof CallcostError) error.source ??= source.name
    throw error
  }
  const calls = { inside: costs.perCallIn!, outside: costs.perCallOut! }
  const builtins = { inside: costs.builtinIn ?? calls.inside, outside: costs.builtinOut ?? calls.outside }
  return { calls, builtins, runtime, quality: 'calibrated' }
}

function shapeOf(
  place: () => Place,
  onCost: (key: CostKey, seconds: number) => void,
  onRuntime: (name: string) => void,
): Shape {
  const cost = (key: CostKey): Shape =>
    number((seconds) => {
      if (!(seconds >= 0 && seconds < DEAREST)) {
        throw new FormatError(`expected seconds per call from 0 to ${DEAREST}, got ${seconds}`, place())
      }
      onCost(key, seconds)
    })
  return object(
    {
      schema: text((bytes, start, end) => {
        const schema = decodeText(bytes, start, end)
        if (schema !== SCHEMA) throw new FormatError(`expected ${quote(SCHEMA)}, got ${quote(schema)}`, place())
      }),
      runtime: text((bytes, start, end) => onRuntime(decodeText(bytes, start, end))),
      perCallIn: cost('perCallIn'),
      perCallOut: cost('perCallOut'),
      builtinIn: cost('builtinIn'),
      builtinOut: cost('builtinOut'),
    },
    { required: ['schema', 'perCallIn', 'perCallOut'] },
  )
}
