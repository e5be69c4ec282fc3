import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { checkWherePublishingGoes } from './only-loopback.ts'
import type { Environment } from './only-loopback.ts'
import { run } from './run.ts'

/* The working tree stays as it is: versions are raised, and changelogs written, in a copy. */

const rootFiles = ['package.json', 'pnpm-workspace.yaml', 'LICENSE', 'README.md', '.changeset']
const notCopied = new Set(['src', 'test', 'bench', '.turbo'])

/** Copies what a release is made of: manifests, changesets and built packages. */
export function copyWorkspace(workspace: string, copy: string): void {
  mkdirSync(path.join(copy, 'node_modules'), { recursive: true })
  const manifests = readdirSync(path.join(workspace, 'apps'))
    .map((name) => `apps/${name}/package.json`)
    .filter((manifest) => existsSync(path.join(workspace, manifest)))
  for (const file of [...rootFiles, ...manifests]) {
    cpSync(path.join(workspace, file), path.join(copy, file), { recursive: true })
  }
  cpSync(path.join(workspace, 'packages'), path.join(copy, 'packages'), {
    recursive: true,
    verbatimSymlinks: true, // the links between the packages then lead to their copies
    filter: (source) => !notCopied.has(path.basename(source)),
  })
  symlinkSync(path.join(workspace, 'node_modules/@changesets'), path.join(copy, 'node_modules/@changesets'))
}

/** A package as it was published. */
export interface Released {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly private?: boolean
}

/**
 * Raises the versions of a copy by its changesets, and publishes its packages.
 *
 * @returns the public packages
 */
export async function publish(copy: string, environment: Environment): Promise<readonly Released[]> {
  const place = { cwd: copy, environment }
  const changeset = path.join(copy, 'node_modules/@changesets/cli/bin.js')
  await run(process.execPath, [changeset, 'version'], place)
  const packages = releasedOf(copy)
  await checkWherePublishingGoes(copy, environment)
  await run(process.execPath, [changeset, 'publish', '--no-git-tag'], place)
  return packages
}

function releasedOf(copy: string): readonly Released[] {
  return readdirSync(path.join(copy, 'packages'))
    .map((name) => JSON.parse(readFileSync(path.join(copy, 'packages', name, 'package.json'), 'utf8')) as Released)
    .filter((manifest) => manifest.private !== true)
}
