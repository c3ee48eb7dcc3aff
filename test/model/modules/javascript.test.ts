import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Allocator } from '../../../src/limits.js'
import { FunctionTableBuilder } from '../../../src/model/function-table.js'
import { makeProfile } from '../../../src/model/make-profile.js'
import { describeFunction, placeOfFunction } from '../../../src/model/modules/describe-function.js'
import type { Language, Profile } from '../../../src/model/profile.js'

type Row = readonly [name: string, file: string | null, line?: number, column?: number]

function withFunctions(rows: readonly Row[], language: Language | null = 'javascript'): Profile {
  const builder = new FunctionTableBuilder(new Allocator())
  for (const row of rows) builder.internText(...row)
  return makeProfile({
    strings: builder.strings,
    functions: builder.finish(),
    valueTypes: [],
    source: { format: 'cpuprofile', language },
  })
}

/** `category module package` of a function in a profile that also has the project's files /srv/app/{main,lib/a}.js. */
function described(name: string, file: string | null, language: Language | null = 'javascript'): string {
  const project: Row[] = [
    ['main', 'file:///srv/app/main.js', 1],
    ['a', 'file:///srv/app/lib/a.js', 1],
  ]
  const {
    category,
    module,
    package: packageName,
  } = describeFunction(withFunctions([[name, file, 1], ...project], language), 0)
  return [category, module, packageName].filter((part) => part !== null).join(' | ')
}

describe('describeFunction: JavaScript of the project', () => {
  test.each([
    ['file:///srv/app/src/server/render.js', 'project | src/server/render'],
    ['file:///srv/app/src/server/render.test.tsx', 'project | src/server/render.test'],
    ['file:///srv/app/a%20b/%D1%8F.mjs', 'project | a b/я'],
    ['file:///srv/app/100%.js', 'project | 100%'],
    ['file:///srv/app/%ff%zz.cjs', 'project | %ff%zz'],
    ['file:///srv/app/%2525.js', 'project | %25'],
    ['file:///srv/app/x.js?t=17#top', 'project | x'],
    ['file://localhost/srv/app/x.js', 'project | x'],
    ['/srv/app/x.js', 'project | x'],
    ['/srv/app/x.js?v=1', 'project | x'],
    ['/srv/app/c#/what?.js', 'project | c#/what?'],
    ['/srv/app/.js', 'project | .js'],
    ['/srv/app/view.vue', 'project | view.vue'],
    ['./lib/x.js', 'project | lib/x'],
    ['/srv/app/__proto__/constructor.js', 'project | __proto__/constructor'],
    ['__proto__', 'project | __proto__'],
    ['constructor', 'project | constructor'],
    ['/srv/app/internal/fs.js', 'project | internal/fs'],
    ['/srv/app/.yarn/__virtual__/ui-virtual-0a1b2c/1/packages/ui/x.js', 'project | packages/ui/x'],
    ['/srv/app/node_modules/.cache/build/main.js', 'project | node_modules/.cache/build/main'],
    ['/srv/app/my_node_modules/x.js', 'project | my_node_modules/x'],
    ['https://shop.example/js/cart.js?v=3', 'project | shop.example/js/cart'],
    ['https://ann:secret@shop.example:8443/', 'project | shop.example:8443'],
    ['http://localhost:5173/src/App.tsx?t=1700000000000', 'project | src/App'],
    ['http://[::1]:5173/src/App.tsx', 'project | src/App'],
    ['http://127.0.0.1/', 'project | 127.0.0.1'],
    ['http://localhost:5173/@fs/srv/app/shared/x.ts', 'project | shared/x'],
    ['http://localhost:8080/util.js', 'project | util'],
    ['webpack://shop/./src/cart.ts?1a2b', 'project | src/cart'],
    ['webpack://@acme/shop/./src/cart.ts', 'project | src/cart'],
    ['webpack:///src/cart.ts', 'project | src/cart'],
    ['webpack:///../common/x.js', 'project | common/x'],
    ['webpack:////srv/app/src/x.js', 'project | src/x'],
    ['webpack:///./util.js', 'project | util'],
    ['webpack-internal:///./src/x.js', 'project | src/x'],
    ['webpack-internal:///(app-pages-browser)/./src/app/page.tsx', 'project | src/app/page'],
    ['webpack:///./node_modules/vue-loader/lib??ref--0!./src/App.vue?vue&type=script', 'project | src/App.vue'],
    ['turbopack:///[project]/src/x.ts', 'project | src/x'],
    ['rsc://React/Server/webpack-internal:///(rsc)/./src/x.tsx?0', 'project | src/x'],
    ['vscode-file://vscode-app/srv/app/out/x.js', 'project | out/x'],
    ['data:text/javascript,export%20const%20a=1//node_modules/evil/x.js', 'project | data:text/javascript'],
    ['data:text/javascript;base64,YQ==', 'project | data:text/javascript'],
    ['data:,a', 'project | data:text/plain'],
    ['blob:http://localhost:3000/5d0c9f1e-0b6a-4f0e', 'project | blob:localhost:3000'],
    ['blob:nodedata:5d0c9f1e-0b6a-4f0e', 'project | blob:nodedata'],
    ['[eval]', 'project | [eval]'],
    ['[stdin]', 'project | [stdin]'],
    ['[worker eval]', 'project | [worker eval]'],
    ['REPL12', 'project | REPL12'],
    ['my-eval-source.js', 'project | my-eval-source'],
    ['', 'native'],
    ['%', 'project | %'],
    ['?', 'project | ?'],
    ['://', 'project | ://'],
  ])('%s is %s', (file, expected) => {
    expect(described('f', file)).toBe(expected)
  })
})

describe('describeFunction: packages of JavaScript', () => {
  test.each([
    ['file:///srv/app/node_modules/left-pad/index.js', 'package | left-pad/index | left-pad'],
    ['file:///srv/app/node_modules/@scope/pkg/lib/x.mjs', 'package | @scope/pkg/lib/x | @scope/pkg'],
    ['file:///srv/app/node_modules/%40scope/pkg/x.js', 'package | @scope/pkg/x | @scope/pkg'],
    ['/srv/app/node_modules/outer/node_modules/inner/a.js', 'package | inner/a | inner'],
    ['/a/node_modules/chart.js/dist/chart.js', 'package | chart.js/dist/chart | chart.js'],
    ['/a/node_modules/single.js', 'package | single | single'],
    ['node_modules/rel/a.js', 'package | rel/a | rel'],
    ['/a/node_modules/__proto__/x.js', 'package | __proto__/x | __proto__'],
    ['C:\\app\\node_modules\\@s\\p\\x.js', 'package | @s/p/x | @s/p'],
    ['file:///C:/app/node_modules/p/x.js', 'package | p/x | p'],
    ['/a/node_modules/.pnpm/left-pad@1.3.0/node_modules/left-pad/index.js', 'package | left-pad/index | left-pad'],
    [
      '/a/node_modules/.pnpm/@babel+core@7.0.0_peer@1/node_modules/@babel/core/lib/x.js',
      'package | @babel/core/lib/x | @babel/core',
    ],
    ['/a/node_modules/.pnpm/@babel+core@7.0.0/lib/x.js', 'package | @babel/core/lib/x | @babel/core'],
    ['/a/node_modules/.bun/is-odd@3.0.1/node_modules/is-odd/index.js', 'package | is-odd/index | is-odd'],
    ['/a/node_modules/.deno/chalk@5.3.0/node_modules/chalk/source/index.js', 'package | chalk/source/index | chalk'],
    ['/a/node_modules/.store/lodash-npm-4.17.21-6382451519/package/map.js', 'package | lodash/map | lodash'],
    ['/a/.yarn/cache/lodash-npm-4.17.21-6382451519.zip/node_modules/lodash/map.js', 'package | lodash/map | lodash'],
    ['/a/.yarn/__virtual__/p-virtual-1a/0/cache/p-npm-1.zip/node_modules/p/x.js', 'package | p/x | p'],
    [
      '/a/.yarn/unplugged/esbuild-npm-0.1.0-aa/node_modules/esbuild/lib/main.js',
      'package | esbuild/lib/main | esbuild',
    ],
    ['/a/node_modules/.vite/deps/react-dom_client.js?v=1a2b', 'package | react-dom/client | react-dom'],
    ['/a/node_modules/.vite/deps/@emotion_react.js', 'package | @emotion/react | @emotion/react'],
    ['/a/node_modules/.vite/deps/chunk-ABCD.js', 'package | .vite/deps/chunk-ABCD'],
    ['/a/node_modules/', 'package'],
    ['/a/bower_components/jquery/dist/jquery.js', 'package | jquery/dist/jquery | jquery'],
    ['/usr/lib/node_modules/npm/lib/cli.js', 'package | npm/lib/cli | npm'],
    ['/usr/share/nodejs/semver/index.js', 'package | semver/index | semver'],
    ['file:///c/deno/npm/registry.example.org/chalk/5.3.0/source/index.js', 'package | chalk/source/index | chalk'],
    ['file:///c/deno/npm/registry.example.org/@s/n/1.0.0/m.js', 'package | @s/n/m | @s/n'],
    ['npm:chalk@5.3.0/source/index.js', 'package | chalk/source/index | chalk'],
    ['npm:/@s/n@1', 'package | @s/n | @s/n'],
    ['jsr:@std/path@1.0.8/posix/mod.ts', 'package | @std/path/posix/mod | @std/path'],
    ['https://jsr.io/@std/path/1.0.8/posix/mod.ts', 'package | @std/path/posix/mod | @std/path'],
    ['https://deno.land/std@0.224.0/path/mod.ts', 'package | deno.land/std/path/mod | deno.land/std'],
    ['https://deno.land/x/oak@v12.6.1/mod.ts', 'package | deno.land/x/oak/mod | deno.land/x/oak'],
    ['https://esm.sh/v135/react@18.2.0/es2022/react.mjs', 'package | react/es2022/react | react'],
    ['https://esm.sh/@emotion/react@11.0.0?dev', 'package | @emotion/react | @emotion/react'],
    ['https://esm.sh/jsr/@std/path@1.0.0/mod.ts', 'package | @std/path/mod | @std/path'],
    ['https://esm.sh/gh/ann/tool@1.0/x.js', 'package | github.com/ann/tool/x | github.com/ann/tool'],
    ['https://cdn.jsdelivr.net/npm/vue@3.4.0/dist/vue.js', 'package | vue/dist/vue | vue'],
    ['https://cdn.jsdelivr.net/gh/ann/tool@1/x.js', 'package | github.com/ann/tool/x | github.com/ann/tool'],
    ['https://unpkg.com/@s/n@1.0.0/m.js', 'package | @s/n/m | @s/n'],
    ['https://ga.jspm.io/npm:lit@3.0.0/index.js', 'package | lit/index | lit'],
    ['https://cdn.skypack.dev/-/lit@v3-abc/dist/lit.js', 'package | lit/dist/lit | lit'],
    ['https://cdnjs.cloudflare.com/ajax/libs/d3/7.8.5/d3.min.js', 'package | d3/d3.min | d3'],
    ['https://raw.githubusercontent.com/ann/tool/main/x.ts', 'package | github.com/ann/tool/x | github.com/ann/tool'],
    ['https://evil-unpkg.com/x@1/m.js', 'project | evil-unpkg.com/x@1/m'],
    ['http://localhost:8080/node_modules/lit/index.js', 'package | lit/index | lit'],
    ['http://localhost:5173/@vite/client', 'package | vite/@vite/client | vite'],
    ['webpack://shop/./node_modules/react/index.js', 'package | react/index | react'],
    ['webpack:///webpack/bootstrap', 'package | webpack/bootstrap | webpack'],
    ['webpack://shop/webpack/runtime/load script', 'package | webpack/runtime/load script | webpack'],
    ['webpack/runtime/chunk.js', 'package | webpack/runtime/chunk | webpack'],
    ['webpack:///(webpack)/buildin/module.js', 'package | webpack/buildin/module | webpack'],
    ['webpack://shop/external commonjs "react"', 'package | react | react'],
    ['chrome-extension://abcd/js/x.js', 'package | chrome-extension://abcd/js/x | chrome-extension://abcd'],
  ])('%s is %s', (file, expected) => {
    expect(described('f', file)).toBe(expected)
  })
})

describe('describeFunction: what JavaScript runs on', () => {
  test.each([
    ['node:fs', 'stdlib | node:fs'],
    ['node:fs/promises', 'stdlib | node:fs/promises'],
    ['node:internal/modules/cjs/loader', 'stdlib | node:internal/modules/cjs/loader'],
    ['node:electron/js2c/renderer_init', 'stdlib | node:electron/js2c/renderer_init'],
    ['electron/js2c/asar_bundle.js', 'stdlib | electron/js2c/asar_bundle'],
    ['internal/modules/cjs/loader.js', 'stdlib | node:internal/modules/cjs/loader'],
    ['_stream_readable.js', 'stdlib | node:_stream_readable'],
    ['internal:validators', 'stdlib | internal:validators'],
    ['bun:sqlite', 'stdlib | bun:sqlite'],
    ['ext:core/01_core.js', 'stdlib | ext:core/01_core'],
    ['webpack://shop/external node-commonjs "node:fs"', 'stdlib | node:fs'],
    ['webpack://shop/external "fs"', 'stdlib | node:fs'],
    ['devtools://devtools/bundled/x.js', 'stdlib | devtools://devtools/bundled/x'],
    ['[eval]-wrapper', 'stdlib | [eval]-wrapper'],
    ['v8/gc', 'native'],
    ['native dummy.js', 'native'],
    ['extensions::SafeBuiltins', 'native'],
    ['/usr/lib/libc.so.6', 'native'],
    ['/usr/bin/node', 'native'],
    ['/srv/app/build/Release/addon.node', 'native'],
    ['wasm://wasm/0a1b2c3d', 'wasm | wasm:0a1b2c3d'],
    ['wasm://wasm/resize-0a1b2c3d', 'wasm | wasm:resize'],
    ['file:///srv/app/resize.wasm', 'wasm | resize.wasm'],
    ['https://shop.example/a/resize.wasm?v=1', 'wasm | resize.wasm'],
    ['/a/node_modules/sharp/lib/resize.wasm', 'package | sharp/lib/resize.wasm | sharp'],
    ['eval:105', 'eval'],
    ['evalmachine.<anonymous>', 'eval'],
    ['VM123', 'eval'],
    ['eval at f (file:///srv/app/node_modules/x/a.js)', 'eval'],
  ])('%s is %s', (file, expected) => {
    expect(described('f', file)).toBe(expected)
  })

  test.each([
    ['(root)', 'root'],
    ['(program)', 'program'],
    ['(idle)', 'idle'],
    ['(garbage collector)', 'gc'],
    ['(unresolved function)', 'program'],
    ['(anonymous)', 'native'],
    ['RegExp: ^/node_modules/(x', 'regexp'],
    ['/a\\/b/gi', 'regexp'],
    ['/', 'native'],
    ['//', 'native'],
    ['wasm-function[12]', 'wasm'],
    ['consoleCall', 'native'],
    ['constructor', 'native'],
    ['toString', 'native'],
    ['__proto__', 'native'],
  ])('%s without a file is %s', (name, expected) => {
    expect(described(name, null)).toBe(expected)
  })

  test('a function that is called as a row of the profiler is one where it has a file', () => {
    expect(described('(idle)', 'file:///srv/app/x.js')).toBe('project | x')
    expect(described('(root)', 'node:fs')).toBe('stdlib | node:fs')
  })

  test('the scope of code follows from who brought it along', () => {
    const scope = (file: string | null): string => describeFunction(withFunctions([['f', file, 1]]), 0).scope
    expect([scope('eval:1'), scope('wasm://wasm/0a1b2c3d'), scope('/a/x.js')]).toEqual(Array(3).fill('project'))
    expect([scope('/a/node_modules/b/x.js'), scope('webpack/runtime/x')]).toEqual(Array(2).fill('packages'))
    expect([scope('node:fs'), scope('v8/gc'), scope(null)]).toEqual(Array(3).fill('runtime'))
  })
})

describe('describeFunction: the root of a JavaScript project', () => {
  test('is found from URLs and paths alike, whatever is installed elsewhere', () => {
    const profile = withFunctions([
      ['a', 'file:///c%3A/work/shop/src/a.js', 1],
      ['b', 'C:\\work\\shop\\lib\\b.js', 1],
      ['c', 'C:\\tools\\node_modules\\c\\c.js', 1],
      ['d', 'node:fs', 1],
      ['e', 'data:text/javascript,1', 1],
      ['f', 'https://shop.example/f.js', 1],
    ])
    const modules = [0, 1, 2, 3, 4, 5].map((fn) => describeFunction(profile, fn).module)
    expect(modules).toEqual(['src/a', 'lib/b', 'c/c', 'node:fs', 'data:text/javascript', 'shop.example/f'])
  })

  test.each([
    ['file:///srv/app/x.js', 'project | x'],
    ['webpack:///./src/x.js', 'project | src/x'],
    ['/srv/app/node_modules/a/x.js', 'package | a/x | a'],
    ['node:fs', 'stdlib | node:fs'],
    ['/usr/lib/python3.11/re.py', 'stdlib | re'],
    ['/srv/app/x.go', 'project | x.go'],
  ])('%s tells its language itself', (file, expected) => {
    expect(described('f', file, null)).toBe(expected)
  })

  // Quadratic time would be minutes.
  test('hostile texts of 100 kB are read through a few times at most', () => {
    for (const part of [
      '/npm/a.b',
      '-npm-1',
      '%',
      '%ff',
      '.js?',
      '/node_modules',
      'xnode_modules/',
      '/__virtual__/1',
      '@',
      '!',
      '.so.1',
      './',
    ]) {
      for (const start of [
        '',
        'file:///',
        'webpack:///',
        'https://esm.sh/',
        '/node_modules/.store/',
        'npm:',
        'data:',
        'wasm:',
      ]) {
        expect(described('f', start + part.repeat(100_000 / part.length))).toMatch(
          /^(project|package|stdlib|builtin|native|wasm)\b/,
        )
      }
    }
  })
})

describe('placeOfFunction: JavaScript', () => {
  test.each([
    ['file:///srv/app/a%20b.js', '/srv/app/a b.js'],
    ['file:///srv/app/x.js?v=%31', '/srv/app/x.js?v=%31'],
    ['file:///C:/app/x.js', 'C:/app/x.js'],
    ['file:///c%3A/app/x.js', 'c:/app/x.js'],
    ['file://server/share/x.js', '//server/share/x.js'],
    ['file:///srv/100%.js', '/srv/100%.js'],
    ['file://', '//'],
    ['C:\\app\\x.js', 'C:\\app\\x.js'],
    ['node:fs', 'node:fs'],
    ['data:text/javascript,1', 'data:text/javascript,1'],
  ])('%s is shown as %s', (file, expected) => {
    expect(placeOfFunction(withFunctions([['f', file, 3, 5]]), 0)).toEqual({ file: expected, line: 3, column: 5 })
  })

  test('the source in a data: URL is cut off between characters', () => {
    const file = `data:text/javascript,${'😀'.repeat(1000)}`
    const shown = placeOfFunction(withFunctions([['f', file, 1]]), 0).file!
    expect(shown).toBe(`data:text/javascript,${'😀'.repeat(21)}…`)
  })
})

test('a recording of Node has its packages, its own modules and the engine told apart', () => {
  const url = new URL('../../../fixtures/cpuprofile/node-20.20-packages.cpuprofile', import.meta.url)
  const recorded = JSON.parse(readFileSync(url, 'utf8')) as {
    nodes: { callFrame: { functionName: string; url: string; lineNumber: number } }[]
  }
  const profile = withFunctions(
    recorded.nodes.map(({ callFrame: frame }) => [frame.functionName, frame.url || null, frame.lineNumber + 1]),
  )
  const packages = new Set<string>()
  const project = new Set<string>()
  const categories = new Set<string>()
  for (let fn = 0; fn < profile.functions.length; fn++) {
    const description = describeFunction(profile, fn)
    categories.add(description.category)
    if (description.package !== null) packages.add(description.package)
    if (description.category === 'project') project.add(description.module ?? '')
  }
  expect([...packages].sort()).toEqual(['@scope/pkg', 'inner', 'left-pad'])
  expect([...project]).toEqual(['packages'])
  expect([...categories].sort()).toEqual([
    'gc',
    'idle',
    'native',
    'package',
    'program',
    'project',
    'regexp',
    'root',
    'stdlib',
  ])
})
