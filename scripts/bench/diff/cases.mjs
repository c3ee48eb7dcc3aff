// The recorded runs of fixtures/diff-bench, as profiles. Needs a built callcost.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { callGraph, readProfileSet } from '../../../dist/src/index.js'
import { chooser } from './programs.mjs'

const FOLDER = fileURLToPath(new URL('../../../fixtures/diff-bench', import.meta.url))

/** Thresholds are set with the one half of the programs and judged by the other. */
export function halfOf(seed) {
  return seed % 2 === 1 ? 'tune' : 'report'
}

/** What truth.json says, one entry a case. {@link loadCases} and {@link loadRepeated} add the profiles. */
export function loadTruth(folder = FOLDER) {
  return JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'))
}

/**
 * Every recorded edit, program by program: `{ seed, kind, half, truth, before, after }`. `before` and `after` are the
 * profiles of five runs each, in the order of recording (before, after, before, …). `truth` is as in variants.mjs:
 * `{ change, guilty, edge, moved, added, disturbed }`; `guilty` is null for an edit that should raise no alarm.
 */
export async function* loadCases({ half, kinds, folder = FOLDER } = {}) {
  const wanted = loadTruth(folder).filter(
    ({ seed, kind }) => kind !== 'same' && (!half || halfOf(seed) === half) && (!kinds || kinds.includes(kind)),
  )
  let file = { seed: Number.NaN, profiles: [] }
  for (const { seed, kind, ...truth } of wanted) {
    if (file.seed !== seed) file = { seed, profiles: await profilesOf(folder, seed) }
    const side = (name) => file.profiles.filter((profile) => profile.name.startsWith(`${kind}/${name}/`))
    yield { seed, kind, half: halfOf(seed), truth, before: side('before'), after: side('after') }
  }
}

/** Programs of which one version was run twenty times, one run after the other: `{ seed, half,
 * disturbed, runs }`. */
export async function* loadRepeated({ half, folder = FOLDER } = {}) {
  for (const { seed, kind, disturbed } of loadTruth(folder)) {
    if (kind !== 'same' || (half && halfOf(seed) !== half)) continue
    yield { seed, half: halfOf(seed), disturbed, runs: await profilesOf(folder, seed) }
  }
}

/**
 * Comparisons of a program with itself: `count` times `{ before, after }`, `size` runs each. `order` says which runs:
 *
 * - `interleaved`: runs that follow each other, in turn to either side, as one should record them;
 * - `blocked`: runs that follow each other, the first ones before, the others after;
 * - `random`: any runs of the program.
 */
export function repeatedPairs(runs, { size, count, order, seed }) {
  const random = chooser(seed)
  return Array.from({ length: count }, () => {
    if (order === 'random') {
      const chosen = random.sample(runs, 2 * size)
      return { before: chosen.slice(0, size), after: chosen.slice(size) }
    }
    const start = random.below(runs.length - 2 * size + 1)
    const chosen = runs.slice(start, start + 2 * size)
    const isBefore = order === 'blocked' ? (index) => index < size : (index) => index % 2 === 0
    const sides = [chosen.filter((_, index) => isBefore(index)), chosen.filter((_, index) => !isBefore(index))]
    const [before, after] = random.below(2) === 0 ? sides : sides.reverse()
    return { before, after }
  })
}

async function profilesOf(folder, seed) {
  const { set } = await readProfileSet(join(folder, `${String(seed).padStart(3, '0')}.callcost.json.gz`))
  return set.profiles
}

/** A function as truth and table rows name it; of a profile's own indices. */
export function placeOfFunction({ functions, strings }, index) {
  const file = functions.file[index]
  return { name: strings.text(functions.name[index]), file: file < 0 ? null : strings.text(file) }
}

export function keyOf({ name, file }) {
  return `${file}:${name}`
}

/** key → `{ calls, self, total }` of one run, times in its unit. */
export function numbersOf(profile) {
  const { calls, self, total } = callGraph(profile)
  const value = profile.defaultValue
  return new Map(
    Array.from({ length: profile.functions.length }, (_, index) => [
      keyOf(placeOfFunction(profile, index)),
      { calls: calls.values[index], self: self[value].values[index], total: total[value].values[index] },
    ]),
  )
}
