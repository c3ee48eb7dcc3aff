// `npm run new-format <id>`: the folder of a new format, with what every codec has. Prints what is left to do.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const id = process.argv[2]
if (id === undefined || !/^[a-z][a-z0-9-]*$/.test(id)) {
  console.error('usage: npm run new-format <id>   (lower-case letters, digits and dashes)')
  process.exit(64)
}

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}formats/${id}`
if (existsSync(folder)) {
  console.error(`formats/${id} exists already`)
  process.exit(73)
}
const camel = id.replace(/-(.)/g, (_, letter) => letter.toUpperCase())
const pascal = camel[0].toUpperCase() + camel.slice(1)

mkdirSync(folder, { recursive: true })
mkdirSync(`${root}fixtures/${id}`, { recursive: true })
writeFileSync(
  `${folder}/README.md`,
  `# ${id}

Who writes it, with which command. An example of five lines:

\`\`\`
\`\`\`

**Surprises.** What the format does that nobody expects.

**Source.** The specification, or the producer's source file.
`,
)
writeFileSync(
  `${folder}/codec.ts`,
  `import type { Codec } from '../codec.js'

/** What it is, who writes it. See README.md. */
export const ${camel}: Codec = {
  id: '${id}',
  title: '${id}',
  extensions: ['.${id}'],
  reads: [],
  sniff: () => 'no',
  load: async () => ({ read: (await import('./read.js')).read${pascal} }),
}
`,
)
writeFileSync(
  `${folder}/read.ts`,
  `import type { ByteSource } from '../../src/bytes/source.js'
import { FormatError } from '../../src/errors.js'
import type { ProfileSet } from '../../src/model/profile.js'
import type { ReadContext } from '../codec.js'

/** Reads ${id}: an example line, the surprise, the source. */
export async function read${pascal}(source: ByteSource, context: ReadContext): Promise<ProfileSet> {
  throw new FormatError(\`\${source.name}: not written yet (\${context.need})\`)
}
`,
)
console.log(`formats/${id} is there. Now:
  1. write formats/${id}/README.md, then codec.ts and read.ts
  2. add to formats/index.ts:  import { ${camel} } from './${id}/codec.js'
  3. put fixtures into fixtures/${id}/ with their rows in fixtures/PROVENANCE.md
  4. UPDATE_GOLDENS=1 npx vitest run, and read the diff`)
