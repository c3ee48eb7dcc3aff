import { describe, expect, test } from 'vitest'
import { Allocator } from '../../../src/limits.js'
import { FunctionTableBuilder } from '../../../src/model/function-table.js'
import { makeProfile } from '../../../src/model/make-profile.js'
import { describeFunction, placeOfFunction } from '../../../src/model/modules/describe-function.js'
import type { Language, Profile } from '../../../src/model/profile.js'

type Row = readonly [name: string, file: string | null, line?: number, column?: number]

function withFunctions(rows: readonly Row[], language: Language | null = 'python'): Profile {
  const builder = new FunctionTableBuilder(new Allocator())
  for (const row of rows) builder.internText(...row)
  return makeProfile({
    strings: builder.strings,
    functions: builder.finish(),
    valueTypes: [],
    source: { format: 'pstats', language },
  })
}

/** `category module package` of one function alone in a profile. */
function described(name: string, file: string | null, language: Language | null = 'python'): string {
  const { category, module, package: name_ } = describeFunction(withFunctions([[name, file, 1]], language), 0)
  return [category, module, name_].join(' ').trim()
}

describe('describeFunction: Python files', () => {
  test.each([
    ['/usr/lib/python3.11/json/decoder.py', 'stdlib json.decoder'],
    ['/usr/lib/python3.11/json/__init__.py', 'stdlib json'],
    ['/usr/lib64/python3.9/threading.py', 'stdlib threading'],
    ['/home/ann/.pyenv/versions/3.12.1/lib/python3.12/asyncio/events.py', 'stdlib asyncio.events'],
    ['/opt/conda/lib/python3.10/re.py', 'stdlib re'],
    ['/Library/Frameworks/Python.framework/Versions/3.12/lib/python3.12/socket.py', 'stdlib socket'],
    ['/usr/local/lib/python3.13t/ssl.py', 'stdlib ssl'],
    ['/usr/lib/python3.8/lib-dynload/_json.cpython-38-x86_64-linux-gnu.so', 'stdlib _json'],
    ['/usr/lib/python2.7/lib-tk/Tkinter.py', 'stdlib Tkinter'],
    ['/opt/pypy3.9-v7.3.9/lib/pypy3.9/enum.py', 'stdlib enum'],
    ['/opt/pypy/lib-python/2.7/os.py', 'stdlib os'],
    ['C:\\Python311\\Lib\\json\\decoder.py', 'stdlib json.decoder'],
    ['C:\\Users\\ann\\AppData\\Local\\Programs\\Python\\Python312\\Lib\\re\\_parser.py', 'stdlib re._parser'],
    ['c:\\users\\ann\\anaconda3\\lib\\csv.py', 'stdlib csv'],
    ['C:\\Users\\ann\\miniconda3\\envs\\web\\Lib\\csv.py', 'stdlib csv'],
    ['C:\\Users\\ann\\.pyenv\\pyenv-win\\versions\\3.11.1\\Lib\\csv.py', 'stdlib csv'],
    ['C:\\Users\\ann\\AppData\\Roaming\\uv\\python\\cpython-3.12.3-windows-x86_64-none\\Lib\\csv.py', 'stdlib csv'],
    ['C:\\app\\python311.zip\\json\\scanner.py', 'stdlib json.scanner'],
    ['/usr/lib/python3/dist-packages/apt/cache.py', 'package apt.cache apt'],
    ['/srv/venv/lib/python3.11/site-packages/requests/sessions.py', 'package requests.sessions requests'],
    ['/srv/venv/lib/python3.11/site-packages/six.py', 'package six six'],
    ['/v/lib/python3.8/site-packages/foo-1.0-py3.8.egg/foo/bar.py', 'package foo.bar foo'],
    ['/v/lib/python3.8/site-packages/pip/_vendor/urllib3/__init__.py', 'package pip._vendor.urllib3 pip'],
    ['C:\\work\\venv\\Lib\\site-packages\\numpy\\core\\fromnumeric.py', 'package numpy.core.fromnumeric numpy'],
    ['/v/lib/python3.11/site-packages/yaml/_yaml.cpython-311-x86_64-linux-gnu.so', 'package yaml._yaml yaml'],
    ['<frozen importlib._bootstrap>', 'frozen importlib._bootstrap'],
    ['<frozen zipimport>', 'frozen zipimport'],
    ['<string>', 'project <string>'],
    ['<stdin>', 'project __main__'],
    ['<ipython-input-3-0a1b2c>', 'project __main__'],
    ['/tmp/ipykernel_812/2934.py', 'project __main__'],
    ['<attrs generated init shop.models.Order>', 'project'],
    ['<__array_function__ internals>', 'package numpy numpy'],
    ['/home/ann/shop/app.py', 'project app'],
    ['app.py', 'project app'],
    ['C:\\work\\python\\shop\\Lib\\app.py', 'project app'],
    ['/srv/shop.pyz/shop/cart.py', 'project cart'],
    ['/usr/src/python3/Modules/_json.c', 'native'],
    ['profile', 'root'],
  ])('%s is %s', (file, expected) => {
    expect(described('f', file)).toBe(expected)
  })
})

describe('describeFunction: Python built-ins', () => {
  test.each([
    ['<built-in method builtins.len>', 'builtin builtins'],
    ['<built-in method math.sqrt>', 'builtin math'],
    ['<built-in method numpy.core._multiarray_umath.dot>', 'builtin numpy.core._multiarray_umath'],
    ['<built-in method fromkeys>', 'builtin builtins'],
    ['<built-in method __new__ of type object at 0x7f2a40>', 'builtin builtins'],
    ["<method 'execute' of 'sqlite3.Cursor' objects>", 'builtin sqlite3'],
    ["<method 'append' of 'list' objects>", 'builtin builtins'],
    ["<method 'disable' of '_lsprof.Profiler' objects>", 'builtin _lsprof'],
    ["<slot wrapper '__init__' of 'object' objects>", 'builtin builtins'],
    ['<len>', 'builtin builtins'],
    ['<math.sqrt>', 'builtin math'],
    ['len', 'builtin'],
  ])('%s is %s', (name, expected) => {
    for (const file of [null, '', '~']) expect(described(name, file)).toBe(expected)
  })
})

describe('describeFunction: a whole profile', () => {
  test('names project modules from the directory that they share', () => {
    const profile = withFunctions([
      ['<module>', '/home/ann/shop/manage.py', 1],
      ['total', '/home/ann/shop/store/cart.py', 3],
      ['open', '/home/ann/shop/store/__init__.py', 3],
      ['get', '/home/ann/shop/venv/lib/python3.11/site-packages/requests/api.py', 9],
      ['loads', '/usr/lib/python3.11/json/__init__.py', 9],
      ['main', 'run.py', 1],
    ])
    const modules = Array.from({ length: 6 }, (_, fn) => describeFunction(profile, fn).module)
    expect(modules).toEqual(['manage', 'store.cart', 'store', 'requests.api', 'json', 'run'])
    const scopes = Array.from({ length: 6 }, (_, fn) => describeFunction(profile, fn).scope)
    expect(scopes).toEqual(['project', 'project', 'project', 'packages', 'runtime', 'project'])
  })

  test('takes the parent of a package for the root', () => {
    const profile = withFunctions([
      ['open', '/srv/store/__init__.py', 3],
      ['total', '/srv/store/cart.py', 3],
    ])
    expect([0, 1].map((fn) => describeFunction(profile, fn).module)).toEqual(['store', 'store.cart'])
  })

  test('goes by the files when the profile does not say its language', () => {
    expect(described('f', '/usr/lib/python3.11/re.py', null)).toBe('stdlib re')
    expect(described("<method 'append' of 'list' objects>", null, null)).toBe('builtin builtins')
    expect(described('f', '/src/a/main.c', null)).toBe('project main.c')
    expect(described('malloc', null, null)).toBe('native')
  })

  test.each([
    ['(idle)', 'idle'],
    ['(program)', 'program'],
    ['(garbage collector)', 'gc'],
    ['(root)', 'root'],
  ])('knows the row %s of profilers', (name, category) => {
    expect(describeFunction(withFunctions([[name, null]], 'javascript'), 0)).toEqual({
      module: null,
      package: null,
      category,
      scope: 'runtime',
    })
  })

  test('describes all functions of a file at once', () => {
    const profile = withFunctions([
      ['f', 'a.py', 1],
      ['g', 'a.py', 2],
    ])
    expect(describeFunction(profile, 0)).toBe(describeFunction(profile, 1))
  })
})

// Quadratic time would be minutes.
test('a name made to be ambiguous takes no longer than its length', () => {
  const name = `<method '${"' of '".repeat(500_000)}`
  expect(described(name, null)).toBe('builtin')
  expect(described(`<built-in method ${' of '.repeat(500_000)}`, null)).toBe('builtin')
})

describe('placeOfFunction', () => {
  test('has no file for built-ins and no line where none is known', () => {
    const nowhere = { file: null, line: null, column: null }
    const profile = withFunctions([
      ['f', 'a.py', 7, 3],
      ['g', 'a.py'],
      ['<len>', '~', 0],
      ['len', '', 0],
      ['len', null],
      ['h', 'a.py', 0],
    ])
    expect(Array.from({ length: 6 }, (_, fn) => placeOfFunction(profile, fn))).toEqual([
      { file: 'a.py', line: 7, column: 3 },
      { file: 'a.py', line: null, column: null },
      nowhere,
      nowhere,
      nowhere,
      { file: 'a.py', line: null, column: null },
    ])
  })
})
