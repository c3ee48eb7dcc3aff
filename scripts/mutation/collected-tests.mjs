import { chai } from 'vitest'

/**
 * What stands for `vitest` in the bundle of the tests: it collects them, so that the runner can call any of them again
 * and again in one process. `expect` is Vitest's own.
 */
export const expect = chai.expect

/** Every test: its name with those of the blocks around it, the blocks' hooks, and what it does. */
const tests = []
const root = { name: '', before: [], after: [], around: null }
let block = root

export function collected() {
  return tests
}

function addTest(name, run) {
  tests.push({ name: [...namesOf(block), name].join(' '), block, run })
}

function namesOf(inner) {
  const names = []
  for (let at = inner; at.around !== null; at = at.around) names.unshift(at.name)
  return names
}

function addBlock(name, fill) {
  const around = block
  block = { name, before: [], after: [], around }
  fill()
  block = around
}

/** Names of `each`: the placeholders only have to tell the rows apart, so the row's number does. */
function each(add) {
  return (rows) => (name, run) => {
    rows.forEach((row, index) => {
      const args = Array.isArray(row) ? row : [row]
      add(`${name} [${index}]`, () => run(...args))
    })
  }
}

export const it = Object.assign(addTest, { each: each(addTest) })
export const test = Object.assign((name, run) => addTest(name, run), it)
export const describe = Object.assign(addBlock, { each: each(addBlock), concurrent: addBlock })

export function beforeAll(run) {
  block.before.push(run)
}

export function afterAll(run) {
  block.after.push(run)
}
