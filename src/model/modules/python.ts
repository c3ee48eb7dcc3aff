import { describe, type FunctionDescription, type ModuleRules, type ProjectRoot } from './description.js'

/**
 * Python: where a file lies tells what it is, and built-ins tell their module in their name.
 *
 *     /usr/lib/python3.11/json/decoder.py                        stdlib   json.decoder
 *     C:\Python311\Lib\json\decoder.py                           stdlib   json.decoder
 *     …/site-packages/requests/sessions.py                       package  requests, requests.sessions
 *     <frozen importlib._bootstrap>                              frozen   importlib._bootstrap
 *     <built-in method math.sqrt>  <method 'execute' of 'sqlite3.Cursor' objects>   builtin  math, sqlite3
 */
export const pythonRules: ModuleRules = {
  recognizes(name, file) {
    if (file === null) return /^<(built-in method|method|slot wrapper) /.test(name)
    return (
      /\.py[cowx]?$/.test(file) || /^<(frozen |string>|stdin>|ipython-input|module>)/.test(file) || name === '<module>'
    )
  },
  isProjectFile(file) {
    return !file.startsWith('<') && !isNotebookCell(file) && installedAt(file) === null && !isNative(file)
  },
  describe(name, file, root) {
    if (file === null) return describe('builtin', builtinModule(name))
    // The frames that the profile module puts around what it profiles.
    if (file === 'profile') return describe('root', null)
    if (file.startsWith('<')) return describeGenerated(file)
    const installed = installedAt(file)
    if (installed !== null) return installed
    if (isNative(file)) return describe('native', null)
    return describe('project', isNotebookCell(file) ? '__main__' : projectModule(file, root))
  },
}

// Anchored: tried at every character, a path of 64 KiB would take half a minute.
/** The last `site-packages` counts: a virtual environment may lie inside another one's. Debian says dist-packages. */
const PACKAGES = /^.*\/(?:site|dist)-packages\/(?:[^/]+\.egg\/)?/s
/** Unix, macOS frameworks, pyenv, conda, uv; PyPy before and after 3.8. */
const UNIX_LIBRARY = /^.*\/(?:lib(?:32|64)?\/(?:python|pypy)\d[\d.]*t?|lib-python\/[\d.]+|lib_pypy)\//s
/** Windows: `Lib` directly in a directory that a Python is installed in, or in a conda environment. */
const WINDOWS_LIBRARY =
  /^[A-Za-z]:\/(?:.*\/)?(?:c?python[-_.\d][^/]*|python|PythonSoftwareFoundation\.Python[^/]*|pypy[^/]*|(?:ana|mini)conda\d*|miniforge\d*|mambaforge|\d+\.\d+[^/]*|envs\/[^/]+)\/Lib\//i
/** The standard library in one archive: embedded Pythons. */
const LIBRARY_ARCHIVE = /^.*\/python\d+\.zip\//s
/** Directories of the standard library that modules are imported from by their bare name. */
const BARE_DIRECTORIES = /^(?:lib-dynload|lib-tk|plat-[^/]+)\//
/** Python 2.7 writes `<math.sqrt>` without it. */
const BUILTIN = '<built-in method '
const ARCHIVE = /^.*\.(?:zip|pyz|egg|whl)\//s

function installedAt(file: string): FunctionDescription | null {
  const packages = PACKAGES.exec(file)
  if (packages !== null) {
    const module = dotted(file.slice(packages[0].length))
    return describe('package', module, module.split('.')[0] ?? null)
  }
  const library = UNIX_LIBRARY.exec(file) ?? WINDOWS_LIBRARY.exec(file) ?? LIBRARY_ARCHIVE.exec(file)
  if (library === null) return null
  return describe('stdlib', dotted(file.slice(library[0].length).replace(BARE_DIRECTORIES, '')))
}

/** Code without a file: frozen modules, `exec`, notebooks, and what libraries generate. */
function describeGenerated(file: string): FunctionDescription {
  const frozen = /^<frozen (.*)>$/.exec(file)
  if (frozen !== null) return describe('frozen', frozen[1]!)
  if (file === '<stdin>' || file === '<console>' || isNotebookCell(file)) return describe('project', '__main__')
  if (file === '<__array_function__ internals>') return describe('package', 'numpy', 'numpy')
  if (file.startsWith('<decorator-gen-')) return describe('package', 'decorator', 'decorator')
  return describe('project', file === '<string>' ? file : null)
}

function isNotebookCell(file: string): boolean {
  return file.startsWith('<ipython-input-') || /\/ipykernel_\d+\//.test(file)
}

/** C, C++ or Rust below Python frames, as samplers with native stacks see them. */
function isNative(file: string): boolean {
  return /\.(c|cc|cpp|cxx|h|hpp|rs|s|dll|dylib|so(\.[\d.]+)?)$/i.test(file)
}

function projectModule(file: string, root: ProjectRoot): string {
  return dotted(root.relative(file).replace(ARCHIVE, '')) || root.name || '__init__'
}

/** `json/decoder.py` → `json.decoder`, `json/__init__.py` → `json`, `_ssl.cpython-311-x86_64-linux-gnu.so` → `_ssl`. */
function dotted(path: string): string {
  return path
    .replace(/(\.(cpython|cp|pypy)[^/.]*|\.abi3)?\.(py[cowxd]?|so)$/, '')
    .replace(/(^|\/)__init__$/, '')
    .replaceAll('/', '.')
}

/** The module that a built-in names; null when it names none (the `profile` module writes plain `len`). */
function builtinModule(name: string): string | null {
  if (!name.startsWith('<') || !name.endsWith('>')) return null
  // Searched by hand: with ".*" twice, a long name would take quadratic time.
  if (name.startsWith("<method '") || name.startsWith("<slot wrapper '")) {
    const type = name.lastIndexOf("' of '")
    return type >= 0 && name.endsWith("' objects>") ? moduleOfType(name.slice(type + 6, -"' objects>".length)) : null
  }
  const plain = name.slice(name.startsWith(BUILTIN) ? BUILTIN.length : 1, -1)
  const of = plain.indexOf(' of ')
  const path = of < 0 ? plain : plain.slice(0, of)
  return /^[\w.]+$/.test(path) ? moduleOfType(path) : null
}

/** `sqlite3.Cursor` → `sqlite3`; a name without module is a built-in type or function. */
function moduleOfType(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? 'builtins' : name.slice(0, dot)
}
