import { measure } from '../../src/analysis/costs.js'
import { groupCallGraph } from '../../src/model/call-graph.js'
import { exactAt } from '../../src/model/numbers.js'
import type { Profile } from '../../src/model/profile.js'

/** A number as pprof prints it, in the base unit of its dimension, and half of what its last digit stands for. */
export interface Printed {
  readonly value: number
  readonly slack: number
}

/** What `pprof -top` or `-peek .` says. Edges only stand in the latter, under `caller → callee`. */
export interface PprofReport {
  readonly type: string
  /** What percentages relate to. */
  readonly total: Printed | null
  readonly functions: ReadonlyMap<string, { readonly flat: Printed; readonly cum: Printed }>
  readonly edges: ReadonlyMap<string, Printed>
}

/** Suffix → how many of pprof's base units (ns, bytes). */
const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  ns: 1,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  hrs: 3600e9,
  B: 1,
  kB: 2 ** 10,
  MB: 2 ** 20,
  GB: 2 ** 30,
  TB: 2 ** 40,
  PB: 2 ** 50,
}

const NUMBER = '(-?[\\d.]+(?:e[+-]\\d+)?)([^\\s\\d]*)'
const ROW = new RegExp(`^ *${NUMBER} +[\\d.e+-]+% +[\\d.e+-]+% +${NUMBER} +[\\d.e+-]+%( +\\|)? +(.*)$`)
const EDGE = new RegExp(`^ *${NUMBER} +[\\d.e+-]+% \\|   (.*)$`)

export function parsePprofText(text: string): PprofReport {
  const functions = new Map<string, { flat: Printed; cum: Printed }>()
  const edges = new Map<string, Printed>()
  let callers: [string, Printed][] = []
  let own: string | null = null
  for (const line of text.split('\n')) {
    const edge = EDGE.exec(line)
    const row = edge === null ? ROW.exec(line) : null
    if (edge !== null) {
      const name = plainName(edge[3]!)
      const weight = printed(edge[1]!, edge[2]!)
      if (own === null) callers.push([name, weight])
      else edges.set(`${own} → ${name}`, weight)
    } else if (row !== null) {
      own = plainName(row[6]!)
      functions.set(own, { flat: printed(row[1]!, row[2]!), cum: printed(row[3]!, row[4]!) })
      for (const [caller, weight] of callers) edges.set(`${caller} → ${own}`, weight)
      callers = []
    } else if (line.startsWith('----')) own = null
  }
  const total = new RegExp(`% of ${NUMBER} total$`, 'm').exec(text)
  return {
    type: /^Type: (.*)$/m.exec(text)?.[1] ?? '',
    total: total === null ? null : printed(total[1]!, total[2]!),
    functions,
    edges,
  }
}

/** The whole, self and total by name, and totals of edges, as exactly as our model has them, times in ns. */
export function costsByName(profile: Profile): {
  readonly whole: number
  readonly functions: ReadonlyMap<string, { readonly flat: number; readonly cum: number }>
  readonly edges: ReadonlyMap<string, number>
} {
  const { strings, functions, defaultValue } = profile
  const names = new Map<string, number>()
  const groupOf = functions.name.map((name) => {
    const text = strings.text(name)
    if (!names.has(text)) names.set(text, names.size)
    return names.get(text)!
  })
  const graph = groupCallGraph(profile, groupOf, names.size)!
  const factor = TIME_FACTORS[profile.valueTypes[defaultValue]!.unit] ?? 1
  const nameList = [...names.keys()]
  const costs = new Map(
    nameList.map((name, group) => [
      name,
      {
        flat: Number(exactAt(graph.self[defaultValue]!, group)) * factor,
        cum: Number(exactAt(graph.total[defaultValue]!, group)) * factor,
      },
    ]),
  )
  const edges = new Map<string, number>()
  for (let edge = 0; edge < graph.edges.length; edge++) {
    const caller = graph.edges.caller[edge]!
    const callee = graph.edges.callee[edge]!
    // pprof has no edge from a function to itself.
    if (caller === callee) continue
    const total = Number(exactAt(graph.edges.total[defaultValue]!, edge)) * factor
    edges.set(`${nameList[caller]} → ${nameList[callee]}`, total)
  }
  return { whole: Number(measure(profile).total) * factor, functions: costs, edges }
}

const TIME_FACTORS: Readonly<Record<string, number>> = {
  nanoseconds: 1,
  microseconds: 1e3,
  milliseconds: 1e6,
  seconds: 1e9,
}

/** Whether a number rounds to what pprof printed. */
export function agrees(value: number | undefined, { value: shown, slack }: Printed): boolean {
  return Math.abs((value ?? 0) - shown) <= slack * (1 + 1e-9)
}

function printed(number: string, suffix: string): Printed {
  // An unknown unit stands behind the number as it is.
  const factor = FACTORS[suffix] ?? 1
  // pprof prints two decimals and leaves ".00" out.
  return { value: Number(number) * factor, slack: 0.005 * factor }
}

function plainName(name: string): string {
  return name.replace(/ \((partial-)?inline\)$/, '')
}
