import type { Language, Profile } from '../profile.js'
import { type FunctionIndex, NONE } from '../tables.js'
import { type Category, describe, type FunctionDescription, type ModuleRules, type ProjectRoot } from './description.js'
import { javascriptRules } from './javascript.js'
import { plainRules } from './plain.js'
import { projectRoot } from './project-root.js'
import { pythonRules } from './python.js'
import { shownFile } from './source-path.js'

/** The rules by language; a language joins by one line. */
const RULES: Readonly<Partial<Record<Language, ModuleRules>>> = {
  python: pythonRules,
  javascript: javascriptRules,
}

/** Rows that profilers add for time that no function spent. */
const OWN_ROWS: ReadonlyMap<string, Category> = new Map([
  ['(idle)', 'idle'],
  ['(program)', 'program'],
  ['(garbage collector)', 'gc'],
  ['(gc)', 'gc'],
  ['(root)', 'root'],
])

/** Where a function is, as people are shown it: 1-based, null where unknown, everything null for built-ins. */
export interface FunctionPlace {
  readonly file: string | null
  readonly line: number | null
  readonly column: number | null
}

/** Module, package, category and scope of a function; computed when first asked for, once a profile. */
export function describeFunction(profile: Profile, fn: FunctionIndex): FunctionDescription {
  return describerOf(profile).describe(fn)
}

/** Where a function is defined. */
export function placeOfFunction({ strings, functions }: Profile, fn: FunctionIndex): FunctionPlace {
  const file = fileText(functions.file[fn]!, strings)
  if (file === null) return { file: null, line: null, column: null }
  const line = functions.line[fn]!
  const column = functions.column[fn]!
  return { file: shownFile(file), line: line >= 1 ? line : null, column: column >= 1 ? column : null }
}

/** pstats has `~` for built-ins, the `profile` module an empty file. */
function fileText(file: number, strings: Profile['strings']): string | null {
  if (file === NONE) return null
  const text = strings.text(file)
  return text === '' || text === '~' ? null : text
}

const describers = new WeakMap<Profile, Describer>()

function describerOf(profile: Profile): Describer {
  let found = describers.get(profile)
  if (found === undefined) {
    found = new Describer(profile)
    describers.set(profile, found)
  }
  return found
}

class Describer {
  readonly #profile: Profile
  /** Text of a file or of a built-in's name → description. As many as are asked for. */
  readonly #files = new Map<number, FunctionDescription>()
  readonly #names = new Map<number, FunctionDescription>()
  #root: ProjectRoot | null = null

  constructor(profile: Profile) {
    this.#profile = profile
  }

  describe(fn: FunctionIndex): FunctionDescription {
    const { strings, functions } = this.#profile
    const nameIndex = functions.name[fn]!
    const fileIndex = functions.file[fn]!
    // What has a file is described by it alone, so a description serves all functions of a file.
    const described = this.#files.get(fileIndex)
    if (described !== undefined) return described
    const file = fileText(fileIndex, strings)
    const known = file === null ? this.#names : this.#files
    const key = file === null ? nameIndex : fileIndex
    let found = known.get(key)
    if (found === undefined) {
      const name = strings.text(nameIndex)
      const own = file === null ? OWN_ROWS.get(name) : undefined
      const path = file === null ? null : withSlashes(file)
      found =
        own === undefined ? this.#rules(name, path).describe(name, path, this.#projectRoot()) : describe(own, null)
      known.set(key, found)
    }
    return found
  }

  #rules(name: string, file: string | null): ModuleRules {
    const { language } = this.#profile.source
    if (language !== null) return RULES[language] ?? plainRules
    for (const rules of Object.values(RULES)) if (rules.recognizes(name, file)) return rules
    return plainRules
  }

  #projectRoot(): ProjectRoot {
    this.#root ??= this.#findRoot()
    return this.#root
  }

  #findRoot(): ProjectRoot {
    const { strings, functions } = this.#profile
    const seen = new Uint8Array(strings.length)
    const files = new Set<string>()
    for (let fn = 0; fn < functions.length; fn++) {
      const index = functions.file[fn]!
      if (index === NONE || seen[index] === 1) continue
      seen[index] = 1
      const text = fileText(index, strings)
      if (text === null) continue
      const file = withSlashes(text)
      const rules = this.#rules(strings.text(functions.name[fn]!), file)
      if (rules.isProjectFile(file)) files.add(rules.pathOf?.(file) ?? file)
    }
    return projectRoot(files, (directory) => files.has(`${directory}/__init__.py`))
  }
}

function withSlashes(file: string): string {
  return file.replaceAll('\\', '/')
}
