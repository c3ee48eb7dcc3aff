// Edits of generated programs, each with the truth about it: who is to blame, and which function became which.
import { chooser, costOf, freshFile, freshName, makeProgram, pathOf } from './programs.mjs'

/** Which edits change the total enough to be looked for, by the model, in parts of one. */
const LEAST = 0.03
const MOST = 0.6
const CACHE_EVERY = 20

/** kind → edit of a program; returns null when the program has no place for it. */
const REGRESSIONS = {
  /** A function that calls nothing does its own work twice. */
  'self-leaf': (program, random) => dearer(program, random, ({ calls }) => calls.length === 0),
  /** A function that calls others does its own work twice. */
  'self-mid': (program, random) => dearer(program, random, ({ calls, id }) => calls.length > 0 && id !== 0),
  /** One call of a function becomes three. */
  edge: (program, random) =>
    chooseEdit(program, random, existingCalls(program), ([from, index]) => {
      const after = structuredClone(program)
      after.functions[from].calls[index].times *= 3
      return { after, guilty: from, callee: after.functions[from].calls[index].to }
    }),
  /** A function calls one that it did not call before. */
  'new-call': (program, random) =>
    chooseEdit(program, random, missingCalls(program), ([from, to]) => {
      const after = structuredClone(program)
      after.functions[from].calls.push({ to, times: 1 + (to % 3), size: 1, every: 1 })
      return { after, guilty: from, callee: to }
    }),
  /** One caller passes four times as much. */
  argument: (program, random) =>
    chooseEdit(program, random, existingCalls(program), ([from, index]) => {
      const after = structuredClone(program)
      after.functions[from].calls[index].size *= 4
      return { after, guilty: from, callee: after.functions[from].calls[index].to }
    }),
  /** What one call in twenty had to fetch, each of them fetches. */
  cache: (program, random) =>
    chooseEdit(program, random, missingCalls(program), ([from, to]) => {
      const before = structuredClone(program)
      before.functions[from].calls.push({ to, times: 1, size: 1, every: CACHE_EVERY })
      const after = structuredClone(before)
      after.functions[from].calls.at(-1).every = 1
      return { before, after, guilty: from, callee: to }
    }),
}

const REFACTORS = {
  /** A function hands half of its work, and some of its calls, to a new one. */
  split(program, random) {
    const { self, calls } = costOf(program)
    const total = self.reduce((sum, value) => sum + value)
    // The new function costs a call: take one where that hardly shows.
    const fits = program.functions.filter(({ id, weight }) => id !== 0 && weight >= 25 && calls[id] * 300 < total / 50)
    const dear = fits.sort((a, b) => self[b.id] - self[a.id]).slice(0, 3)
    if (dear.length === 0) return null
    const after = structuredClone(program)
    const one = after.functions[random.pick(dear).id]
    const helper = {
      ...one,
      id: after.functions.length,
      layer: one.layer + 0.5,
      name: freshName(program, random, one.name),
      weight: Math.floor(one.weight / 2),
      calls: random.pick([true, false]) ? one.calls.splice(one.calls.length >> 1) : [],
    }
    one.weight -= helper.weight
    one.calls.push({ to: helper.id, times: 1, size: 1, every: 1 })
    after.functions.push(helper)
    return { after }
  },
  /** A function stands in another file. */
  move(program, random) {
    const after = structuredClone(program)
    moveSome(after, random, 1)
    return { after }
  },
  rename(program, random) {
    const after = structuredClone(program)
    renameSome(after, random, 1)
    if (random.below(2) === 0) shiftLines(after, random)
    return { after }
  },
  'rename-files'(program, random) {
    const after = structuredClone(program)
    renameFiles(after, random, 1 + random.below(after.files.length - 1))
    return { after }
  },
  'shift-lines'(program, random) {
    const after = structuredClone(program)
    shiftLines(after, random)
    return { after }
  },
  /** A tenth renamed, a tenth moved, a file renamed, lines shifted. */
  refactor(program, random) {
    const after = structuredClone(program)
    renameSome(after, random, 2)
    moveSome(after, random, 2)
    renameFiles(after, random, 1)
    shiftLines(after, random)
    return { after }
  },
}

export const REGRESSION_KINDS = Object.keys(REGRESSIONS)
export const REFACTOR_KINDS = Object.keys(REFACTORS)

/**
 * A program, an edit of it and the truth: `{ before, after, truth }`; null when the program has no place for the edit.
 *
 * truth: `{ change, guilty, edge, moved, added }`. `change`: what the model expects, in parts of the total. `guilty`: the
 * function whose code was edited as `{ before, after }`, each `{ name, file }`; null for what should raise no alarm.
 * `edge`: who is called more, or with more, as `{ callee, otherCallers }`. `moved`: the functions that have another name
 * or file afterwards, `{ before, after }`; all others keep both. `added`: functions that are new.
 */
export function makeVariant(seed, kind) {
  const base = makeProgram(seed)
  const random = chooser(seed * 104_729 + [...REGRESSION_KINDS, ...REFACTOR_KINDS].indexOf(kind))
  const edit = (REGRESSIONS[kind] ?? REFACTORS[kind])(base, random)
  if (edit === null) return null
  const { before = base, after, guilty = null, callee = null } = edit
  const places = before.functions.map((one, id) => ({ before: placeOf(one), after: placeOf(after.functions[id]) }))
  return {
    before,
    after,
    truth: {
      change: Math.round((costOf(after).total / costOf(before).total - 1) * 1000) / 1000,
      guilty: guilty === null ? null : places[guilty],
      edge: callee === null ? null : { callee: places[callee], otherCallers: callersOf(before, callee, guilty) },
      moved: places.filter((place) => place.before.name !== place.after.name || place.before.file !== place.after.file),
      added: after.functions.slice(before.functions.length).map(placeOf),
    },
  }
}

function placeOf(one) {
  return { name: one.name, file: pathOf(one) }
}

function callersOf({ functions }, callee, except) {
  return functions.filter(({ id, calls }) => id !== except && calls.some(({ to }) => to === callee)).length
}

function dearer(program, random, fits) {
  return chooseEdit(program, random, program.functions.filter(fits), ({ id }) => {
    const after = structuredClone(program)
    after.functions[id].weight *= 2
    return { after, guilty: id }
  })
}

/** One of the edits that change the total as much as is wanted; null when none does. */
function chooseEdit(program, random, places, edit) {
  for (const place of random.sample(places, places.length)) {
    const made = edit(place)
    const change = costOf(made.after).total / costOf(made.before ?? program).total - 1
    if (change >= LEAST && change <= MOST) return made
  }
  return null
}

function existingCalls({ functions }) {
  return functions.flatMap(({ id, calls }) => calls.map((_, index) => [id, index]))
}

function missingCalls({ functions }) {
  return functions.flatMap(({ id, layer, calls }) =>
    functions.filter((to) => to.layer > layer && calls.every((call) => call.to !== to.id)).map((to) => [id, to.id]),
  )
}

function moveSome(program, random, count) {
  for (const one of random.sample(program.functions.slice(1), count)) {
    const free = program.files.filter(
      (file) => file !== 'main' && program.functions.every((other) => other.file !== file || other.name !== one.name),
    )
    if (free.length > 0) one.file = random.pick(free)
  }
}

function renameSome(program, random, count) {
  for (const one of random.sample(program.functions.slice(1), count)) one.name = freshName(program, random, one.name)
}

function renameFiles(program, random, count) {
  // A name that another file just left is not new: nobody could tell that from an edit of that file.
  const taken = [...program.files]
  for (const file of random.sample(program.files.slice(1), count)) {
    const name = freshFile(taken, random)
    taken.push(name)
    program.files[program.files.indexOf(file)] = name
    for (const one of program.functions) if (one.file === file) one.file = name
  }
}

function shiftLines(program, random) {
  for (const one of program.functions) if (random.below(2) === 0) one.gap += 1 + random.below(9)
}
