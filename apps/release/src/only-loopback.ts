import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { run } from './run.ts'

/*
 * Nothing may be published anywhere but on this machine. So the settings that npm and pnpm would otherwise find (a home, the
 * environment) are all taken away, and both are asked where they would publish to before they may.
 */

/** The environment of somebody who has just got their machine, and knows one registry. */
export type Environment = Readonly<Record<string, string | undefined>>

/** @throws Error unless this is a registry on 127.0.0.1 */
export function refuseUnlessLoopback(registry: string, whose: string): void {
  const hostname = URL.canParse(registry) ? new URL(registry).hostname : undefined
  if (hostname !== '127.0.0.1') throw new Error(`${whose} is not on 127.0.0.1; nothing was published`)
}

/** An environment with an empty home, in which npm and pnpm know `registry` alone. */
export function bareEnvironment(home: string, registry: string, given: Environment = process.env): Environment {
  refuseUnlessLoopback(registry, 'the registry')
  mkdirSync(home, { recursive: true })
  // Not an account: both commands want some token before they publish.
  writeFileSync(path.join(home, '.npmrc'), `//${new URL(registry).host}/:_authToken=nobody\n`)
  const kept = Object.entries(given).filter(
    ([name]) => !/^(npm_|pnpm_|xdg_|node_auth_token$|node_options$)/iu.test(name),
  )
  const settings = {
    registry,
    userconfig: path.join(home, '.npmrc'),
    globalconfig: path.join(home, 'global.npmrc'),
    cache: path.join(home, 'cache'),
  }
  const forBoth = ['npm_config_', 'pnpm_config_'].flatMap((prefix) =>
    Object.entries(settings).map(([name, value]) => [`${prefix}${name}`, value]),
  )
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(forBoth),
    pnpm_config_verify_deps_before_run: 'false',
    HOME: home,
    USERPROFILE: home,
    CI: 'true',
    NO_COLOR: '1',
  }
}

/** @throws Error unless everything that could say where the packages of a workspace go says 127.0.0.1 */
export async function checkWherePublishingGoes(workspace: string, environment: Environment): Promise<void> {
  for (const command of ['pnpm', 'npm']) {
    const ask = (setting: string) => run(command, ['config', 'get', setting], { cwd: workspace, environment })
    refuseUnlessLoopback((await ask('registry')).trim(), `the registry of ${command}`)
    if ((await ask('@paylb:registry')).trim() !== 'undefined') {
      throw new Error(`${command} has a registry of its own for @paylb; nothing was published`)
    }
  }
  for (const name of readdirSync(path.join(workspace, 'packages'))) {
    const manifest: unknown = JSON.parse(readFileSync(path.join(workspace, 'packages', name, 'package.json'), 'utf8'))
    const { publishConfig = {} } = manifest as { readonly publishConfig?: object }
    if (Object.keys(publishConfig).some((key) => key.endsWith('registry'))) {
      throw new Error(`packages/${name} names a registry in publishConfig; nothing was published`)
    }
  }
}
