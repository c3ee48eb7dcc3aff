// npm runs this after `npm ci` in a checkout, and before `npm pack`. It must never fail: when it does, npx leaves a
// half-made cache entry for the checkout behind, and every later `npx callcost` there ends in ENOENT.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

if (existsSync(new URL('../node_modules/typescript/package.json', import.meta.url))) {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' })
  if (built.status !== 0) console.error('callcost: the build failed; run: npm run build')
}
