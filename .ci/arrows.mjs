/*
 * Checks the arrows between packages. dependency-cruiser passes when it reads nothing at all (it does on a compiler
 * that it does not know), so every package and app with sources must have been seen.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'

const { status, stdout, stderr } = spawnSync(
  'node_modules/.bin/depcruise',
  ['packages', 'apps', '--config', '.dependency-cruiser.mjs', '--output-type', 'json'],
  { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
)
if (stdout === '') throw new Error(`dependency-cruiser ended with ${status}: ${stderr}`)
const { modules, summary } = JSON.parse(stdout)

const folders = ['packages', 'apps']
  .flatMap((top) => readdirSync(top).map((name) => `${top}/${name}/src`))
  .filter((folder) => existsSync(folder))
const unseen = folders.filter((folder) => !modules.some((module) => module.source.startsWith(`${folder}/`)))
for (const folder of unseen) console.error(`arrows: no module was seen below ${folder}`)
for (const { rule, from, to } of summary.violations) console.error(`arrows: ${rule.name}: ${from} → ${to}`)
console.log(`arrows: ${modules.length} modules, ${summary.violations.length} violations`)
process.exitCode = unseen.length > 0 || folders.length === 0 || summary.violations.length > 0 ? 1 : 0
