import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bareEnvironment, checkWherePublishingGoes, refuseUnlessLoopback } from '../src/only-loopback.ts'

const loopback = 'http://127.0.0.1:4873/'
const commands = path.resolve(import.meta.dirname, '../../../node_modules/.bin')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'paylb-only-loopback-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test.for([
  'https://packages.example/',
  'http://127.0.0.1.example/',
  'http://127.0.0.1@packages.example/',
  'undefined',
  '',
])('nothing is published to %s', (registry) => {
  expect(() => refuseUnlessLoopback(registry, 'it')).toThrow('nothing was published')
  expect(() => bareEnvironment(path.join(folder, 'home'), registry)).toThrow('nothing was published')
})

test('no account, token or setting of this machine is taken along', () => {
  const given = {
    PATH: '/bin',
    NPM_TOKEN: 'a',
    npm_config_registry: 'b',
    PNPM_HOME: 'c',
    NODE_AUTH_TOKEN: 'd',
    XDG_CONFIG_HOME: 'e',
  }
  const environment = bareEnvironment(path.join(folder, 'home'), loopback, given)
  expect(Object.keys(given).filter((name) => name in environment)).toEqual(['PATH', 'npm_config_registry'])
  expect([environment['npm_config_registry'], environment['pnpm_config_registry']]).toEqual([loopback, loopback])
  expect(environment['HOME']).toBe(path.join(folder, 'home'))
})

test('pnpm and npm are asked, and a workspace that leads elsewhere is refused', async () => {
  const workspace = path.join(folder, 'workspace')
  mkdirSync(path.join(workspace, 'packages/one'), { recursive: true })
  const write = (file: string, text: string) => writeFileSync(path.join(workspace, file), text)
  write('package.json', '{}')
  write('packages/one/package.json', '{}')
  const given = { ...process.env, PATH: [commands, process.env['PATH']].join(path.delimiter) }
  const check = () => checkWherePublishingGoes(workspace, bareEnvironment(path.join(folder, 'home'), loopback, given))
  await check()
  write('packages/one/package.json', '{"publishConfig":{"@paylb:registry":"https://packages.example/"}}')
  await expect(check()).rejects.toThrow('packages/one names a registry')
  write('packages/one/package.json', '{}')
  write('.npmrc', '@paylb:registry=https://packages.example/\n')
  await expect(check()).rejects.toThrow('a registry of its own for @paylb')
})
