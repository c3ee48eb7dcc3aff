import { describe, type ModuleRules } from './description.js'

/** Languages without rules of their own: what has a file is the project's, a module is a path below its root. */
export const plainRules: ModuleRules = {
  recognizes: () => true,
  isProjectFile: () => true,
  describe: (_name, file, root) =>
    file === null ? describe('native', null) : describe('project', root.relative(file) || null),
}
