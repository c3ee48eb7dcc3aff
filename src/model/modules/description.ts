/** What kind of code a function is. */
export type Category =
  /** The code that was profiled for its own sake. */
  | 'project'
  /** Installed from a package registry. */
  | 'package'
  | 'stdlib'
  /** Built into the interpreter or an extension: no source file. */
  | 'builtin'
  /** Standard library compiled into the interpreter. */
  | 'frozen'
  | 'native'
  | 'wasm'
  /** A regular expression that the engine compiled. */
  | 'regexp'
  /** Made from a text while the program ran, without a file of its own. */
  | 'eval'
  /** The profiler's own rows: waiting, unattributed, garbage collection, the root of all stacks. */
  | 'idle'
  | 'program'
  | 'gc'
  | 'root'

/** What `--scope` chooses. */
export type Scope = 'project' | 'packages' | 'runtime'

export interface FunctionDescription {
  /** Dotted or path-like, as the language names modules; null when it cannot be told. */
  readonly module: string | null
  /** The installed package; null for code that is in none. */
  readonly package: string | null
  readonly category: Category
  readonly scope: Scope
}

/** How one language tells where code belongs. Paths come with forward slashes; `root` is the project's directory. */
export interface ModuleRules {
  /** Whether a function is of this language, for profiles that do not say which theirs is. */
  recognizes(name: string, file: string | null): boolean
  /** Whether code in this file is the project's own, so that the project's directory can be found. */
  isProjectFile(file: string): boolean
  /** Where a project file lies, for languages that name files by URL; without it, a file is its own path. */
  pathOf?(file: string): string
  /** `file` is null for built-ins; `path` is the file relative to the root. `root`: see {@link ProjectRoot}. */
  describe(name: string, file: string | null, root: ProjectRoot): FunctionDescription
}

/** The longest directory that all files of the project share, and how files lie in it. */
export interface ProjectRoot {
  /** A file's path below the root; files that are not below it keep theirs without leading slash, drive and dots. */
  relative(file: string): string
  /** The last segment of the root; empty when there is none. */
  readonly name: string
}

/** A description with the scope that follows from its category. What runs on wasm or eval is not the runtime's own. */
export function describe(
  category: Category,
  module: string | null,
  packageName: string | null = null,
): FunctionDescription {
  const isOwn = category === 'project' || category === 'wasm' || category === 'eval'
  const scope = isOwn ? 'project' : category === 'package' ? 'packages' : 'runtime'
  return { module, package: packageName, category, scope }
}
