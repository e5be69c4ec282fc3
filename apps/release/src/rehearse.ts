import path from 'node:path'
import { checkLonePackage } from './lone-packages.ts'
import { bareEnvironment } from './only-loopback.ts'
import type { Environment } from './only-loopback.ts'
import { copyWorkspace, publish } from './publish.ts'
import type { Released } from './publish.ts'
import { startRegistry } from './registry.ts'
import { run } from './run.ts'
import { checkNewest, checkOldest } from './whole-apps.ts'

/** What a rehearsal works on. */
export interface Rehearsal {
  /** The workspace, with its packages built. Nothing in it is changed. */
  readonly workspace: string
  /** An empty folder for everything that is made on the way. */
  readonly folder: string
  say(this: void, line: string): void
}

/**
 * Publishes every package to a registry on loopback, and uses them from outside projects.
 *
 * @throws Error that says which step failed, and how
 */
export async function rehearse({ workspace, folder, say }: Rehearsal): Promise<void> {
  const upstream = (
    await run('pnpm', ['config', 'get', 'registry'], { cwd: workspace, environment: process.env })
  ).trim()
  const registry = await startRegistry('@paylb', upstream)
  try {
    const environment = bareEnvironment(path.join(folder, 'home'), registry.url, withOurCommands(workspace))
    const copy = path.join(folder, 'copy')
    copyWorkspace(workspace, copy)
    const packages = await publish(copy, environment)
    checkPublished(packages, registry.published)
    say(`${packages.length} packages were published as ${packages[0]?.version} to 127.0.0.1`)
    const compiler = path.join(workspace, 'node_modules/typescript/bin/tsc')
    const projects = { environment, compiler, packages, folder }
    await checkNewest(projects, workspace)
    say('the README runs in an outside project: ESM, TypeScript strict, newest frameworks')
    await checkOldest(projects)
    say('so does an app in CommonJS with the oldest frameworks that are supported')
    for (const released of packages) {
      await checkLonePackage(released, {
        environment,
        compiler,
        folder: path.join(folder, path.basename(released.name)),
      })
      say(`${released.name} is complete: import, require, types`)
    }
  } finally {
    await registry.close()
  }
}

function checkPublished(packages: readonly Released[], published: readonly string[]): void {
  const missing = packages.map(({ name, version }) => `${name}@${version}`).filter((one) => !published.includes(one))
  if (missing.length > 0) throw new Error(`not published: ${missing.join(', ')}`)
  const versions = new Set(packages.map(({ version }) => version))
  if (versions.size !== 1) throw new Error(`versions differ: ${[...versions].join(', ')}`)
}

/* pnpm of the workspace; npm is the machine's. */
function withOurCommands(workspace: string): Environment {
  const commands = [path.join(workspace, 'node_modules/.bin'), process.env['PATH']].join(path.delimiter)
  return { ...process.env, PATH: commands }
}
