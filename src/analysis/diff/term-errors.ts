import { Allocator } from '../../limits.js'
import { randomBelow, seededRandom } from '../statistics/random.js'
import { type Aggregation, aggregateRuns } from './aggregate.js'
import { type Alignment, alignedGraph } from './aligned.js'
import { type BlamePlan, blame, blameByRow } from './blame/blame.js'
import type { Pair, Side } from './side.js'

/** How far the terms of a blame would scatter if the runs were made again. */
export interface TermErrors {
  /** term → standard error of its delta. */
  readonly terms: Float64Array
  /** row → standard error of the sum of its terms. */
  readonly rows: Float64Array
}

/** Fewer runs a side are left out one at a time instead of drawn again: of three, a drawing is often one run thrice. */
const FEWEST_TO_DRAW = 4
const MAX_DRAWINGS = 200
const MIN_DRAWINGS = 20
/** Rows and edges to go over in all drawings: about a second of time. */
const WORK = 2e7
/** Any; the same report comes out of the same files. */
const SEED = 1

/** The errors of all terms, by the bootstrap or the jackknife over the runs; null with one run on a side. */
export function termErrors(
  alignment: Alignment,
  sides: Pair<Side>,
  plan: BlamePlan,
  how: Aggregation,
): TermErrors | null {
  if (sides.some(({ runs }) => runs.length < 2)) return null
  const { length: rows, edges } = alignment
  const counts = sides.map(({ runs }) => runs.length)
  const isDrawn = Math.min(counts[0]!, counts[1]!) >= FEWEST_TO_DRAW
  const terms = new Scatter(plan.terms.length)
  const sums = new Scatter(rows)
  const take = (chosen: Pair<ArrayLike<number>>): void => {
    const columns = [
      aggregateRuns(sides[0].runs, how, chosen[0]),
      aggregateRuns(sides[1].runs, how, chosen[1]),
    ] as const
    const found = blame(alignedGraph(alignment, columns), plan)
    terms.add(found.delta)
    sums.add(blameByRow(found, rows))
  }
  if (isDrawn) {
    const random = seededRandom(SEED)
    const draw = (count: number): Int32Array => Int32Array.from({ length: count }, () => randomBelow(random, count))
    const affordable = Math.floor(WORK / (rows + edges.length + 1))
    const drawings = Math.max(MIN_DRAWINGS, Math.min(MAX_DRAWINGS, affordable))
    for (let drawing = 0; drawing < drawings; drawing++) take([draw(counts[0]!), draw(counts[1]!)])
    return { terms: terms.deviations(), rows: sums.deviations() }
  }
  // Each side is left out of by itself, and the variances of the two add up.
  const all = counts.map((count) => Int32Array.from({ length: count }, (_, run) => run)) as [Int32Array, Int32Array]
  const variances = { terms: new Float64Array(plan.terms.length), rows: new Float64Array(rows) }
  for (const side of [0, 1] as const) {
    terms.clear()
    sums.clear()
    for (const run of all[side]) {
      const others = all[side].filter((other) => other !== run)
      take(side === 0 ? [others, all[1]] : [all[0], others])
    }
    terms.addJackknife(variances.terms)
    sums.addJackknife(variances.rows)
  }
  return { terms: variances.terms.map(Math.sqrt), rows: variances.rows.map(Math.sqrt) }
}

/** Mean and squared distances of columns that come one after the other (Welford). */
class Scatter {
  readonly #mean: Float64Array
  readonly #squares: Float64Array
  #count = 0

  constructor(length: number) {
    const allocator = new Allocator()
    this.#mean = allocator.float64(length)
    this.#squares = allocator.float64(length)
  }

  clear(): void {
    this.#mean.fill(0)
    this.#squares.fill(0)
    this.#count = 0
  }

  add(values: Float64Array): void {
    const mean = this.#mean
    const squares = this.#squares
    const count = ++this.#count
    for (let index = 0; index < values.length; index++) {
      const change = values[index]! - mean[index]!
      const moved = mean[index]! + change / count
      mean[index] = moved
      squares[index] = squares[index]! + change * (values[index]! - moved)
    }
  }

  deviations(): Float64Array {
    return this.#squares.map((square) => Math.sqrt(square / (this.#count - 1)))
  }

  /** Adds the jackknife's variance: Σ of squared distances times (n - 1) / n. */
  addJackknife(variances: Float64Array): void {
    const factor = (this.#count - 1) / this.#count
    for (let index = 0; index < variances.length; index++) {
      variances[index] = variances[index]! + this.#squares[index]! * factor
    }
  }
}
