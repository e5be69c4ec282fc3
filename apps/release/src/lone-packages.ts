import path from 'node:path'
import { existsSync, readFileSync } from 'node:fs'
import type { Released } from './publish.ts'
import { outsideProject } from './outside-project.ts'
import type { OutsideProject, ProjectPlan } from './outside-project.ts'

/*
 * Each package alone: what it imports must come with it. Where packages are together, one may live on what another brought.
 */

/** Installs one package and its peers, and uses it from both kinds of modules, and from TypeScript. */
export async function checkLonePackage(
  released: Released,
  plan: Omit<ProjectPlan, 'type' | 'dependencies'>,
): Promise<void> {
  const { name, version } = released
  const types = [`@types/node@24`, ...(typesOf[name] ?? [])]
  const project = await outsideProject({ ...plan, type: 'commonjs', dependencies: [`${name}@${version}`, ...types] })
  checkFiles(project, released)
  const use = `if (Object.keys(all).length === 0) throw new Error('exports nothing')\n`
  project.write('esm.mjs', `import * as all from '${name}'\n${use}`)
  project.write('commonjs.cjs', `const all = require('${name}')\n${use}`)
  project.write(
    'typed.mts',
    `import * as all from '${name}'\nexport const names: readonly string[] = Object.keys(all)\n`,
  )
  project.write(
    'typed.cts',
    `import * as all from '${name}'\nexport const names: readonly string[] = Object.keys(all)\n`,
  )
  await Promise.all([project.node('esm.mjs'), project.node('commonjs.cjs')])
  await project.compile(['typed.mts', 'typed.cts'])
}

/* These frameworks come without types. */
const typesOf: Readonly<Record<string, readonly string[]>> = {
  '@paylb/express': ['@types/express@5'],
  '@paylb/koa': ['@types/koa@3'],
}

function checkFiles(project: OutsideProject, { name, version, dependencies, peerDependencies }: Released): void {
  const folder = path.join(project.folder, 'node_modules', name)
  for (const file of ['README.md', 'LICENSE', 'package.json']) {
    if (!existsSync(path.join(folder, file))) throw new Error(`${name} was published without ${file}`)
  }
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Released & {
    readonly engines?: { readonly node?: string }
  }
  if (manifest.version !== version) throw new Error(`${name} is ${manifest.version}, not ${version}`)
  if (manifest.engines?.node === undefined) throw new Error(`${name} does not say which Node it needs`)
  for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (!dependency.startsWith('@paylb/')) continue
    const range = manifest.dependencies?.[dependency] ?? manifest.peerDependencies?.[dependency]
    if (range !== `^${version}`) throw new Error(`${name} wants ${dependency}@${range}, not ^${version}`)
  }
}
